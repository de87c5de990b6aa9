"""What was acknowledged is there after a crash, and what fails leaves nothing half done."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from crypto.message import parse_sealed
from tests.bench.server import seal_many
from tests.crash.server import send, start, stored_cids
from tests.postgres import new_database
from tests.world import World

ROUNDS = 4
MOST_TAKEN = 100  # in a round; fewer than there are in all


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def sealed(world: World) -> list[bytes]:
    return seal_many(world, 600)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_receipt_survives_the_death_of_the_server(
    database: str, world: World, sealed: list[bytes], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    world.write_instance(tmp_path)
    url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    if database == "postgresql":
        url = new_database(request.getfixturevalue("postgres_url"))
    acknowledged: set[bytes] = set()
    waiting = list(sealed)
    for _ in range(ROUNDS):
        process, port = start(tmp_path, url)
        stop, before = threading.Event(), len(acknowledged)

        def work(port: int = port, stop: threading.Event = stop) -> None:
            while not stop.is_set():
                body = waiting.pop()
                try:
                    if send(port, body) == 204:
                        acknowledged.add(parse_sealed(world.instance, body).cid)
                except (OSError, http.client.HTTPException):
                    return

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        taken = before + random.randrange(2, MOST_TAKEN)
        while len(acknowledged) < taken and any(thread.is_alive() for thread in threads):
            time.sleep(0.001)
        process.kill()  # with others on their way
        stop.set()
        for thread in threads:
            thread.join()
        process.wait()
    assert len(acknowledged) > ROUNDS
    assert acknowledged <= stored_cids(url)
    process, port = start(tmp_path, url)  # and it comes up again
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0


def test_the_same_bytes_after_a_crash_make_one_complaint(world: World, sealed: list[bytes], tmp_path: Path) -> None:
    """The answer was lost, not the complaint: the page sends again."""
    world.write_instance(tmp_path)
    url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    for _ in range(2):
        process, port = start(tmp_path, url)
        assert send(port, sealed[0]) == 204
        process.kill()
        process.wait()
    assert stored_cids(url) == {parse_sealed(world.instance, sealed[0]).cid}


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_an_answer_and_loses_nothing(world: World, sealed: list[bytes], tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], check=True)
    try:
        world.write_instance(tmp_path)
        url = f"sqlite:///{disk / 'panah.sqlite3'}"
        process, port = start(tmp_path, url)
        answers = {}
        for body in sealed[:300]:
            answers[parse_sealed(world.instance, body).cid] = send(port, body)
        assert set(answers.values()) == {204, 507}
        # it still answers, and what it took is there
        assert send(port, sealed[0]) in (204, 507)
        process.kill()
        process.wait()
        kept = stored_cids(url)
        assert {cid for cid, status in answers.items() if status == 204} <= kept
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_failing_sync_ends_the_process_and_acknowledges_nothing(
    world: World, sealed: list[bytes], tmp_path: Path
) -> None:
    """A second fsync may say yes without having written: the writer must not go on."""
    code = (
        "import sys, service.store.database as d\n"
        "real = d.SqliteConnection.commit\n"
        "def fail(self):\n"
        "    if self._db.execute('SELECT count(*) FROM message').fetchone()[0] >= 2:\n"
        "        raise d.sqlite.OperationalError('disk I/O error')\n"
        "    real(self)\n"
        "d.SqliteConnection.commit = fail\n"
        "from service.cli import main\n"
        "sys.argv = ['panah', 'serve']\n"
        "main()\n"
    )
    world.write_instance(tmp_path)
    url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PANAH_DATA": str(tmp_path), "PANAH_PORT": str(port), "PANAH_DATABASE_URL": url}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline().startswith(b"ready")
    assert send(port, sealed[0]) == 204
    with pytest.raises((OSError, http.client.HTTPException)):
        send(port, sealed[1])
    assert process.wait(60) == 70
    assert stored_cids(url) == {parse_sealed(world.instance, sealed[0]).cid}
