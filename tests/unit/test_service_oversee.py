"""Which numbers oversight is told, and what they count: of cases that are lined up here, not of a database."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from crypto.encoding import Z32
from crypto.entry import APPROVAL, LEGAL_HOLD_AGREED, NOTE_ENTRY, PROPOSAL, RECUSAL, REFUSAL, STEP, WITHHOLDING
from crypto.keyring import INVESTIGATOR, REVIEWER, UNIT, Group
from crypto.workflow import (
    ASSIGNED,
    AWAITING,
    CLOSED,
    DORMANT_AFTER,
    QUARANTINE,
    REOPENED,
    REVIEW,
    SAFETY_HOLD,
    SUSPENDED,
    TRIAGED,
)
from service.actions import oversee
from service.actions.oversee import UNHEARD_DAYS, Counts, count_cases
from service.domain.sampling import Sample
from service.domain.small_cells import SMALLEST
from service.store.cases import CaseLine
from tests.unit.crypto_world import DAY
from tests.vectors.attack_keyring import remake
from tests.world import World, new_person

W = World(today=DAY)
SOUTH = new_person(INVESTIGATOR, "unit-south")
NORTH = W.of(INVESTIGATOR)[0]
RING = remake(
    W.keyring,
    groups=(*W.keyring.groups, Group("unit-south", UNIT, ())),
    members=sorted([*W.keyring.members, SOUTH.listed(DAY)], key=lambda one: one.id),
)
LATE = DAY - 300
Deed = tuple[bytes, int, int]


def lines(n: int, state: int, since: int = DAY, wished: bool = False) -> list[CaseLine]:
    return [CaseLine(os.urandom(32), 0, state, since, since, 1, 0, Z32, 3, since, 0, wished) for _ in range(n)]


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Counts]:
    def counted(
        cases: Iterable[CaseLine] = (), readers: Iterable[tuple[bytes, bytes]] = (), deeds: Iterable[Deed] = (),
        suspended: Iterable[int] = (), sampled: Callable[..., Sample] = lambda *_: Sample.NOT_DRAWN,
    ) -> Counts:  # fmt: skip
        stubs: dict[str, Any] = {
            "list_all": lambda *_: list(cases),
            "list_readers": lambda *_: list(readers),
            "list_deeds": lambda *_: list(deeds),
            "list_entries": lambda *_: {},
            "_count_suspensions": lambda *_: Counter({os.urandom(32): n for n in suspended}),
            "sample_of": sampled,
        }
        for name, stub in stubs.items():
            monkeypatch.setattr(oversee, name, stub)
        return count_cases(None, RING, bytes(32), DAY)  # type: ignore[arg-type]

    return counted


def told(found: dict[str, int | None]) -> dict[str, int | None]:
    return {name: n for name, n in found.items() if n is not None}


def test_of_two_units_neither_is_told_where_one_would_tell_the_other(count: Callable[..., Counts]) -> None:
    for of_south, shown in ((3, {}), (SMALLEST, {"unit-north": 12, "unit-south": SMALLEST})):
        north, south = lines(12, ASSIGNED, LATE), lines(of_south, ASSIGNED, LATE)
        members = ((north, NORTH), (south, SOUTH), (south, W.of(REVIEWER)[0]))  # a reader is of no unit
        readers = [(one.cid, who.listed(DAY).kem_hash) for cases, who in members for one in cases]
        found = count([*north, *south], readers)
        assert found.overdue["assigned"] == 12 + of_south
        assert {unit: n for unit, states in found.units.items() if (n := states["assigned"]) is not None} == shown


def test_what_has_no_last_day_is_never_late(count: Callable[..., Counts]) -> None:
    found = count(lines(SMALLEST, CLOSED, LATE))
    assert (told(found.states), told(found.overdue)) == ({"closed": SMALLEST}, {})


@pytest.mark.parametrize(("wished", "late"), [(True, {"review": SMALLEST}), (False, {})])
def test_a_review_that_somebody_took_up_has_its_own_last_day(
    count: Callable[..., Counts], wished: bool, late: dict[str, int]
) -> None:
    assert told(count(lines(SMALLEST, REVIEW, DAY - UNHEARD_DAYS - 1, wished)).overdue) == late
    assert told(count(lines(SMALLEST, REVIEW, DAY - UNHEARD_DAYS, wished)).overdue) == {}


def test_how_many_are_dormant_is_not_told_where_the_others_that_wait_are_few(count: Callable[..., Counts]) -> None:
    for others, dormant in ((0, 12), (2, None), (SMALLEST, 12)):
        cases = [*lines(12, AWAITING, DAY - DORMANT_AFTER - 1), *lines(others, AWAITING)]
        assert count(cases).dormant == dormant


def test_of_what_is_sampled_nothing_is_told_that_would_tell_a_few(count: Callable[..., Counts]) -> None:
    def found(waiting: int, drawn_out: int, *others: CaseLine) -> dict[str, int | None]:
        kinds = iter([Sample.WAITING] * waiting + [Sample.NOT_DRAWN] * drawn_out)
        cases = [*lines(waiting + drawn_out, QUARANTINE), *others]
        return told(count(cases, sampled=lambda *_: next(kinds)).sample)

    assert found(0, 12) == {"not_drawn": 12}
    assert found(3, 12) == {}
    assert found(SMALLEST, 12) == {"waiting": SMALLEST, "not_drawn": 12}
    assert found(0, 12, *lines(3, TRIAGED)) == {}  # how many are in quarantine is not told either
    assert found(0, 12, *lines(20, SAFETY_HOLD)) == {"not_drawn": 12}  # the person asks for something meanwhile


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("recusals", RECUSAL),
        ("refusals", REFUSAL),
        ("withholdings", WITHHOLDING),
        ("legal_holds", LEGAL_HOLD_AGREED),
    ],
)
def test_deeds_are_counted_by_their_kind_and_a_few_are_not_told(
    count: Callable[..., Counts], name: str, kind: int
) -> None:
    for n, shown in ((SMALLEST, {name: SMALLEST}), (SMALLEST - 1, {})):
        deeds = [(os.urandom(32), one, TRIAGED) for one in [kind] * n + [NOTE_ENTRY] * 20]
        assert told(count(deeds=deeds).deeds) == shown


@pytest.mark.parametrize(
    ("steps", "n"),
    [
        ([(APPROVAL, CLOSED), (PROPOSAL, REOPENED), (APPROVAL, REOPENED)], 1),
        ([(APPROVAL, CLOSED), (STEP, REVIEW), (APPROVAL, REOPENED)], 1),
        ([(APPROVAL, SUSPENDED), (STEP, REVIEW), (APPROVAL, REOPENED)], 1),
        ([(APPROVAL, CLOSED), (PROPOSAL, REOPENED)], 0),
        ([(APPROVAL, CLOSED), (APPROVAL, REOPENED), (APPROVAL, REOPENED), (STEP, REOPENED)], 1),
        ([(APPROVAL, CLOSED), (APPROVAL, REOPENED), (STEP, SAFETY_HOLD), (STEP, REOPENED)], 1),
        ([(APPROVAL, CLOSED), (APPROVAL, REOPENED), (APPROVAL, CLOSED), (APPROVAL, REOPENED)], 2),
        ([(APPROVAL, SUSPENDED), (STEP, REOPENED)], 0),
    ],
)
def test_a_reopening_is_of_what_was_closed_or_in_review(
    count: Callable[..., Counts], steps: list[tuple[int, int]], n: int
) -> None:
    deeds = [(cid, *step) for cid in (os.urandom(32) for _ in range(SMALLEST)) for step in steps]
    assert count(deeds=deeds).deeds["reopenings"] == (n * SMALLEST or None)


def test_how_often_one_was_suspended_again_is_not_told_where_it_would_tell_how_many_were_at_all(
    count: Callable[..., Counts],
) -> None:
    for suspended, shown in (
        ([2] * 10, {"suspensions": 20, "suspended_again": 10}),
        ([2] * 8 + [3], {"suspensions": 19}),  # nine cases
        ([1] * 10, {"suspensions": 10}),
        ([1] * 9, {}),
    ):
        assert told(count(suspended=suspended).deeds) == shown
