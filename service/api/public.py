"""What anybody may read: the keyring, and whether the server is up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel

from service.actions.errors import NotFound
from service.api.encodings import accepted_encodings
from service.api.problems import documented
from service.api.state import BINARY, Here, binary_answer
from service.keyrings import Compressed

router = APIRouter(prefix="/v1", tags=["public"])


class Health(BaseModel):
    ok: bool


@router.get("/health")
async def health() -> Health:
    return Health(ok=True)


@router.get("/keyring", response_class=Response, responses=binary_answer("the newest signed keyring, SPEC 5.3"))
async def newest_keyring(request: Request, server: Here) -> Response:
    return compressed(request, server.keyrings.newest.signed)


@router.get(
    "/keyring/kem", response_class=Response, responses=binary_answer("KEM keys of reviewers and custodians, SPEC 5.5")
)
async def intake_keys(request: Request, server: Here) -> Response:
    return compressed(request, server.keyrings.newest.intake_kem)


@router.get(
    "/keyring/{version}",
    response_class=Response,
    responses={**binary_answer("that keyring, for checks of the chain"), **documented(404, 422)},
)
async def keyring_version(
    request: Request, server: Here, version: Annotated[int, Path(ge=1, le=2**32 - 1)]
) -> Response:
    published = server.keyrings.version(version)
    if published is None:
        raise NotFound
    return compressed(request, published.signed)


def compressed(request: Request, body: Compressed) -> Response:
    accepted = accepted_encodings(",".join(request.headers.getlist("accept-encoding")))
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if "br" in accepted:
        return Response(body.br, media_type=BINARY, headers={**headers, "Content-Encoding": "br"})
    if "gzip" in accepted:
        return Response(body.gzip, media_type=BINARY, headers={**headers, "Content-Encoding": "gzip"})
    return Response(body.plain, media_type=BINARY, headers=headers)
