"""The shortest way to a handler, for the few addresses that everybody uses.

What the framework does around a handler costs as much as checking a message. These addresses are described by their
routers as all others are; a plain route stands before them and calls the same functions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from service.api import submitters
from service.api.state import Server

Handler = Callable[[Request, Server], Awaitable[Response]]

DIRECT: dict[str, Handler] = {
    "/v1/messages": submitters.send_message,
    "/v1/evidence": submitters.send_evidence,
    "/v1/challenge": submitters.challenge,
    "/v1/mailbox/read": submitters.read,
    "/v1/mailbox/burn": submitters.burn,
}


class DirectRoute(BaseRoute):
    """Every POST to one of these; what is anything else falls through to the routers."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in DIRECT:
            return Match.FULL, {}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await DIRECT[scope["path"]](Request(scope, receive), self._server)
        await response(scope, receive, send)
