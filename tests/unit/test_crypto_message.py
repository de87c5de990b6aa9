"""SPEC 6: what a message hides, what is noticed when it is altered, and in which order."""

from __future__ import annotations

import os
from dataclasses import replace
from unittest.mock import patch

import pytest

from crypto import message as rooms
from crypto.account import COMPLAINT, Content, encode_account, encode_answers, pad, parse_answers
from crypto.encoding import Z32, decode, encode, u8
from crypto.errors import ProtocolError
from crypto.message import (
    SLOT,
    KeyringName,
    check_joins,
    open_custodian_slot,
    open_identity,
    open_message,
    parse_sealed,
    prepare_slots,
    seal_message,
)
from crypto.primitives import (
    N0,
    KemKey,
    aead_seal,
    hash,
    kdf,
    kem_decapsulate,
    kem_encapsulate,
    kem_keypair,
)
from crypto.receipt import receipt_from_k0
from tests.unit.slugs import slug_of
from tests.vectors.attack_message import COMMITS, CT0, CT2, FIELDS, READERS, SEALED, rebuild
from tests.world import Submitter, World

INSTANCE = hash(b"instance")
NAME = KeyringName(INSTANCE, 1, hash(b"keyring"))
RECEIPT = receipt_from_k0(INSTANCE, hash(b"k0"))
KEYS = [kem_keypair(hash(bytes([n]))) for n in range(8)]
CUSTODIANS = [kem_keypair(hash(b"custodian" + bytes([n]))) for n in range(4)]


def seal(
    text: str = "text",
    readers: int = 2,
    custodians: int = 1,
    identity: dict[str, str] | None = None,
    intake: dict[str, str] | None = None,
    lane: int = 0,
) -> bytes:
    prepared = prepare_slots([key.pk for key in KEYS[:readers]], [key.pk for key in CUSTODIANS[:custodians]])
    content = Content(COMPLAINT, 5, "ru", {"account": text})
    return seal_message(prepared, RECEIPT, NAME, lane, content, identity or {}, intake or {})


def opened_by(data: bytes, key: KemKey) -> rooms.OpenedMessage:
    return open_message(parse_sealed(INSTANCE, data), key)


# --- what is hidden --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("readers", range(1, 9))
def test_the_number_of_readers_is_hidden(readers: int) -> None:
    data = seal(readers=readers, custodians=1 + readers % 4)
    assert len(data) == len(seal(readers=1))
    parsed = parse_sealed(INSTANCE, data)
    assert {len(slot) for slot in (*parsed.reader_slots, *parsed.custodian_slots)} == {SLOT}
    for n, key in enumerate(KEYS):
        if n < readers:
            assert open_message(parsed, key).account.content.answers == {"account": "text"}
        else:
            assert slug_of(open_message, parsed, key) == "not_a_recipient"


def test_length_identity_and_intake_are_hidden_within_a_size() -> None:
    texts = [seal(""), seal("x" * 14_000), seal(identity={"name": "x" * 3000}), seal(intake={"phone": "x" * 3000})]
    assert len({len(data) for data in texts}) == 1


@pytest.mark.parametrize(("length", "size"), [(14_000, 16384), (16_000, 65536), (66_000, 262144), (250_000, 262144)])
def test_an_account_takes_the_smallest_size_that_holds_it(length: int, size: int) -> None:
    assert len(parse_sealed(INSTANCE, seal("x" * length)).streams[0]) == size + 16


def test_nobody_sees_for_whom_a_slot_is() -> None:
    """No recipient's key, nor its hash, nor an id stands in a message."""
    data = seal(readers=8, custodians=4)
    for key in (*KEYS, *CUSTODIANS):
        assert key.pk[:32] not in data
        assert key.pk[-32:] not in data
        assert hash(key.pk) not in data


def test_a_slot_is_found_wherever_it_stands() -> None:
    places = set()
    for _ in range(60):
        parsed = parse_sealed(INSTANCE, seal(readers=1))
        for n, slot in enumerate(parsed.reader_slots):
            try:
                open_message(replace(parsed, reader_slots=(slot,) * 8), KEYS[0])
            except ProtocolError as error:
                if error.slug == "commitment_mismatch":  # it opened
                    places.add(n)
    assert len(places) >= 7


def test_readers_read_the_account_and_intake_but_no_identity() -> None:
    data = seal(identity={"name": "Айгүл"}, intake={"phone": "1"})
    opened = opened_by(data, KEYS[0])
    assert opened.intake == {"phone": "1"}
    assert "Айгүл".encode() not in opened.account_bytes + opened.intake_bytes
    parsed = parse_sealed(INSTANCE, data)
    assert slug_of(open_custodian_slot, parsed, KEYS[0]) == "not_a_recipient"
    # with all that a reader has, in the place of what a custodian has
    for guess in (opened.cek, opened.half, Z32):
        assert slug_of(open_identity, parsed, opened.half, guess) == "commitment_mismatch"


def test_a_custodian_alone_opens_nothing() -> None:
    parsed = parse_sealed(INSTANCE, seal(identity={"name": "x"}))
    mine = open_custodian_slot(parsed, CUSTODIANS[0])
    assert slug_of(open_message, parsed, CUSTODIANS[0]) == "not_a_recipient"
    for guess in (mine, Z32, parsed.header_hash):
        assert slug_of(open_identity, parsed, guess, mine) == "commitment_mismatch"
    # nor does what opens the identity open the account
    for stream in range(3):
        assert slug_of(rooms._open_stream, parsed, stream, mine) == "decryption_failed"


def test_both_together_open_the_identity_of_this_message_only() -> None:
    data, other = seal(identity={"name": "x"}), seal(identity={"name": "y"})
    parsed, foreign = parse_sealed(INSTANCE, data), parse_sealed(INSTANCE, other)
    half, key = opened_by(data, KEYS[0]).half, open_custodian_slot(parsed, CUSTODIANS[0])
    assert open_identity(parsed, half, key).identity == {"name": "x"}
    assert slug_of(open_identity, foreign, half, key) == "commitment_mismatch"
    assert slug_of(open_identity, foreign, opened_by(other, KEYS[0]).half, key) == "commitment_mismatch"


# --- what is noticed -------------------------------------------------------------------------------------------------


def resealed(data: bytes, **streams: bytes) -> dict[int, bytes]:
    """Streams of another content under the true keys, as a reader could make them."""
    opened, h = opened_by(data, KEYS[0]), parse_sealed(INSTANCE, data).header_hash
    numbers = {"account": 0, "intake": 2}
    return {
        6 + numbers[name]: aead_seal(
            kdf(opened.cek, "stream", u8(numbers[name]), h), N0, encode("stream-ad", h, u8(numbers[name])), padded
        )
        for name, padded in streams.items()
    }


def swapped_fields(data: bytes, changes: dict[int, bytes]) -> bytes:
    fields = decode("sealed-message", FIELDS, data)
    return encode("sealed-message", *[changes.get(at, field) for at, field in enumerate(fields)])


def test_a_reader_cannot_exchange_the_account_under_the_same_slots() -> None:
    data = seal("they beat me")
    account = opened_by(data, KEYS[0]).account
    lie = replace(account, content=replace(account.content, answers={"account": "nothing happened"}))
    forged = swapped_fields(data, resealed(data, account=pad(encode_account(lie), 16384)))
    assert len(forged) == len(data)
    assert slug_of(parse_sealed, INSTANCE, forged) == "bad_signature"


def test_a_reader_cannot_exchange_what_only_intake_reads() -> None:
    data = seal(intake={"phone": "1"})
    forged = swapped_fields(data, resealed(data, intake=pad(encode_answers({"phone": "2"}), 4096)))
    assert slug_of(parse_sealed, INSTANCE, forged) == "bad_signature"


@pytest.mark.parametrize("at", [*range(1, 9), 11])
def test_no_field_of_one_message_fits_into_another(at: int) -> None:
    """Slot, stream, commitment, identity and signature, spliced from another message of the same person."""
    data, other = seal("one", identity={"a": "b"}), seal("two", identity={"a": "c"})
    field = decode("sealed-message", FIELDS, other)[at]
    spliced = swapped_fields(data, {at: field})
    with pytest.raises(ProtocolError) as refused:
        opened_by(spliced, KEYS[0])
    assert refused.value.slug in ("bad_signature", "malformed", "not_a_recipient", "commitment_mismatch")


def test_one_slot_spliced_from_another_message_is_noticed_by_every_reader() -> None:
    data = seal(readers=2)
    other = decode("sealed-message", FIELDS, seal(readers=2))[READERS]
    slots = decode("sealed-message", FIELDS, data)[READERS]
    for n in range(8):
        spliced = slots[: n * SLOT] + other[n * SLOT : (n + 1) * SLOT] + slots[(n + 1) * SLOT :]
        found = {slug_of(opened_by, swapped_fields(data, {READERS: spliced}), key) for key in KEYS[:2]}
        assert found <= {"bad_signature", "commitment_mismatch", "not_a_recipient"}


def test_two_readers_cannot_be_given_two_accounts() -> None:
    """A submitter's altered program puts another content key into the second reader's slot, and signs it all."""
    world = World(today=20_800)
    person = Submitter(world)
    data = person.seal("one")
    first, second = person.readers()[:2]
    parsed = parse_sealed(world.instance, data)
    slots = list(parsed.reader_slots)
    other_key = os.urandom(32)
    made = kem_encapsulate(second.key.pk)
    h = parsed.header_hash
    wk = kdf(made.shared, "slot", h, made.ct, second.key.pk)
    for n, slot in enumerate(slots):
        if slug_or_ok(parsed, slot, second.key) == "opens":
            slots[n] = made.ct + aead_seal(wk, N0, h, other_key)
    forged = rebuild_here(world, person, data, {READERS: b"".join(slots)})
    for reader in (first, second):
        again = parse_sealed(world.instance, forged)
        assert slug_of(open_message, again, reader.key) == "commitment_mismatch"


def slug_or_ok(parsed: rooms.SealedMessage, slot: bytes, key: KemKey) -> str:
    alone = replace(parsed, reader_slots=(slot,) * 8)
    return "opens" if slug_of(open_message, alone, key) == "commitment_mismatch" else "not"


def rebuild_here(world: World, person: Submitter, data: bytes, changes: dict[int, bytes]) -> bytes:
    with patch("tests.vectors.attack_message.world", lambda: world):
        return rebuild(data, changes, person)


def test_a_slot_with_a_wrong_commitment_is_never_skipped() -> None:
    """The first slot that opens decides, though a later one would give the true key."""
    parsed = parse_sealed(INSTANCE, seal(readers=1))
    mine = next(slot for slot in parsed.reader_slots if slug_or_ok(parsed, slot, KEYS[0]) == "opens")
    made = kem_encapsulate(KEYS[0].pk)
    h = parsed.header_hash
    lie = made.ct + aead_seal(kdf(made.shared, "slot", h, made.ct, KEYS[0].pk), N0, h, os.urandom(32))
    others = [slot for slot in parsed.reader_slots if slot != mine]
    forged = replace(parsed, reader_slots=(lie, mine, *others[:6]))
    assert slug_of(open_message, forged, KEYS[0]) == "commitment_mismatch"


def test_a_slot_is_bound_to_its_message_ciphertext_and_recipient() -> None:
    """WK of SPEC 6.5, taken apart: each input left out or changed gives another key."""
    parsed = parse_sealed(INSTANCE, seal(readers=1))
    slot = next(slot for slot in parsed.reader_slots if slug_or_ok(parsed, slot, KEYS[0]) == "opens")
    ct, shared, h = slot[:1120], kem_decapsulate(KEYS[0], slot[:1120]), parsed.header_hash
    right = kdf(shared, "slot", h, ct, KEYS[0].pk)
    assert rooms.aead_open(right, N0, h, slot[1120:])
    wrong = [
        kdf(shared, "slot", Z32, ct, KEYS[0].pk),
        kdf(shared, "slot", h, ct, KEYS[1].pk),
        kdf(shared, "slot", h, ct[:-1] + b"x", KEYS[0].pk),
        kdf(shared, "box-slot", h, ct, KEYS[0].pk),
        kdf(shared, "slot", h, ct),
    ]
    for key in wrong:
        assert slug_of(rooms.aead_open, key, N0, h, slot[1120:]) == "decryption_failed"


def test_the_first_failing_step_of_opening_names_the_class() -> None:
    world = World(today=20_800)
    person = Submitter(world)
    data = person.seal("text")
    reader = person.readers()[0]
    parsed = parse_sealed(world.instance, data)
    opened = open_message(parsed, reader.key)
    h = parsed.header_hash
    k2 = kdf(opened.cek, "stream", u8(2), h)
    bad_pad = aead_seal(k2, N0, encode("stream-ad", h, u8(2)), b"\xff" * 4096)
    noise = os.urandom(16400)
    commits = b"".join(parsed.stream_commitments)
    steps = [
        ("commitment_mismatch", {SEALED: Z32, COMMITS: bytes(96), CT0: noise, CT2: bad_pad}),
        ("commitment_mismatch", {COMMITS: commits[:64] + Z32, CT0: noise, CT2: bad_pad}),
        ("decryption_failed", {CT0: noise, CT2: bad_pad}),
        ("bad_padding", {CT2: bad_pad}),
    ]
    for expected, changes in steps:
        forged = parse_sealed(world.instance, rebuild_here(world, person, data, changes))
        assert slug_of(open_message, forged, reader.key, bytes(32)) == "wrong_keyring"
        assert slug_of(open_message, forged, KEYS[0]) == "not_a_recipient"
        assert slug_of(open_message, forged, reader.key) == expected


def test_a_later_message_with_other_keys_is_refused_the_join() -> None:
    first = opened_by(seal(), KEYS[0]).account
    check_joins(first, opened_by(seal("more"), KEYS[0]).account)
    for change in ({"request_pk": Z32}, {"mailbox_pk": bytes(1216)}, {"veil_key": Z32}):
        assert slug_of(check_joins, first, replace(first, **change)) == "keys_differ"  # type: ignore[arg-type]


# --- what a sealer refuses -------------------------------------------------------------------------------------------


def test_a_message_is_never_sealed_to_nobody_or_too_many() -> None:
    pk = KEYS[0].pk
    assert slug_of(prepare_slots, [], [pk]) == slug_of(prepare_slots, [pk], []) == "no_readers"
    assert slug_of(prepare_slots, [pk] * 9, [pk]) == slug_of(prepare_slots, [pk], [pk] * 5) == "no_readers"


def test_a_message_is_never_sealed_to_a_low_order_or_a_false_key() -> None:
    pk = KEYS[0].pk
    assert slug_of(prepare_slots, [pk[:1184] + bytes(32)], [pk]) == "low_order"
    assert slug_of(prepare_slots, [pk], [b"\xff" * 1184 + pk[1184:]]) == "malformed"
    assert slug_of(prepare_slots, [pk[:-1]], [pk]) == "malformed"


@pytest.mark.parametrize("what", ["identity", "intake"])
def test_what_does_not_fit_is_told_before_sealing(what: str) -> None:
    assert slug_of(lambda: seal(**{what: {"a": "x" * 4080}})) == "too_large"  # type: ignore[arg-type]


@pytest.mark.parametrize("ids", ["A", "", "a b", "x" * 65, "é"])
def test_a_writer_never_seals_what_a_reader_would_refuse(ids: str) -> None:
    assert slug_of(lambda: seal(intake={ids: ""})) == "malformed"


def test_a_lone_surrogate_is_replaced_before_sealing() -> None:
    answers = opened_by(seal("a\ud800b"), KEYS[0]).account.content.answers
    assert answers == {"account": "a\ufffdb"}
    assert parse_answers(encode_answers({"a": "\udfff"})) == {"a": "\ufffd"}
