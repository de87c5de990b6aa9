"""Signing in and out, for every role."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from crypto.keyring import ROLE_NAMES
from service.actions.sign_in import close_session, give_signin_nonce, open_session
from service.api.problems import documented
from service.api.state import BINARY, AnySigned, ByDeclarationReader, Here, binary_answer, binary_body, read_body

router = APIRouter(prefix="/v1/staff", tags=["staff"])
NO_STORE = {"Cache-Control": "no-store"}


class SessionOpened(BaseModel):
    session: str
    member: str
    role: str
    keyring_version: int


@router.post("/challenge", response_class=Response, responses=binary_answer("a nonce, SPEC 10.1"))
async def challenge(server: Here) -> Response:
    return Response(give_signin_nonce(server.server_key), media_type=BINARY, headers=NO_STORE)


@router.post(
    "/sessions", responses=documented(400, 403, 409, 413, 503, 507), openapi_extra=binary_body("a sign-in, SPEC 11.2")
)
async def sign_in(request: Request, response: Response, server: Here) -> SessionOpened:
    data = await read_body(request, server.settings.max_request_bytes)
    hours = server.settings.session_hours
    opened = await open_session(server.keyrings, server.server_key, server.writer, hours, data)
    response.headers.update(NO_STORE)
    return SessionOpened(
        session=opened.id.hex(),
        member=opened.member.id.hex(),
        role=ROLE_NAMES[opened.member.role - 1],
        keyring_version=opened.keyring_version,
    )


@router.delete("/sessions", status_code=204, response_class=Response, responses=documented(401, 413, 503, 507))
async def sign_out(signed: AnySigned, server: Here) -> Response:
    await close_session(server.writer, signed.session)
    return Response(status_code=204, headers=NO_STORE)


@router.get(
    "/kem",
    response_class=Response,
    responses={**binary_answer("KEM keys of all members, SPEC 5.5"), **documented(401, 413, 503, 507)},
)
async def all_keys(signed: AnySigned, server: Here) -> Response:
    return Response(server.keyrings.newest.staff_kem, media_type=BINARY, headers=NO_STORE)


@router.get(
    "/declarations",
    response_class=Response,
    responses={
        **binary_answer("what members declared, SPEC 5.11; empty: nothing"),
        **documented(401, 404, 413, 503, 507),
    },
)
async def declarations(signed: ByDeclarationReader, server: Here) -> Response:
    return Response(server.keyrings.newest.annexes, media_type=BINARY, headers=NO_STORE)
