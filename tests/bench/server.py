"""Accepted complaints and mailbox polls a second, against one-row commits of the same rows by the raw driver."""

from __future__ import annotations

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

from crypto.account import COMPLAINT, Content
from crypto.draw import draw_readers
from crypto.message import KeyringName, parse_sealed, prepare_slots, seal_message
from crypto.requests import make_nonce
from service import clock
from service.store.database import prepare_sqlite
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


SQL = "INSERT INTO message (cid, case_cid, lookup, day, lane, keyring_version, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
SCHEMA = (
    "CREATE TABLE message (cid {bytes} PRIMARY KEY NOT NULL, case_cid {bytes} NOT NULL, lookup {bytes} NOT NULL, "
    "day INTEGER NOT NULL, lane INTEGER NOT NULL, keyring_version INTEGER NOT NULL, body {bytes} NOT NULL)"
)


Raw = Callable[[list[tuple[object, ...]]], float]


@contextmanager
def raw_of(name: str, url: str, data: Path) -> Iterator[Raw]:
    """Rows a second by the driver alone, each row in a commit of its own, with the same pragmas, on the same disk."""
    if name == "sqlite":
        db = sqlite.connect(str(data / "raw.sqlite3"), isolation_level=None)
        prepare_sqlite(db)
        db.execute(SCHEMA.format(bytes="BLOB"))
        yield lambda rows: _rate(db, SQL, rows)
        db.close()
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS raw CASCADE; CREATE SCHEMA raw; SET search_path TO raw")
        connection.execute(SCHEMA.format(bytes="BYTEA"))  # type: ignore[arg-type]
        yield lambda rows: _rate(connection, SQL.replace("?", "%s"), rows)


def _rate(db: Any, sql: str, rows: list[tuple[object, ...]]) -> float:
    started = time.perf_counter()
    for row in rows:
        db.execute(sql, row)
    return len(rows) / (time.perf_counter() - started)


def rows_of(world: World, sealed: list[bytes]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for data in sealed:
        one = parse_sealed(world.instance, data)
        found.append((one.cid, one.cid, one.lookup, world.today, one.lane, one.keyring_version, data))
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
    with running(data, url) as (port, process), raw_of(name, url, data) as raw_rate:
        idle = resident_mib(process)
        for clients in CLIENTS:
            per_second: list[float] = []
            raw_per_second: list[float] = []
            worst: list[float] = []
            failures = 0.0
            for _ in range(ROUNDS):
                bodies = seal_many(world, MESSAGES[clients] // ROUNDS)
                raw_per_second.append(raw_rate(rows_of(world, bodies)))
                found = load(port, "/v1/messages", clients, bodies, data)
                sent += len(bodies)
                per_second.append(found["per_second"])
                worst.append(found["max_ms"])
                failures += found["failures"]
            lost = sent - count_messages(url)
            here, probe = median(per_second), median(raw_per_second)
            ratio = median([ours / theirs for ours, theirs in zip(per_second, raw_per_second, strict=True)])
            what = f"{name}, {clients} clients"
            figures += [
                Figure(f"{what}: accepted", here, "/s"),
                Figure(f"{what}: raw driver, one row a commit", probe, "/s"),
                Figure(f"{what}: accepted against raw", ratio, "x", *_at_least(ratio, bound, clients == BUSY)),
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
