"""The list of ten thousand cases as a reviewer's desk asks for it, beside the bare reading of the same rows."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from sqlalchemy import Connection

from crypto.keyring import REVIEWER
from service.store.database import make_engine
from service.store.migrations import migrate
from service.store.seeing import list_cases
from tests.bench.server import Figure
from tests.world import World

CASES = 10_000
ENTRIES = 4  # of each
MESSAGE_BYTES, ENTRY_BYTES = 39_190, 15_000
ROUNDS = 5
MOST_MS = 300
MESSAGE = (
    "INSERT INTO message (id, cid, case_cid, lookup, day, lane, keyring_version, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
ENTRY = (
    "INSERT INTO entry (case_cid, seq, prev, link, cited, kind, state, day, count, actor, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def measure_queue() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'queue.sqlite3'}")
        migrate(engine)
        world = World()
        with engine.begin() as connection:
            for _ in range(CASES):
                fill(connection, world.today)
        member = next(one for one in world.keyring.members if one.role == REVIEWER)
        listed = list_cases(engine, member, world.keyring, world.today)
        assert len(listed) == CASES, len(listed)

        def bare() -> None:
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT * FROM place").fetchall()
                connection.exec_driver_sql("SELECT case_cid, lane, day FROM message").fetchall()

        ours = timed(lambda: list_cases(engine, member, world.keyring, world.today))
        raw = timed(bare)
        engine.dispose()
    return [
        Figure(f"list of {CASES:,} cases", ours, "ms", f"<= {MOST_MS}", ours <= MOST_MS),
        Figure("the same rows, read and dropped", raw, "ms"),
        Figure("list against bare rows", ours / raw, "x"),
    ]


def fill(connection: Connection, today: int) -> None:
    cid = os.urandom(32)
    row = (int.from_bytes(os.urandom(7), "big"), cid, cid, os.urandom(16), today, 0, 1, bytes(MESSAGE_BYTES))
    connection.exec_driver_sql(MESSAGE, row)
    for seq in range(ENTRIES):
        links = (bytes(32), os.urandom(32), bytes(32))
        entry = (cid, seq, *links, 2, 2, today, 1, bytes(16), bytes(ENTRY_BYTES))
        connection.exec_driver_sql(ENTRY, entry)
    place = (cid, 2, 0, 3, 0, today, ENTRIES, bytes(32))
    connection.exec_driver_sql("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)", place)


def timed(act: Callable[[], object]) -> float:
    """Milliseconds; the first time reads from the disk and is not counted."""
    act()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)
