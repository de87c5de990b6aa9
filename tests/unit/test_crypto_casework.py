"""SPEC 8.5: which box and which card go with which deed."""

from __future__ import annotations

import os

import pytest

from crypto.box import (
    NOTE,
    TEXT,
    WRAP_UNIT,
    BoxFields,
    Grant,
    Words,
    parse_box,
    seal_box,
    seal_wrap,
)
from crypto.encoding import Z32
from crypto.entry import (
    GRANT,
    LEGAL_HOLD_AGREED,
    LEGAL_HOLD_PROPOSED,
    PROPOSAL,
    READERS_KEPT,
    READERS_PROPOSED,
    STEP,
    UNIT_PROPOSED,
    parse_signed_entry,
)
from crypto.keyring import INVESTIGATOR, REVIEWER
from crypto.posts import Post, check_box, encode_post, parse_post
from crypto.primitives import kem_keypair
from crypto.workflow import ASSIGNED, INQUIRY, REFERRED, TRIAGED
from tests.casework import Casework
from tests.unit.crypto_world import DAY
from tests.unit.slugs import slug_of
from tests.world import World

W = World(today=DAY)
CID, INTAKE = os.urandom(32), kem_keypair(os.urandom(32))
READER = W.of(REVIEWER)[0]
ONE = W.of(INVESTIGATOR)[0]


def fields(kind: int) -> BoxFields:
    return BoxFields(W.instance, CID, kind, Z32, READER.id, DAY, W.keyring.hash)


def note(kind: int = NOTE) -> bytes:
    return seal_box(fields(kind), READER.signing_seed, [INTAKE.pk], "ru", "почему")


def deed(kind: int, state: int, box: bytes) -> bytes:
    case = Casework(W, CID, day=DAY)
    case.hand_off()
    return case.make(READER, kind, state, box_hash=parse_box(box).hash if box else Z32)


def wrapped() -> bytes:
    seed = READER.signing_seed
    pks, grants = [ONE.key.pk], [Grant(CID, os.urandom(32))]
    return seal_wrap(fields(WRAP_UNIT), seed, pks, grants, [os.urandom(32)], INTAKE.pk, Words("ru", ""))


@pytest.mark.parametrize(
    ("kind", "state", "make", "fits"),
    [
        (PROPOSAL, ASSIGNED, wrapped, True),
        (PROPOSAL, ASSIGNED, note, False),
        (PROPOSAL, REFERRED, note, True),
        (PROPOSAL, REFERRED, wrapped, False),
        (GRANT, TRIAGED, wrapped, True),
        (GRANT, TRIAGED, note, False),
        (STEP, ASSIGNED, note, True),
        (STEP, ASSIGNED, lambda: note(TEXT), True),
        (STEP, ASSIGNED, wrapped, False),
        (PROPOSAL, REFERRED, lambda: note(TEXT), False),
        (LEGAL_HOLD_PROPOSED, INQUIRY, note, True),
        (LEGAL_HOLD_PROPOSED, INQUIRY, lambda: note(TEXT), False),
        (LEGAL_HOLD_AGREED, INQUIRY, lambda: note(TEXT), True),
        (LEGAL_HOLD_AGREED, INQUIRY, note, False),
    ],
)
def test_which_box_goes_with_which_deed(kind: int, state: int, make: object, fits: bool) -> None:
    box: bytes = make()  # type: ignore[operator]
    entry = parse_signed_entry(deed(kind, state, box))
    if fits:
        assert check_box(parse_box(box), entry).hash == entry.box_hash
    else:
        assert slug_of(check_box, parse_box(box), entry) == "wrong_case"


def test_a_post_has_a_box_exactly_when_its_entry_names_one() -> None:
    box = note()
    entry = deed(STEP, ASSIGNED, box)
    assert parse_post(encode_post(Post(entry, box, b"", b""))).box == box
    assert slug_of(parse_post, encode_post(Post(entry, b"", b"", b""))) == "malformed"
    opened = Casework(W, CID, day=DAY).make(READER, 1)
    assert parse_post(encode_post(Post(opened, b"", b"", b""))).box == b""
    assert slug_of(parse_post, encode_post(Post(opened, box, b"", b""))) == "malformed"


@pytest.mark.parametrize(
    ("kind", "state", "brings"),
    [
        (PROPOSAL, ASSIGNED, True),
        (PROPOSAL, REFERRED, False),
        (READERS_PROPOSED, INQUIRY, True),
        (READERS_KEPT, INQUIRY, False),
        (UNIT_PROPOSED, INQUIRY, True),
        (GRANT, INQUIRY, False),
    ],
)
def test_a_post_has_a_card_exactly_when_it_says_who_reads(kind: int, state: int, brings: bool) -> None:
    box = note()
    entry = deed(kind, state, box)
    for card in (b"", b"card"):
        post = encode_post(Post(entry, box, b"", b"", card=card))
        if bool(card) == brings:
            assert parse_post(post).card == card
        else:
            assert slug_of(parse_post, post) == "malformed"
