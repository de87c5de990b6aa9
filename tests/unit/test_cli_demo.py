"""The demonstration: made in one step, whole or not at all, renewed, and never mistaken for a real instance."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import service.demo
from crypto.keyring import NO_PIN, ROLE_NAMES, Keyring, UntrustedKeyring
from crypto.members import open_keyfile, parse_keyfile
from crypto.roots import parse_first_roots
from service import built_site, clock
from service.commands.demo import prepare
from service.commands.exits import Refused
from service.commands.panah import app
from service.demo import key_files, make_demo, renew_demo
from service.instance import is_demo, keyring_versions, read_instance, read_keyring, write_instance

TODAY = clock.today()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make_demo(folder, 8123, TODAY)
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy for each test: making one takes a second."""
    return Path(shutil.copytree(made, tmp_path / "data"))


def newest(data: Path, today: int) -> Keyring:
    first = parse_first_roots(read_instance(data / "instance").first_roots)
    signed, _ = read_keyring(data / "instance", keyring_versions(data / "instance")[-1])
    return UntrustedKeyring.parse(signed).verify(first.roots, first.instance, NO_PIN, today, 0)


def files(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def test_a_database_without_its_instance_gets_no_demonstration(tmp_path: Path) -> None:
    """Somebody lost the instance folder of a real server, and types `make run`."""
    (tmp_path / "panah.sqlite3").write_bytes(b"complaints")
    with pytest.raises(Refused, match="whose instance is gone"):
        prepare(tmp_path, 8123)
    assert [path.name for path in tmp_path.iterdir()] == ["panah.sqlite3"]


def test_it_has_the_staff_that_it_promises(data: Path) -> None:
    body = newest(data, TODAY).body
    roles = Counter(ROLE_NAMES[member.role - 1] for member in body.members)
    assert roles == {
        "reviewer": 8,
        "supervisor": 2,
        "investigator": 4,
        "custodian": 2,
        "translator": 1,
        "adviser": 1,
        "oversight": 1,
    }
    panels = {group.id: group.countries for group in body.groups if group.kind == 0}
    assert panels == {"abroad": (), "in-country": ("KG", "KZ", "TJ")}
    assert sum(group.kind == 1 for group in body.groups) == 2


def test_five_trustees_of_whom_three_must_sign_and_none_could_be_real(data: Path) -> None:
    first = parse_first_roots(read_instance(data / "instance").first_roots)
    assert (first.roots.threshold, len(first.roots.roots)) == (3, 5)
    assert all("not real" in root.organisation for root in first.roots.roots)
    assert is_demo(read_instance(data / "instance"))


def test_every_passphrase_opens_its_key_file_and_the_work_is_the_floor(data: Path) -> None:
    listed = [file for file in key_files(data) if file.path.suffix == ".panahkey"]
    assert len(listed) == 19
    members = {member.id for member in newest(data, TODAY).body.members}
    for file in listed:
        locked = file.path.read_bytes()
        assert (parse_keyfile(locked).work.memory, parse_keyfile(locked).work.time) == (19456, 2)
        assert open_keyfile(locked, file.passphrase).member in members
        assert len(file.passphrase.split()) == 7


def test_only_the_owner_reads_the_demo_s_keys(data: Path) -> None:
    assert (data / "demo").stat().st_mode & 0o777 == 0o700
    assert {file.path.stat().st_mode & 0o777 for file in key_files(data)} == {0o600}


def test_nothing_secret_stands_in_the_instance_folder(data: Path) -> None:
    folder = b"".join(files(data / "instance").values())
    for file in key_files(data):
        assert file.passphrase.encode() not in folder
        if file.path.suffix == ".panahkey":
            opened = open_keyfile(file.path.read_bytes(), file.passphrase)
            assert opened.signing_seed not in folder
            assert opened.kem_seed not in folder


@pytest.mark.parametrize("step", ["seal_keyfile", "write_instance", "write_keyring", "_sign_and_write"])
def test_an_interrupted_first_start_leaves_no_half_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(service.demo, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            make_demo(tmp_path, 8123, TODAY)
    assert not (tmp_path / "instance").exists()
    make_demo(tmp_path, 8123, TODAY)
    assert newest(tmp_path, TODAY).status == "valid"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo", "instance"]


def test_a_start_cut_between_the_two_renames_begins_anew(data: Path) -> None:
    (data / "instance").rename(data / ".demo-left.part")  # the keys had their name already, the instance had not
    make_demo(data, 8123, TODAY)
    assert sorted(path.name for path in data.iterdir()) == ["demo", "instance"]
    file = next(file for file in key_files(data) if file.path.suffix == ".panahkey")
    first = parse_first_roots(read_instance(data / "instance").first_roots)
    assert open_keyfile(file.path.read_bytes(), file.passphrase, first.instance)


def test_a_fresh_keyring_is_not_renewed(data: Path) -> None:
    before = files(data)
    assert not renew_demo(data, TODAY + 30)
    assert files(data) == before


@pytest.mark.parametrize("later", [31, 44, 46, 76, 500])
def test_a_keyring_that_ends_soon_or_ended_is_renewed_by_the_trustees(data: Path, later: int) -> None:
    assert renew_demo(data, TODAY + later)
    keyring = newest(data, TODAY + later)
    assert (keyring.body.version, keyring.status) == (2, "valid")
    assert keyring.body.expires == TODAY + later + 45
    assert not renew_demo(data, TODAY + later)


def test_a_clock_set_back_renews_nothing(data: Path) -> None:
    assert not renew_demo(data, TODAY - 3650)


# -- the pages


def test_the_site_is_built_once_and_again_when_something_changed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def build_site(instance: Path, to: Path) -> None:
        to.mkdir()
        (to / "index.html").write_text(f"{len(built)}")
        built.append(read_instance(instance).origins[0])

    monkeypatch.setitem(sys.modules, "service.site", SimpleNamespace(build_site=build_site))
    folder, site = data / "instance", data / "site"
    assert built_site.build_if_changed(folder, site, TODAY)
    assert not built_site.build_if_changed(folder, site, TODAY + 1)
    write_instance(folder, read_instance(folder).for_port(9000))
    assert built_site.build_if_changed(folder, site, TODAY + 2)
    renew_demo(data, TODAY + 40)
    assert built_site.build_if_changed(folder, site, TODAY + 40)
    assert built == ["http://127.0.0.1:8123", "http://127.0.0.1:9000", "http://127.0.0.1:9000"]
    assert (site / "index.html").read_text() == "2"
    assert read_instance(folder).build_day == TODAY + 40
    assert not list(data.glob(".site-*.part"))


def test_a_build_that_fails_leaves_the_old_pages(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "site").mkdir()
    (data / "site" / "index.html").write_text("old")

    def build_site(instance: Path, to: Path) -> None:
        to.mkdir()
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(sys.modules, "service.site", SimpleNamespace(build_site=build_site))
    with pytest.raises(OSError, match="No space"):
        built_site.build_if_changed(data / "instance", data / "site", TODAY)
    assert (data / "site" / "index.html").read_text() == "old"
    assert not list(data.glob(".site-*.part"))


def test_a_site_is_never_built_over_something_else(data: Path) -> None:
    code, said = panah("site", "build", data / "instance", data / "demo")
    assert (code, "something else" in said) == (1, True)
    assert len(key_files(data)) == 24


# -- serving


def panah(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_serve_refuses_a_demonstration_unless_told(data: Path) -> None:
    code, said = panah("serve", "--data", data)
    assert (code, "anybody can open" in said) == (1, True)


def test_serve_refuses_a_demonstration_whose_flag_was_edited_away(data: Path) -> None:
    path = data / "instance" / "instance.toml"
    path.write_text(path.read_text().replace("demo = true", "demo = false"))
    code, said = panah("serve", "--data", data)
    assert (code, "anybody can open" in said) == (1, True)


def test_serve_refuses_what_has_no_pages(data: Path) -> None:
    code, said = panah("serve", "--data", data, "--demo")
    assert (code, "panah site build" in said) == (1, True)


def test_serve_names_a_setting_that_cannot_be_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANAH_DATABASE_URL", "mysql://user:secret@host")
    code, said = panah("serve")
    assert (code, "PANAH_DATABASE_URL" in said, "secret" in said) == (2, True, False)


def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = panah("demo", "--port", taken.getsockname()[1], "--data", tmp_path / "new")
    assert (code, "cannot be used" in said) == (1, True)
    assert not (tmp_path / "new").exists()


def test_a_real_instance_is_not_served_as_a_demonstration(data: Path) -> None:
    (data / "demo").rename(data / "elsewhere")
    code, said = panah("demo", "--port", _free(), "--data", data)
    assert (code, "not a demonstration" in said) == (1, True)


def _free() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_two_demonstrations_do_not_share_a_folder(data: Path) -> None:
    import fcntl

    descriptor = os.open(data / ".lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        code, said = panah("demo", "--port", _free(), "--data", data)
    finally:
        os.close(descriptor)
    assert (code, "another Panah" in said) == (1, True)
