"""What is a little wrong is refused alike: both languages give one answer to each of many spoilt inputs."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from crypto import enrolment, message, posts, requests, roots
from crypto.conformance import answer
from crypto.encoding import Z32, encode, u32
from crypto.members import sign_in
from crypto.primitives import N0, aead_seal, kem_keypair, sign, signing_pk
from tests.vectors.lines import Lines, plain
from tests.vectors.made import DAY, World, answered

SPOILT = 150  # of each input
INPUTS = [
    "roots.verify first_roots",
    "roots.rotate change",
    "keyring.verify keyring",
    "keyring.verify roots",
    "keyring.draw keyring",
    "kem_keys.parse kem_keys",
    "enrolment.verify enrolment",
    "message.parse message",
    "message.open message",
    "message.custodian message",
    "box.open box",
    "chain.verify entries",
    "mailbox.open blocks",
    "request.verify request",
    "signin.verify request",
    "receipt.parse text",
    "ed25519.verify signature",
    "ed25519.verify pk",
    "kem.decapsulate ct",
    "aead.open ciphertext",
    "canonical.signed-keyring data",
    "canonical.account data",
    "canonical.answers data",
    "canonical.sealed-message data",
    "canonical.sealed-box data",
    "canonical.posted-entries data",
    "canonical.post-entry data",
    "canonical.reply-block data",
    "canonical.sealed-case data",
]


@pytest.fixture(scope="module")
def requests_made(world: World) -> dict[str, dict[str, Any]]:
    """A good request for each op."""
    made = answered(world, None)
    receipt = made.sealed.receipt
    instance, body = world.instance, world.body
    root_set = world.first.roots
    following = roots.encode_root_set(2, 3, root_set.roots)
    change = roots.encode_root_change(instance, root_set, following)
    signatures = [roots.sign_as_root(signing_pk(seed), seed, change) for seed in world.seeds[:3]]
    one = world.people[0]
    standing = enrolment.Enrolment(one.id, one.role, one.group, 0, signing_pk(one.signing), one.pk)
    opened = message.open_message(message.parse_sealed(instance, made.sealed.data), kem_keypair(made.reviewer.kem))
    nonce = requests.make_nonce(Z32, "mailbox", 2_000_000_000)
    signin_nonce = requests.make_nonce(Z32, "signin", 2_000_000_000)
    case = encode(
        "sealed-case",
        instance,
        encode("keyrings", b"\0\1", world.signed),
        encode("case-messages", b"\0\1", made.sealed.data),
        _posted(made.entries, [b"", made.box]),
        b"",
    )
    return {
        "roots.verify": {"first_roots": world.first.encoded},
        "roots.rotate": {
            "instance": instance,
            "roots": root_set.encoded,
            "change": roots.seal_root_change(change, signatures),
        },
        "keyring.verify": {
            "instance": instance,
            "roots": root_set.encoded,
            "keyring": world.signed,
            "pinned_version": 0,
            "pinned_hash": Z32,
            "device_day": DAY,
            "build_day": DAY,
        },
        "keyring.draw": {"keyring": body.encoded, "k0": Z32, "today": DAY, "country": "KZ", "left_out": []},
        "kem_keys.parse": {
            "instance": instance,
            "kem_keys": enrolment.encode_kem_keys(instance, [p.pk for p in world.people]),
        },
        "enrolment.verify": {
            "instance": instance,
            "enrolment": enrolment.sign_enrolment(instance, standing, one.signing),
        },
        "message.parse": {"instance": instance, "message": made.sealed.data},
        "message.open": {
            "instance": instance,
            "message": made.sealed.data,
            "kem_seed": made.reviewer.kem,
            "keyring_hash": body.hash,
        },
        "message.custodian": {
            "instance": instance,
            "message": made.sealed.data,
            "kem_seed": made.sealed.custodians[0].kem,
        },
        "box.open": {
            "instance": instance,
            "cid": made.cid,
            "box": made.box,
            "author_pk": signing_pk(made.reviewer.signing),
            "kem_seed": receipt.mailbox_seed,
        },
        "chain.verify": {
            "instance": instance,
            "cid": made.cid,
            "keyring": body.encoded,
            "entries": made.entries,
            "messages": [],
            "today": DAY,
        },
        "mailbox.open": {
            "instance": instance,
            "request_seed": receipt.request_seed,
            "mailbox_seed": receipt.mailbox_seed,
            "veil_key": receipt.veil_key,
            "keyring": body.encoded,
            "blocks": made.blocks[:2],
            "today": DAY,
        },
        "request.verify": {
            "instance": instance,
            "route": "mailbox.burn",
            "request": requests.sign_mailbox_request(instance, receipt, "mailbox.burn", b"\1", nonce),
            "server_key": Z32,
            "now": 1,
        },
        "signin.verify": {
            "instance": instance,
            "origin": "https://panah.example",
            "keyring": body.encoded,
            "today": DAY,
            "server_key": Z32,
            "now": 1,
            "request": sign_in(instance, "https://panah.example", signin_nonce, one.id, Z32, one.signing),
        },
        "receipt.parse": {"text": b"6013 0750 0830 0000 0000 0000"},
        "ed25519.verify": {"pk": signing_pk(one.signing), "message": change, "signature": sign(one.signing, change)},
        "kem.decapsulate": {
            "seed": one.kem,
            "ct": message.parse_sealed(instance, made.sealed.data).reader_slots[0][:1120],
        },
        "aead.open": {"key": Z32, "nonce": Z32[:24], "ad": b"", "ciphertext": aead_seal(Z32, N0, b"", Z32)},
        "canonical.signed-keyring": {"data": world.signed},
        "canonical.account": {"data": opened.account_bytes},
        "canonical.answers": {"data": opened.intake_bytes},
        "canonical.sealed-message": {"data": made.sealed.data},
        "canonical.sealed-box": {"data": made.box},
        "canonical.posted-entries": {"data": _posted(made.entries, [b"", made.box])},
        "canonical.post-entry": {
            "data": encode("post-entry", made.entries[1], made.box, made.blocks[0], made.blocks[1], b"")
        },
        "canonical.reply-block": {"data": encode("reply-block", u32(0), made.entries[1], made.mailbox_box)},
        "canonical.sealed-case": {"data": case},
    }


def _posted(entries: list[bytes], boxes: list[bytes]) -> bytes:
    return posts.encode_posted_entries([posts.PostedEntry(*pair) for pair in zip(entries, boxes, strict=True)])


def spoil(data: bytes, dice: random.Random) -> bytes:
    """A bit turned, a byte set, cut, grown, shrunk; often near the beginning, where the structure is."""
    reach = len(data) if dice.random() < 0.5 else min(len(data), 400)
    at = dice.randrange(reach)
    match dice.randrange(6):
        case 0:
            return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]
        case 2:
            return data[:at]
        case 3:
            return data[:at] + dice.randbytes(dice.randrange(1, 9)) + data[at:]
        case 4:
            return data + dice.randbytes(dice.randrange(1, 9))
        case _:
            return data[:at] + data[at + dice.randrange(1, 9) :]


@pytest.mark.parametrize("which", INPUTS)
def test_both_answer_alike(which: str, requests_made: dict[str, dict[str, Any]], typescript: Lines) -> None:
    op, name = which.split()
    good = requests_made[op]
    first = answer({"op": op, "in": plain(good)})
    assert typescript.answer(op, **good) == first
    if op != "receipt.parse":
        assert "ok" in first, first
    seed = os.urandom(8).hex()
    dice = random.Random(seed)
    for n in range(SPOILT):
        value = good[name]
        if isinstance(value, list):
            bad: Any = [spoil(item, dice) if i == n % len(value) else item for i, item in enumerate(value)]
        else:
            bad = spoil(value, dice)
        inputs = {**good, name: bad}
        here, there = answer({"op": op, "in": plain(inputs)}), typescript.answer(op, **inputs)
        assert here == there, f"seed {seed}, {which}, input {n}"
        if op.startswith("canonical.") and "ok" in here:
            assert here["ok"]["data"] == bad.hex(), f"seed {seed}, {which}, input {n}: two encodings of one meaning"
