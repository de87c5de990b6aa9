"""A case as one sealed file (SPEC 12). The server adds nothing: it copies what it holds."""

from __future__ import annotations

from typing import Final

from crypto.case import MAX_KEYRINGS, MAX_MESSAGES, encode_case
from crypto.errors import ensure
from crypto.posts import PostedEntry, parse_posted
from service.actions.errors import NotFound
from service.keyrings import Keyrings
from service.store.cases import find_case, read_entries, read_message
from service.store.database import Engine

MAX_EXPORT: Final = 256 * 1024 * 1024  # it is put together in memory


def export_case(keyrings: Keyrings, engine: Engine, cid: bytes) -> bytes:
    """Raises NotFound, ProtocolError."""
    case = find_case(engine, cid)
    if case is None:
        raise NotFound
    fits = len(case.messages) <= MAX_MESSAGES and sum(one.size for one in case.messages) <= MAX_EXPORT
    ensure(fits, "too_large", "export")
    messages = [read_message(engine, cid, one.cid) for one in case.messages]
    return encode_case(
        keyrings.id,
        keyrings.all_signed()[-MAX_KEYRINGS:],  # the newest alone opens a case; the others are its history
        [one for one in messages if one is not None],
        posted_entries(engine, cid),
        keyrings.newest.staff_kem,
    )


def posted_entries(engine: Engine, cid: bytes) -> list[PostedEntry]:
    return [parse_posted(body) for body in read_entries(engine, cid)]
