"""Brings the database to the newest schema at start, one process at a time."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from alembic import command
from service.store.database import DatabaseRefused, check_postgres_durability, telling_causes

LOCK = 0x70616E6168  # "panah": the advisory lock on PostgreSQL


def migrate(engine: Engine) -> None:
    """Up to the newest. Other processes wait for the lock and then find nothing to do. Raises DatabaseRefused."""
    with telling_causes(), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            _check_durability(connection)
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
        else:
            _check_writable(connection)
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        try:
            _upgrade(connection)
            connection.commit()
        finally:
            connection.rollback()  # of a migration that failed; the lock is not part of it
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
                connection.commit()


def check_newest(engine: Engine) -> None:
    """For whoever only reads: the schema is the one that this version knows. Raises DatabaseRefused."""
    with telling_causes(), engine.connect() as connection:
        known = ScriptDirectory.from_config(configuration(connection))
        held = MigrationContext.configure(connection).get_current_revision()
    if held is None:
        raise DatabaseRefused("the database holds nothing of Panah")
    _check_known(held, known)
    if held != known.get_current_head():
        raise DatabaseRefused("the database was made by an older Panah: `panah serve` brings it, or a copy, up to date")


def _check_durability(connection: Connection) -> None:
    """The writer needs it; here it is said before the server starts."""
    driver = connection.connection.driver_connection
    assert driver is not None
    check_postgres_durability(driver)


def _check_writable(connection: Connection) -> None:
    """A file that may only be read lets a transaction begin; the first complaint would end the process."""
    connection.exec_driver_sql("BEGIN EXCLUSIVE")
    connection.exec_driver_sql("PRAGMA user_version = 0")  # what it is
    connection.rollback()  # nothing reaches the disk, so a full one is no matter


def _upgrade(connection: Connection) -> None:
    config = configuration(connection)
    held = MigrationContext.configure(connection).get_current_revision()
    if held:
        _check_known(held, ScriptDirectory.from_config(config))
    command.upgrade(config, "head")


def _check_known(held: str, known: ScriptDirectory) -> None:
    if held not in {step.revision for step in known.walk_revisions()}:
        raise DatabaseRefused("the database was made by a newer Panah; this one would not know what it holds")


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(script_location()))
    config.attributes["connection"] = connection
    return config


def script_location() -> Path:
    """In an installed wheel beside this package, in a checkout at the top."""
    installed = Path(str(files("service"))) / "migrations"
    return installed if installed.is_dir() else Path(str(files("service"))).parent / "alembic"
