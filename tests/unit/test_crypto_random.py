"""SPEC 3, `random(n)`: a generator that fails stops everything that needs it, and nothing secret is drawn twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from unittest.mock import patch

import pytest

from crypto import primitives
from crypto.account import COMPLAINT, Content
from crypto.box import TEXT, BoxFields, seal_box
from crypto.draft import seal_draft
from crypto.encoding import Z32
from crypto.errors import ProtocolError
from crypto.evidence import seal_evidence
from crypto.mailbox import veil
from crypto.members import Keyfile, seal_keyfile
from crypto.message import (
    KeyringName,
    Prepared,
    open_custodian_slot,
    open_message,
    parse_sealed,
    prepare_slots,
    seal_message,
)
from crypto.primitives import Argon2Work, hash, kem_keypair, random_below, random_bytes, shuffled
from crypto.receipt import new_code, receipt_from_k0
from crypto.requests import make_nonce
from crypto.rootfile import new_root_key, seal_rootfile
from tests.world import World

CHEAPEST = Argon2Work(19456, 2, 1)
KEY = kem_keypair(hash(b"reader"))
RECEIPT = receipt_from_k0(Z32, hash(b"k0"))
WORLD = World(today=20_800)
CONTENT = Content(COMPLAINT, 1, "en", {"a": "one text"})


def prepare() -> Prepared:
    return prepare_slots([KEY.pk], [KEY.pk])


def seal(prepared: Prepared | None = None, content: Content = CONTENT) -> bytes:
    return seal_message(prepared or prepare(), RECEIPT, KeyringName(Z32, 1, Z32), 0, content, {}, {})


def box() -> bytes:
    fields = BoxFields(Z32, Z32, TEXT, Z32, Z32[:16], 1, Z32)
    return seal_box(fields, hash(b"author"), [KEY.pk], "en", "text")


def keyfile() -> bytes:
    return seal_keyfile(Keyfile(Z32[:16], 1, Z32, Z32, WORLD.first_roots, WORLD.roots), "a b", CHEAPEST)


def rootfile() -> bytes:
    root, seed = new_root_key("somebody")
    return seal_rootfile(root, seed, "a b", CHEAPEST)


ACTS: dict[str, Callable[[], object]] = {
    "a receipt code": new_code,
    "a message": seal,
    "slots prepared ahead": prepare,
    "a box": box,
    "a draft": lambda: seal_draft(Z32, Z32[:16], KEY.pk, "text"),
    "a file of evidence": lambda: seal_evidence(Z32, b"data"),
    "a mailbox block": lambda: veil(Z32, Z32, Z32[:16], b"data"),
    "a key file": keyfile,
    "a root key": rootfile,
    "a nonce of the server": lambda: make_nonce(Z32, "mailbox", 1),
}


def dead(n: int) -> bytes:
    return bytes(n)


def throwing(n: int) -> bytes:
    raise OSError("no entropy")


def short(n: int) -> bytes:
    return secrets.token_bytes(max(n - 1, 0))


@pytest.mark.parametrize("generator", [dead, throwing, short], ids=lambda one: str(one.__name__))
@pytest.mark.parametrize("act", ACTS)
def test_a_failed_generator_stops(act: str, generator: Callable[[int], bytes]) -> None:
    real = secrets.token_bytes

    def broken(n: int) -> bytes:
        return real(n)[:-1] if generator is short else generator(n)

    with patch("crypto.primitives.secrets.token_bytes", broken), pytest.raises(ProtocolError) as refused:
        ACTS[act]()
    assert refused.value.slug == "random_failed"
    ACTS[act]()  # and works again


@pytest.mark.parametrize("act", ["a receipt code", "a message", "a box", "a file of evidence", "a root key"])
def test_a_generator_that_repeats_itself_stops(act: str) -> None:
    with patch("crypto.primitives.secrets.token_bytes", lambda n: b"\x09" * n):
        with pytest.raises(ProtocolError) as refused:
            [ACTS[act]() for _ in range(2)]
        assert refused.value.slug == "random_failed"


def test_what_was_drawn_is_not_kept() -> None:
    drawn = random_bytes(32)
    assert drawn not in [value for value in vars(primitives).values() if isinstance(value, bytes)]


def test_few_zero_bytes_are_no_failure() -> None:
    with patch("crypto.primitives.secrets.token_bytes", dead):
        assert random_bytes(15) == bytes(15)
        with pytest.raises(ProtocolError):
            random_bytes(16)


@pytest.mark.parametrize("width", [16, 24, 32, 64])
def test_100_000_draws_do_not_repeat(width: int) -> None:
    assert len({random_bytes(width) for _ in range(100_000)}) == 100_000


def test_100_000_codes_do_not_repeat() -> None:
    assert len({new_code() for _ in range(100_000)}) == 100_000


def test_100_000_nonces_of_the_server_do_not_repeat() -> None:
    assert len({make_nonce(Z32, "mailbox", 1)[8:24] for _ in range(100_000)}) == 100_000


def test_200_messages_of_one_text_share_no_key_and_no_nonce() -> None:
    """Nor anything else but what is public; stretching and text are the same in all."""
    parts: list[bytes] = []
    for _ in range(200):
        message = parse_sealed(Z32, seal())
        opened = open_message(message, KEY)
        parts += [message.cid, message.header_hash, message.commitment, *message.stream_commitments]
        parts += [opened.cek, opened.half, *(stream[:64] for stream in message.streams)]
        for slot in (*message.reader_slots, *message.custodian_slots):
            parts += [slot[:64], slot[1088:1120], slot[1120:]]
    assert len(set(parts)) == len(parts)


def test_200_boxes_and_blocks_of_one_text_share_no_key_and_no_nonce() -> None:
    parts: list[bytes] = []
    for _ in range(200):
        sealed, block = box(), veil(Z32, Z32, Z32[:16], b"data")
        parts += [sealed[-64:], sealed[-12000:-11900], block[:24], block[24:88]]
    assert len(set(parts)) == len(parts)


def test_evidence_is_sealed_anew_at_each_attempt() -> None:
    """So chunks of two attempts cannot be mixed: each has a key and an upload id of its own."""
    made = [seal_evidence(Z32, b"data") for _ in range(50)]
    assert len({one.key for one in made} | {one.upload_id for one in made} | {one.blob[:24] for one in made}) == 150


@pytest.mark.parametrize("changed", ["account", "identity", "code"])
def test_a_draw_that_comes_again_makes_no_key_again(changed: str) -> None:
    """SPEC 6.4, hedged: another text, identity or code gives other keys though every draw is the same."""
    prepared = prepare()
    drawn = {n: secrets.token_bytes(n) for n in (16, 32, 48)}
    found = []
    for text in ("one", "two"):
        words = {name: {"a": text if name == changed else "same"} for name in ("account", "identity")}
        receipt = receipt_from_k0(Z32, hash(text.encode())) if changed == "code" else RECEIPT
        receipt = replace(RECEIPT, k0=receipt.k0)  # nothing but K0 differs
        prepared.spent = False
        with patch("crypto.message.random_bytes", drawn.__getitem__):
            content = Content(COMPLAINT, 1, "en", words["account"])
            data = seal_message(prepared, receipt, KeyringName(Z32, 1, Z32), 0, content, words["identity"], {})
        found.append(parse_sealed(Z32, data))
    one, two = found
    assert one.header_hash == two.header_hash
    same = [a == b for a, b in zip(one.stream_commitments, two.stream_commitments, strict=True)]
    assert same == {"account": [False] * 3, "identity": [True, False, True], "code": [False] * 3}[changed]
    if changed == "code":
        assert {open_custodian_slot(one, KEY), open_custodian_slot(two, KEY)} != {open_custodian_slot(one, KEY)}


def test_prepared_slots_seal_one_message_only() -> None:
    prepared = prepare()
    seal(prepared)
    with pytest.raises(ValueError, match="one message only"):
        seal(prepared)


def test_a_text_that_is_too_large_spends_no_slots() -> None:
    prepared = prepare()
    with pytest.raises(ProtocolError) as refused:
        seal(prepared, Content(COMPLAINT, 1, "en", {"a": "x" * 262144}))
    assert refused.value.slug == "too_large"
    seal(prepared)


def chi_squared(counts: list[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts)


def test_digits_are_uniform() -> None:
    drawn = random_below([10] * 100_000)
    assert chi_squared([drawn.count(n) for n in range(10)]) < 48  # passed once in a million


def test_a_reader_stands_in_each_slot_alike() -> None:
    places = [shuffled([1, 0, 0, 0, 0, 0, 0, 0]).index(1) for _ in range(40_000)]
    assert chi_squared([places.count(n) for n in range(8)]) < 44


def test_the_last_bytes_are_thrown_away_for_digits() -> None:
    """250 to 255 would make 0 to 5 likelier."""
    with patch("crypto.primitives.secrets.token_bytes", lambda n: bytes([7, *range(249, 256)] * (n // 8))):
        assert random_below([10] * 8) == [9, 7] * 4
