"""The schema goes up and down, on both databases, and is what the models say."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import service.store.tables  # noqa: F401 - registers the tables
from alembic import command
from service.store import migrations
from service.store.database import DatabaseRefused, make_engine
from service.store.migrations import check_newest, configuration, migrate, script_location
from tests.postgres import new_database

TABLES = {
    "message", "entry", "mailbox_block", "closed_mailbox", "spent_nonce", "staff_session", "evidence", "evidence_part",
    "place", "case_reader", "withheld", "identity_ask", "case_holder", "withholding", "open_copy",
    "case_read", "more_asked", "evidence_waiting",
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'panah.sqlite3'}"
    found: str = new_database(request.getfixturevalue("postgres_url"))
    return found


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    made = make_engine(url)
    yield made
    made.dispose()


def revisions() -> list[str]:
    """Oldest first."""
    return [one.revision for one in ScriptDirectory(str(script_location())).walk_revisions()][::-1]


def go(engine: sa.Engine, to: str) -> None:
    with engine.connect() as connection:
        step = command.downgrade if to == "base" or to.startswith("-") else command.upgrade
        step(configuration(connection), to)
        connection.commit()


def schema(engine: sa.Engine) -> dict[str, object]:
    """As the database itself tells it, so that nothing that a comparison overlooks is overlooked here."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            sql = "SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version'"
            return {name: " ".join((text or "").split()) for name, text in connection.exec_driver_sql(sql)}
        columns = (
            "SELECT table_name || '.' || column_name, data_type, is_nullable, column_default "
            "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
        )
        indexes = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        return {
            **{row[0]: tuple(row[1:]) for row in connection.exec_driver_sql(columns)},
            **{row[0]: row[1] for row in connection.exec_driver_sql(indexes)},
        }


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def test_the_newest_schema_is_what_the_models_say(engine: sa.Engine) -> None:
    migrate(engine)
    assert tables(engine) == {*TABLES, "alembic_version"}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_newest_schema_is_letter_by_letter_what_the_models_would_make(
    engine: sa.Engine, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The comparison above does not look at WITHOUT ROWID, nor at the condition of a partial index."""
    migrate(engine)
    if engine.dialect.name == "sqlite":
        other = make_engine(f"sqlite:///{tmp_path / 'models.sqlite3'}")
    else:
        other = make_engine(new_database(request.getfixturevalue("postgres_url")))
    SQLModel.metadata.create_all(other)
    assert schema(engine) == schema(other)
    other.dispose()


def test_every_step_goes_up_down_and_up_again(engine: sa.Engine) -> None:
    before: dict[str, object] = {}
    for revision in revisions():
        go(engine, revision)
        there = schema(engine)
        assert there != before
        go(engine, "-1")
        assert schema(engine) == before, f"down from {revision}"
        go(engine, revision)
        assert schema(engine) == there, f"up again to {revision}"
        before = there
    assert version(engine) == revisions()[-1]
    go(engine, "base")
    assert schema(engine) == {}


def test_what_was_stored_before_a_step_is_there_after_it(engine: sa.Engine) -> None:
    """A complaint, an entry, a reply and a burnt receipt of the first version."""
    go(engine, revisions()[0])
    kept: dict[str, dict[str, bytes | int]] = {
        "message": {
            "id": 7, "cid": b"c", "case_cid": b"c", "lookup": b"l", "day": 1, "lane": 0, "keyring_version": 1,
            "body": b"b",
        },
        "entry": {
            "case_cid": b"c", "seq": 0, "prev": b"p", "link": b"k", "cited": b"z", "kind": 1, "state": 1, "day": 1,
            "count": 1, "actor": b"a", "body": b"b",
        },
        "mailbox_block": {"lookup": b"l", "slot": 0, "body": b"b"},
        "closed_mailbox": {"lookup": b"m"},
        "spent_nonce": {"tag": b"t", "expires_hour": 1},
    }  # fmt: skip
    for name, row in kept.items():
        with engine.begin() as connection:
            connection.execute(sa.insert(sa.Table(name, sa.MetaData(), autoload_with=engine)).values(row))
    migrate(engine)
    for name, row in kept.items():
        with engine.connect() as connection:
            table = sa.Table(name, sa.MetaData(), autoload_with=engine)
            found = connection.execute(sa.select(table)).mappings().one()
            assert {key: bytes(value) if isinstance(row[key], bytes) else value for key, value in found.items()} == row


def test_what_nobody_opened_is_added_up_once(engine: sa.Engine) -> None:
    go(engine, "2026_11_30_appended")
    for upload, received, pinned in ((b"u", 3, 0), (b"v", 4, 0), (b"w", 50, 1)):
        row = {"upload": upload, "token_hash": b"t", "total": 50, "received": received, "day": 1, "pinned": pinned}
        with engine.begin() as connection:
            connection.execute(sa.insert(sa.Table("evidence", sa.MetaData(), autoload_with=engine)).values(row))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, received FROM evidence_waiting").all() == [(1, 7)]


def test_processes_that_start_together_make_one_schema(url: str) -> None:
    failed: list[BaseException] = []
    barrier = threading.Barrier(4)

    def start() -> None:
        engine = make_engine(url)
        try:
            barrier.wait()
            migrate(engine)
        except BaseException as error:
            failed.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=start, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "one waits for another for ever"
    assert failed == []
    assert tables(make_engine(url)) == {*TABLES, "alembic_version"}


def _with_step(folder: Path, body: str) -> Path:
    """A copy of the migrations with one more that does this."""
    shutil.copytree(script_location(), folder / "steps")
    step = (
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision = "later"\ndown_revision = "{revisions()[-1]}"\nbranch_labels = None\ndepends_on = None\n'
        f"def upgrade():\n    {body}\ndef downgrade():\n    pass\n"
    )
    (folder / "steps" / "versions" / "later.py").write_text(step)
    return folder / "steps"


def test_a_step_that_fails_leaves_the_schema_as_it_was_and_nothing_locked(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(engine)
    before = schema(engine)
    body = 'op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True)); op.execute("SELECT nonsense()")'
    steps = _with_step(tmp_path, body)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "script_location", lambda: steps)
        with pytest.raises(DatabaseRefused, match="cannot be used"):
            migrate(engine)
    assert (schema(engine), version(engine)) == (before, revisions()[-1])
    migrate(engine)  # the lock is free


def test_who_only_reads_wants_the_schema_that_this_version_knows(engine: sa.Engine) -> None:
    """A backup of an older Panah is not brought up to date by looking at it."""
    with pytest.raises(DatabaseRefused, match="nothing of Panah"):
        check_newest(engine)
    go(engine, revisions()[-2])
    with pytest.raises(DatabaseRefused, match="older Panah"):
        check_newest(engine)
    assert version(engine) == revisions()[-2]
    migrate(engine)
    check_newest(engine)


def test_a_database_of_a_newer_version_is_refused_and_left_alone(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody goes back to an older Panah: it must not write into tables that it does not know."""
    steps = _with_step(tmp_path, 'op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))')
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "script_location", lambda: steps)
        migrate(engine)
    before = schema(engine)
    with pytest.raises(DatabaseRefused, match="newer"):
        migrate(engine)
    assert (schema(engine), version(engine)) == (before, "later")


def test_steps_are_in_one_line_and_named_by_day() -> None:
    names = sorted(path.stem for path in (script_location() / "versions").glob("*.py"))
    assert sorted(revisions()) == names
    for name in names:
        assert name[:10].replace("_", "").isdigit(), name
