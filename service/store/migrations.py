"""Brings the database to the newest schema at start, one process at a time."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from alembic import command
from service.store.database import DatabaseRefused, check_postgres_durability

LOCK = 0x70616E6168  # "panah": the advisory lock on PostgreSQL


def migrate(engine: Engine) -> None:
    """Up to the newest. Other processes wait for the lock and then find nothing to do. Raises DatabaseRefused."""
    with _connect(engine) as connection:
        if connection.dialect.name == "postgresql":
            _check_durability(connection)
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
        else:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        try:
            _upgrade(connection)
            connection.commit()
        finally:
            connection.rollback()  # of a migration that failed; the lock is not part of it
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
                connection.commit()


def _check_durability(connection: Connection) -> None:
    """The writer needs it; here it is said before the server starts."""
    driver = connection.connection.driver_connection
    assert driver is not None
    check_postgres_durability(driver)


def _upgrade(connection: Connection) -> None:
    config = configuration(connection)
    held = MigrationContext.configure(connection).get_current_revision()
    if held and held not in {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}:
        raise DatabaseRefused("the database was made by a newer Panah; this one would not know what it holds")
    command.upgrade(config, "head")


def _connect(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except DBAPIError as error:  # its text may hold the address and who asks
        raise DatabaseRefused(f"the database cannot be opened ({type(error.orig).__name__})") from None


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(script_location()))
    config.attributes["connection"] = connection
    return config


def script_location() -> Path:
    """In an installed wheel beside this package, in a checkout at the top."""
    installed = Path(str(files("service"))) / "migrations"
    return installed if installed.is_dir() else Path(str(files("service"))).parent / "alembic"
