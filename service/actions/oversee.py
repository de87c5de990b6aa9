"""What oversight sees: numbers and whether every history holds. No content, and no number that points at a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from crypto.chain import APPROVAL, RECUSAL, REFUSAL, STEP, WITHHOLDING, Chain, KnownMessage, verify_chain
from crypto.encoding import Day
from crypto.errors import ProtocolError, ensure
from crypto.holes import check_holes
from crypto.message import parse_sealed
from crypto.workflow import ERASED, REOPENED, STATE_NAMES, SUSPENDED, due_day
from service.actions.export_case import posted_entries
from service.keyrings import Keyrings
from service.store.cases import CaseFile, find_case, list_all, list_deeds, read_message
from service.store.database import Engine

SMALLEST: Final = 10  # DOMAIN: a smaller number can identify somebody


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


def verify_histories(keyrings: Keyrings, engine: Engine, today: Day) -> Verified:
    """Every chain of the instance, from its first entry, by the newest keyring (SPEC 8.2), and what is gone (8.12)."""
    histories, entries, broken = 0, 0, list[Broken]()
    for line in list_all(engine, today):
        case = find_case(engine, line.cid)
        if case is None:
            continue
        histories += 1
        known = [KnownMessage(one.cid, one.lane) for one in case.messages]
        try:
            posted = [one.entry for one in posted_entries(engine, line.cid)]
            entries += len(posted)
            chain = verify_chain(keyrings.id, line.cid, keyrings.newest.body, posted, known, today)
            check_stored(keyrings.id, engine, case, chain)
        except ProtocolError as error:
            broken.append(Broken(line.cid, error.slug))
    return Verified(histories, entries, tuple(broken))


def check_stored(instance: bytes, engine: Engine, case: CaseFile, chain: Chain) -> None:
    """SPEC 8.12 to 8.14: what is kept of the messages is what the entries leave, and of an erased case nothing."""
    if chain.state == ERASED:
        left = any(read_message(engine, case.cid, one.cid) for one in case.messages)
        boxes = any(one.box or one.card for one in posted_entries(engine, case.cid))
        return ensure(not left and not boxes, "chain_broken", "something is left of an erased case")
    found = []
    for one in case.messages:
        message = parse_sealed(instance, read_message(engine, case.cid, one.cid) or b"")
        ensure(message.cid == one.cid, "hash_mismatch", "another message")
        found.append(message)
    return check_holes(chain, found)


@dataclass(frozen=True)
class Counts:
    """By name; None stands for a number from 0 to 9."""

    states: dict[str, int | None]
    overdue: dict[str, int | None]
    deeds: dict[str, int | None]


def count_cases(engine: Engine, today: Day) -> Counts:
    states, overdue = Counter[str](), Counter[str]()
    for line in list_all(engine, today):
        name = STATE_NAMES[line.state]
        states[name] += 1
        due = due_day(line.state, line.since, line.until, line.priority)
        overdue[name] += bool(due and due < today)
    deeds = Counter[str]()
    for kind, state in list_deeds(engine):
        deeds["recusals"] += kind == RECUSAL
        deeds["refusals"] += kind == REFUSAL
        deeds["withholdings"] += kind == WITHHOLDING
        if kind in (STEP, APPROVAL):
            deeds["suspensions"] += state == SUSPENDED
            deeds["reopenings"] += state == REOPENED
    return Counts(_shown(states, STATE_NAMES), _shown(overdue, STATE_NAMES), _shown(deeds, DEEDS))


DEEDS: Final = ("suspensions", "reopenings", "refusals", "recusals", "withholdings")


def _shown(counted: Counter[str], names: tuple[str, ...]) -> dict[str, int | None]:
    return {name: counted[name] if counted[name] >= SMALLEST else None for name in names}
