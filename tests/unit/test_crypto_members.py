"""SPEC 10 to 12: requests, key files, sign-in, and a case opened without network."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

from crypto.case import encode_case, open_case
from crypto.encoding import Z32, decode, encode, u8, u32, u64
from crypto.entry import parse_signed_entry
from crypto.keyring import Former
from crypto.members import (
    Keyfile,
    StaffRequest,
    open_keyfile,
    parse_keyfile,
    seal_keyfile,
    sign_staff_request,
    verify_signin,
    verify_staff_request,
)
from crypto.posts import PostedEntry
from crypto.primitives import Argon2Work, hash, signing_pk
from crypto.requests import check_nonce, make_nonce, sign_mailbox_request, verify_mailbox_request
from tests.unit.slugs import slug_of
from tests.vectors.attack_keyring import remake
from tests.world import ORIGIN, Desk, Submitter, World, signin_body

DAY = 20_800
NOW = DAY * 86400
KEY = hash(b"server")
W = World(today=DAY)
ME = Submitter(W)
READER, COLLEAGUE = ME.readers()[:2]
CHEAPEST = Argon2Work(19456, 2, 1)


# --- nonces and the person's requests --------------------------------------------------------------------------------


def test_a_nonce_is_for_one_purpose_one_server_and_its_time() -> None:
    nonce = make_nonce(KEY, "mailbox", NOW + 1)
    check_nonce(KEY, "mailbox", nonce, NOW)
    assert slug_of(check_nonce, KEY, "signin", nonce, NOW) == "stale_nonce"
    assert slug_of(check_nonce, Z32, "mailbox", nonce, NOW) == "stale_nonce"
    assert slug_of(check_nonce, KEY, "mailbox", nonce, NOW + 1) == "stale_nonce"
    for at in range(56):
        changed = nonce[:at] + bytes([nonce[at] ^ 1]) + nonce[at + 1 :]
        assert slug_of(check_nonce, KEY, "mailbox", changed, NOW) == "stale_nonce"
    assert slug_of(check_nonce, KEY, "mailbox", u64(NOW + 99) + nonce[8:], NOW) == "stale_nonce"


def verify(data: bytes, route: Any = "mailbox.read", instance: bytes = W.instance, now: int = NOW) -> bytes:
    return verify_mailbox_request(instance, route, data, KEY, now).lookup


def test_a_request_is_for_one_route_body_nonce_and_instance() -> None:
    nonce = make_nonce(KEY, "mailbox", NOW + 9)
    read = ME.request("mailbox.read", b"", nonce)
    assert verify(read) == ME.receipt.lookup
    assert slug_of(verify, read, "mailbox.burn") == "malformed"
    assert slug_of(verify, read, instance=Z32) == "bad_signature"
    burn = ME.request("mailbox.burn", b"\1", nonce)
    lookup, pk, mailbox, _, _, signature = decode("mailbox-request", [16, 32, 32, None, 56, 64], burn)
    more = encode("mailbox-request", lookup, pk, mailbox, b"\3", nonce, signature)
    assert slug_of(verify, more, "mailbox.burn") == "bad_signature"
    later = encode("mailbox-request", lookup, pk, mailbox, b"\1", make_nonce(KEY, "mailbox", NOW + 9), signature)
    assert slug_of(verify, later, "mailbox.burn") == "bad_signature"
    moved = sign_mailbox_request(W.instance, ME.receipt, "mailbox.read", b"\1", nonce)
    assert slug_of(verify, moved, "mailbox.burn") == "bad_signature"


def test_nobody_reads_or_burns_for_another_lookup_id() -> None:
    """Not with the own key, not with the other's public values."""
    nonce = make_nonce(KEY, "mailbox", NOW + 9)
    mine, other = ME.receipt, Submitter(W).receipt
    for forged in (
        replace(mine, lookup=other.lookup),
        replace(mine, lookup=other.lookup, mailbox_hash=other.mailbox_hash),
        replace(mine, lookup=other.lookup, mailbox_hash=other.mailbox_hash, request_pk=other.request_pk),
    ):
        assert slug_of(verify, sign_mailbox_request(W.instance, forged, "mailbox.read", b"", nonce)) == "bad_signature"


@pytest.mark.parametrize("what", [b"", b"\0", b"\4", b"\1\1"])
def test_what_to_burn_is_one_of_three(what: bytes) -> None:
    nonce = make_nonce(KEY, "mailbox", NOW + 9)
    assert slug_of(verify, ME.request("mailbox.burn", what, nonce), "mailbox.burn") == "malformed"
    for known in (b"\1", b"\2", b"\3"):
        assert verify(ME.request("mailbox.burn", known, nonce), "mailbox.burn") == ME.receipt.lookup


# --- key files -------------------------------------------------------------------------------------------------------

MINE = Keyfile(READER.id, READER.role, READER.signing_seed, READER.kem_seed, W.first_roots, W.roots)
SEALED = seal_keyfile(MINE, "alpha bravo", CHEAPEST)
WIDTHS = [32, 16, 1, 4, 4, 1, 16, 24, None]


def test_a_key_file_opens_with_its_passphrase_at_its_instance() -> None:
    assert open_keyfile(SEALED, "alpha bravo") == open_keyfile(SEALED, " ALPHA-bravo ", W.instance) == MINE
    assert slug_of(open_keyfile, SEALED, "alpha brave") == "wrong_passphrase"
    assert slug_of(open_keyfile, SEALED, "alpha bravo", Z32) == "wrong_instance"


@pytest.mark.parametrize("at", range(9))
def test_every_field_of_a_key_file_is_bound(at: int) -> None:
    fields = decode("keyfile", WIDTHS, SEALED)
    altered = {0: Z32, 1: bytes(16), 2: u8(2), 3: u32(19457), 4: u32(3), 5: u8(2), 6: bytes(16), 7: bytes(24)}
    fields[at] = altered.get(at, fields[at][:-1] + bytes([fields[at][-1] ^ 1]))
    assert slug_of(open_keyfile, encode("keyfile", *fields), "alpha bravo") == "wrong_passphrase"


@pytest.mark.parametrize(
    "work",
    [
        Argon2Work(19455, 2, 1),
        Argon2Work(262145, 2, 1),
        Argon2Work(19456, 1, 1),
        Argon2Work(19456, 17, 1),
        Argon2Work(19456, 2, 0),
        Argon2Work(19456, 2, 5),
    ],
)
def test_work_beyond_the_bounds_is_neither_done_nor_written(work: Argon2Work) -> None:
    fields = decode("keyfile", WIDTHS, SEALED)
    fields[3:6] = u32(work.memory), u32(work.time), u8(work.lanes)
    assert slug_of(parse_keyfile, encode("keyfile", *fields)) == "kdf_out_of_bounds"
    assert slug_of(seal_keyfile, MINE, "alpha bravo", work) == "kdf_out_of_bounds"


def test_bounds_are_looked_at_before_the_instance() -> None:
    fields = decode("keyfile", WIDTHS, SEALED)
    fields[3] = u32(1)
    assert slug_of(parse_keyfile, encode("keyfile", *fields), Z32) == "kdf_out_of_bounds"


def test_the_work_allowed_reaches_both_ends() -> None:
    fields = decode("keyfile", WIDTHS, SEALED)
    for memory, time, lanes in ((19456, 2, 1), (262144, 16, 4)):
        fields[3:6] = u32(memory), u32(time), u8(lanes)
        assert parse_keyfile(encode("keyfile", *fields)).work == Argon2Work(memory, time, lanes)


# --- sign-in ---------------------------------------------------------------------------------------------------------


def signed_in(data: bytes, origin: str = ORIGIN, today: int = DAY, world: World = W, now: int = NOW) -> bytes:
    return verify_signin(world.instance, origin, world.keyring, today, KEY, now, data).member.id


def test_a_sign_in_is_for_one_origin_instance_and_nonce() -> None:
    session = os.urandom(32)
    good = signin_body(W, READER, make_nonce(KEY, "signin", NOW + 9), session)
    assert signed_in(good) == READER.id
    for origin in ("https://panah.example", ORIGIN + "/", ORIGIN.upper(), ""):
        assert slug_of(signed_in, good, origin) == "wrong_origin"
    assert slug_of(signed_in, good, world=World(today=DAY)) == "wrong_instance"
    assert slug_of(signed_in, good, now=NOW + 9) == "stale_nonce"
    reading = signin_body(W, READER, make_nonce(KEY, "mailbox", NOW + 9), session)
    assert slug_of(signed_in, reading) == "stale_nonce"


def test_only_a_member_within_the_days_signs_in_and_only_as_oneself() -> None:
    nonce = make_nonce(KEY, "signin", NOW + 9)
    session = os.urandom(32)
    good = signin_body(W, READER, nonce, session)
    listed = next(one for one in W.keyring.members if one.id == READER.id)
    for today in (listed.from_day - 1, listed.until + 1):
        assert slug_of(signed_in, good, today=today) == "not_a_member"
    assert signed_in(good, today=listed.from_day) == signed_in(good, today=listed.until) == READER.id
    as_colleague = signin_body(W, replace(READER, id=COLLEAGUE.id), nonce, session)
    assert slug_of(signed_in, as_colleague) == "bad_signature"
    stranger = signin_body(W, replace(READER, id=bytes(16)), nonce, session)
    assert slug_of(signed_in, stranger) == "not_a_member"


def test_a_former_member_does_not_sign_in() -> None:
    good = signin_body(W, READER, make_nonce(KEY, "signin", NOW + 9), os.urandom(32))
    without = remake(W.keyring, members=[one for one in W.keyring.members if one.id != READER.id])
    assert slug_of(verify_signin, W.instance, ORIGIN, without, DAY, KEY, NOW, good) == "not_a_member"


def test_a_staff_request_is_for_one_session_method_path_body_and_nonce() -> None:
    seed = os.urandom(32)
    request = StaffRequest(bytes(16), "GET", "/v1/a?b=1", b"body", bytes(16))
    signature = sign_staff_request(W.instance, request, seed)
    verify_staff_request(W.instance, request, signing_pk(seed), signature)
    changes: list[dict[str, Any]] = [
        {"session": b"\1" * 16},
        {"method": "POST"},
        {"path": "/v1/a?b=2"},
        {"path": "/v1/a"},
        {"body": b""},
        {"nonce": b"\1" * 16},
    ]
    for change in changes:
        altered = replace(request, **change)
        assert slug_of(verify_staff_request, W.instance, altered, signing_pk(seed), signature) == "bad_signature"
    assert slug_of(verify_staff_request, Z32, request, signing_pk(seed), signature) == "bad_signature"
    assert slug_of(verify_staff_request, W.instance, request, signing_pk(Z32), signature) == "bad_signature"


# --- a whole case ----------------------------------------------------------------------------------------------------


def desk() -> Desk:
    made = Desk(W, READER, [ME.seal("one")])
    made.post_opened()
    made.post_text("answer")
    return made


D = desk()
POSTED = [PostedEntry(one, D.boxes.get(parse_signed_entry(one).box_hash, b"")) for one in D.entries]


def opened(
    messages: list[bytes] | None = None, posted: list[PostedEntry] | None = None, keyrings: list[bytes] | None = None,
    keyfile: Keyfile = MINE, day: int = DAY,
) -> Any:  # fmt: skip
    rings = [W.signed(W.keyring)] if keyrings is None else keyrings
    data = encode_case(W.instance, rings, messages or D.sealed, POSTED if posted is None else posted)
    return open_case(keyfile, data, day)


def test_a_case_opens_without_network() -> None:
    follow_up = ME.seal("two")
    found = opened([*D.sealed, follow_up])
    assert [one.account.content.answers["story"] for one in found.messages] == ["one", "two"]
    assert ([one.text for one in found.texts], found.chain.acknowledged) == (["answer"], True)
    assert opened(day=DAY + 4000).cid == D.first.cid


def test_the_newest_keyring_of_a_case_decides() -> None:
    """An older one beside it gives nobody back what the newer took away."""
    gone = Former(READER.id, READER.role, READER.signing_pk, DAY - 9, DAY, DAY)
    second = W.keyring_of(2, W.keyring.hash, [one for one in W.people if one.id != READER.id], [gone])
    for rings in ([W.signed(W.keyring), W.signed(second)], [W.signed(second), W.signed(W.keyring)]):
        assert opened(keyrings=rings).chain.unconfirmed == (0, 1)
    assert slug_of(opened, keyrings=[W.signed(W.keyring), W.signed(second, 2)]) == "threshold_not_reached"


def test_a_case_is_of_one_code_and_for_its_readers() -> None:
    assert slug_of(opened, [*D.sealed, Submitter(W).seal("other")]) == "keys_differ"
    outsider = next(one for one in W.of(READER.role) if one.id not in {r.id for r in ME.readers()})
    other = replace(MINE, member=outsider.id, signing_seed=outsider.signing_seed, kem_seed=outsider.kem_seed)
    assert slug_of(opened, keyfile=other) == "not_a_recipient"
    foreign = World(today=DAY)
    there = replace(MINE, first_roots=foreign.first_roots, roots=foreign.roots)
    assert slug_of(opened, keyfile=there) == "wrong_instance"


def test_a_later_message_of_the_code_with_other_keys_inside_is_refused_the_join() -> None:
    """The same request and mailbox key, and so the same lookup id, with a veil key of somebody else."""
    altered = Submitter(W, ME.k0)
    altered.__dict__["receipt"] = replace(ME.receipt, veil_key=os.urandom(32))
    assert slug_of(opened, [*D.sealed, altered.seal("two")]) == "keys_differ"


def test_boxes_of_a_case_are_those_of_its_entries() -> None:
    more = desk()
    foreign = [POSTED[0], replace(POSTED[1], box=next(iter(more.boxes.values())))]
    assert slug_of(opened, posted=foreign) == "hash_mismatch"
    assert slug_of(opened, posted=POSTED[1:]) == "chain_broken"
    withheld = [POSTED[0], replace(POSTED[1], box=b"")]
    assert opened(posted=withheld).texts == ()
