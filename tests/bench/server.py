"""Accepted complaints and mailbox polls a second, against one-row commits of the same rows by the raw driver.

The bounds are against the same rows in the same table: to find a message again by its CID, its lookup id and its number
is part of keeping it. What a bare table would take is told beside it.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import text

from crypto.account import COMPLAINT, Content
from crypto.draw import draw_readers
from crypto.message import KeyringName, parse_sealed, prepare_slots, seal_message
from crypto.requests import make_nonce
from service import clock
from service.store.database import make_engine, prepare_sqlite
from service.store.migrations import migrate
from service.store.tables import MessageRow
from tests.bench.load import write_bodies
from tests.postgres import running_postgres
from tests.world import Submitter, World

CLIENTS = (1, 4, 16, 64)
MESSAGES = {1: 400, 4: 1200, 16: 2400, 64: 3200}
ROUNDS = 4  # raw and loaded by turns
BUSY = 64  # the bounds against raw are for a busy server: alone, a client waits for its own round trip
POLLS = 1500
TEXT = "Меня задержали вечером. " * 200  # 5,000 characters: the smallest of the three sizes holds it


@dataclass(frozen=True)
class Figure:
    """One line of the result; `bound` is what must hold, empty when only told."""

    name: str
    value: float
    unit: str
    bound: str = ""
    holds: bool = True


def seal_many(world: World, count: int) -> list[bytes]:
    """Real messages of different people. The KEM work is shared: only the server is measured here."""
    draw = draw_readers(world.keyring, bytes(32), world.today)
    readers = [world.person(one.id).key.pk for one in draw.readers]
    prepared = prepare_slots(readers, [world.person(one.id).key.pk for one in draw.custodians])
    name = KeyringName(world.instance, world.keyring.version, world.keyring.hash)
    content = Content(COMPLAINT, world.today, "ru", {"story": TEXT})
    sealed = []
    for _ in range(count):
        prepared.spent = False
        sealed.append(seal_message(prepared, Submitter(world).receipt, name, 0, content, {}, {}))
    return sealed


@contextmanager
def running(data: Path, database_url: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PANAH_DATA": str(data), "PANAH_PORT": str(port), "PANAH_DATABASE_URL": database_url}
    process = subprocess.Popen([sys.executable, "-m", "service.cli", "serve"], env=environment, stdout=subprocess.PIPE)
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith(b"ready"), line
    try:
        yield port, process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def load(port: int, path: str, clients: int, bodies: list[bytes], folder: Path) -> dict[str, float]:
    file = folder / "bodies.bin"
    write_bodies(file, bodies)
    command = [sys.executable, "-m", "tests.bench.load", str(port), path, str(clients), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=120)
    found: dict[str, float] = json.loads(done.stdout)
    return found


COLUMNS = [column.name for column in MessageRow.metadata.tables["message"].columns]
SQL = f"INSERT INTO message ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
SAME, BARE = "the same table", "a bare table"
Row = dict[str, object]
Raw = Callable[[list[Row]], float]


@contextmanager
def raw_of(name: str, url: str, data: Path, table: str) -> Iterator[Raw]:
    """Rows a second by the driver alone, each row in a commit of its own, with the same pragmas, on the same disk."""
    if name == "sqlite":
        file = data / f"raw-{table}.sqlite3"
        _make(f"sqlite:///{file}", table)
        db = sqlite.connect(str(file), isolation_level=None)
        prepare_sqlite(db)
        yield lambda rows: _rate(db, SQL, rows)
        db.close()
        return
    with psycopg.connect(url, autocommit=True) as connection:
        schema = f"raw_{table.split()[1]}"
        connection.execute(f"CREATE SCHEMA {schema}")  # type: ignore[arg-type]
        inside = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
        _make(inside, table)
    with psycopg.connect(inside, autocommit=True) as connection:
        yield lambda rows: _rate(connection, SQL.replace("?", "%s"), rows)


def _make(url: str, table: str) -> None:
    """The server's tables; for a bare one only this, without an index but for the CID."""
    engine = make_engine(url)
    migrate(engine)
    if table == BARE:
        with engine.begin() as db:
            db.execute(text("CREATE TABLE bare AS SELECT * FROM message"))
            db.execute(text("DROP TABLE message"))
            db.execute(text("ALTER TABLE bare RENAME TO message"))
            db.execute(text("CREATE UNIQUE INDEX bare_cid ON message (cid)"))
    engine.dispose()


def _rate(db: Any, sql: str, rows: list[Row]) -> float:
    values = [[row[name] for name in COLUMNS] for row in rows]
    started = time.perf_counter()
    for one in values:
        db.execute(sql, one)
    return len(rows) / (time.perf_counter() - started)


_numbers = itertools.count(1)  # one after the other, as the server gives them


def rows_of(world: World, sealed: list[bytes]) -> list[Row]:
    found: list[Row] = []
    for data in sealed:
        one = parse_sealed(world.instance, data)
        found.append({
            "id": next(_numbers), "cid": one.cid, "case_cid": one.cid, "lookup": one.lookup, "day": world.today,
            "lane": one.lane, "keyring_version": one.keyring_version, "body": data,
        })  # fmt: skip
    return found


def count_messages(url: str) -> int:
    if url.startswith("sqlite:"):
        db = sqlite.connect(url.removeprefix("sqlite:///"))
        (count,) = db.execute("SELECT count(*) FROM message").fetchone()
        db.close()
        return int(count)
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM message").fetchone()
        assert row
        return int(row[0])


def resident_mib(process: subprocess.Popen[bytes]) -> float:
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def polls(world: World, server_key: bytes, count: int) -> list[bytes]:
    me = Submitter(world)
    nonces = [make_nonce(server_key, "mailbox", clock.now() + 600) for _ in range(count)]
    return [me.request("mailbox.read", b"", nonce) for nonce in nonces]


def measure(name: str, url: str, data: Path, world: World, bound: float) -> list[Figure]:
    """Rounds of raw rows and of load by turns: a disk that others use too changes from second to second."""
    figures: list[Figure] = []
    sent = 0
    with (
        running(data, url) as (port, process),
        raw_of(name, url, data, SAME) as same_table,
        raw_of(name, url, data, BARE) as bare_table,
    ):
        idle = resident_mib(process)
        for clients in CLIENTS:
            per_second: list[float] = []
            same: list[float] = []
            bare: list[float] = []
            worst: list[float] = []
            failures = 0.0
            for _ in range(ROUNDS):
                bodies = seal_many(world, MESSAGES[clients] // ROUNDS)
                rows = rows_of(world, bodies)
                bare.append(bare_table(rows))
                same.append(same_table(rows))
                found = load(port, "/v1/messages", clients, bodies, data)
                sent += len(bodies)
                per_second.append(found["per_second"])
                worst.append(found["max_ms"])
                failures += found["failures"]
            lost = sent - count_messages(url)
            to_same, to_bare = (
                median([ours / theirs for ours, theirs in zip(per_second, raw, strict=True)]) for raw in (same, bare)
            )
            what = f"{name}, {clients} clients"
            figures += [
                Figure(f"{what}: accepted", median(per_second), "/s"),
                Figure(f"{what}: raw driver, one row a commit, {SAME}", median(same), "/s"),
                Figure(f"{what}: accepted against that", to_same, "x", *_at_least(to_same, bound, clients == BUSY)),
                Figure(f"{what}: raw driver, one row a commit, {BARE}", median(bare), "/s"),
                Figure(f"{what}: accepted against that", to_bare, "x"),
                Figure(f"{what}: failures", failures, "", "0", failures == 0),
                Figure(f"{what}: lost", lost, "", "0", lost == 0),
                Figure(f"{what}: longest wait of all", max(worst), "ms", *_at_most(max(worst), 250, clients == 64)),
            ]
        key = (data / "server.key").read_bytes()
        polled = load(port, "/v1/mailbox/read", 16, polls(world, key, POLLS), data)
        figures.append(Figure(f"{name}, 16 clients: mailbox polls", polled["per_second"], "/s"))
        figures.append(
            Figure(f"{name}, 16 clients: failed polls", polled["failures"], "", "0", polled["failures"] == 0)
        )
        figures.append(Figure(f"{name}: memory idle", idle, "MiB"))
        figures.append(Figure(f"{name}: memory after the load", resident_mib(process), "MiB"))
    return figures


def _at_least(value: float, bound: float, counts: bool) -> tuple[str, bool]:
    return (f">= {bound}", value >= bound) if counts else ("", True)


def _at_most(value: float, bound: float, counts: bool) -> tuple[str, bool]:
    return (f"<= {bound}", value <= bound) if counts else ("", True)


def measure_all() -> list[Figure]:
    world = World()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "sqlite"
        data.mkdir()
        world.write_instance(data)
        figures += measure("sqlite", f"sqlite:///{data / 'panah.sqlite3'}", data, world, 1.0)
        postgres = Path(folder) / "postgresql"
        postgres.mkdir()
        world.write_instance(postgres)
        with running_postgres() as url:
            figures += measure("postgresql", url, postgres, world, 0.8)
    return figures
