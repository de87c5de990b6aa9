"""Errors as RFC 9457 problem documents. None echoes what was sent, and an unknown error tells nothing."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crypto.errors import SLUGS, ProtocolError
from service.actions.errors import ChainMoved, EnoughOpened, NotFound, NotSignedIn
from service.store.database import StorageFull
from service.store.writer import WriterBusy

MEDIA_TYPE = "application/problem+json"
ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}  # on every answer, whoever made it

# Of the transport, beside the classes of SPEC 13.
TITLES = {
    "not_found": "There is nothing here",
    "not_allowed": "This address does not take that method",
    "not_signed_in": "Sign in again",
    "chain_moved": "Somebody else acted first",
    "enough_opened": "As many cases as one member opens on a day; another member can agree to more",
    "body_too_large": "More bytes than are taken here",
    "bad_input": "A part of the address or of a header cannot be read",
    "busy": "Too much at once; nothing was stored, try again",
    "no_room": "The server has no room; nothing was stored",
    "internal": "The server failed; nothing is known of what was stored, the same request is safe to repeat",
}
PROTOCOL_TITLE = "The protocol refuses this"
ALL_SLUGS = (*TITLES, *SLUGS)

# What a person or program can mend by another answer than 400.
PROTOCOL_STATUS = {
    "wrong_keyring": 409,
    "stale_nonce": 409,
    "not_a_member": 403,
    "role_not_allowed": 403,
    "wrong_origin": 403,
}


class BodyTooLarge(Exception):
    """The body is over the route's limit (settings)."""


def problem(
    status: int, slug: str, title: str | None = None, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    content = {"type": f"urn:panah:{slug}", "title": title or TITLES[slug], "status": status, "slug": slug, **more}
    return JSONResponse(content, status, media_type=MEDIA_TYPE, headers={**(headers or {}), **ALWAYS})


def documented(*statuses: int | str) -> dict[int | str, dict[str, Any]]:
    """For the OpenAPI description of a route."""
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "slug"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "slug": {"type": "string", "enum": list(ALL_SLUGS)},
            "errors": {
                "type": "array",
                "description": "of a 422: where, and what kind; no values",
                "items": {
                    "type": "object",
                    "properties": {"loc": {"type": "array", "items": {"type": "string"}}, "type": {"type": "string"}},
                },
            },
        },
    }
    return {
        status: {"description": "problem document", "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }


def install_problems(app: FastAPI) -> None:
    plain: dict[type[Exception], tuple[int, str]] = {
        NotFound: (404, "not_found"),
        NotSignedIn: (401, "not_signed_in"),
        ChainMoved: (409, "chain_moved"),
        EnoughOpened: (429, "enough_opened"),
        BodyTooLarge: (413, "body_too_large"),
        WriterBusy: (503, "busy"),
        StorageFull: (507, "no_room"),
    }
    for kind, (status, slug) in plain.items():
        app.add_exception_handler(kind, _answer_with(status, slug))
    app.add_exception_handler(ProtocolError, _protocol)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(LastWord)


def _answer_with(status: int, slug: str) -> Any:
    async def answer(request: Request, error: Exception) -> Response:
        return problem(status, slug)

    return answer


async def _protocol(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProtocolError)
    # the fact stays here: it may say more about other data than the sender knows
    return problem(PROTOCOL_STATUS.get(error.slug, 400), error.slug, PROTOCOL_TITLE)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    where = [{"loc": [str(part) for part in one["loc"][:1]], "type": one["type"]} for one in error.errors()]
    return problem(422, "bad_input", errors=where)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return problem(405, "not_allowed", headers=error.headers)
    return problem(404, "not_found") if error.status_code == 404 else problem(error.status_code, "bad_input")


class LastWord:
    """Around everything: the headers of every answer, and the end of every unknown error.

    Nothing is raised any further: the web server would print the error with its text. So no handler for `Exception` is
    installed either, since the framework raises again what it has handled.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def answer(part: Message) -> None:
            nonlocal begun
            if part["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=part)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(part)

        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            return  # who went away leaves no line
        except Exception as error:
            tell(error)
            if not begun:
                await problem(500, "internal")(scope, receive, send)


def tell(error: BaseException) -> None:
    """Type and place only: a message or a local variable may hold somebody's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "unknown place"
    print(f"panah: {type(error).__name__} at {place}", file=sys.stderr, flush=True)
