"""What a database must be and how it is set, so that what was acknowledged stays and what was deleted goes."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from service.store import database
from service.store.database import DatabaseRefused, SqliteConnection


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)])
def test_a_sqlite_that_can_corrupt_its_log_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(DatabaseRefused):
        database.check_sqlite_version(version)


@pytest.mark.parametrize("version", [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 4), (4, 0, 0)])
def test_a_mended_sqlite_is_taken(version: tuple[int, ...]) -> None:
    database.check_sqlite_version(version)


def test_sqlite_is_set_so_that_an_acknowledged_commit_survives(tmp_path: Path) -> None:
    db = SqliteConnection(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    pragmas = {name: db.row(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")}
    pragmas |= {name: db.row(f"PRAGMA {name}") for name in ("trusted_schema", "secure_delete", "busy_timeout")}
    assert pragmas == {
        "journal_mode": ("wal",),
        "synchronous": (2,),  # FULL
        "foreign_keys": (1,),
        "trusted_schema": (0,),
        "secure_delete": (1,),
        "busy_timeout": (database.BUSY_MS,),
    }


def test_a_postgresql_without_syncs_is_refused_and_a_lazy_commit_is_not_used(postgres_url: str) -> None:
    class Lazy:
        """Says of itself what the real one of this test would not."""

        def __init__(self, **shown: str) -> None:
            self.shown, self.said = shown, []

        def execute(self, sql: str) -> Lazy:
            self.said.append(sql)
            return self

        def fetchone(self) -> tuple[str]:
            return (self.shown[self.said[-1].removeprefix("SHOW ")],)

        def commit(self) -> None:
            self.said.append("COMMIT")

    with pytest.raises(DatabaseRefused):
        database.check_postgres_durability(Lazy(fsync="off", synchronous_commit="on"))  # type: ignore[arg-type]
    lazy = Lazy(fsync="on", synchronous_commit="off")
    database.check_postgres_durability(lazy)  # type: ignore[arg-type]
    assert lazy.said[-2:] == ["SET synchronous_commit = on", "COMMIT"]
    strict = Lazy(fsync="on", synchronous_commit="remote_apply")
    database.check_postgres_durability(strict)  # type: ignore[arg-type]
    assert not any(said.startswith("SET") for said in strict.said)
    with psycopg.connect(postgres_url) as real:
        database.check_postgres_durability(real)
