"""One queue and one writer a process: the only place that commits.

A handler submits a small command and awaits its commit. What is submitted in one turn of the event loop, twenty at a
time, and whatever else waits meanwhile, forms the next batch by itself. A failed batch is rolled back and replayed item
by item, so that one bad command spoils no other. When the database itself fails the process ends: an fsync that failed
once may say yes the second time without having written.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, NoReturn, Protocol

from service.store.database import (
    Connection,
    Cursor,
    NothingWritten,
    RowRefused,
    StorageBusy,
    StorageFailed,
    StorageFull,
    connect_writer,
)

MAX_BATCH = 256  # beyond, latency grows and throughput does not
AT_ONCE = 20  # commands that do not wait for the end of a long turn: they are written while the others are handled
TIDY_SECONDS = 1.0  # without work, before the log is tidied
TIDY_AT_LATEST = 5.0  # seconds: with work that never rests it is tidied between two batches


class Command(Protocol):
    """What changes rows. `run` is inside a transaction, and may be run again after a rollback."""

    def run(self, db: Cursor) -> Any: ...


class Insert:
    """A command that is one statement without an answer; many of a kind go to the database at once."""

    sql: str
    values: tuple[object, ...]

    def run(self, db: Cursor) -> None:
        db.run(self.sql, *self.values)


class WriterBusy(Exception):
    """More commands wait than the queue holds. Try again; nothing was stored."""


Outcome = tuple[Any, Exception | None]
Waiting = tuple[Command, asyncio.Future[Any], asyncio.AbstractEventLoop]


def _fail_stop(error: BaseException) -> NoReturn:
    """Ends the process; the supervisor starts it anew and SQLite or PostgreSQL recovers what was acknowledged."""
    print(f"panah: the database failed ({type(error).__name__}); stopping", file=sys.stderr, flush=True)
    os._exit(70)


class Writer:
    def __init__(
        self, url: str, most_waiting: int, fail_stop: Callable[[BaseException], NoReturn] = _fail_stop
    ) -> None:
        self._url = url
        self._most_waiting = most_waiting
        self._gathered: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._fail_stop = fail_stop
        self._connected = threading.Event()
        self._refused: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._connected.wait()
        if self._refused:
            raise self._refused

    def stop(self) -> None:
        """Finishes what waits. In the thread of the handlers."""
        for loop in list(self._gathered):
            self._hand_over(loop)
        self._waiting.put(None)
        self._thread.join()

    async def submit(self, command: Command) -> Any:
        """The command's answer, once it is committed. Raises what the command raised, WriterBusy or StorageFull."""
        return await self._gather(command)  # a handler that is cancelled takes nothing back: the commit goes on

    def _gather(self, command: Command) -> asyncio.Future[Any]:
        """Apart: `submit`'s frame is in the traceback of what the future raises; with the future in it both would hold
        each other, and the command with its megabyte, until the garbage collector comes by."""
        loop = asyncio.get_running_loop()
        gathered = self._gathered.get(loop)
        if self._waiting.qsize() + len(gathered or ()) >= self._most_waiting:
            raise WriterBusy
        if gathered is None:
            # Once a turn. Woken by the first command, the writer's thread would take the interpreter from the handlers
            # of all others again and again, for batches of three.
            gathered = self._gathered[loop] = []
            loop.call_soon(self._hand_over, loop)
        future: asyncio.Future[Any] = loop.create_future()
        gathered.append((command, future, loop))
        if len(gathered) == AT_ONCE:
            self._hand_over(loop)
        return future

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        for one in self._gathered.pop(loop, ()):
            self._waiting.put(one)

    def _work(self) -> None:
        try:
            db = connect_writer(self._url)
        except BaseException as error:
            self._refused = error
            return
        finally:
            self._connected.set()
        try:
            self._serve(db)
            db.close()
        except BaseException as error:  # a writer that is gone must not leave a server behind that waits for it
            self._fail_stop(error)

    def _serve(self, db: Connection) -> None:
        untidy_since: float | None = None
        while True:
            try:
                first = self._waiting.get(timeout=None if untidy_since is None else TIDY_SECONDS)
            except queue.Empty:
                untidy_since = None if db.tidy() else untidy_since
                continue
            if first is None:
                return
            batch = self._batch_from(first)
            self._run_batch(db, batch)
            if untidy_since is None and any(getattr(command, "deletes", False) for command, _, _ in batch):
                untidy_since = time.monotonic()
            if untidy_since is not None and time.monotonic() - untidy_since > TIDY_AT_LATEST:
                untidy_since = None if db.tidy() else time.monotonic()

    def _batch_from(self, first: Waiting) -> list[Waiting]:
        batch = [first]
        while len(batch) < MAX_BATCH:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if following is None:
                self._waiting.put(None)  # stop after this batch
                break
            batch.append(following)
        return batch

    def _run_batch(self, db: Connection, batch: list[Waiting]) -> None:
        outcomes = self._outcomes(db, [command for command, _, _ in batch])
        for loop, group in groupby(zip(batch, outcomes, strict=True), key=lambda one: one[0][2]):
            settled = [(future, answer, error) for (_, future, _), (answer, error) in group]
            loop.call_soon_threadsafe(_settle, settled)

    def _outcomes(self, db: Connection, commands: list[Command]) -> list[Outcome]:
        try:
            return self._run_together(db, commands)
        except StorageFailed:
            raise
        except StorageBusy:
            db.rollback()
            return [(None, WriterBusy()) for _ in commands]  # each alone would wait as long again
        except Exception:  # whatever one command raises must not spoil the others: each is run alone
            db.rollback()
        return [self._run_alone(db, command) for command in commands]  # after it: else each error holds the first one

    def _run_together(self, db: Connection, commands: list[Command]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        cursor = db.begin()
        for sql, group in groupby(commands, key=lambda one: one.sql if isinstance(one, Insert) else None):
            alike = list(group)
            if sql is None:
                outcomes += [_answer(command, cursor) for command in alike]
            else:
                cursor.run_many(sql, [one.values for one in alike if isinstance(one, Insert)])
                outcomes += [(None, None)] * len(alike)
        self._commit(db)
        return outcomes

    def _run_alone(self, db: Connection, command: Command) -> Outcome:
        try:
            answer = command.run(db.begin())
            self._commit(db)
            return answer, None
        except StorageFailed:
            raise
        except StorageBusy:
            db.rollback()
            return None, WriterBusy()
        except (RowRefused, StorageFull, NothingWritten) as error:
            db.rollback()
            return None, error.with_traceback(None)  # its frames hold the command
        except Exception as error:  # a fault of ours: where it was is told
            db.rollback()
            return None, error

    def _commit(self, db: Connection) -> None:
        """Whether a commit that failed was kept nobody knows, except where there was no room or a row was refused."""
        try:
            db.commit()
        except (RowRefused, StorageFull, StorageBusy):
            raise
        except Exception as error:
            self._fail_stop(error)


def _answer(command: Command, cursor: Cursor) -> Outcome:
    """Whatever else a command raises takes back what others of the batch wrote."""
    try:
        return command.run(cursor), None
    except NothingWritten as error:
        return None, error.with_traceback(None)  # its frames hold the command, and what others of the batch answered


def _settle(settled: Sequence[tuple[asyncio.Future[Any], Any, Exception | None]]) -> None:
    """In the loop of the handlers."""
    for future, answer, error in settled:
        if future.done():
            continue
        if error:
            future.set_exception(error)
        else:
            future.set_result(answer)
