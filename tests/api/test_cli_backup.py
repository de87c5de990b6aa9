"""`panah backup` of a server that runs: one folder, whole or not there, that `panah history verify` reads."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite
from typer.testing import CliRunner

from crypto.keyring import REVIEWER
from crypto.message import parse_sealed
from service.commands.exits import REFUSED, UNREADABLE, USAGE
from service.commands.panah import app
from service.folders import half_made
from tests.api.conftest import Server
from tests.world import Submitter

run = CliRunner().invoke


@pytest.mark.parametrize("shared", ["sqlite"], indirect=True, scope="module")
def test_a_copy_is_whole_verifies_and_is_never_written_over(
    shared: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, copy = str(shared.settings.data), tmp_path / "копия 1"
    for _ in range(3):
        assert shared.send(Submitter(shared.world).seal("x")).status_code == 204
    (killed := tmp_path / ".panah-backup-killed.part" / "new").mkdir(parents=True)  # yesterday's, of another name
    (killed / "panah.sqlite3").write_bytes(b"complaints")
    with half_made(tmp_path, ".panah-backup-") as at_work:
        done = run(app, ["backup", str(copy), "--data", data])
        assert done.exit_code == 0, done.output
        assert set(tmp_path.iterdir()) == {copy, at_work}
    assert list(tmp_path.iterdir()) == [copy]
    assert {path.name for path in copy.iterdir()} == {"instance", "panah.sqlite3"}
    assert {path.stat().st_mode & 0o077 for path in (copy, copy / "panah.sqlite3")} == {0}
    before = (copy / "panah.sqlite3").read_bytes()
    assert run(app, ["backup", str(copy), "--data", data]).exit_code == REFUSED
    assert (copy / "panah.sqlite3").read_bytes() == before

    monkeypatch.setenv("PANAH_DATABASE_URL", "postgresql://127.0.0.1:1/live")  # a folder that is named is what is meant
    told = run(app, ["history", "verify", "--data", str(copy)])
    assert told.exit_code == 0, told.output
    assert "histories       3" in told.output
    assert (copy / "panah.sqlite3").read_bytes() == before  # its checksum may be kept elsewhere
    assert {path.name for path in copy.iterdir()} == {"instance", "panah.sqlite3"}
    assert run(app, ["history", "verify", "--data", str(tmp_path)]).exit_code == UNREADABLE
    monkeypatch.setenv("PANAH_DATBASE_URL", "x")
    assert run(app, ["history", "verify", "--data", str(copy)]).exit_code == USAGE


@pytest.mark.parametrize("shared", ["sqlite"], indirect=True, scope="module")
def test_what_cannot_be_copied_leaves_nothing(shared: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = Path(shared.settings.data)
    assert run(app, ["backup", str(data / "copy"), "--data", str(data)]).exit_code == USAGE
    monkeypatch.setenv("PANAH_DATABASE_URL", "postgresql://127.0.0.1:1/live")
    done = run(app, ["backup", str(tmp_path / "copy"), "--data", str(data)])
    assert (done.exit_code, "pg_dump" in done.output) == (UNREADABLE, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("shared", ["sqlite"], indirect=True, scope="module")
def test_a_copy_does_not_tell_in_which_order_messages_came(shared: Server, tmp_path: Path) -> None:
    sent = [Submitter(shared.world).seal("x") for _ in range(20)]
    for message in sent:
        assert shared.send(message).status_code == 204
    cids = [parse_sealed(shared.world.instance, message).cid for message in sent]
    assert by_id(shared.settings.data / "panah.sqlite3", cids) == cids, "the database itself appends"

    done = run(app, ["backup", str(tmp_path / "copy"), "--data", str(shared.settings.data)])
    assert done.exit_code == 0, done.output
    copy = tmp_path / "copy" / "panah.sqlite3"
    assert sorted(by_id(copy, cids)) == sorted(cids)
    assert by_id(copy, cids) != cids  # by chance once in 20!
    data = copy.read_bytes()
    of = dict(zip(sent, cids, strict=True))
    placed = sorted(sent, key=lambda message: data.index(message[-64:]))  # where each one stands in the file
    assert [of[message] for message in placed] == by_id(copy, cids)


@pytest.mark.parametrize("shared", ["sqlite"], indirect=True, scope="module")
def test_a_copy_bears_no_hour(shared: Server, tmp_path: Path) -> None:
    shared.staff(shared.world.of(REVIEWER)[0])
    done = run(app, ["backup", str(tmp_path / "copy"), "--data", str(shared.settings.data)])
    assert done.exit_code == 0, done.output
    for folder, expected in ((shared.settings.data, True), (tmp_path / "copy", False)):
        with contextlib.closing(sqlite.connect(str(folder / "panah.sqlite3"))) as db:
            for table in ("spent_nonce", "staff_session"):
                assert bool(db.execute(f"SELECT * FROM {table}").fetchall()) == expected, (folder.name, table)


def by_id(database: Path, cids: list[bytes]) -> list[bytes]:
    """Those of the messages that are there, in the order of their rows."""
    with contextlib.closing(sqlite.connect(str(database))) as db:
        found = [bytes(cid) for (cid,) in db.execute("SELECT cid FROM message ORDER BY id")]
    return [cid for cid in found if cid in cids]
