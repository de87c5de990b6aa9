"""One queue and one writer a process: the only place that commits.

A handler submits a small command and awaits its commit; whatever waits meanwhile forms the next batch by itself. A
failed batch is rolled back and replayed item by item, so that one bad command spoils no other. When the database
fails at a commit the process ends: an fsync that failed once may say yes the second time without having written.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
from collections.abc import Callable
from itertools import groupby
from typing import Any, NoReturn, Protocol

from service.store.database import Connection, Cursor, RowRefused, StorageFull, connect_writer

MAX_BATCH = 256  # ENGINE: beyond, latency grows and throughput does not


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


Waiting = tuple[Command, asyncio.Future[Any], asyncio.AbstractEventLoop]


def _fail_stop(error: BaseException) -> NoReturn:
    """Ends the process; the supervisor starts it anew and SQLite or PostgreSQL recovers what was acknowledged."""
    print(f"panah: the database failed at a commit ({type(error).__name__}); stopping", file=sys.stderr, flush=True)
    os._exit(70)


class Writer:
    def __init__(
        self, url: str, most_waiting: int, fail_stop: Callable[[BaseException], NoReturn] = _fail_stop
    ) -> None:
        self._url = url
        self._waiting: queue.Queue[Waiting | None] = queue.Queue(most_waiting)
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
        """Finishes what waits."""
        self._waiting.put(None)
        self._thread.join()

    async def submit(self, command: Command) -> Any:
        """The command's answer, once it is committed. Raises what the command raised, or WriterBusy."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        try:
            self._waiting.put_nowait((command, future, loop))
        except queue.Full:
            raise WriterBusy from None
        # A client that goes away must not cancel what is being committed.
        return await asyncio.shield(future)

    def _work(self) -> None:
        try:
            db = connect_writer(self._url)
        except BaseException as error:
            self._refused = error
            return
        finally:
            self._connected.set()
        while batch := self._next_batch():
            self._run_batch(db, batch)
        db.close()

    def _next_batch(self) -> list[Waiting]:
        first = self._waiting.get()
        batch = [] if first is None else [first]
        while batch and len(batch) < MAX_BATCH:
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
        try:
            outcomes = self._run_together(db, [command for command, _, _ in batch])
        except Exception:
            db.rollback()
            outcomes = [self._run_alone(db, command) for command, _, _ in batch]
        for (_, future, loop), (answer, error) in zip(batch, outcomes, strict=True):
            loop.call_soon_threadsafe(_settle, future, answer, error)

    def _run_together(self, db: Connection, commands: list[Command]) -> list[tuple[Any, Exception | None]]:
        outcomes: list[tuple[Any, Exception | None]] = []
        cursor = db.begin()
        for sql, group in groupby(commands, key=lambda one: one.sql if isinstance(one, Insert) else None):
            alike = list(group)
            if sql is None:
                outcomes += [(command.run(cursor), None) for command in alike]
            else:
                cursor.run_many(sql, [one.values for one in alike if isinstance(one, Insert)])
                outcomes += [(None, None)] * len(alike)
        self._commit(db)
        return outcomes

    def _run_alone(self, db: Connection, command: Command) -> tuple[Any, Exception | None]:
        try:
            answer = command.run(db.begin())
            self._commit(db)
            return answer, None
        except Exception as error:
            db.rollback()
            return None, error

    def _commit(self, db: Connection) -> None:
        try:
            db.commit()
        except (RowRefused, StorageFull):
            raise
        except Exception as error:
            self._fail_stop(error)


def _settle(future: asyncio.Future[Any], answer: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error:
        future.set_exception(error)
    else:
        future.set_result(answer)
