"""SPEC 7.3, 7.5, 8.7, 8.8: whom a wrap, a grant, a kept wrap and a half may name, and on which days."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from crypto.box import (
    IDENTITY_HALF,
    WRAP_INTAKE,
    WRAP_UNIT,
    BoxFields,
    Grant,
    MessageKey,
    SealedBox,
    Words,
    parse_box,
    seal_readers,
    seal_secret,
    seal_wrap,
)
from crypto.encoding import Z32
from crypto.entry import IDENTITY_ASKED, OPENED, READERS_KEPT, RECUSAL, SignedEntry, parse_signed_entry
from crypto.keyring import CUSTODIAN, INVESTIGATOR, OFFLINE, REVIEWER, SUPERVISOR, UNIT, Group, KeyringBody
from crypto.primitives import kem_keypair
from crypto.wraps import check_kept, check_readers, check_secret, check_wrap, is_named, stepped_back
from tests.casework import Casework
from tests.unit.crypto_world import DAY
from tests.unit.slugs import slug_of
from tests.vectors.attack_keyring import remake
from tests.world import Person, World, new_person

W = World(today=DAY)
W.people.append(new_person(INVESTIGATOR, "unit-north"))
CID, INTAKE = os.urandom(32), kem_keypair(os.urandom(32))
READER, COLLEAGUE, THIRD = W.of(REVIEWER)[:3]
ONE, TWO, THREE = W.of(INVESTIGATOR)
SOUTH = new_person(INVESTIGATOR, "unit-south")
RING = remake(
    W.keyring,
    groups=(*W.keyring.groups, Group("unit-south", UNIT, ())),
    members=sorted([*W.keyring.members, SOUTH.listed(DAY)], key=lambda one: one.id),
)
SUPER = W.of(SUPERVISOR)[0]


def there(from_day: int, until: int) -> KeyringBody:
    """Everybody is a member from that day, up to and with the other."""
    return remake(RING, members=[replace(one, from_day=from_day, until=until) for one in RING.members])


DAYS_THERE = [(DAY, DAY, True), (DAY - 1, DAY - 1, False), (DAY + 1, DAY + 1, False)]


def fields(kind: int) -> BoxFields:
    return BoxFields(W.instance, CID, kind, Z32, READER.id, DAY, W.keyring.hash)


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
    for day in (DAY - 30, DAY + 365):
        check_secret(half(ONE.key.pk), W.keyring, ask, day)
    for day in (DAY - 31, DAY + 366):
        assert slug_of(check_secret, half(ONE.key.pk), W.keyring, ask, day) == "not_a_member"
    gone = replace(ask, actor=os.urandom(16))
    assert slug_of(check_secret, half(ONE.key.pk), W.keyring, gone, DAY) == "not_a_member"


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


@pytest.mark.parametrize(("from_day", "until", "present"), DAYS_THERE)
def test_the_first_day_and_the_last_of_a_member_count(from_day: int, until: int, present: bool) -> None:
    ring = there(from_day, until)
    wraps = ((check_wrap, wrap(ONE, TWO, SUPER)), (check_readers, readers(READER, COLLEAGUE, SUPER)))
    for check, box in wraps:
        if present:
            check(box, ring, DAY)
        else:
            assert slug_of(check, box, ring, DAY) == "role_not_allowed"
    assert is_named(wraps[1][1], ring, READER.id, DAY) == present


def test_a_grant_goes_to_whoever_is_left_and_not_to_nobody() -> None:
    for left in ([ONE, TWO, SUPER], [ONE, SUPER], [ONE, TWO], [SUPER], [ONE]):
        check_wrap(wrap(*left), RING, DAY, handed_on=True)
    assert slug_of(check_wrap, wrap(), RING, DAY, handed_on=True) == "role_not_allowed"


def test_a_kept_wrap_goes_to_whoever_is_left_and_not_to_nobody() -> None:
    for left in ([READER, COLLEAGUE, SUPER], [READER, SUPER], [READER, COLLEAGUE], [SUPER], [READER]):
        check_readers(readers(*left), RING, DAY, kept=True, handed_on=True)
    only = readers(extra=[INTAKE.pk])
    assert slug_of(check_readers, only, RING, DAY, kept=True, handed_on=True) == "role_not_allowed"


def test_whoever_keeps_a_case_need_not_be_named() -> None:
    others = readers(COLLEAGUE, THIRD, SUPER)
    assert slug_of(check_readers, others, RING, DAY) == "role_not_allowed"
    check_readers(others, RING, DAY, kept=True)


def keeps() -> SignedEntry:
    return parse_signed_entry(Casework(W, CID, day=DAY).make(READER, READERS_KEPT))


def test_the_first_kept_wrap_is_for_a_machine_without_a_line_alone() -> None:
    box = readers(READER, COLLEAGUE, SUPER)
    assert slug_of(check_kept, box, RING, keeps(), None) == "role_not_allowed"
    for who, kept in ((READER, True), (COLLEAGUE, False)):
        flagged = [replace(one, flags=OFFLINE) if one.id == who.id else one for one in RING.members]
        ring = remake(RING, members=flagged)
        if kept:
            check_kept(box, ring, keeps(), None)
        else:
            assert slug_of(check_kept, box, ring, keeps(), None) == "role_not_allowed"


def test_one_signature_brings_a_case_to_the_same_readers() -> None:
    live = readers(READER, COLLEAGUE, SUPER)
    check_kept(readers(READER, COLLEAGUE, SUPER), RING, keeps(), live)
    for others in ([READER, COLLEAGUE], [READER, COLLEAGUE, THIRD, SUPER], [READER, THIRD, SUPER]):
        assert slug_of(check_kept, readers(*others), RING, keeps(), live) == "wrong_case"


@pytest.mark.parametrize(("from_day", "until", "present"), DAYS_THERE)
def test_a_kept_wrap_leaves_out_nobody_who_is_a_member_that_day(from_day: int, until: int, present: bool) -> None:
    live = readers(READER, COLLEAGUE, SUPER)
    mine = hash_of(COLLEAGUE)
    ring = remake(
        RING,
        members=[replace(one, from_day=from_day, until=until) if one.kem_hash == mine else one for one in RING.members],
    )
    without = readers(READER, SUPER)
    if present:
        assert slug_of(check_kept, without, ring, keeps(), live) == "wrong_case"
    else:
        check_kept(without, ring, keeps(), live)
    check_kept(without, ring, keeps(), live, [mine])  # who stepped back may be missing


def hash_of(person: Person) -> bytes:
    return person.listed(DAY).kem_hash


def test_whoever_steps_back_has_not_before_their_own_entry() -> None:
    case = Casework.new(W)
    case.add(READER, OPENED)
    case.add(COLLEAGUE, RECUSAL)
    found = [stepped_back(case.chain(), before) for before in (1, 2)]
    assert found == [set(), {COLLEAGUE.id}]
