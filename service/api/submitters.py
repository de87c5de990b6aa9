"""For people without a name. Everything is bytes in and bytes out; an answer never tells whether a code is known."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from crypto.errors import ProtocolError
from intake_forms import languages
from service.actions.answer_mailbox import burn_mailbox, give_nonce, read_mailbox
from service.actions.errors import NotFound
from service.actions.receive_evidence import receive_evidence
from service.actions.receive_message import receive_message
from service.api.multipart import NoFile, file_of
from service.api.problems import BodyTooLarge, documented
from service.api.state import BINARY, Here, binary_answer, binary_body, read_body
from service.store.database import StorageFull
from service.store.writer import WriterBusy

router = APIRouter(prefix="/v1", tags=["submitters"])
MULTIPART = 4096  # what a browser puts around a file
MAX_PART_BODY = 1024 * 1024
NO_STORE = {"Cache-Control": "no-store"}
TAKEN = Response(status_code=204, headers=NO_STORE)  # it holds nothing of a request


@router.post(
    "/messages",
    status_code=204,
    response_class=Response,
    responses=documented(400, 409, 413, 503, 507),
    openapi_extra=binary_body("a sealed message, SPEC 6.7"),
)
async def send_message(request: Request, server: Here) -> Response:
    """Durable before the answer. The same bytes again change nothing and get the same answer."""
    data = await read_body(request, server.settings.max_message_bytes)
    await receive_message(server.keyrings, server.writer, data)
    return TAKEN


@router.post(
    "/evidence",
    response_class=Response,
    responses={**binary_answer("up to where the file is here, u64"), **documented(400, 413, 503, 507)},
    openapi_extra=binary_body("a part of a sealed file, docs/design.md"),
)
async def send_evidence(request: Request, server: Here) -> Response:
    """Durable before the answer. A part that is here already changes nothing; for a stranger every file is new."""
    if server.parts.locked():
        raise WriterBusy
    async with server.parts:
        data = await read_body(request, MAX_PART_BODY)
        received = await receive_evidence(server.writer, server.settings, data)
    return Response(received, media_type=BINARY, headers=NO_STORE)


@router.post(
    "/upload/{folder}",
    status_code=303,
    response_class=Response,
    responses=documented(404),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "one file, `sealed`: exactly the body of POST /v1/messages",
            "content": {"multipart/form-data": {"schema": {"type": "object"}}},
        }
    },
)
async def upload(request: Request, server: Here, folder: str) -> Response:
    """For a page without any script: the answer is another page. Whatever is no sealed message is not kept."""
    if folder not in {one.folder for one in languages()}:
        raise NotFound
    page = "received"
    try:
        body = await read_body(request, server.settings.max_message_bytes + MULTIPART)
        await receive_message(server.keyrings, server.writer, await file_of(request.headers, body), carried=True)
    except (NoFile, BodyTooLarge, ProtocolError, WriterBusy, StorageFull):
        page = "not-taken"
    return Response(status_code=303, headers=NO_STORE | {"Location": f"/{folder}/{page}/"})


@router.post("/challenge", response_class=Response, responses=binary_answer("a nonce, SPEC 10.1"))
async def challenge(request: Request, server: Here) -> Response:
    return Response(give_nonce(server.server_key), media_type=BINARY, headers=NO_STORE)


@router.post(
    "/mailbox/read",
    response_class=Response,
    responses={**binary_answer("eight blocks of 16,384 bytes, SPEC 9.1"), **documented(400, 409, 413, 503, 507)},
    openapi_extra=binary_body("a mailbox request, SPEC 10.2"),
)
async def read(request: Request, server: Here) -> Response:
    data = await read_body(request, server.settings.max_request_bytes)
    blocks = await read_mailbox(server.keyrings.id, server.server_key, server.writer, data)
    return Response(blocks, media_type=BINARY, headers=NO_STORE)


@router.post(
    "/mailbox/burn",
    status_code=204,
    response_class=Response,
    responses=documented(400, 409, 413, 503, 507),
    openapi_extra=binary_body("a mailbox request, SPEC 10.2"),
)
async def burn(request: Request, server: Here) -> Response:
    data = await read_body(request, server.settings.max_request_bytes)
    await burn_mailbox(server.keyrings.id, server.server_key, server.writer, data)
    return TAKEN
