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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
RAW_ROWS = 2000
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
    content = Content(COMPLAINT, world.today, "ru", {"account": TEXT})
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
    done = subprocess.run(command, check=True, capture_output=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


SQL = "INSERT INTO message (cid, case_cid, lookup, day, lane, keyring_version, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
SCHEMA = (
    "CREATE TABLE message (cid {bytes} PRIMARY KEY NOT NULL, case_cid {bytes} NOT NULL, lookup {bytes} NOT NULL, "
    "day INTEGER NOT NULL, lane INTEGER NOT NULL, keyring_version INTEGER NOT NULL, body {bytes} NOT NULL)"
)


def raw_sqlite(path: Path, rows: list[tuple[object, ...]]) -> float:
    """Rows a second, each in a commit of its own, with the same pragmas."""
    db = sqlite.connect(str(path), isolation_level=None)
    prepare_sqlite(db)
    db.execute(SCHEMA.format(bytes="BLOB"))
    started = time.perf_counter()
    for row in rows:
        db.execute(SQL, row)
    took = time.perf_counter() - started
    db.close()
    return len(rows) / took


def raw_postgres(url: str, rows: list[tuple[object, ...]]) -> float:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("DROP SCHEMA IF EXISTS raw CASCADE; CREATE SCHEMA raw; SET search_path TO raw")
        db.execute(SCHEMA.format(bytes="BYTEA"))  # type: ignore[arg-type]
        started = time.perf_counter()
        for row in rows:
            db.execute(SQL.replace("?", "%s"), row)  # type: ignore[arg-type]
        took = time.perf_counter() - started
    return len(rows) / took


def rows_of(world: World, sealed: list[bytes]) -> list[tuple[object, ...]]:
    found = []
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
    probe = rows_of(world, seal_many(world, RAW_ROWS))
    half = len(probe) // 2

    def raw(part: list[tuple[object, ...]], n: int) -> float:
        return raw_sqlite(data / f"raw{n}.sqlite3", part) if name == "sqlite" else raw_postgres(url, part)

    figures: list[Figure] = []
    before = raw(probe[:half], 1)
    best, sent = 0.0, 0
    with running(data, url) as (port, process):
        idle = resident_mib(process)
        for clients in CLIENTS:
            bodies = seal_many(world, MESSAGES[clients])
            found = load(port, "/v1/messages", clients, bodies, data)
            sent += len(bodies)
            best = max(best, found["per_second"])
            lost = sent - count_messages(url)
            figures.append(Figure(f"{name}: accepted/s, {clients} clients", found["per_second"], "/s"))
            figures.append(
                Figure(f"{name}: failures, {clients} clients", found["failures"], "", "0", found["failures"] == 0)
            )
            figures.append(Figure(f"{name}: lost, {clients} clients", lost, "", "0", lost == 0))
            worst = found["max_ms"]
            if clients == max(CLIENTS):
                figures.append(Figure(f"{name}: longest wait, {clients} clients", worst, "ms", "<= 250", worst <= 250))
        key = (data / "server.key").read_bytes()
        polled = load(port, "/v1/mailbox/read", 16, polls(world, key, POLLS), data)
        figures.append(Figure(f"{name}: mailbox polls/s, 16 clients", polled["per_second"], "/s"))
        figures.append(Figure(f"{name}: memory idle", idle, "MiB"))
        figures.append(Figure(f"{name}: memory after the load", resident_mib(process), "MiB"))
    after = raw(probe[half:], 2)
    base = (before + after) / 2
    figures.append(Figure(f"{name}: raw driver, one row a commit", base, "/s"))
    ratio = best / base
    figures.append(Figure(f"{name}: accepted against raw", ratio, "x", f">= {bound}", ratio >= bound))
    return figures


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
