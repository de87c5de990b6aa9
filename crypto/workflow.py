"""SPEC 8.3: the states of a case, which deed leads from one to another, and who may do it. Data and pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from crypto.encoding import Day
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR

RECEIVED, SCREENING, TRIAGED, ASSIGNED, INQUIRY, AWAITING, INVESTIGATION, SUSPENDED = range(8)
DETERMINATION, CLOSED, REVIEW, REOPENED, REFERRED, WITHDRAWN, OUT_OF_SCOPE, QUARANTINE, SAFETY_HOLD = range(8, 17)
ERASED: Final = 17  # nothing of it is left but its signed entries
STATE_NAMES: Final = (
    "received",
    "screening",
    "triaged",
    "assigned",
    "inquiry",
    "awaiting_submitter",
    "investigation",
    "suspended",
    "determination",
    "closed",
    "review",
    "reopened",
    "referred",
    "withdrawn",
    "out_of_scope",
    "spam_quarantine",
    "safety_hold",
    "erased",
)
NO_PRIORITY: Final = 5  # 0 to 4 are P0 to P4
PROPOSAL_DAYS: Final = 14  # after them a proposal has lapsed
NOTICE_DAYS: Final = 30  # that the person has to write before a case is erased
ERASURE_DAYS: Final = 90  # after them a proposal to erase has lapsed

R, S, I = REVIEWER, SUPERVISOR, INVESTIGATOR  # noqa: E741
WORKING: Final = frozenset(
    {SCREENING, TRIAGED, ASSIGNED, INQUIRY, INVESTIGATION, DETERMINATION, REVIEW, REOPENED}
)  # states in which somebody is at it

BY_TWO: Final = frozenset({INQUIRY, INVESTIGATION, DETERMINATION})  # SPEC 8.12: only where two have the case


@dataclass(frozen=True)
class Rule:
    """From any of `sources` to `target`. No `approvers`: one signature does it. `least`, `most`: days ahead."""

    sources: frozenset[int]
    target: int
    signers: frozenset[int]
    approvers: frozenset[int] = frozenset()
    least: int = 0
    most: int = 0


def _rule(
    sources: Iterable[int],
    target: int,
    signers: Iterable[int],
    approvers: Iterable[int] = (),
    *,
    least: int = 0,
    most: int = 0,
) -> Rule:
    return Rule(frozenset(sources), target, frozenset(signers), frozenset(approvers), least, most)


RULES: Final = (
    _rule({SCREENING}, TRIAGED, {R}),
    _rule({TRIAGED, REOPENED}, ASSIGNED, {R, S}, {R, S}),
    _rule({ASSIGNED, INQUIRY}, TRIAGED, {I}),
    _rule({ASSIGNED, REOPENED}, INQUIRY, {I}),
    _rule({INQUIRY}, AWAITING, {I}),
    _rule({INQUIRY}, INVESTIGATION, {I, S}, {S}),
    _rule({INVESTIGATION}, SUSPENDED, {I, S}, {S}, most=30),
    _rule({INVESTIGATION}, DETERMINATION, {I, S}, {S}),
    _rule({DETERMINATION}, CLOSED, {I, S}, {S}),
    _rule({CLOSED}, REVIEW, {R}),
    _rule({REVIEW}, CLOSED, {R}, {S}),
    _rule({CLOSED, REVIEW}, REOPENED, {R}),
    _rule(WORKING, REFERRED, {R, S, I}, {S}),
    _rule(WORKING | {AWAITING, SUSPENDED, REFERRED, SAFETY_HOLD}, WITHDRAWN, {R, S, I}, {R, S}, least=14, most=44),
    _rule(WORKING, OUT_OF_SCOPE, {R, S}, {S}),
    _rule({SCREENING}, QUARANTINE, {R}, {R, S}),
    _rule({CLOSED, WITHDRAWN, OUT_OF_SCOPE, QUARANTINE}, ERASED, {R, S}, {S}),
    _rule(WORKING | {AWAITING, SUSPENDED, CLOSED, REFERRED, WITHDRAWN, OUT_OF_SCOPE}, SAFETY_HOLD, {R, S, I}),
)
# A case that stands aside goes back to where it stood, by one signature of these.
RETURNS: Final = {
    AWAITING: frozenset({I, S}),
    SUSPENDED: frozenset({I, S}),
    REFERRED: frozenset({R, S, I}),
    WITHDRAWN: frozenset({R, S}),
    OUT_OF_SCOPE: frozenset({R, S}),
    QUARANTINE: frozenset({R, S}),
    SAFETY_HOLD: frozenset({R, S, I}),
}
LOWERING: Final = frozenset({R, S})  # who approves a lower priority; any of the three proposes it


@dataclass(frozen=True)
class Retention:
    """For how many days at least a case is kept in each state in which it may be erased; from a day on."""

    first: Day
    days: Mapping[int, int]


# The newest whose first day is not after the entry's. Never changed: a change is one more.
RETENTIONS: Final = (Retention(0, {CLOSED: 730, WITHDRAWN: 730, OUT_OF_SCOPE: 730, QUARANTINE: 30}),)


def erasable_from(state: int, since: Day, until: Day, day: Day) -> Day:
    """SPEC 8.14: the day from which a case may be erased that stands there on `day`; 0 = not from there."""
    days = max((one for one in RETENTIONS if one.first <= day), key=lambda one: one.first).days.get(state)
    if days is None:
        return 0
    return (max(since, until) if state == WITHDRAWN else since) + days


DORMANT_AFTER: Final = 90  # days without a word from the person who was asked


def is_dormant(state: int, since: Day, day: Day) -> bool:
    """SPEC 8.6: whether a case that waits for the person is dormant that day: nobody signs it, nothing ends by it."""
    return state == AWAITING and day > since + DORMANT_AFTER


def lapse_days(target: int) -> int:
    return ERASURE_DAYS if target == ERASED else PROPOSAL_DAYS


def find_rule(state: int, back: int, target: int) -> Rule | None:
    """The rule that leads from a state to another; `back` is where a case that stands aside stood before."""
    if state in RETURNS and target == back:
        return Rule(frozenset({state}), target, RETURNS[state])
    return next((rule for rule in RULES if state in rule.sources and target == rule.target), None)


def deeds(state: int, back: int, role: int) -> list[tuple[int, bool]]:
    """What a role may begin in this state: (target, whether another must approve)."""
    found = [(rule.target, bool(rule.approvers)) for rule in RULES if state in rule.sources and role in rule.signers]
    returning = [(back, False)] if role in RETURNS.get(state, ()) else []
    return returning + [one for one in found if one[0] != back or not returning]


# Days until the next step is due: calendar days, or working days where `True`. In words: docs/workflow.md.
_DUE: Final = {
    RECEIVED: (1, True),
    TRIAGED: (2, True),
    ASSIGNED: (10, False),
    INQUIRY: (30, False),
    AWAITING: (DORMANT_AFTER, False),
    INVESTIGATION: (90, False),
    DETERMINATION: (7, False),
    REVIEW: (30, False),
    REOPENED: (2, True),
    REFERRED: (30, False),
    QUARANTINE: (30, False),
    SAFETY_HOLD: (30, False),
}
_TRIAGE_DUE: Final = ((0, False), (1, False), (3, False), (5, True), (5, True), (5, True))  # by priority


@dataclass(frozen=True)
class Calendar:
    """SPEC 8.6. `off`: free though Monday to Friday; `work`: worked though Saturday or Sunday."""

    off: frozenset[Day] = frozenset()
    work: frozenset[Day] = frozenset()

    def is_worked(self, day: Day) -> bool:
        """1970-01-01 was a Thursday."""
        return day in self.work or ((day + 3) % 7 < 5 and day not in self.off)


MONDAY_TO_FRIDAY: Final = Calendar()  # where the country is not known


def due_day(state: int, since: Day, until: Day, priority: int, calendar: Calendar = MONDAY_TO_FRIDAY) -> Day:
    """The day by which something must follow; 0 = nothing is due."""
    if state in (SUSPENDED, WITHDRAWN):
        return until
    due = dict(enumerate(_TRIAGE_DUE)).get(priority) if state == SCREENING else _DUE.get(state)
    if due is None:
        return 0
    days, working = due
    return add_working_days(since, days, calendar) if working else since + days


def add_working_days(day: Day, count: int, calendar: Calendar = MONDAY_TO_FRIDAY) -> Day:
    while count:
        day += 1
        count -= calendar.is_worked(day)
    return day
