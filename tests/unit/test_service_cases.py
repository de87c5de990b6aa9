"""Reads for staff: whatever order a database keeps its rows in, lists and histories have one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine

from crypto.encoding import Z32
from crypto.entry import APPROVAL, OPENED
from crypto.message import NORMAL, REVIEW_LANE, STOP_LANE
from crypto.workflow import AWAITING, CLOSED, ERASED, QUARANTINE, REVIEW, SAFETY_HOLD, TRIAGED
from service.store.cases import (
    any_message,
    find_case,
    list_all,
    list_approvals,
    list_deeds,
    list_entries,
    read_entries,
)
from service.store.database import Connection, connect_writer, make_engine
from service.store.migrations import migrate
from tests.postgres import new_database

DAY = 20_800
ONE, TWO, THREE = (bytes([n]) * 32 for n in (1, 2, 3))


@dataclass
class Rows:
    """A database that is filled row by row."""

    engine: Engine
    db: Connection
    next_id: int = field(default=1)

    def insert(self, table: str, **values: object) -> None:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        self.db.begin().run(f"INSERT INTO {table} ({names}) VALUES ({marks})", *values.values())
        self.db.commit()

    def message(self, case: bytes, cid: bytes, day: int = DAY, lane: int = NORMAL, body: bytes = b"sealed") -> None:
        self.next_id += 1
        named = {"cid": cid, "case_cid": case, "lookup": case[:16], "body": body}
        self.insert("message", id=self.next_id, day=day, lane=lane, keyring_version=1, **named)

    def entry(self, case: bytes, seq: int, kind: int = OPENED, state: int = TRIAGED) -> None:
        hashes = {"prev": Z32, "link": os.urandom(32), "cited": Z32, "actor": bytes(16), "body": bytes([seq])}
        self.insert("entry", case_cid=case, seq=seq, kind=kind, state=state, day=DAY, count=1, **hashes)

    def place(self, case: bytes, state: int, until: int = 0) -> None:
        at = {"state": state, "back": 0, "priority": 3, "until": until, "since": DAY}
        self.insert("place", case_cid=case, entries=1, head=Z32, **at)


@pytest.fixture(params=["sqlite", "postgresql"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rows]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    else:
        url = new_database(request.getfixturevalue("postgres_url"))
    engine = make_engine(url)
    migrate(engine)
    made = Rows(engine, connect_writer(url))
    yield made
    made.db.close()
    engine.dispose()


def test_the_oldest_case_stands_first_and_within_a_day_by_its_id(rows: Rows) -> None:
    for cid, day in ((THREE, DAY), (ONE, DAY + 1), (TWO, DAY)):
        rows.message(cid, cid, day)
    assert [line.cid for line in list_all(rows.engine, DAY + 1)] == [TWO, THREE, ONE]


def test_the_first_message_is_the_case_and_the_others_follow_by_day(rows: Rows) -> None:
    for cid, day in ((ONE, DAY + 1), (THREE, DAY), (TWO, DAY), (bytes(32), DAY)):
        rows.message(TWO, cid, day)
    found = find_case(rows.engine, TWO)
    assert found is not None
    assert [one.cid for one in found.messages] == [TWO, bytes(32), THREE, ONE]


def test_entries_have_the_order_in_which_they_were_signed(rows: Rows) -> None:
    for case in (TWO, ONE):
        rows.message(case, case)
        rows.place(case, QUARANTINE)
        for seq in (2, 0, 1):
            rows.entry(case, seq, kind=OPENED + seq)
    found = find_case(rows.engine, ONE)
    assert found is not None
    assert [one.seq for one in found.entries] == [0, 1, 2]
    assert read_entries(rows.engine, ONE) == [b"\0", b"\1", b"\2"]
    assert {cid: [one.seq for one in of_it] for cid, of_it in list_entries(rows.engine, QUARANTINE).items()} == {
        ONE: [0, 1, 2], TWO: [0, 1, 2],
    }  # fmt: skip
    deeds = list_deeds(rows.engine)
    assert [kind - OPENED for cid, kind, _ in deeds if cid == ONE] == [0, 1, 2]


def test_lists_of_one_state_have_no_other(rows: Rows) -> None:
    for case, state in ((ONE, QUARANTINE), (TWO, TRIAGED)):
        rows.place(case, state)
        rows.entry(case, 0, APPROVAL, state)
        rows.entry(case, 1, OPENED, state)
    assert set(list_entries(rows.engine, QUARANTINE)) == {ONE}
    assert list_approvals(rows.engine, QUARANTINE) == [(ONE, b"\0")]


@pytest.mark.parametrize(
    ("state", "lane", "shown"),
    [
        (AWAITING, STOP_LANE, SAFETY_HOLD),
        (CLOSED, REVIEW_LANE, REVIEW),
        (ERASED, STOP_LANE, ERASED),
        (ERASED, REVIEW_LANE, ERASED),
        (TRIAGED, REVIEW_LANE, TRIAGED),
    ],
)
def test_what_the_person_asks_for_is_shown_from_the_first_day_on_which_they_did(
    rows: Rows, state: int, lane: int, shown: int
) -> None:
    """And not up to the day on which what stands there would have ended."""
    rows.place(ONE, state, until=DAY + 9)
    for cid, day, asks in ((ONE, DAY, NORMAL), (THREE, DAY + 5, lane), (TWO, DAY + 3, lane)):
        rows.message(ONE, cid, day, asks)
    [line] = list_all(rows.engine, DAY + 5)
    assert (line.state, line.wished) == (shown, shown != state)
    assert (line.since, line.until) == ((DAY + 3, 0) if line.wished else (DAY, DAY + 9))


def test_of_a_tombstone_nothing_can_be_told(rows: Rows) -> None:
    rows.message(ONE, ONE, body=b"")
    assert any_message(rows.engine) is None
    rows.message(TWO, TWO)
    assert any_message(rows.engine) == b"sealed"
