"""docs/problems.md says what the service says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from crypto.errors import SLUGS
from service.actions.errors import ChainMoved, NotFound, NotSignedIn
from service.api.problems import PROTOCOL_STATUS, TITLES, BodyTooLarge, install_problems
from service.store.database import StorageFull
from service.store.writer import WriterBusy

DOC = Path(__file__).resolve().parents[2] / "docs" / "problems.md"
ROW = re.compile(r"^\| `([a-z_]+)` \| (\d{3}) \|(?: (.+) \|)?$", re.MULTILINE)


def test_the_document_lists_every_slug_of_the_transport_with_its_title() -> None:
    listed = {slug: title for slug, _, title in ROW.findall(DOC.read_text()) if title}
    assert listed == TITLES


def test_the_document_lists_every_class_that_is_not_400() -> None:
    listed = {slug: int(status) for slug, status, title in ROW.findall(DOC.read_text()) if not title}
    assert listed == PROTOCOL_STATUS
    assert set(listed) <= set(SLUGS)


@pytest.mark.parametrize(
    ("error", "slug"),
    [
        (NotFound(), "not_found"),
        (NotSignedIn(), "not_signed_in"),
        (ChainMoved(), "chain_moved"),
        (BodyTooLarge(), "body_too_large"),
        (WriterBusy(), "busy"),
        (StorageFull(), "no_room"),
        (HTTPException(405), "not_allowed"),
        (RuntimeError("words"), "internal"),
    ],
)
def test_the_status_in_the_document_is_the_one_sent(error: Exception, slug: str) -> None:
    documented = {one: int(status) for one, status, _ in ROW.findall(DOC.read_text())}
    app = FastAPI()
    install_problems(app)

    @app.get("/")
    async def fail() -> None:
        raise error

    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.json()["slug"]) == (documented[slug], slug)
    assert "words" not in answer.text
