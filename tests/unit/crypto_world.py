"""One case with an opening and two answers, for the tests of chain and mailbox."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from typing import Any

from crypto.chain import Chain, KnownMessage, verify_chain
from crypto.encoding import NEVER
from crypto.entry import Entry, parse_signed_entry, sign_entry
from crypto.keyring import Former, KeyringBody
from crypto.walk import BEGINNING, Start
from crypto.workflow import SCREENING
from tests.vectors.attack_keyring import remake
from tests.world import Desk, Person, Submitter, World

DAY = 20_800
W = World(today=DAY)
ME = Submitter(W)
READER, COLLEAGUE = ME.readers()[:2]
SERVER = os.urandom(32)


def new_desk() -> Desk:
    return Desk(W, READER, [ME.seal("text")])


@cache
def desk() -> Desk:
    made = new_desk()
    made.post_opened()
    made.post_text("one")
    made.post_text("two")
    return made


CID = desk().first.cid


def verify(
    entries: list[bytes], ring: KeyringBody = W.keyring, today: int = DAY, messages: list[KnownMessage] | None = None,
    start: Start = BEGINNING,
) -> Chain:  # fmt: skip
    return verify_chain(W.instance, CID, ring, entries, messages or [], today, start)


def plain(data: bytes) -> Entry:
    found = parse_signed_entry(data)
    return Entry(**{name: getattr(found, name) for name in Entry.__dataclass_fields__})


def after(entries: list[bytes], by: Person = READER, **changes: Any) -> list[bytes]:
    """The entries and one `opened` more."""
    last = parse_signed_entry(entries[-1])
    entry = replace(
        plain(entries[0]), seq=last.seq + 1, prev=last.link, actor=by.id, state=SCREENING, day=last.day, **changes
    )
    return [*entries, sign_entry(entry, by.signing_seed)]


def first(by: Person = READER, **changes: Any) -> list[bytes]:
    return [sign_entry(replace(plain(desk().entries[0]), actor=by.id, **changes), by.signing_seed)]


def ring_with(former: Former, *others: Former, keep: bool = False) -> KeyringBody:
    members = [one for one in W.keyring.members if keep or one.id != former.id]
    return remake(W.keyring, members=members, formers=[former, *others])


LEFT = Former(READER.id, READER.role, READER.signing_pk, DAY - 30, DAY, NEVER)
