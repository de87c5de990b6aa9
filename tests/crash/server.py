"""A server in a process of its own, what it answers, and what its database then holds."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
from pysqlite3 import dbapi2 as sqlite


def start(data: Path, url: str = "") -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PANAH_DATA": str(data), "PANAH_PORT": str(port), "PANAH_DATABASE_URL": url}
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith(b"ready"), (line, process.stderr.read() if process.stderr else b"")
    return process, port


def send(port: int, body: bytes) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/v1/messages", body)
        return connection.getresponse().status
    finally:
        connection.close()


def stored_cids(url: str) -> set[bytes]:
    if url.startswith("sqlite:"):
        db = sqlite.connect(url.removeprefix("sqlite:///"))
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = {bytes(row[0]) for row in db.execute("SELECT cid FROM message")}
        db.close()
        return found
    with psycopg.connect(url) as connection:
        return {bytes(row[0]) for row in connection.execute("SELECT cid FROM message")}
