"""SPEC 7.3 and 8.7: to whom a wrap and a half may go, and which box goes with which deed."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from crypto.box import (
    IDENTITY_HALF,
    NOTE,
    TEXT,
    WRAP_INTAKE,
    WRAP_UNIT,
    BoxFields,
    Grant,
    MessageKey,
    SealedBox,
    Words,
    parse_box,
    seal_box,
    seal_readers,
    seal_secret,
    seal_wrap,
)
from crypto.encoding import Z32
from crypto.entry import (
    GRANT,
    IDENTITY_ASKED,
    LEGAL_HOLD_AGREED,
    LEGAL_HOLD_PROPOSED,
    PROPOSAL,
    READERS_KEPT,
    READERS_PROPOSED,
    STEP,
    UNIT_PROPOSED,
    parse_signed_entry,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR, UNIT, Group
from crypto.posts import Post, check_box, encode_post, parse_post
from crypto.primitives import kem_keypair
from crypto.workflow import ASSIGNED, INQUIRY, REFERRED, TRIAGED
from crypto.wraps import check_readers, check_secret, check_wrap
from tests.casework import Casework
from tests.unit.crypto_world import DAY, slug_of
from tests.vectors.attack_keyring import remake
from tests.world import Person, World, new_person

W = World(today=DAY)
W.people.append(new_person(INVESTIGATOR, "unit-north"))
CID, INTAKE = os.urandom(32), kem_keypair(os.urandom(32))
READER = W.of(REVIEWER)[0]
ONE, TWO, THREE = W.of(INVESTIGATOR)
SOUTH = new_person(INVESTIGATOR, "unit-south")
RING = remake(
    W.keyring,
    groups=(*W.keyring.groups, Group("unit-south", UNIT, ())),
    members=sorted([*W.keyring.members, SOUTH.listed(DAY)], key=lambda one: one.id),
)
SUPER = W.of(SUPERVISOR)[0]


def fields(kind: int, by: Person = READER) -> BoxFields:
    return BoxFields(W.instance, CID, kind, Z32, by.id, DAY, W.keyring.hash)


def wrap(*people: Person, extra: list[bytes] | None = None) -> SealedBox:
    pks = [*(one.key.pk for one in people), *(extra or [])]
    grants = [Grant(CID, os.urandom(32))]
    return parse_box(
        seal_wrap(fields(WRAP_UNIT), READER.signing_seed, pks, grants, [os.urandom(32)], INTAKE.pk, Words("ru", ""))
    )


def test_a_wrap_for_two_of_a_unit_a_supervisor_and_the_readers() -> None:
    for inbox in (INTAKE.pk, None):
        check_wrap(wrap(ONE, TWO, SUPER), RING, DAY, inbox)
        check_wrap(wrap(ONE, TWO, THREE, *W.of(SUPERVISOR)), RING, DAY, inbox)


@pytest.mark.parametrize(
    "people",
    [(ONE, SUPER), (ONE, TWO), (ONE, TWO, SUPER, READER), (ONE, SOUTH, SUPER), (ONE, TWO, SOUTH, SUPER), (SUPER,)],
    ids=["one investigator", "no supervisor", "a reviewer", "of two units", "a third of another", "nobody of a unit"],
)
def test_a_wrap_for_others_is_refused(people: tuple[Person, ...]) -> None:
    assert slug_of(check_wrap, wrap(*people), RING, DAY) == "role_not_allowed"


def test_a_wrap_for_somebody_whom_no_keyring_names_is_refused() -> None:
    stranger = kem_keypair(os.urandom(32)).pk
    assert slug_of(check_wrap, wrap(ONE, TWO, SUPER, extra=[stranger]), RING, DAY) == "role_not_allowed"
    assert slug_of(check_wrap, wrap(ONE, TWO, SUPER), RING, DAY, stranger) == "role_not_allowed"
    late = wrap(ONE, TWO, SUPER)
    assert slug_of(check_wrap, late, RING, DAY + 366) == "role_not_allowed"  # nobody is a member any more
    assert slug_of(check_wrap, late, RING, DAY - 31) == "role_not_allowed"


def test_a_half_goes_to_who_asked_and_to_nobody_else() -> None:
    case = Casework(W, CID, day=DAY)
    case.hand_off()
    ask = parse_signed_entry(case.make(ONE, IDENTITY_ASKED, until=DAY))

    def half(pk: bytes) -> SealedBox:
        return parse_box(seal_secret(fields(IDENTITY_HALF), READER.signing_seed, pk, os.urandom(32)))

    check_secret(half(ONE.key.pk), W.keyring, ask, DAY)
    for other in (TWO, SUPER, READER, W.of(CUSTODIAN)[0]):
        assert slug_of(check_secret, half(other.key.pk), W.keyring, ask, DAY) == "role_not_allowed"
    for day in (DAY - 31, DAY + 366):
        assert slug_of(check_secret, half(ONE.key.pk), W.keyring, ask, day) == "not_a_member"
    gone = replace(ask, actor=os.urandom(16))
    assert slug_of(check_secret, half(ONE.key.pk), W.keyring, gone, DAY) == "not_a_member"


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


def readers(*people: Person, extra: list[bytes] | None = None) -> SealedBox:
    pks = [*(one.key.pk for one in people), *(extra or [])]
    keys = [MessageKey(CID, os.urandom(32))]
    return parse_box(seal_readers(fields(WRAP_INTAKE), READER.signing_seed, pks, keys, Words("ru", "")))


def test_a_wrap_of_the_readers_names_who_proposes_it_and_no_inbox() -> None:
    other = W.of(REVIEWER)[1]
    check_readers(readers(READER, other, SUPER), W.keyring, DAY)
    for wrong in ([READER, SUPER], [READER, other], [READER, other, ONE, SUPER], [other, W.of(REVIEWER)[2], SUPER]):
        assert slug_of(check_readers, readers(*wrong), W.keyring, DAY) == "role_not_allowed"
    # whoever read until now holds the old inbox: by it they would have the key of the new one
    old = readers(READER, other, SUPER, extra=[INTAKE.pk])
    assert slug_of(check_readers, old, W.keyring, DAY) == "role_not_allowed"
    check_readers(old, W.keyring, DAY, kept=True)
