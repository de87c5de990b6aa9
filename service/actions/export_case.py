"""A case as one sealed file (SPEC 12). The server adds nothing: it copies what it holds."""

from __future__ import annotations

from crypto.case import encode_case
from crypto.chain import PostedEntry
from crypto.encoding import decode
from service.actions.errors import NotFound
from service.keyrings import Keyrings
from service.store.cases import CaseFile, find_case, read_message
from service.store.database import Engine


def export_case(keyrings: Keyrings, engine: Engine, cid: bytes) -> bytes:
    case = find_case(engine, cid)
    if case is None:
        raise NotFound
    messages = [read_message(engine, cid, one.cid) for one in case.messages]
    return encode_case(
        keyrings.id, keyrings.all_signed(), [one for one in messages if one is not None], posted_entries(case)
    )


def posted_entries(case: CaseFile) -> list[PostedEntry]:
    return [PostedEntry(*decode("posted-entry", [None, None], one.body)) for one in case.entries]
