"""The shortest way to a handler, for the few addresses that everybody uses.

What the framework does around a handler costs as much as checking a message. These addresses are described by their
routers as all others are; this stands before the framework and calls the same functions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api import submitters
from service.api.state import Server

Handler = Callable[[Request, Server], Awaitable[Response]]
Answers = Mapping[Any, Any]  # to each kind of exception, as the framework has them

DIRECT: dict[str, Handler] = {
    "/v1/messages": submitters.send_message,
    "/v1/evidence": submitters.send_evidence,
    "/v1/challenge": submitters.challenge,
    "/v1/mailbox/read": submitters.read,
    "/v1/mailbox/burn": submitters.burn,
}


class Direct:
    """Every POST to one of these; all else goes on to the framework. Refusals are answered as everywhere."""

    def __init__(self, app: ASGIApp, server: Server, answers: Answers) -> None:
        self._app = app
        self._server = server
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = DIRECT.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if handler is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await handler(request, self._server)
        except Exception as error:  # each kind has its answer; what has none goes on to the last word
            known = next((self._answers[kind] for kind in type(error).__mro__ if kind in self._answers), None)
            if known is None:
                raise
            response = await known(request, error)
            error.__traceback__ = None  # as the framework does: its frames hold the body
        await response(scope, receive, send)
