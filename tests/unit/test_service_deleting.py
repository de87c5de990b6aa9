"""What is deleted leaves no bytes in SQLite's file or its log, also while a backup reads."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from service.store import database
from service.store import writer as module
from service.store.commands import BurnMailbox, ReadMailbox
from service.store.database import Cursor, SqliteConnection, make_engine
from service.store.evidence import UNOPENED_DAYS, PurgeEvidence
from service.store.migrations import migrate
from service.store.writer import Writer

TIDIED = 30.0  # seconds at most until the log holds no old page
SECRET = os.urandom(16384)


@dataclass(frozen=True)
class Sql:
    """A row, by its statement."""

    sql: str
    values: tuple[object, ...]

    def run(self, db: Cursor) -> None:
        db.run(self.sql, *self.values)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    migrate(make_engine(url))
    one = Writer(url, 1000)
    one.start()
    yield one
    one.stop()


def held(folder: Path) -> bool:
    """Any piece of it, in any file."""
    pieces = [SECRET[at : at + 64] for at in range(0, len(SECRET), 64)]
    return any(piece in file.read_bytes() for file in folder.iterdir() for piece in pieces)


async def gone(folder: Path) -> None:
    deadline = time.monotonic() + TIDIED
    while held(folder):
        assert time.monotonic() < deadline, "it is still there"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("copied", [False, True], ids=["alone", "while a backup is made"])
def test_a_burnt_reply_leaves_no_bytes_in_the_file_or_its_log(
    writer: Writer, tmp_path: Path, copied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookup = b"l" * 16
    tried: list[float] = []
    tidy = SqliteConnection.tidy

    def timed(connection: SqliteConnection) -> bool:
        began = time.monotonic()
        done = tidy(connection)
        tried.append(time.monotonic() - began)
        return done

    monkeypatch.setattr(SqliteConnection, "tidy", timed)

    async def go() -> None:
        await writer.submit(Sql("INSERT INTO mailbox_block (lookup, slot, body) VALUES (?, 2, ?)", (lookup, SECRET)))
        assert await writer.submit(ReadMailbox(os.urandom(16), 1, lookup)) == [SECRET]
        assert held(tmp_path)
        if copied:
            reader = sqlite.connect(str(tmp_path / "panah.sqlite3"))
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM mailbox_block").fetchone()
        await writer.submit(BurnMailbox(os.urandom(16), 1, lookup, 1, False))
        if copied:
            while not tried:
                await asyncio.sleep(0.05)
            assert held(tmp_path)
            assert tried[0] < database.BUSY_MS / 2000, "complaints waited for the backup"
            reader.close()
        await gone(tmp_path)

    asyncio.run(go())


def test_work_that_never_rests_does_not_keep_what_was_burnt(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever polls a mailbox oftener than once a second would keep everybody's burnt replies in the log."""
    monkeypatch.setattr(module, "TIDY_AT_LATEST", 1.0)
    lookup, stopped = b"l" * 16, asyncio.Event()

    async def poll() -> None:
        while not stopped.is_set():
            await writer.submit(ReadMailbox(os.urandom(16), 1, os.urandom(16)))
            await asyncio.sleep(0.05)

    async def go() -> None:
        await writer.submit(Sql("INSERT INTO mailbox_block (lookup, slot, body) VALUES (?, 2, ?)", (lookup, SECRET)))
        polling = asyncio.create_task(poll())
        await writer.submit(BurnMailbox(os.urandom(16), 1, lookup, 1, False))
        try:
            await gone(tmp_path)
        finally:
            stopped.set()
            await polling

    asyncio.run(go())


def test_a_file_that_nobody_opened_leaves_no_bytes_in_the_file_or_its_log(writer: Writer, tmp_path: Path) -> None:
    upload, size, day = os.urandom(16), len(SECRET), 20000

    async def go() -> None:
        await writer.submit(Sql("INSERT INTO evidence VALUES (?, ?, ?, ?, ?, 0)", (upload, bytes(32), size, size, day)))
        await writer.submit(
            Sql("INSERT INTO evidence_part (id, upload, start, body) VALUES (1, ?, 0, ?)", (upload, SECRET))
        )
        await writer.submit(PurgeEvidence(day + UNOPENED_DAYS))
        assert held(tmp_path)
        await writer.submit(PurgeEvidence(day + UNOPENED_DAYS + 1))
        await gone(tmp_path)

    asyncio.run(go())
