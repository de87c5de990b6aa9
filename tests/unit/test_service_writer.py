"""The writer: one bad command spoils no other, a failing database ends the process, nobody waits for ever."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from pysqlite3 import dbapi2 as sqlite

from service.store import database
from service.store import writer as module
from service.store.commands import NonceSpent, OpenSession, Purge, SpendNonce, StoreMessage
from service.store.database import (
    Cursor,
    DatabaseRefused,
    RowRefused,
    StorageBusy,
    StorageFull,
    make_engine,
)
from service.store.migrations import migrate
from service.store.writer import AT_ONCE, Writer, WriterBusy
from tests.postgres import new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        where = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    else:
        where = new_database(request.getfixturevalue("postgres_url"))
    migrate(make_engine(where))
    return where


pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


class Stopped(SystemExit):
    """Stands for the end of the process; a thread ends by it without a word."""


class Supervised(Writer):
    """A writer whose fail-stop is seen and not carried out."""

    def __init__(self, url: str, most_waiting: int = 1000) -> None:
        self.stopped_for: list[str] = []

        def stop(error: BaseException) -> NoReturn:
            if not isinstance(error, Stopped):
                self.stopped_for.append(type(error).__name__)
            raise Stopped from None

        super().__init__(url, most_waiting, stop)

    def ended(self) -> None:
        """Until its thread has, however long a busy machine takes to see that the database failed."""
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def writer(url: str) -> Iterator[Supervised]:
    one = Supervised(url)
    one.start()
    yield one
    if one._thread.is_alive():
        one.stop()


def message(lookup: bytes = b"l" * 16, body: bytes = b"sealed") -> StoreMessage:
    return StoreMessage(os.urandom(32), lookup, 20000, 0, 1, body)


def stored(url: str, sql: str) -> list[tuple[object, ...]]:
    if url.startswith("sqlite:"):
        db = sqlite.connect(url.removeprefix("sqlite:///"))
        found = [tuple(row) for row in db.execute(sql)]
        db.close()
        return found
    with psycopg.connect(url) as connection:
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in connection.execute(sql)]


@dataclass(frozen=True)
class Fault:
    """A command that does something and then fails."""

    error: Exception

    def run(self, db: Cursor) -> None:
        db.run("INSERT INTO closed_mailbox (lookup) VALUES (?)", b"trace of a failed one")
        raise self.error


def test_a_bad_command_spoils_no_other_and_leaves_nothing(url: str, writer: Supervised) -> None:
    async def go() -> list[object]:
        commands = [message(), Fault(ValueError()), message(), SpendNonce(b"n" * 16, 1), SpendNonce(b"n" * 16, 1)]
        return list(await asyncio.gather(*(writer.submit(one) for one in commands), return_exceptions=True))

    outcomes = asyncio.run(go())
    assert [type(one) for one in outcomes] == [type(None), ValueError, type(None), type(None), NonceSpent]
    assert stored(url, "SELECT count(*) FROM message") == [(2,)]
    assert stored(url, "SELECT count(*) FROM closed_mailbox") == [(0,)]
    assert writer.stopped_for == []


class Part:
    """A command that holds much, and is refused."""

    def __init__(self, error: type[Exception] | None = None) -> None:
        self.error = error

    def run(self, db: Cursor) -> None:
        if self.error:
            raise self.error


@pytest.mark.parametrize("error", [NonceSpent, StorageFull, RowRefused])
def test_what_was_refused_is_let_go_of_at_once(url: str, writer: Supervised, error: type[Exception]) -> None:
    """Whoever sends megabytes that are refused would fill the memory until the garbage collector comes by."""

    async def go() -> weakref.ref[Part]:
        part = Part(error)
        gone = weakref.ref(part)
        with contextlib.suppress(error):
            await writer.submit(part)
        del part
        await writer.submit(Part())  # the writer's last batch is another
        await asyncio.sleep(0.05)
        return gone

    gc.collect()
    gc.disable()
    try:
        assert asyncio.run(go())() is None
    finally:
        gc.enable()


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """Grows by one with each call of this method of a writer's connection."""
    calls: list[str] = []
    for kind in (database.SqliteConnection, database.PostgresConnection):
        real = getattr(kind, name)

        def call(self: database.Connection, real: Callable[[database.Connection], None] = real) -> None:
            calls.append(name)
            real(self)

        monkeypatch.setattr(kind, name, call)
    return calls


def test_what_comes_in_one_turn_is_few_commits_of_which_the_first_do_not_wait_for_its_end(
    url: str, writer: Supervised, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = counted(monkeypatch, "commit")
    begun: list[int] = []

    async def handle(number: int) -> None:
        time.sleep(0.002)  # lets the writer's thread run, as the check of a signature does
        deadline = time.monotonic() + 30
        while number == 99 and not commits and time.monotonic() < deadline:
            time.sleep(0.002)  # still the same turn
        begun.append(len(commits))
        await writer.submit(message(os.urandom(16)))

    async def go() -> None:
        await asyncio.gather(*(handle(number) for number in range(100)))

    asyncio.run(go())
    assert stored(url, "SELECT count(*) FROM message") == [(100,)]
    assert len(commits) <= 100 // AT_ONCE
    assert begun[AT_ONCE - 1] == 0 < begun[-1]


@pytest.mark.parametrize("repeated", [False, True], ids=["a fault", "a nonce that was spent"])
def test_what_wrote_nothing_takes_back_nothing(
    url: str, writer: Supervised, repeated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends the same request again and again would have every complaint beside it committed alone."""
    taken_back = counted(monkeypatch, "rollback")

    async def go() -> list[object]:
        await writer.submit(SpendNonce(b"n" * 16, 1))
        bad = SpendNonce(b"n" * 16, 1) if repeated else Fault(ValueError())
        commands = [message(os.urandom(16)), bad, message(os.urandom(16))]
        return list(await asyncio.gather(*(writer.submit(one) for one in commands), return_exceptions=True))

    outcomes = asyncio.run(go())
    assert [type(one) for one in outcomes] == [type(None), NonceSpent if repeated else ValueError, type(None)]
    assert stored(url, "SELECT count(*) FROM message") == [(2,)]
    assert bool(taken_back) == (not repeated)


def test_messages_stand_one_after_the_other_from_a_start_that_two_processes_do_not_share() -> None:
    script = (
        "from service.store.commands import StoreMessage as One; "
        "print(*(One(b'', b'', 0, 0, 1, b'').values[-1] for _ in '12'))"
    )
    starts = set()
    for _ in range(2):
        said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
        first, second = map(int, said.split())
        assert second == first + 1
        starts.add(first >> 32)
    assert len(starts) == 2


def test_messages_of_one_code_in_one_batch_are_one_case(url: str, writer: Supervised) -> None:
    first = message()

    async def go() -> None:
        await asyncio.gather(*(writer.submit(one) for one in [first, *(message() for _ in range(20))]))

    asyncio.run(go())
    assert stored(url, "SELECT DISTINCT case_cid FROM message") == [(first.values[0],)]


def test_two_processes_agree_which_message_made_the_case(url: str, writer: Supervised) -> None:
    """Two writers are what two processes have: the partial index lets one first message through."""
    other = Supervised(url)
    other.start()

    async def go() -> None:
        pairs = [(message(lookup), message(lookup)) for lookup in (os.urandom(16) for _ in range(60))]
        await asyncio.gather(*(w.submit(m) for pair in pairs for w, m in zip((writer, other), pair, strict=True)))

    asyncio.run(go())
    other.stop()
    per_code = stored(url, "SELECT lookup, count(DISTINCT case_cid), count(*) FROM message GROUP BY lookup")
    assert {row[1:] for row in per_code} == {(1, 2)}


def test_a_lost_postgresql_ends_the_process_and_acknowledges_nothing(postgres_url: str) -> None:
    """It used to end the thread only, and every later request waited for ever."""
    writer = Supervised(postgres_url)
    migrate(make_engine(postgres_url))
    writer.start()

    async def go() -> None:
        await writer.submit(SpendNonce(os.urandom(16), 1))
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        with pytest.raises(asyncio.TimeoutError):  # the process would be gone by now
            await asyncio.wait_for(writer.submit(SpendNonce(os.urandom(16), 1)), 2)

    asyncio.run(go())
    writer.ended()
    assert writer.stopped_for == ["StorageFailed"]


@pytest.mark.parametrize("kept", [False, True], ids=["failed and not persisted", "failed but persisted"])
def test_a_commit_that_fails_ends_the_process_whatever_was_kept(
    url: str, writer: Supervised, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    kind = database.SqliteConnection if url.startswith("sqlite:") else database.PostgresConnection
    real = kind.commit

    def fail(self: database.Connection) -> None:
        if kept:
            real(self)  # type: ignore[arg-type]
        raise database.StorageFailed("a sync")

    async def go() -> None:
        await writer.submit(message())
        monkeypatch.setattr(kind, "commit", fail)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(writer.submit(message()), 1)

    asyncio.run(go())
    writer.ended()
    assert writer.stopped_for == ["StorageFailed"]
    monkeypatch.undo()
    assert stored(url, "SELECT count(*) FROM message") == [(2 if kept else 1,)]


def test_no_room_is_said_and_the_next_is_stored(url: str, writer: Supervised) -> None:
    async def go() -> list[object]:
        outcomes = await asyncio.gather(
            writer.submit(Fault(StorageFull())), writer.submit(message()), return_exceptions=True
        )
        await writer.submit(message())
        return list(outcomes)

    assert [type(one) for one in asyncio.run(go())] == [StorageFull, type(None)]
    assert stored(url, "SELECT count(*) FROM message") == [(2,)]


def test_a_database_that_another_program_holds_is_busy_and_not_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    migrate(make_engine(url))
    writer = Supervised(url)
    writer.start()
    holder = sqlite.connect(tmp_path / "panah.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    async def go() -> None:
        outcomes = await asyncio.gather(*(writer.submit(message()) for _ in range(40)), return_exceptions=True)
        assert {type(one) for one in outcomes} == {WriterBusy}
        holder.execute("ROLLBACK")
        await writer.submit(message())

    asyncio.run(asyncio.wait_for(go(), 60))
    writer.stop()
    assert writer.stopped_for == []


def test_more_than_the_queue_holds_is_refused_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    migrate(make_engine(url))
    writer = Supervised(url, most_waiting=3)

    async def go() -> list[object]:
        waiting = [asyncio.ensure_future(writer.submit(message())) for _ in range(5)]
        await asyncio.sleep(0.01)
        waiting.append(asyncio.ensure_future(writer.submit(message())))
        await asyncio.sleep(0)
        writer.start()
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    outcomes = [type(one) for one in asyncio.run(go())]
    assert outcomes == [type(None)] * 3 + [WriterBusy] * 3
    writer.stop()


def test_a_batch_has_256_commands_at_most() -> None:
    writer = Writer("", 1000)
    for _ in range(600):
        writer._waiting.put((message(), None, None))  # type: ignore[arg-type]
    assert len(writer._batch_from(writer._waiting.get())) == 256  # type: ignore[arg-type]


def test_what_finds_the_database_busy_leaves_nothing_and_may_come_again(url: str, writer: Supervised) -> None:
    async def go(*commands: object) -> list[type]:
        waiting = (writer.submit(one) for one in commands)  # type: ignore[arg-type]
        return [type(one) for one in await asyncio.gather(*waiting, return_exceptions=True)]

    busy = Fault(StorageBusy())
    assert asyncio.run(go(message(), busy)) == [WriterBusy, WriterBusy]
    assert asyncio.run(go(message())) == [type(None)]
    assert asyncio.run(go(Fault(ValueError()), busy, message())) == [ValueError, WriterBusy, type(None)]
    assert stored(url, "SELECT count(*) FROM message") == [(2,)]
    assert stored(url, "SELECT count(*) FROM closed_mailbox") == [(0,)]
    assert writer.stopped_for == []


@pytest.mark.parametrize(
    ("error", "told"), [(StorageFull, StorageFull), (StorageBusy, WriterBusy), (RowRefused, RowRefused)]
)
def test_a_commit_that_was_refused_for_a_known_reason_stops_nothing(
    url: str, writer: Supervised, monkeypatch: pytest.MonkeyPatch, error: type[Exception], told: type[Exception]
) -> None:
    kind = database.SqliteConnection if url.startswith("sqlite:") else database.PostgresConnection

    def refuse(self: database.Connection) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(kind, "commit", refuse)
        with pytest.raises(told):
            asyncio.run(writer.submit(message()))
    asyncio.run(writer.submit(message()))
    assert stored(url, "SELECT count(*) FROM message") == [(1,)]
    assert writer.stopped_for == []


def test_a_server_whose_database_is_refused_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(url: str) -> None:
        raise DatabaseRefused("too old")

    monkeypatch.setattr(module, "connect_writer", refuse)
    with pytest.raises(DatabaseRefused, match="too old"):
        Writer("", 1000).start()


def test_a_process_that_stops_ends_whole_and_tells_no_text() -> None:
    """From the writer's thread: to end that alone would leave a server that waits for it."""
    code = (
        "import threading, time; from service.store.writer import _fail_stop; "
        "threading.Thread(target=_fail_stop, args=(ValueError('Canary-7391'),)).start(); time.sleep(60)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 70
    assert "ValueError" in done.stderr
    assert "Canary" not in done.stderr


def test_a_client_that_went_away_stops_nothing(url: str, writer: Supervised) -> None:
    async def go() -> None:
        gone = [asyncio.ensure_future(writer.submit(one)) for one in (message(), Fault(ValueError()))]
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        await writer.submit(message())

    asyncio.run(go())
    assert stored(url, "SELECT count(*) FROM message") == [(2,)]


def test_stopping_finishes_what_waits(url: str, writer: Supervised) -> None:
    async def go() -> None:
        waiting = [asyncio.ensure_future(writer.submit(message())) for _ in range(300)]
        await asyncio.sleep(0)
        writer.stop()
        assert not writer._thread.is_alive()
        await asyncio.gather(*waiting)

    asyncio.run(asyncio.wait_for(go(), 60))
    assert stored(url, "SELECT count(*) FROM message") == [(300,)]


def test_what_has_expired_is_purged_and_nothing_else(url: str, writer: Supervised) -> None:
    async def go() -> None:
        for hour in (9, 10, 11):
            await writer.submit(OpenSession(os.urandom(16), hour, os.urandom(16), os.urandom(32), os.urandom(32), hour))
        await writer.submit(Purge(10, 0))

    asyncio.run(go())
    assert stored(url, "SELECT expires_hour FROM spent_nonce ORDER BY 1") == [(10,), (11,)]
    assert stored(url, "SELECT expires_hour FROM staff_session ORDER BY 1") == [(10,), (11,)]
