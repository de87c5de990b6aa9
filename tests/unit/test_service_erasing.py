"""An erasure in the database: what it takes with it, what it refuses, and a message that comes at the same moment."""

from __future__ import annotations

import os
import threading
import time

import psycopg
import pytest

from service.store.commands import StoreMessage
from service.store.database import Connection, connect_writer, make_engine
from service.store.erasing import OF_A_CASE, CaseGrown, Erasure, Slimmer
from service.store.migrations import migrate
from tests.postgres import new_database

LOOKUP = b"l" * 16
CAME_TO_WAIT = 20.0  # seconds at most


@pytest.fixture
def url(postgres_url: str) -> str:
    made = new_database(postgres_url)
    migrate(make_engine(made))
    return made


def store(db: Connection, lookup: bytes = LOOKUP) -> bytes:
    """By the writer's own way; the CID of the message, which is the case's where it is the first."""
    command = StoreMessage(os.urandom(32), lookup, 20000, 0, 1, b"sealed")
    db.begin().run_many(command.sql, [command.values])
    db.commit()
    return bytes(command.values[0])


def waits_for_a_lock(url: str) -> bool:
    mine = "SELECT oid FROM pg_database WHERE datname = current_database()"
    with psycopg.connect(url, autocommit=True) as db:
        return bool(db.execute(f"SELECT 1 FROM pg_locks WHERE NOT granted AND database = ({mine})").fetchall())


def test_a_message_that_another_process_stores_during_an_erasure_begins_a_case_of_its_own(url: str) -> None:
    one, two = connect_writer(url), connect_writer(url)
    for _ in range(3):  # the driver prepares a statement that it has run a few times
        store(two, os.urandom(16))
    erased = store(one)
    Erasure(((erased, b""),), count=1).run(one.begin(), erased, LOOKUP)
    came: list[bytes] = []
    other = threading.Thread(target=lambda: came.append(store(two)))
    other.start()
    deadline = time.monotonic() + CAME_TO_WAIT
    while not came and not waits_for_a_lock(url):
        assert time.monotonic() < deadline, "it neither waits nor is stored"
        time.sleep(0.01)
    one.commit()
    other.join(CAME_TO_WAIT)
    (cid,) = came
    row = one.begin().row("SELECT case_cid, lookup FROM message WHERE cid = ?", cid)
    assert row is not None
    assert (bytes(row[0]), bytes(row[1])) == (cid, LOOKUP)
    one.close()
    two.close()


@pytest.mark.parametrize("command", [Slimmer, Erasure])
def test_whoever_signed_for_fewer_messages_than_there_are_changes_nothing(url: str, command: type[Slimmer]) -> None:
    db = connect_writer(url)
    first, second = store(db), store(db)
    with pytest.raises(CaseGrown):
        command(((first, b""),), count=1).run(db.begin(), first, LOOKUP)
    found = db.rows("SELECT cid, body FROM message WHERE case_cid = ?", first)
    assert {(bytes(cid), bytes(body)) for cid, body in found} == {(first, b"sealed"), (second, b"sealed")}
    db.close()


def test_who_read_an_erased_case_stands_nowhere_and_of_another_case_everything(url: str) -> None:
    db = connect_writer(url)
    erased, other = store(db), store(db, b"m" * 16)
    cursor = db.begin()
    for table in OF_A_CASE:
        of_table = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ?"
        columns = cursor.rows(of_table, table)
        names = ", ".join(name for name, _ in columns)
        for case in (erased, other):
            row = [case if name == "case_cid" else b"x" if kind == "bytea" else 1 for name, kind in columns]
            marks = ", ".join("?" * len(row))
            cursor.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", *row)
    Erasure(((erased, b""),), count=1).run(cursor, erased, LOOKUP)
    db.commit()
    with_a_case = "SELECT table_name FROM information_schema.columns WHERE column_name = 'case_cid'"
    everywhere = [str(name) for (name,) in db.rows(with_a_case)]
    left = {name: {bytes(cid) for (cid,) in db.rows(f"SELECT case_cid FROM {name}")} for name in everywhere}
    db.close()
    kept = {"message"}  # and the signed entries with the case's place, of which there are none here
    assert {name for name, cases in left.items() if erased in cases} == kept
    assert {name for name, cases in left.items() if other in cases} == {*OF_A_CASE, "message"}
    assert set(everywhere) == {*OF_A_CASE, "message", "entry", "place"}  # a table more is for somebody to decide on
