"""A sealed file, sent as a browser sends it: part by part."""

from __future__ import annotations

import os

from httpx import Response

from crypto.encoding import encode, read_uint, u64
from crypto.evidence import SealedEvidence, seal_evidence
from service.actions.receive_evidence import PART
from tests.api.conftest import Server


def part(made: SealedEvidence, start: int, token: bytes, body: bytes | None = None, total: int | None = None) -> bytes:
    body = made.blob[start : start + PART] if body is None else body
    return encode("upload", made.upload_id, token, u64(start), u64(len(made.blob) if total is None else total), body)


def post(server: Server, request: bytes) -> Response:
    answer: Response = server.client.post("/v1/evidence", content=request)
    return answer


def reached(answer: Response) -> int:
    assert answer.status_code == 200, answer.text
    assert len(answer.content) == 8
    return read_uint(answer.content)


def upload(server: Server, data: bytes, token: bytes | None = None) -> SealedEvidence:
    made = seal_evidence(server.world.instance, data)
    token = token or os.urandom(32)
    for start in range(0, len(made.blob), PART):
        assert reached(post(server, part(made, start, token))) == min(start + PART, len(made.blob))
    return made
