"""A disk that fails under the running server: what the kernel answers is altered, nothing in the server is."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto.message import parse_sealed
from tests.bench.server import seal_many
from tests.crash.server import send, start, stored_cids
from tests.world import World

FAIL_STOP = 70


def can_trace() -> bool:
    if not shutil.which("strace"):
        return False
    return not subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode


pytestmark = pytest.mark.skipif(not can_trace(), reason="needs strace, and leave to trace")


@contextlib.contextmanager
def failing(pid: int, calls: str, error: str) -> Iterator[None]:
    """Every such call of every thread of this process fails, from now on."""
    command = ["strace", "-f", "-p", str(pid), "-o", "/dev/null", "-e", f"trace={calls}"]
    tracer = subprocess.Popen([*command, "-e", f"inject={calls}:error={error}"], stderr=subprocess.PIPE)
    assert tracer.stderr
    assert b"attached" in tracer.stderr.readline()
    tasks = [
        f"TracerPid:\t{tracer.pid}\n" in (task / "status").read_text() for task in Path(f"/proc/{pid}/task").iterdir()
    ]
    assert all(tasks), "a thread is not traced"
    try:
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(60)
        tracer.stderr.close()


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def status_of(port: int, body: bytes) -> int | None:
    """None: no answer came."""
    try:
        return send(port, body)
    except (OSError, http.client.HTTPException):
        return None


def test_a_sync_that_fails_is_no_acknowledgement_and_the_end_of_the_process(world: World, tmp_path: Path) -> None:
    """The second sync may say yes without having written. After the restart the same bytes make one complaint."""
    one, other = seal_many(world, 2)
    world.write_instance(tmp_path)
    url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    process, port = start(tmp_path, url)
    assert send(port, one) == 204
    with failing(process.pid, "fsync,fdatasync", "EIO"):
        assert status_of(port, other) is None
        assert process.wait(60) == FAIL_STOP
    process, port = start(tmp_path, url)
    assert send(port, other) == 204
    process.kill()
    process.wait()
    assert stored_cids(url) == {parse_sealed(world.instance, body).cid for body in (one, other)}


def test_a_write_without_room_is_said_and_ends_when_there_is_room(world: World, tmp_path: Path) -> None:
    bodies = seal_many(world, 4)
    world.write_instance(tmp_path)
    url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    process, port = start(tmp_path, url)
    assert send(port, bodies[0]) == 204
    with failing(process.pid, "pwrite64", "ENOSPC"):
        assert status_of(port, bodies[1]) == 507
        assert status_of(port, bodies[2]) == 507
    assert send(port, bodies[3]) == 204
    assert send(port, bodies[1]) == 204
    process.kill()
    process.wait()
    kept = stored_cids(url)
    assert {parse_sealed(world.instance, bodies[n]).cid for n in (0, 1, 3)} <= kept
