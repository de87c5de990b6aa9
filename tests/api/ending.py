"""A case that was closed, and what the years make of it (SPEC 8.14, 8.15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from httpx import Response

from crypto.box import (
    NOTE,
    TEXT,
)
from crypto.entry import (
    APPROVAL,
    PROPOSAL,
    STEP,
)
from crypto.erasure import erasure_list
from crypto.keyring import INVESTIGATOR, OVERSIGHT, REVIEWER, SUPERVISOR
from crypto.message import account_key
from crypto.posts import encode_post, parse_post
from crypto.primitives import hash
from crypto.workflow import CLOSED, DETERMINATION, ERASED, INQUIRY, INVESTIGATION, NOTICE_DAYS
from service import clock
from tests.api.conftest import Server
from tests.api.room import Room
from tests.api.stored import rows
from tests.world import Person, World, new_person

KEPT = 730
SECRET = "слово Canary-7391"


@pytest.fixture(scope="module")
def world() -> World:
    made = World(days=4 * 365)
    made.people.append(new_person(OVERSIGHT))
    return made


class Old(Room):
    """A case that was closed, and what time does to it."""

    patch: pytest.MonkeyPatch

    def later(self, days: int) -> None:
        self.server.world.today += days
        self.patch.setattr(clock, "today", lambda today=self.server.world.today: today)

    def files(self, *uploads: bytes) -> bytes:
        first = self.desk.first
        return erasure_list(first.instance, first.cid, account_key(self.desk.opened), first.header_hash, uploads)

    def close(self) -> None:
        self.hand_off()
        unit, supervisor = self.who(INVESTIGATOR), self.who(SUPERVISOR)
        assert self.claim(unit, unit, self.who(INVESTIGATOR, 1)).status_code == 201
        assert self.post(unit, STEP, INQUIRY, self.box(unit, NOTE)).status_code == 201
        for state in (INVESTIGATION, DETERMINATION, CLOSED):
            assert self.post(unit, PROPOSAL, state, self.box(unit, NOTE)).status_code == 201
            cited = self.head()
            assert self.post(supervisor, APPROVAL, state, self.box(supervisor, TEXT), cited=cited).status_code == 201

    def propose(self, by: Person, files: bytes = b"", kind: int = TEXT) -> Response:
        cited = hash(files or self.files())
        answer = self.post(by, PROPOSAL, ERASED, self.box(by, kind, text="Мы хотим стереть."), cited=cited)
        if answer.status_code == 201:
            self.proposal = self.head()
        return answer

    def approve(self, by: Person, files: bytes = b"") -> Response:
        box = self.box(by, TEXT, text="Стёрто.")
        return self.post(by, APPROVAL, ERASED, box, files or self.files(), cited=self.proposal)

    def post_silently(self, by: Person, *given: Any, **changes: Any) -> Response:
        """Without a new block 0."""
        body = encode_post(replace(parse_post(self.made(by, *given, **changes)), status_block=b""))
        return self.call(by, "POST", f"{self.path}/entries", body)

    def erase(self, files: bytes = b"") -> None:
        self.close()
        self.later(KEPT)
        assert self.propose(self.who(REVIEWER), files).status_code == 201
        self.later(NOTICE_DAYS)
        answer = self.approve(self.who(SUPERVISOR), files)
        assert answer.status_code == 201, answer.text

    def told(self) -> list[str]:
        """What the person reads in the mailbox."""
        self.shown = self.read()
        return [one.text for one in self.shown.replies]


@pytest.fixture
def old(shared: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Old]:
    today = shared.world.today
    made = Old.begin(shared, SECRET)
    made.patch = monkeypatch
    yield made
    shared.world.today = today


def of_case(old: Old) -> dict[str, set[tuple[object, ...]]]:
    cid, lookup = old.desk.first.cid, old.desk.first.lookup
    tables = ("message", "entry", "mailbox_block", "place", "case_reader")
    found = rows(old.server)
    return {name: {row for row in found[name] if cid in row or lookup in row} for name in tables}
