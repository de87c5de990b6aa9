"""Engines and connections. One SQLite library in the process (pysqlite3), in a version without the WAL-reset bug."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import psycopg.errors
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Engine as Engine  # a handle that actions pass on; what it does is known here only
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

BUSY_MS = 10_000
TIDY_MS = 100  # complaints wait meanwhile; it is tried again
READERS = 4  # connections that stay open: to open one and set it up takes a millisecond, most reads less
PAGE = 16 * 1024  # a sealed message is three pages instead of ten
WRITER_CACHE_KIB = 16 * 1024  # holds a batch of 256 ordinary messages (10 MiB); what spills is written twice


class DatabaseRefused(Exception):
    """The database cannot be used. Mend what the text names; nothing was changed."""


# SQLite's result codes (sqlite.org/rescode.html); the lowest byte is the kind. PostgreSQL's states begin like this.
_CAUSES = {
    5: "another program holds it", 8: "it may be read and not written: look at its owner and permissions",
    10: "its disk fails", 11: "it is damaged: go back to a backup", 13: "its disk is full",
    14: "its file or folder is missing or not ours: look at the path, its owner and permissions",
    26: "it is no SQLite database",
    "42501": "this user may not make tables in it", "53": "it has no room or no connection left",
}  # fmt: skip


@contextmanager
def telling_causes() -> Iterator[None]:
    """Errors of either driver as DatabaseRefused, without their text: it may hold the address and who asks."""
    try:
        yield
    except DBAPIError as error:
        raise DatabaseRefused(_cause(error.orig)) from None
    except (sqlite.Error, psycopg.Error) as error:
        raise DatabaseRefused(_cause(error)) from None


def _cause(error: BaseException | None) -> str:
    state = getattr(error, "sqlstate", None) or ""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    found = next((_CAUSES[key] for key in (code, state, state[:2]) if key in _CAUSES), "")
    if not found and isinstance(error, psycopg.OperationalError):  # of a connection that fails libpq gives no state
        found = "it does not answer, refuses this user or password, or has no database of that name"
    return f"the database cannot be used: {found or f'{type(error).__name__} {state or code}'}"


def make_engine(url: str, looks: bool = False) -> Engine:
    """For reads and migrations. The writer has a connection of its own. Raises DatabaseRefused for no address.

    `looks`: SQLite's file, which may be a copy that somebody keeps, stays as it is to the byte.
    """
    try:
        make_url(url)
    except (ArgumentError, ValueError):  # their text may hold a password
        raise DatabaseRefused(
            "the database's address cannot be read: in a password % @ : / are written %25 %40 .."
        ) from None
    if is_sqlite(url):
        check_sqlite_version(sqlite.sqlite_version_info)
        engine = create_engine(make_url(url), module=sqlite, poolclass=QueuePool, pool_size=READERS, max_overflow=-1)

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _: Any) -> None:
            prepare_sqlite(connection, LOOKING if looks else WRITING)

        return engine
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=READERS)


def name_of(engine: Engine) -> str:
    """For whoever is told which database it is; without a password."""
    return engine.url.database or "" if is_sqlite(str(engine.url)) else engine.url.render_as_string(hide_password=True)


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:")


def has_free(url: str, bytes_free: int) -> bool:
    """Whether SQLite has so much: on its disk, and in pages of its file that hold nothing since something was deleted.

    How much PostgreSQL's disk has it does not say: as if endless.
    """
    if not is_sqlite(url):
        return True
    path = Path(make_url(url).database or "")
    free = shutil.disk_usage(path.parent).free
    if free >= bytes_free:
        return True
    with contextlib.closing(sqlite.connect(str(path))) as db:
        pages, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_size"))
    return bool(free + pages * size >= bytes_free)


def check_sqlite_version(version: tuple[int, ...]) -> None:
    """Refuses 3.7.0 to 3.51.2 without a backport: a WAL reset could corrupt the file."""
    fixed = version >= (3, 51, 3) or (version[:2] == (3, 44) and version >= (3, 44, 6))
    fixed = fixed or (version[:2] == (3, 50) and version >= (3, 50, 7))
    if not fixed:
        raise DatabaseRefused(f"SQLite {'.'.join(map(str, version))} can corrupt its log; 3.51.3 or newer is needed")


LOOKING = ("trusted_schema = OFF", "temp_store = MEMORY", "query_only = ON")
WRITING = (
    f"page_size = {PAGE}",  # of a new file
    "journal_mode = WAL",
    "synchronous = FULL",  # with it a commit that was acknowledged survives a power cut
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "secure_delete = ON",  # a burnt message leaves no bytes in the file
    "temp_store = MEMORY",
)


def prepare_sqlite(connection: Any, pragmas: Sequence[str] = WRITING) -> None:
    for pragma in (f"busy_timeout = {BUSY_MS}", *pragmas):
        _set(connection, pragma)


def _set(connection: Any, pragma: str) -> None:
    """Changing to WAL does not wait as other statements do: while another process does it, try again."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
            return
        except sqlite.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for reads; it never commits."""
    with Session(engine) as session:
        yield session


class Cursor(Protocol):
    """What a command may do inside the writer's transaction. SQL is written with `?`."""

    def run(self, sql: str, *values: object) -> int: ...

    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None: ...

    def row(self, sql: str, *values: object) -> Sequence[Any] | None: ...

    def rows(self, sql: str, *values: object) -> Sequence[Sequence[Any]]: ...

    def hold(self, table: str) -> None:
        """To the end of the transaction no other process writes to it, and who does already is waited for."""


class Connection(Protocol):
    """The writer's own connection."""

    def begin(self) -> Cursor: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def tidy(self) -> bool:
        """Outside a transaction, when nothing waits: leaves no bytes of what was deleted in the log.

        False: not yet. Who reads for long, such as a backup, is not waited for.
        """

    def close(self) -> None: ...


class NothingWritten(Exception):
    """A command's answer that it gives before it changes a row: the batch that it is in goes on."""


class StorageFull(Exception):
    """No room; nothing of the command was stored."""


class StorageBusy(Exception):
    """Another program holds the database; nothing of the command was stored."""


class RowRefused(Exception):
    """A constraint said no (a row that is there already)."""


class StorageFailed(Exception):
    """The database itself failed, as against one command being refused. Nobody knows what a second try would do."""


def connect_writer(url: str) -> Connection:
    return SqliteConnection(url) if is_sqlite(url) else PostgresConnection(url)


_BUSY, _LOCKED, _FULL = 5, 6, 13
_FAILURES = {7, 8, 10, 11, 14, 26}  # no memory, read-only, I/O, corrupt, cannot open, not a database
_NO_ROOM_FOR_INDEX = 10 | 19 << 8  # IOERR_SHMSIZE: the log's index could not grow


class SqliteConnection:
    def __init__(self, url: str) -> None:
        check_sqlite_version(sqlite.sqlite_version_info)
        path = make_url(url).database
        self._db = sqlite.connect(path, isolation_level=None, cached_statements=64)
        prepare_sqlite(self._db)
        self._db.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")

    def begin(self) -> Cursor:
        self._execute("BEGIN IMMEDIATE", ())
        return self

    def commit(self) -> None:
        self._execute("COMMIT", ())  # no room for the log is a refusal; every other failure ends the process

    def rollback(self) -> None:
        if self._db.in_transaction:
            self._execute("ROLLBACK", ())

    def tidy(self) -> bool:
        self._execute(f"PRAGMA busy_timeout = {TIDY_MS}", ())
        try:
            ((busy, _, _),) = self._execute("PRAGMA wal_checkpoint(TRUNCATE)", ()).fetchall()
        except (StorageBusy, StorageFull):
            return False
        finally:
            self._execute(f"PRAGMA busy_timeout = {BUSY_MS}", ())
        return not busy

    def close(self) -> None:
        self._db.close()

    def run(self, sql: str, *values: object) -> int:
        return self._execute(sql, values).rowcount  # type: ignore[no-any-return]

    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        for row in rows:
            self._execute(sql, row)

    def row(self, sql: str, *values: object) -> Sequence[Any] | None:
        return self._execute(sql, values).fetchone()  # type: ignore[no-any-return]

    def rows(self, sql: str, *values: object) -> Sequence[Sequence[Any]]:
        return self._execute(sql, values).fetchall()  # type: ignore[no-any-return]

    def hold(self, table: str) -> None:
        """BEGIN IMMEDIATE did: there is one writer."""

    def _execute(self, sql: str, values: Sequence[object]) -> Any:
        try:
            return self._db.execute(sql, values)
        except sqlite.IntegrityError as error:
            raise RowRefused(type(error).__name__) from None
        except sqlite.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0)
            kind = code & 0xFF
            if kind == _FULL or code == _NO_ROOM_FOR_INDEX:
                raise StorageFull from None
            if kind in (_BUSY, _LOCKED):
                raise StorageBusy from None
            if kind in _FAILURES:
                raise StorageFailed(f"SQLite, result {code}") from None
            raise


class PostgresConnection:
    def __init__(self, url: str) -> None:
        self._db = psycopg.connect(url, autocommit=False, prepare_threshold=2)
        check_postgres_durability(self._db)

    def begin(self) -> Cursor:
        return self

    def commit(self) -> None:
        with self._telling():
            self._db.commit()

    def rollback(self) -> None:
        with self._telling():
            self._db.rollback()

    def tidy(self) -> bool:
        """The database's own vacuum does it."""
        return True

    def close(self) -> None:
        self._db.close()

    def run(self, sql: str, *values: object) -> int:
        return self._execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """In a pipeline: one round trip a batch. Not one `unnest`: a row must see those before it in the batch."""
        with self._telling():
            self._db.cursor().executemany(_postgres(sql), rows)

    def row(self, sql: str, *values: object) -> Sequence[Any] | None:
        return self._execute(sql, values).fetchone()

    def rows(self, sql: str, *values: object) -> Sequence[Sequence[Any]]:
        return self._execute(sql, values).fetchall()

    def hold(self, table: str) -> None:
        """Reads go on. A statement that waited for it sees what was committed before."""
        self.run(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")

    def _execute(self, sql: str, values: Sequence[object]) -> psycopg.Cursor[tuple[Any, ...]]:
        with self._telling():
            return self._db.execute(_postgres(sql), values, binary=True)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What went wrong, in the words that the writer knows."""
        try:
            yield
        except psycopg.errors.IntegrityError as error:
            raise RowRefused(type(error).__name__) from None
        except psycopg.errors.DiskFull:
            raise StorageFull from None
        except psycopg.Error as error:
            if self._db.closed or isinstance(error, psycopg.errors.DataCorrupted | psycopg.errors.IoError):
                raise StorageFailed(f"PostgreSQL, {type(error).__name__}") from None
            raise


def check_postgres_durability(db: psycopg.Connection[tuple[Any, ...]]) -> None:
    """A commit must be on disk before it is acknowledged; a stricter setting (a replica's word too) stays."""
    shown = {name: (db.execute(f"SHOW {name}").fetchone() or ("",))[0] for name in ("fsync", "synchronous_commit")}
    if shown["fsync"] != "on":
        raise DatabaseRefused("PostgreSQL runs with fsync off: complaints would be lost when the power fails")
    if shown["synchronous_commit"] == "off":
        db.execute("SET synchronous_commit = on")
    db.commit()


def _postgres(sql: str) -> Any:
    return sql.replace("?", "%s")
