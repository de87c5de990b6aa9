"""What oversight sees: numbers and whether every history holds. No content, and no number that points at a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from crypto.chain import KnownMessage, verify_chain
from crypto.encoding import Day
from crypto.entry import APPROVAL, LEGAL_HOLD_AGREED, RECUSAL, REFUSAL, STEP, WITHHOLDING, parse_signed_entry
from crypto.errors import ProtocolError, ensure
from crypto.holes import check_holes
from crypto.keyring import INVESTIGATOR, UNIT, KeyringBody
from crypto.message import parse_sealed
from crypto.posts import parse_posted
from crypto.workflow import (
    AWAITING,
    CLOSED,
    ERASED,
    QUARANTINE,
    REOPENED,
    REVIEW,
    STATE_NAMES,
    SUSPENDED,
    due_day,
    is_dormant,
)
from service.actions.export_case import posted_entries
from service.domain.sampling import Sample, sample_of
from service.domain.small_cells import Shown, hide_parts, hide_small
from service.keyrings import Keyrings
from service.store.cases import (
    CaseFile,
    CaseLine,
    find_case,
    list_all,
    list_approvals,
    list_deeds,
    list_entries,
    list_readers,
    read_message,
)
from service.store.database import Engine

UNHEARD_DAYS: Final = (
    7  # after them a wish for review that nobody took up is late to oversight; the review itself has 30
)
TRIES = 3  # of one history, while it grows as it is read


@dataclass(frozen=True)
class Broken:
    """A history that does not hold: the case and the class of the first failure."""

    cid: bytes
    slug: str


@dataclass(frozen=True)
class Verified:
    histories: int
    entries: int
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class Kept:
    """What `check_holes` asks of a message: all messages of a case would be hundreds of megabytes."""

    cid: bytes
    slots_gone: bool
    identity_gone: bool


def verify_histories(
    keyrings: Keyrings, engine: Engine, today: Day, passing: Callable[[Sequence[CaseLine]], Iterable[CaseLine]] = iter
) -> Verified:
    """Every chain of the instance, from its first entry, by the newest keyring (SPEC 8.2), and what is gone (8.13).

    `passing` sees the cases go by, for whoever waits.
    """
    found = [_verify_history(keyrings, engine, line.cid, today) for line in passing(list_all(engine, today))]
    there = [one for one in found if one]
    return Verified(len(there), sum(entries for entries, _ in there), tuple(broken for _, broken in there if broken))


def _verify_history(keyrings: Keyrings, engine: Engine, cid: bytes, today: Day) -> tuple[int, Broken | None] | None:
    """How many entries, and whether it does not hold; None: there is no such case.

    What a live server changed between two reads is read again.
    """
    broken = None
    case = find_case(engine, cid)
    for _ in range(TRIES):
        if case is None:
            return None
        try:
            _check_history(keyrings, engine, case, today)
            return len(case.entries), None
        except ProtocolError as error:
            broken = len(case.entries), Broken(cid, error.slug)
        before, case = case, find_case(engine, cid)
        if case == before:
            break
    return broken


def _check_history(keyrings: Keyrings, engine: Engine, case: CaseFile, today: Day) -> None:
    """SPEC 8.13 to 8.15 too: what is kept is what the entries leave, and of an erased case nothing."""
    posted = posted_entries(engine, case.cid)
    known = [KnownMessage(one.cid, one.lane) for one in case.messages]
    chain = verify_chain(keyrings.id, case.cid, keyrings.newest.body, [one.entry for one in posted], known, today)
    if chain.state == ERASED:
        left = any(one.size for one in case.messages) or any(one.box or one.card for one in posted)
        ensure(not left, "chain_broken", "something is left of an erased case")
    else:
        check_holes(chain, [_read_kept(keyrings.id, engine, case.cid, one.cid) for one in case.messages])


def _read_kept(instance: bytes, engine: Engine, case_cid: bytes, cid: bytes) -> Kept:
    message = parse_sealed(instance, read_message(engine, case_cid, cid) or b"")
    ensure(message.cid == cid, "hash_mismatch", "another message")
    return Kept(cid, message.slots_gone, message.identity_gone)


@dataclass(frozen=True)
class Counts:
    """By name; None stands for a number that is not told: it is below ten, or would tell one that is.

    `units`: of each unit what is overdue, by state. `sample`: of what stands in quarantine. `dormant`: of the cases
    that wait for the person (SPEC 8.6).
    """

    states: Shown
    overdue: Shown
    units: dict[str, Shown]
    deeds: Shown
    sample: Shown
    dormant: int | None


def count_cases(engine: Engine, keyring: KeyringBody, server_key: bytes, today: Day) -> Counts:
    lines = list_all(engine, today)
    states, overdue = Counter(dict.fromkeys(STATE_NAMES, 0)), Counter(dict.fromkeys(STATE_NAMES, 0))
    unit_of = _units_of(engine, keyring)
    groups = sorted(group.id for group in keyring.groups if group.kind == UNIT)
    of_units = {state: Counter(dict.fromkeys(groups, 0)) for state in STATE_NAMES}
    for line in lines:
        name = STATE_NAMES[line.state]
        states[name] += 1
        due = due_day(line.state, line.since, line.until, line.priority)
        if line.wished and line.state == REVIEW:
            due = line.since + UNHEARD_DAYS
        if due and due < today:
            overdue[name] += 1
            of_units[name].update([unit_of[line.cid]] if line.cid in unit_of else [])
    told_states = hide_small(states, len(lines))  # how many histories there are is told beside
    told_overdue = hide_parts(overdue, states, told_states)
    units: dict[str, Shown] = {group: {} for group in groups}
    for name in STATE_NAMES:
        told = hide_small(of_units[name], overdue[name])
        for group in groups:
            units[group][name] = told[group] if told_overdue[name] is not None else None
    waiting = STATE_NAMES[AWAITING]
    dormant = {waiting: sum(is_dormant(line.state, line.since, today) for line in lines)}
    dormant_told = hide_parts(dormant, states, told_states)[waiting]
    quarantined = STATE_NAMES[QUARANTINE]
    sampled = hide_small(_count_sampled(engine, server_key, lines), states[quarantined])
    sample = dict.fromkeys(sampled) if told_states[quarantined] is None else sampled
    return Counts(told_states, told_overdue, units, _count_deeds(engine), sample, dormant_told)


def _count_sampled(engine: Engine, server_key: bytes, lines: Sequence[CaseLine]) -> Counter[str]:
    sampled = Counter(dict.fromkeys((str(one) for one in Sample), 0))
    entries = list_entries(engine, QUARANTINE)
    for line in lines:
        if line.state == QUARANTINE:  # whose person asks for nothing meanwhile
            sampled[sample_of(server_key, entries.get(line.cid, []))] += 1
    return sampled


def _units_of(engine: Engine, keyring: KeyringBody) -> dict[bytes, str]:
    """The unit that a live wrap names, by case."""
    group_of = {one.kem_hash: one.group for one in keyring.members if one.role == INVESTIGATOR}
    return {cid: group_of[kem_hash] for cid, kem_hash in list_readers(engine) if kem_hash in group_of}


def _count_deeds(engine: Engine) -> Shown:
    deeds, standing = Counter(dict.fromkeys(DEEDS, 0)), dict[bytes, int]()
    for cid, kind, state in list_deeds(engine):
        deeds["recusals"] += kind == RECUSAL
        deeds["refusals"] += kind == REFUSAL
        deeds["withholdings"] += kind == WITHHOLDING
        deeds["legal_holds"] += kind == LEGAL_HOLD_AGREED  # set, renewed or ended: each is two members' act
        if kind in (STEP, APPROVAL):  # back from an aside, or a priority alone, is no second reopening
            deeds["reopenings"] += state == REOPENED and standing.get(cid) in (CLOSED, REVIEW)
            standing[cid] = state
    suspended = _count_suspensions(engine)
    deeds["suspensions"] = sum(suspended.values())
    deeds["suspended_again"] = sum(n - 1 for n in suspended.values())
    told = hide_small(deeds, None)  # of what else is signed there is no sum
    again = "suspended_again"  # with the sum it would tell how many were suspended at all
    return told | hide_parts({again: deeds[again]}, {again: deeds["suspensions"]}, {again: told["suspensions"]})


def _count_suspensions(engine: Engine) -> Counter[bytes]:
    """By case. One that is lower in priority while it is suspended has no last day in what is approved then."""
    approvals = list_approvals(engine, SUSPENDED)
    return Counter(cid for cid, body in approvals if parse_signed_entry(parse_posted(body).entry).until)


# `suspended_again`: of the suspensions those of a case that was suspended before
DEEDS: Final = (
    *("suspensions", "suspended_again", "reopenings", "refusals", "recusals", "withholdings", "legal_holds"),
)
