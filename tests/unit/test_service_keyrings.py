"""What the server serves and takes is what the trustees signed, whatever lies in the folder."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import pytest

from crypto.encoding import Z32
from crypto.errors import ProtocolError
from crypto.keyring import KeyringBody
from service import keyrings
from service.instance import InstanceError, write_keyring
from service.keyrings import Keyrings
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def folder(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(keyrings, "RELOAD_SECONDS", 0.0)
    world.write_instance(tmp_path)
    return tmp_path / "instance"


def publish(world: World, folder: Path, version: int, prev: bytes, signers: int | None = None) -> KeyringBody:
    body = world.keyring_of(version, prev)
    write_keyring(folder, version, world.signed(body, signers), world.kem_keys())
    return body


def test_a_published_keyring_is_served_without_a_restart(world: World, folder: Path) -> None:
    served = Keyrings(folder)
    assert served.newest.body.version == 1
    second = publish(world, folder, 2, world.keyring.hash)
    assert served.newest.body.hash == second.hash
    assert served.newest.signed.plain == world.signed(second)


def test_a_keyring_that_is_copied_file_by_file_is_seen_when_it_is_whole(world: World, folder: Path) -> None:
    served = Keyrings(folder)
    second = publish(world, folder, 2, world.keyring.hash)
    keys = (folder / "keyrings" / "2.kem").rename(folder / "late")
    assert served.newest.body.version == 1
    keys.rename(folder / "keyrings" / "2.kem")
    assert served.newest.body.hash == second.hash
    (folder / "keyrings" / "2.annexes").write_bytes(b"declared")
    assert served.newest.annexes == b"declared"
    (folder / "keyrings" / "3.bin").symlink_to("absent")  # as one that goes while we look
    assert served.newest.body.hash == second.hash


def test_a_keyring_that_is_missing_or_cut_is_named_and_is_no_fork(world: World, folder: Path) -> None:
    second = publish(world, folder, 2, world.keyring.hash)
    publish(world, folder, 3, second.hash)
    (folder / "keyrings" / "2.bin").rename(folder / "kept")
    with pytest.raises(InstanceError, match=r"keyrings/2\.bin or \.kem is missing"):
        Keyrings(folder)
    (folder / "keyrings" / "2.bin").write_bytes((folder / "kept").read_bytes()[:200])
    with pytest.raises(ProtocolError, match=r"keyrings/2\.bin: ") as refused:
        Keyrings(folder)
    assert refused.value.slug == "malformed"


def test_the_newest_two_are_taken_and_no_other(world: World, folder: Path) -> None:
    second = publish(world, folder, 2, world.keyring.hash)
    third = publish(world, folder, 3, second.hash)
    served = Keyrings(folder)
    taken = [served.accepts(body.version, body.hash) for body in (world.keyring, second, third)]
    assert taken == [False, True, True]
    assert not served.accepts(3, second.hash)
    assert not served.accepts(4, third.hash)
    assert served.version(1) is not None  # for checks of the chain


def test_what_was_carried_may_be_of_any_keyring_that_there_ever_was(world: World, folder: Path) -> None:
    second = publish(world, folder, 2, world.keyring.hash)
    third = publish(world, folder, 3, second.hash)
    served = Keyrings(folder)
    assert [served.ever_accepted(body.version, body.hash) for body in (world.keyring, second, third)] == [True] * 3
    assert not served.ever_accepted(1, second.hash)
    assert not served.ever_accepted(4, third.hash)


@pytest.mark.parametrize("fault", ["too few signatures", "forked", "cut", "not a keyring", "another's version"])
def test_a_bad_file_beside_good_ones_changes_nothing(world: World, folder: Path, fault: str) -> None:
    served = Keyrings(folder)
    good = world.signed(world.keyring_of(2, world.keyring.hash))
    if fault == "too few signatures":
        publish(world, folder, 2, world.keyring.hash, signers=2)
    elif fault == "forked":
        publish(world, folder, 2, Z32)
    elif fault == "another's version":
        write_keyring(folder, 2, world.signed(world.keyring_of(3, world.keyring.hash)), world.kem_keys())
    else:
        write_keyring(folder, 2, good[:-1] if fault == "cut" else b"<html>", world.kem_keys())
    assert served.newest.body.version == 1
    assert served.accepts(1, world.keyring.hash)
    with pytest.raises((InstanceError, ProtocolError)):  # and a server that starts now does not
        Keyrings(folder)
    mended = publish(world, folder, 2, world.keyring.hash)
    assert served.newest.body.hash == mended.hash


def test_a_keyring_is_refused_without_the_keys_of_its_members(world: World, folder: Path) -> None:
    served = Keyrings(folder)
    write_keyring(folder, 2, world.signed(world.keyring_of(2, world.keyring.hash)), world.kem_keys(world.people[1:]))
    assert served.newest.body.version == 1


def test_another_instances_keyring_is_none_of_ours(world: World, folder: Path) -> None:
    other = World()
    write_keyring(folder, 1, other.signed(other.keyring), other.kem_keys())
    with pytest.raises((InstanceError, ProtocolError)):
        Keyrings(folder)


def test_the_packed_forms_are_the_same_bytes_and_tell_no_hour(folder: Path) -> None:
    newest = Keyrings(folder).newest
    for one in (newest.signed, newest.intake_kem):
        assert brotli.decompress(one.br) == gzip.decompress(one.gzip) == one.plain
        assert one.gzip[4:8] == bytes(4)
