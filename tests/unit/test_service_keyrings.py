"""What the server serves and takes is what the trustees signed, whatever lies in the folder."""

from __future__ import annotations

import gzip
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from crypto.encoding import Z32
from crypto.enrolment import parse_kem_keys
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, OFFLINE, OVERSIGHT, REVIEWER, KeyringBody, seal_keyring
from crypto.primitives import signing_pk
from crypto.roots import Root, RootSet, encode_root_change, encode_root_set, seal_root_change, sign_as_root
from service import keyrings
from service.instance import InstanceError, write_keyring, write_root_change
from service.keyrings import RELOAD_SECONDS, Keyrings, PublishedKeyring
from tests.vectors.attack_keyring import remake
from tests.world import Person, World, new_person


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


def test_a_keyring_that_cannot_be_used_is_told_once(
    world: World, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served = Keyrings(folder)
    publish(world, folder, 2, world.keyring.hash, signers=1)
    assert served.newest.body.version == 1
    assert capsys.readouterr().err == ""  # it may be on its way
    for _ in range(3):
        assert served.newest.body.version == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("panah: what is new in the folder of keyrings cannot be used")
    assert "keyrings/2.bin" in said
    publish(world, folder, 2, world.keyring.hash)
    assert served.newest.body.version == 2
    assert capsys.readouterr().err == ""


def test_the_folder_is_looked_at_every_two_seconds_and_read_where_something_changed(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many ask: each look lists the folder, and each reading checks every signature."""
    now, done = [100.0], Counter[str]()
    for name in ("_state", "_reload"):
        monkeypatch.setattr(Keyrings, name, counted(done, name))
    monkeypatch.setattr(keyrings, "RELOAD_SECONDS", RELOAD_SECONDS)
    monkeypatch.setattr(keyrings.time, "monotonic", lambda: now[0])
    served = Keyrings(folder)
    before = done.copy()
    for second in (100.0, 101.9, 102.0, 102.1, 103.9, 104.0):
        now[0] = second
        assert served.newest.body.version == 1
    assert done - before == Counter({"_state": 2})
    publish(world, folder, 2, world.keyring.hash)
    assert served.newest.body.version == 1
    now[0] = 106.0
    assert served.newest.body.version == 2
    assert done["_reload"] == 2


def counted(done: Counter[str], name: str) -> Callable[[Keyrings], object]:
    real: Callable[[Keyrings], object] = getattr(Keyrings, name)

    def count(self: Keyrings) -> object:
        done[name] += 1
        return real(self)

    return count


def test_a_file_that_is_exchanged_is_seen_by_its_hour_or_by_its_size(folder: Path) -> None:
    served, file = Keyrings(folder), folder / "keyrings" / "1.annexes"
    for data, hour in ((b"one", 1), (b"two", 2), (b"three", 2)):
        file.write_bytes(data)
        os.utime(file, (hour, hour))
        assert served.newest.annexes == data


def test_what_comes_while_the_folder_is_read_is_seen_at_the_next_look(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Keyrings._read

    def late(self: Keyrings, version: int, sets: list[RootSet]) -> PublishedKeyring:
        found = real(self, version, sets)
        (folder / "keyrings" / "1.annexes").write_bytes(b"declared")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Keyrings, "_read", late)
        served = Keyrings(folder)
    assert served.newest.annexes == b"declared"


def test_the_first_message_needs_the_keys_of_who_can_be_drawn_and_of_nobody_else(tmp_path: Path) -> None:
    one = new_person(REVIEWER, "abroad")
    offline = Person(one.id, one.role, one.group, one.signing_seed, one.kem_seed, OFFLINE)
    world = World()
    world.people += [offline, new_person(OVERSIGHT)]
    world.write_instance(tmp_path)
    newest = Keyrings(tmp_path / "instance").newest

    def listed(keys: bytes) -> set[bytes]:
        return set(dict(parse_kem_keys(world.instance, keys)))

    drawn = [one for one in (*world.of(REVIEWER), *world.of(CUSTODIAN)) if one != offline]
    assert listed(newest.intake_kem.plain) == {one.listed(0).kem_hash for one in drawn}
    assert listed(newest.staff_kem) == {one.listed(0).kem_hash for one in world.people}


def rotated(world: World, folder: Path) -> tuple[RootSet, list[bytes]]:
    """Other trustees, by the old ones and the new; with their seeds."""
    seeds = [os.urandom(32) for _ in range(3)]
    roots = encode_root_set(2, 2, [Root(signing_pk(seed), f"New {n}") for n, seed in enumerate(seeds)])
    change = encode_root_change(world.instance, world.roots, roots)
    signatures = [sign_as_root(signing_pk(seed), seed, change) for seed in (*world.root_seeds, *seeds)]
    write_root_change(folder, 2, seal_root_change(change, signatures))
    return roots, seeds


def test_other_trustees_publish_the_next_keyring_and_those_they_replaced_none_after_it(
    world: World, folder: Path
) -> None:
    served = Keyrings(folder)
    roots, seeds = rotated(world, folder)
    second = remake(world.keyring_of(2, world.keyring.hash), roots_hash=roots.hash)
    signed = seal_keyring(second, [sign_as_root(signing_pk(seed), seed, second.encoded) for seed in seeds])
    write_keyring(folder, 2, signed, world.kem_keys())
    assert served.newest.body.hash == Keyrings(folder).newest.body.hash == second.hash
    publish(world, folder, 3, second.hash)  # by keys that may have been stolen
    assert served.newest.body.hash == second.hash
    with pytest.raises(ProtocolError, match=r"keyrings/3\.bin") as refused:
        Keyrings(folder)
    assert refused.value.slug == "wrong_roots"


def test_a_first_keyring_that_says_it_is_another_is_refused(world: World, folder: Path) -> None:
    write_keyring(folder, 1, world.signed(world.keyring_of(2, world.keyring.hash)), world.kem_keys())
    with pytest.raises(InstanceError, match="keyring 1 says that it is 2"):
        Keyrings(folder)


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
    assert all({"br", "gzip"} <= vars(one).keys() for one in (newest.signed, newest.intake_kem)), "somebody waits"
    for one in (newest.signed, newest.intake_kem):
        assert brotli.decompress(one.br) == gzip.decompress(one.gzip) == one.plain
        assert one.gzip[4:8] == bytes(4)
