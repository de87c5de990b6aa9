"""What the handlers share: the parts of a running server, bodies with a limit, signed requests."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from starlette.requests import ClientDisconnect

from crypto.conflict import may_read_declarations
from crypto.keyring import ADVISER, CUSTODIAN, INVESTIGATOR, OVERSIGHT, REVIEWER, SUPERVISOR, TRANSLATOR, Member
from crypto.members import StaffRequest
from service.actions.errors import NotFound, NotSignedIn
from service.actions.sign_in import check_request
from service.api.problems import BodyTooLarge
from service.keyrings import Keyrings
from service.settings import Settings
from service.store.database import Engine
from service.store.writer import Writer, WriterBusy

BINARY = "application/octet-stream"
BODY_SECONDS = 300  # over the slowest line; a stalled body gives its memory and its place to others
MOST_PARTS = 64  # of sealed files in the memory of a process at a time, 1 MiB each and its copies


@dataclass(frozen=True)
class Server:
    settings: Settings
    keyrings: Keyrings
    engine: Engine
    writer: Writer
    server_key: bytes
    parts: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_PARTS))


async def server_of(request: Request) -> Server:
    """Async, though it awaits nothing: FastAPI would run it in a thread for every request."""
    server: Server = request.app.state.server
    return server


Here = Annotated[Server, Depends(server_of)]


async def read_body(request: Request, most: int) -> bytes:
    """The raw body, refused as soon as it is over the limit. What stalls is dropped with WriterBusy: try again."""
    stated = request.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated) > most:
        raise BodyTooLarge
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                part, more = message.get("body", b""), message.get("more_body", False)
                size += len(part)
                if size > most:
                    raise BodyTooLarge
                parts.append(part)
    except TimeoutError:
        raise WriterBusy from None
    return b"".join(parts)


@dataclass(frozen=True)
class Signed:
    """A request that a present member signed, and its body."""

    member: Member
    session: bytes
    body: bytes


_HEX16 = re.compile(r"[0-9a-f]{32}")
_HEX64 = re.compile(r"[0-9a-f]{128}")


def _header(name: str, size: int) -> Any:
    """Described like every input; missing or wrong it is no sign-in, and not an input that cannot be read."""
    return Header(alias=f"Panah-{name}", description=f"SPEC 11.3: {size} bytes, lower-case hex")


async def signed_request(
    request: Request,
    server: Here,
    session: Annotated[str, _header("Session", 16)] = "",
    nonce: Annotated[str, _header("Nonce", 16)] = "",
    signature: Annotated[str, _header("Signature", 64)] = "",
) -> Signed:
    """SPEC 11.3."""
    if not (_HEX16.fullmatch(session) and _HEX16.fullmatch(nonce) and _HEX64.fullmatch(signature)):
        raise NotSignedIn
    body = await read_body(request, server.settings.max_post_bytes)
    path = request.scope["raw_path"].decode("ascii", "replace")
    if query := request.scope["query_string"]:
        path += "?" + query.decode("ascii", "replace")
    staff = StaffRequest(bytes.fromhex(session), request.method, path, body, bytes.fromhex(nonce))
    member = await check_request(server.keyrings, server.engine, server.writer, staff, bytes.fromhex(signature))
    return Signed(member, staff.session, body)


AnySigned = Annotated[Signed, Depends(signed_request)]


async def reviewer(signed: AnySigned) -> Signed:
    """Anybody else finds nothing here: the same answer as for an address that does not exist."""
    if signed.member.role != REVIEWER:
        raise NotFound
    return signed


async def declaration_reader(signed: AnySigned) -> Signed:
    """SPEC 5.11."""
    if not may_read_declarations(signed.member):
        raise NotFound
    return signed


async def approver(signed: AnySigned) -> Signed:
    """Who may agree to what another member asks."""
    if signed.member.role not in (REVIEWER, SUPERVISOR):
        raise NotFound
    return signed


async def caseworker(signed: AnySigned) -> Signed:
    """Which cases they see is asked for each."""
    if signed.member.role not in (REVIEWER, SUPERVISOR, INVESTIGATOR):
        raise NotFound
    return signed


async def case_member(signed: AnySigned) -> Signed:
    """Caseworkers, and custodians, who see a case while its sealed identity is asked for."""
    if signed.member.role not in (REVIEWER, SUPERVISOR, INVESTIGATOR, CUSTODIAN):
        raise NotFound
    return signed


async def copy_reader(signed: AnySigned) -> Signed:
    """Translators and advisers, to whom nothing but copies is shown."""
    if signed.member.role not in (TRANSLATOR, ADVISER):
        raise NotFound
    return signed


async def overseer(signed: AnySigned) -> Signed:
    if signed.member.role != OVERSIGHT:
        raise NotFound
    return signed


ByOversight = Annotated[Signed, Depends(overseer)]
ByApprover = Annotated[Signed, Depends(approver)]
ByDeclarationReader = Annotated[Signed, Depends(declaration_reader)]
ByCopyReader = Annotated[Signed, Depends(copy_reader)]
ByReviewer = Annotated[Signed, Depends(reviewer)]
ByCaseMember = Annotated[Signed, Depends(case_member)]
ByCaseworker = Annotated[Signed, Depends(caseworker)]

_CID = re.compile(r"[0-9a-f]{64}")


def cid_of(text: str) -> bytes:
    """An id in an address; whatever is not one is not found."""
    if not _CID.fullmatch(text):
        raise NotFound
    return bytes.fromhex(text)


def upload_of(text: str) -> bytes:
    if not _HEX16.fullmatch(text):
        raise NotFound
    return bytes.fromhex(text)


def binary_body(description: str) -> dict[str, object]:
    """For the OpenAPI description of a route that reads raw bytes."""
    schema = {"type": "string", "format": "binary"}
    return {"requestBody": {"required": True, "description": description, "content": {BINARY: {"schema": schema}}}}


def binary_answer(description: str, status: int = 200) -> dict[int | str, dict[str, object]]:
    return {
        status: {"description": description, "content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}
    }
