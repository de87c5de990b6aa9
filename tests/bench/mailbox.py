"""Whether somebody who watches answers can tell a code that was used from one that never was."""

from __future__ import annotations

import http.client
import random
import tempfile
import time
from pathlib import Path

from crypto.requests import make_nonce
from service import clock
from tests.bench.server import Figure, running
from tests.world import Submitter, World

POLLS = 2000  # of reading; half as many of burning, a tenth of writing
PEOPLE = 40  # with a code that was used, and as many without: no single row stays in a cache
MOST_AUC = 0.6
BINARY = {"Content-Type": "application/octet-stream"}


def measure_mailbox() -> list[Figure]:
    with tempfile.TemporaryDirectory() as made:
        data = Path(made)
        world = World()
        world.write_instance(data)
        with running(data, f"sqlite:///{data / 'panah.sqlite3'}") as (port, _):
            key = (data / "server.key").read_bytes()
            line = http.client.HTTPConnection("127.0.0.1", port)
            known, strangers = ([Submitter(world) for _ in range(PEOPLE)] for _ in range(2))
            for one in known:
                ask(line, "/v1/messages", one.seal("слово"))
            return [
                *tell_apart(line, "reading", POLLS, known, strangers, lambda one: request(one, key, "read")),
                *tell_apart(line, "burning", POLLS // 2, known, strangers, lambda one: request(one, key, "burn")),
                *tell_apart(line, "writing", POLLS // 10, known, None, lambda one: ("/v1/messages", one.seal("ещё"))),
            ]


def request(one: Submitter, key: bytes, what: str) -> tuple[str, bytes]:
    nonce = make_nonce(key, "mailbox", clock.now() + 600)
    body = b"" if what == "read" else b"\x01"
    route = "mailbox.read" if what == "read" else "mailbox.burn"
    return f"/v1/mailbox/{what}", one.request(route, body, nonce)


def ask(line: http.client.HTTPConnection, path: str, body: bytes) -> tuple[float, tuple[int, int, str]]:
    """How long it took, and all that an answer shows: status, length, headers."""
    start = time.perf_counter()
    line.request("POST", path, body, BINARY)
    answer = line.getresponse()
    content = answer.read()
    taken = time.perf_counter() - start
    headers = " ".join(f"{name}={value}" for name, value in answer.getheaders() if name.lower() != "date")
    return taken, (answer.status, len(content), headers)


def tell_apart(line, what, count, known, strangers, make) -> list[Figure]:  # type: ignore[no-untyped-def]
    """By turns at random, so that whatever else the machine does falls on both alike."""
    world = known[0].world
    turns = [True] * (count // 2) + [False] * (count // 2)
    random.shuffle(turns)
    times: dict[bool, list[float]] = {True: [], False: []}
    seen: dict[bool, set[tuple[int, int, str]]] = {True: set(), False: set()}
    for n, used in enumerate(turns):
        one = random.choice(known) if used else random.choice(strangers) if strangers else Submitter(world)
        path, body = make(one)
        taken, shown = ask(line, path, body)
        if n >= 20:  # a server that has just begun is slow for all
            times[used].append(taken)
        seen[used].add(shown)
    auc = auc_of(times[True], times[False])
    alike = seen[True] == seen[False] and len(seen[True]) == 1
    return [
        Figure(f"{what}, used or not: told apart by time (AUC)", auc, "", f"<= {MOST_AUC}", auc <= MOST_AUC),
        Figure(f"{what}, used or not: kinds of answers", len(seen[True] | seen[False]), "", "1", alike),
    ]


def auc_of(ones: list[float], others: list[float]) -> float:
    """How often one of the first took longer than one of the others, whichever way is the better guess."""
    ranked = sorted([(value, True) for value in ones] + [(value, False) for value in others])
    ranks = sum(rank for rank, (_, first) in enumerate(ranked, 1) if first)
    auc = (ranks - len(ones) * (len(ones) + 1) / 2) / (len(ones) * len(others))
    return max(auc, 1 - auc)
