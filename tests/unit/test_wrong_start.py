"""A server that would lose or mislead somebody does not start, and says which of the usual mistakes it is."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.app import create_app, read_server_key
from service.commands.exits import REFUSED, USAGE
from service.commands.panah import app
from service.commands.serve import alone
from service.instance import InstanceError
from service.settings import Settings
from service.static_pages import SiteRefused
from service.store.database import DatabaseRefused, make_engine
from service.store.migrations import migrate
from tests.unit.test_cli_run import free_port
from tests.world import Submitter, World


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture
def data(world: World, tmp_path: Path) -> Path:
    world.write_instance(tmp_path)
    return tmp_path


def test_pages_of_another_instance_are_not_served(data: Path) -> None:
    """They would seal to the readers of that one."""
    manifest = data / "site" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "instance": bytes(32).hex()}))
    with pytest.raises(SiteRefused, match="of another instance"):
        create_app(Settings(data=data))


def test_a_database_of_another_instance_is_not_written_to(world: World, data: Path) -> None:
    engine = make_engine(Settings(data=data).database)
    migrate(engine)
    sealed = Submitter(world).seal("x")
    row = "INSERT INTO message (id, cid, case_cid, lookup, day, lane, keyring_version, body) VALUES (?,?,?,?,?,?,?,?)"
    with engine.begin() as connection:
        connection.exec_driver_sql(row, (1, b"c", b"c", b"l", 1, 0, 1, sealed))
    create_app(Settings(data=data))
    with engine.begin() as connection:  # nor changed, if the server that it belongs to is an older one
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of a newer Panah'")
    World().write_instance(data)
    with pytest.raises(DatabaseRefused, match="complaints to another instance"):
        create_app(Settings(data=data))


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("sqlite:///{data}/instance/instance.toml", "it is no SQLite database"),
        ("sqlite:///{data}/absent/panah.sqlite3", "file or folder is missing"),
        ("postgresql://panah:secret@127.0.0.1:1/panah", "it does not answer"),
        ("postgresql://panah:secret@127.0.0.1:wrong/panah", "address cannot be read"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_with_its_cause(data: Path, url: str, cause: str) -> None:
    with pytest.raises(DatabaseRefused, match=cause) as refused:
        create_app(Settings(data=data, database_url=url.format(data=data)))
    assert "secret" not in str(refused.value)


def test_a_database_that_may_only_be_read_is_refused_before_the_first_complaint(data: Path) -> None:
    url = Settings(data=data).database
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    read_only = url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"  # root may write to any file
    with pytest.raises(DatabaseRefused, match="may be read and not written"):
        migrate(make_engine(read_only))


def test_two_servers_on_one_sqlite_folder_are_refused_and_the_port_is_asked_first(data: Path) -> None:
    """An update that was installed beside the running server must not bring the database up to date under it."""
    with alone(data):
        done = CliRunner().invoke(app, ["serve", "--data", str(data), "--port", str(free_port())])
        assert (done.exit_code, "another Panah uses this folder" in done.output) == (REFUSED, True)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = CliRunner().invoke(app, ["serve", "--data", str(data), "--port", str(port)])
            assert (done.exit_code, f"port {port} cannot be used" in done.output) == (REFUSED, True)
    done = CliRunner().invoke(app, ["serve", "--data", str(data), "--host", "panah..example"])
    assert (done.exit_code, "panah..example is no address" in done.output) == (USAGE, True)
    assert not (data / "panah.sqlite3").exists()


def test_a_server_key_that_was_cut_says_what_to_do_and_half_a_one_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / ".server.key-killed.part").mkdir()
    key = read_server_key(tmp_path)
    assert (len(key), read_server_key(tmp_path)) == (32, key)
    assert [path.name for path in tmp_path.iterdir()] == ["server.key"]
    assert (tmp_path / "server.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "server.key").write_bytes(key[:7])
    with pytest.raises(InstanceError, match="remove it"):
        read_server_key(tmp_path)
