"""Sealed files: what was acknowledged is there after a crash, a full disk is an answer, memory stays flat."""

from __future__ import annotations

import http.client
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from pysqlite3 import dbapi2 as sqlite

from crypto.encoding import encode, read_uint, u64
from crypto.evidence import CHUNK, OVERHEAD
from service.actions.receive_evidence import PART, is_blob_size
from tests.bench.server import seal_many
from tests.crash.server import send
from tests.crash.server import start as start_server
from tests.postgres import new_database
from tests.world import World, signin_body, staff_headers

TOKEN = bytes(range(32))
FILE = 64 * (CHUNK + OVERHEAD)  # 4 MiB sealed: five parts
LARGEST = 1024 * (CHUNK + OVERHEAD)  # 64 MiB
MIB = 1024 * 1024
MOST_TAKEN = 40  # parts, until the server is killed; all files have five times as many


@pytest.fixture(scope="module")
def world() -> World:
    return World()


Start = Callable[[Path, str], tuple[subprocess.Popen[bytes], int]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Whatever a test starts ends with it."""
    started: list[subprocess.Popen[bytes]] = []

    def one(data: Path, url: str) -> tuple[subprocess.Popen[bytes], int]:
        process, port = start_server(data, url)
        started.append(process)
        return process, port

    yield one
    for process in started:
        process.kill()
        process.wait()


def send_part(port: int, upload: bytes, start: int, body: bytes, total: int) -> tuple[int, int]:
    """The status, and up to where the file is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/v1/evidence", encode("upload", upload, TOKEN, u64(start), u64(total), body))
        answer = connection.getresponse()
        told = answer.read()
        return answer.status, read_uint(told) if answer.status == 200 else 0
    finally:
        connection.close()


def send_file(port: int, upload: bytes, blob: bytes, start: int = 0) -> int:
    """Until it is whole or refused. Up to where it was acknowledged."""
    while start < len(blob):
        status, reached = send_part(port, upload, start, blob[start : start + PART], len(blob))
        if status != 200:
            break
        start = reached
    return start


def stored(url: str, upload: bytes) -> bytes:
    """The parts that are there, in a row without a gap."""
    if url.startswith("sqlite:"):
        db = sqlite.connect(url.removeprefix("sqlite:///"))
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = db.execute(
            "SELECT start, body FROM evidence_part WHERE upload = ? ORDER BY start", (upload,)
        ).fetchall()
        db.close()
    else:
        with psycopg.connect(url) as connection:
            sql = "SELECT start, body FROM evidence_part WHERE upload = %s ORDER BY start"
            found = connection.execute(sql, (upload,)).fetchall()
    whole = b""
    for begin, body in found:
        assert begin == len(whole)
        whole += bytes(body)
    return whole


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_file_goes_on_where_it_was_after_the_death_of_the_server(
    database: str, world: World, start: Start, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    world.write_instance(tmp_path)
    url = f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    if database == "postgresql":
        url = new_database(request.getfixturevalue("postgres_url"))
    assert is_blob_size(FILE)
    files = {os.urandom(16): os.urandom(FILE) for _ in range(40)}
    acknowledged = dict.fromkeys(files, 0)
    odd: list[tuple[int, int]] = []
    for _ in range(4):
        process, port = start(tmp_path, url)
        waiting = [upload for upload, reached in acknowledged.items() if reached < FILE]
        before = sum(acknowledged.values())

        def work(port: int = port, waiting: list[bytes] = waiting) -> None:
            try:
                while waiting:
                    upload = waiting.pop()
                    while acknowledged[upload] < FILE:
                        begin = acknowledged[upload]
                        status, reached = send_part(port, upload, begin, files[upload][begin : begin + PART], FILE)
                        if status != 200 or reached < begin:
                            odd.append((status, reached))
                        acknowledged[upload] = reached
            except (OSError, http.client.HTTPException):
                return

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        taken = before + random.randrange(1, MOST_TAKEN) * PART
        while sum(acknowledged.values()) < taken and any(thread.is_alive() for thread in threads):
            time.sleep(0.001)
        process.kill()  # with others on their way
        for thread in threads:
            thread.join()
        process.wait()
        for upload, reached in acknowledged.items():
            here = stored(url, upload)
            assert len(here) >= reached
            assert files[upload].startswith(here)
    assert odd == []
    assert any(acknowledged.values())
    process, port = start(tmp_path, url)
    for upload, blob in files.items():
        assert send_file(port, upload, blob, acknowledged[upload]) == FILE
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert all(stored(url, upload) == blob for upload, blob in files.items())


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_file_on_a_full_disk_goes_on_when_there_is_room(
    world: World, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANAH_EVIDENCE_FREE_BYTES", "0")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=True)
    try:
        world.write_instance(tmp_path)
        url = f"sqlite:///{disk / 'panah.sqlite3'}"
        process, port = start(tmp_path, url)
        upload, blob = os.urandom(16), os.urandom(FILE)
        reached = send_file(port, upload, blob)
        assert 0 < reached < FILE
        assert send_part(port, upload, reached, blob[reached : reached + PART], FILE)[0] == 507
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        assert send_file(port, upload, blob, reached) == FILE
        process.kill()
        process.wait()
        assert stored(url, upload) == blob
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_files_never_take_the_last_of_the_disk_from_complaints(
    world: World, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANAH_EVIDENCE_FREE_BYTES", str(64 * MIB))  # SQLite's log and its copy into the file need 40
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk], check=True)
    try:
        world.write_instance(tmp_path)
        process, port = start(tmp_path, f"sqlite:///{disk / 'panah.sqlite3'}")
        reached = [send_file(port, os.urandom(16), os.urandom(FILE)) for _ in range(30)]
        assert reached[0] == FILE
        assert reached[-1] == 0
        assert {send(port, body) for body in seal_many(world, 200)} == {204}
        process.kill()
        process.wait()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_large_file_passes_through_little_memory(world: World, start: Start, tmp_path: Path) -> None:
    """Sent and read. The writer's page cache, 16 MiB, is full before: whatever is written fills it, once."""
    world.write_instance(tmp_path)
    process, port = start(tmp_path, f"sqlite:///{tmp_path / 'panah.sqlite3'}")
    assert is_blob_size(LARGEST)
    send_file(port, os.urandom(16), os.urandom(512 * (CHUNK + OVERHEAD)))
    upload, blob = os.urandom(16), os.urandom(LARGEST)
    before = start_peak(process.pid)
    assert send_file(port, upload, blob) == LARGEST
    sent = peak(process.pid) - before
    before = start_peak(process.pid)
    assert read_as_reviewer(port, world, upload) == blob
    read = peak(process.pid) - before
    process.kill()
    process.wait()
    assert max(sent, read) <= 8 * MIB, (sent, read)


def start_peak(pid: int) -> int:
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the highest so far is what it is now
    return peak(pid)


def peak(pid: int) -> int:
    """Bytes."""
    return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) * 1024


def read_as_reviewer(port: int, world: World, upload: bytes) -> bytes:
    person, seed = world.people[0], os.urandom(32)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def call(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        return content

    nonce = call("POST", "/v1/staff/challenge")
    opened = call("POST", "/v1/staff/sessions", signin_body(world, person, nonce, seed))
    session = bytes.fromhex(opened.split(b'"session":"')[1][:32].decode())
    path = f"/v1/casework/evidence/{upload.hex()}"
    content = call("GET", path, b"", staff_headers(world, session, seed, "GET", path, b""))
    connection.close()
    return content
