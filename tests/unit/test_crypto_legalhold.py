"""SPEC 8.16: the hold alone, also as the person's mailbox knows it, which lacks the first entries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crypto.encoding import Z32
from crypto.entry import (
    APPROVAL,
    LEGAL_HOLD_AGREED,
    LEGAL_HOLD_PROPOSED,
    REFUSAL,
    SignedEntry,
    messages_head,
    parse_signed_entry,
)
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.legalhold import LEGAL_HOLD_DAYS, LegalHold
from crypto.walk import Start, Walk
from crypto.workflow import CLOSED, ERASED
from tests.casework import Casework
from tests.unit.slugs import slug_of
from tests.world import Person, World

DAY = 20_800
W = World(today=DAY)
ONE, OTHER, SUPER = W.of(REVIEWER)[0], W.of(REVIEWER)[1], W.of(SUPERVISOR)[0]
STANDS = LegalHold(DAY + 5)
UNKNOWN = LegalHold(DAY + 5, known=False)  # a mailbox that lacks the first entries, and is told that one stands


def entry(by: Person, kind: int, until: int = 0, day: int = DAY, cited: bytes = Z32) -> SignedEntry:
    return parse_signed_entry(Casework(W, day=day).make(by, kind, until=until, cited=cited))


@pytest.mark.parametrize(
    ("until", "day", "stands"), [(DAY, DAY, True), (DAY - 1, DAY, False), (DAY + 1, DAY, True), (0, DAY, False)]
)
def test_a_hold_stands_up_to_and_with_its_last_day(until: int, day: int, stands: bool) -> None:
    assert LegalHold(until).stands(day) is stands


@pytest.mark.parametrize("kind", [LEGAL_HOLD_PROPOSED, LEGAL_HOLD_AGREED])
@pytest.mark.parametrize(
    ("until", "fits"),
    [(DAY - 1, False), (DAY, True), (DAY + LEGAL_HOLD_DAYS, True), (DAY + LEGAL_HOLD_DAYS + 1, False), (0, True)],
)
def test_a_mailbox_that_lacks_the_first_entries_refuses_a_hold_too_long_all_the_same(
    kind: int, until: int, fits: bool
) -> None:
    one = entry(ONE, kind, until)
    if not fits:
        assert slug_of(UNKNOWN.after, one, REVIEWER, True) == "bad_state"
    else:
        found = LegalHold(until) if kind == LEGAL_HOLD_AGREED else replace(UNKNOWN, proposed=(one,))
        assert UNKNOWN.after(one, REVIEWER, True) == found


def test_what_nobody_proposed_is_agreed_to_only_where_the_first_entries_are_not_known() -> None:
    agreed = entry(ONE, LEGAL_HOLD_AGREED, DAY + 9)
    for known, older in ((STANDS, False), (STANDS, True), (UNKNOWN, False)):
        assert slug_of(known.after, agreed, REVIEWER, older) == "bad_state"
    assert UNKNOWN.after(agreed, REVIEWER, True) == LegalHold(DAY + 9)
    assert slug_of(UNKNOWN.after, agreed, INVESTIGATOR, True) == "role_not_allowed"


def test_a_proposal_waits_for_14_days_and_not_beyond_its_own_last_day() -> None:
    long, short = entry(ONE, LEGAL_HOLD_PROPOSED, DAY + 99), entry(ONE, LEGAL_HOLD_PROPOSED, DAY + 3)
    ending = entry(ONE, LEGAL_HOLD_PROPOSED)
    waits = LegalHold(DAY + 5, (long, short, ending))
    found = [waits.waiting(DAY + day) for day in (3, 4, 5, 6, 14, 15)]
    assert found == [(long, short, ending), (long, ending), (long, ending), (long,), (long,), ()]


def test_to_end_a_hold_that_nobody_set_is_refused_where_the_chain_is_known() -> None:
    ending = entry(ONE, LEGAL_HOLD_PROPOSED)
    assert slug_of(LegalHold().after, ending, REVIEWER) == "bad_state"
    assert slug_of(LegalHold(DAY - 1).after, ending, REVIEWER) == "bad_state"
    assert LegalHold(DAY).after(ending, REVIEWER).proposed == (ending,)
    assert UNKNOWN.after(ending, REVIEWER).waiting(DAY) == (ending,)
    assert slug_of(LegalHold(known=False).after, ending, REVIEWER) == "bad_state"


@pytest.mark.parametrize("before", [STANDS, UNKNOWN])
def test_who_agrees_or_refuses_is_another_and_no_investigator(before: LegalHold) -> None:
    last = DAY + 20
    proposed = entry(ONE, LEGAL_HOLD_PROPOSED, last)
    waits = before.after(proposed, REVIEWER)
    for kind in (LEGAL_HOLD_AGREED, REFUSAL):
        until = last if kind == LEGAL_HOLD_AGREED else 0
        own, other = (entry(by, kind, until, cited=proposed.link) for by in (ONE, OTHER))
        assert waits.concerns(other)
        assert slug_of(waits.after, own, REVIEWER) == "role_not_allowed"
        assert slug_of(waits.after, other, INVESTIGATOR) == "role_not_allowed"
        expected = LegalHold(last) if kind == LEGAL_HOLD_AGREED else before
        assert waits.after(other, SUPERVISOR) == waits.after(other, REVIEWER) == expected
    timely, lapsed = (entry(OTHER, LEGAL_HOLD_AGREED, last, DAY + days, proposed.link) for days in (14, 15))
    assert waits.after(timely, REVIEWER) == LegalHold(last)
    longer = entry(OTHER, LEGAL_HOLD_AGREED, last + 1, cited=proposed.link)
    for refused in (lapsed, longer):
        assert slug_of(waits.after, refused, REVIEWER) == "bad_state"


def test_a_refusal_of_something_else_does_not_concern_it() -> None:
    proposed = entry(ONE, LEGAL_HOLD_PROPOSED, DAY + 9)
    waits = LegalHold(proposed=(proposed,))
    assert not waits.concerns(entry(OTHER, REFUSAL))
    assert not waits.concerns(entry(OTHER, APPROVAL, cited=proposed.link))
    assert LegalHold().concerns(entry(OTHER, LEGAL_HOLD_AGREED))


def started(*entries: SignedEntry) -> Walk:
    """As a mailbox begins: at entry 5 of a case that was closed three years ago."""
    walk = Walk(Start(5, Z32, CLOSED, True, since=DAY - 1000), W.keyring)
    for one in entries:
        walk.take(one, W.person(one.actor).role)
    return walk


def later(by: Person, kind: int, state: int, **changes: Any) -> SignedEntry:
    fields: dict[str, Any] = {"seq": 5, "priority": 5, "messages": messages_head([]), **changes}
    return parse_signed_entry(Casework(W, day=DAY).make(by, kind, state, **fields))


def test_a_mailbox_that_saw_the_hold_refuses_the_erasing_and_one_that_did_not_lets_it_pass() -> None:
    agreed = later(ONE, LEGAL_HOLD_AGREED, CLOSED, until=DAY + 3)
    erased = later(SUPER, APPROVAL, ERASED)
    assert slug_of(started(agreed).take, erased, SUPERVISOR) == "bad_state"
    walk = started()
    walk.take(erased, SUPERVISOR)
    assert (walk.place.state, walk.place.hold) == (ERASED, 0)


def test_a_mailbox_is_told_of_the_hold_before_it() -> None:
    erased, ending = later(SUPER, APPROVAL, ERASED), later(ONE, LEGAL_HOLD_PROPOSED, CLOSED)

    def held(until: int) -> Walk:
        return Walk(Start(5, Z32, CLOSED, True, since=DAY - 1000, hold=until), W.keyring)

    assert slug_of(held(DAY).take, erased, SUPERVISOR) == "bad_state"
    held(DAY - 1).take(erased, SUPERVISOR)
    held(DAY).take(ending, REVIEWER)
    assert slug_of(held(DAY - 1).take, ending, REVIEWER) == "bad_state"
    assert slug_of(started().take, ending, REVIEWER) == "bad_state"
