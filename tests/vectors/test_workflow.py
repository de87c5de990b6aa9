"""Drawn deeds by drawn people on drawn days: both programs say the same of each, and what must always hold holds."""

from __future__ import annotations

import random
from typing import Any

import pytest

from crypto.answers_casework import told
from crypto.chain import Chain, KnownMessage
from crypto.encoding import Z32
from crypto.entry import (
    APPROVAL,
    CLAIMED,
    COPIED,
    COPY_ANSWERED,
    GRANT,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    LEGAL_HOLD_AGREED,
    LEGAL_HOLD_PROPOSED,
    NAME_ERASURE_AGREED,
    NAME_ERASURE_PROPOSED,
    NOTE_ENTRY,
    OPENED,
    PROPOSAL,
    READERS_AGREED,
    READERS_KEPT,
    RECUSAL,
    REFUSAL,
    STEP,
    TEXT_ENTRY,
    UNIT_PROPOSED,
    WITHHOLDING,
    WITHHOLDING_DAYS,
    erases,
    messages_head,
    parse_signed_entry,
    withheld_from,
)
from crypto.entry import KINDS as ALL_KINDS
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR, TRANSLATOR
from crypto.legalhold import LEGAL_HOLD_DAYS
from crypto.workflow import (
    ASSIGNED,
    CLOSED,
    DETERMINATION,
    INQUIRY,
    INVESTIGATION,
    PROPOSAL_DAYS,
    REOPENED,
    RETURNS,
    RULES,
    SUSPENDED,
    TRIAGED,
)
from tests.casework import Casework
from tests.vectors.lines import Lines
from tests.world import Person, World, new_person

DAY = 20_800
KINDS = (
    *(OPENED, TEXT_ENTRY, NOTE_ENTRY, RECUSAL, STEP, STEP, STEP, PROPOSAL, PROPOSAL, APPROVAL, REFUSAL, GRANT),
    *range(IDENTITY_ASKED, UNIT_PROPOSED + 1),
    *(WITHHOLDING, WITHHOLDING, COPIED, COPY_ANSWERED, CLAIMED, CLAIMED),
    *(NAME_ERASURE_PROPOSED, NAME_ERASURE_AGREED, NAME_ERASURE_AGREED),
    *(LEGAL_HOLD_PROPOSED, LEGAL_HOLD_PROPOSED, LEGAL_HOLD_AGREED, LEGAL_HOLD_AGREED),
)
SEEDS = range(3)
TRIES = 70


class Walkers:
    """Draws a deed: mostly one that a rule knows of, sometimes nonsense."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        world = World(today=DAY)
        world.people += [new_person(TRANSLATOR), new_person(INVESTIGATOR, "unit-north")]
        self.case = Casework.new(world)
        self.people = [one for role in (REVIEWER, SUPERVISOR, INVESTIGATOR, CUSTODIAN) for one in world.of(role)]

    def draw(self) -> tuple[Person, bytes]:
        dice, case = self.dice, self.case
        chain = case.chain()
        place = chain.place
        kind = dice.choice(KINDS)
        changes: dict[str, Any] = {}
        state: int | None = None
        if kind in (STEP, PROPOSAL):
            fitting = [rule for rule in RULES if place.state in rule.sources and bool(rule.approvers) == (kind != STEP)]
            targets = [rule.target for rule in fitting] + [place.back, place.state, dice.randrange(18)]
            state = dice.choice(targets)
            changes["until"] = case.day + dice.choice((0, 14, 20, 30, 31))
            changes["priority"] = dice.choice((place.priority, place.priority, dice.randrange(6)))
        if kind in (APPROVAL, REFUSAL) and chain.pending:
            changes["cited"] = dice.choice(chain.pending)
            found = next(one for one in chain.entries if one.link == changes["cited"])
            if kind == APPROVAL:
                state, changes["until"] = found.state, found.until
                changes["priority"] = dice.choice((place.priority, found.priority))
        if kind == IDENTITY_ASKED:
            changes["until"] = case.day + dice.choice((0, 20, 30, 31))
        if chain.changes and (kind == READERS_AGREED or (kind == REFUSAL and dice.random() < 0.3)):
            changes["cited"] = dice.choice(chain.changes).link
        elif chain.asks and (kind > IDENTITY_ASKED or (kind == REFUSAL and dice.random() < 0.3)):
            changes["cited"] = dice.choice(chain.asks).entry.link
        if kind == NAME_ERASURE_PROPOSED:
            changes["cited"] = dice.choice(case.messages).cid
        if chain.erasing and (kind == NAME_ERASURE_AGREED or (kind == REFUSAL and dice.random() < 0.3)):
            changes["cited"] = dice.choice(chain.erasing).link
        if kind == LEGAL_HOLD_PROPOSED:
            changes["until"] = dice.choice((0, 0, case.day - 1, case.day, case.day + 3, case.day + 183, case.day + 184))
        if chain.holding and (kind == LEGAL_HOLD_AGREED or (kind == REFUSAL and dice.random() < 0.3)):
            waits = dice.choice(chain.holding)
            changes["cited"] = waits.link
            changes["until"] = waits.until if kind == LEGAL_HOLD_AGREED and dice.random() < 0.9 else 0
        by = dice.choice(self.people)
        if kind == COPIED:
            changes["until"] = case.day + dice.choice((0, 30, 31))
        if kind == COPY_ANSWERED:
            state, changes["priority"], changes["messages"] = 0, 5, messages_head([])
            changes["cited"] = dice.choice(chain.copies).link if chain.copies else bytes(32)
            by = dice.choice([*case.world.of(TRANSLATOR), *self.people])
        if kind == WITHHOLDING:
            changes["until"] = case.day + dice.choice((0, 2, 2, 3))
            changes["cited"] = dice.choice(self.people[:3]).id + bytes(16)
        if kind == CLAIMED:
            two = sorted(one.id for one in dice.sample(case.world.of(INVESTIGATOR), 2))
            changes["cited"] = dice.choice((b"".join(two), b"".join(two), b"".join(reversed(two)), Z32))
            by = dice.choice([*case.world.of(INVESTIGATOR), by])
        return by, case.make(by, kind, state, **changes)


def test_every_kind_of_entry_is_drawn() -> None:
    assert set(KINDS) == set(ALL_KINDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_done_both_programs_say_the_same_and_the_rules_hold(seed: int, typescript: Lines) -> None:
    walkers = Walkers(seed)
    case, dice, world = walkers.case, walkers.dice, walkers.case.world
    done = refused = 0
    for _ in range(TRIES):
        if dice.random() < 0.15:
            case.day += dice.choice((1, 7, 16, 31))
            if case.day > DAY + 300:
                break
        if dice.random() < 0.1:  # the person writes: something, urgently, to stop or for a review
            case.messages = [*case.messages, KnownMessage(dice.randbytes(32), dice.randrange(4))]
        before = case.chain()
        by, entry = walkers.draw()
        given = {
            "instance": world.instance,
            "cid": case.cid,
            "keyring": world.keyring.encoded,
            "entries": [*case.entries, entry],
            "messages": [{"cid": one.cid, "lane": one.lane} for one in case.messages],
            "today": case.day,
        }
        theirs = typescript.answer("chain.verify", **given)
        after, slug = attempt(case, entry)
        assert theirs == ({"ok": told(after)} if after else {"error": slug})
        if after is None:
            refused += 1
            continue
        holds(before, after, by)
        case.entries.append(entry)
        done += 1
    assert done > 10
    assert refused > 10


def attempt(case: Casework, entry: bytes) -> tuple[Chain | None, str]:
    try:
        return case.chain(more=[entry]), ""
    except ProtocolError as error:
        return None, error.slug


def holds(before: Chain, after: Chain, by: Person) -> None:
    """What no rule may ever break, said again without the table."""
    entry = after.entries[-1]
    was, now = before.place, after.place
    moved = was.state != now.state and not (was.state == 0 and now.state == 1)
    if moved:
        assert entry.kind in (STEP, APPROVAL)
    if now.state == CLOSED and moved:  # nothing is closed but by two, one of them a supervisor
        proposal = next(one for one in before.entries if one.link == entry.cited)
        assert by.role == SUPERVISOR
        assert proposal.actor != by.id
        assert was.state in (8, 10)
    if now.state == SUSPENDED and moved:
        assert 0 <= now.until - entry.day <= 30
    if now.priority > was.priority:  # lowered
        assert entry.kind == APPROVAL
    if entry.kind == APPROVAL:
        proposal = next(one for one in before.entries if one.link == entry.cited)
        assert proposal.actor != by.id
        assert entry.day - proposal.day <= PROPOSAL_DAYS
    opened = {one.entry.link: one for one in before.asks}
    if entry.kind == IDENTITY_OPENED:  # by both halves, and by whoever asked
        ask = opened[entry.cited]
        assert ask.agreed
        assert ask.granted
        assert ask.entry.actor == by.id
    if entry.kind == IDENTITY_GRANTED:
        assert by.role == CUSTODIAN
        assert opened[entry.cited].agreed
    if len(after.readers) > len(before.readers):  # who reads is said by those who triage, another than two alone
        assert by.role in (REVIEWER, SUPERVISOR)
        assert after.readers[:-1] == before.readers
        if entry.kind == READERS_AGREED:
            assert next(one for one in before.changes if one.link == entry.cited).actor != by.id
        else:
            assert entry.kind == READERS_KEPT
    if entry.kind == COPY_ANSWERED:  # nothing moves, and one waited for it
        assert now.state == was.state or was.state == 0
        assert by.role == TRANSLATOR
        assert entry.cited in {one.link for one in before.copies}
        assert entry.cited not in {one.link for one in after.copies}
    if entry.kind in (NAME_ERASURE_PROPOSED, NAME_ERASURE_AGREED):
        assert by.role in (REVIEWER, SUPERVISOR)
    if after.nameless != before.nameless:  # a name goes by two, who know of the same messages; nobody asks for it then
        assert after.nameless == (*before.nameless, entry)
        proposal = next(one for one in before.erasing if one.link == entry.cited)
        assert entry.kind == NAME_ERASURE_AGREED
        assert proposal.actor != by.id
        assert entry.messages == proposal.messages
        assert after.asks == ()
    if after.hold not in (before.hold, 0) or (before.hold and not after.hold):  # set, renewed or ended by two
        proposal = next(one for one in before.holding if one.link == entry.cited)
        assert entry.kind == LEGAL_HOLD_AGREED
        assert by.role in (REVIEWER, SUPERVISOR)
        assert proposal.actor != by.id
        assert after.hold == entry.until == proposal.until <= entry.day + LEGAL_HOLD_DAYS
    if before.hold:
        assert not erases(entry)
    if entry.kind == WITHHOLDING:
        assert entry.until - entry.day < WITHHOLDING_DAYS
        whom = withheld_from(entry)
        earlier = [one for one in before.entries if one.kind == WITHHOLDING and withheld_from(one) == whom]
        assert by.id not in {whom, *(one.actor for one in earlier[-1:])}
    if moved and now.state in (INQUIRY, INVESTIGATION, DETERMINATION) and was.state not in RETURNS:
        assert len(set(before.claimed)) == 2  # nobody is alone with a case
    if after.claimed not in (before.claimed, ()):
        assert entry.kind == CLAIMED
        assert by.role == SUPERVISOR or by.id in {*before.claimed, *after.claimed}
        assert before.claimed == () or by.role == SUPERVISOR or by.id in before.claimed
    if by.role == CUSTODIAN:
        assert entry.kind in (IDENTITY_GRANTED, REFUSAL)
    if now.state in RETURNS and moved:
        assert now.back not in RETURNS
    if (after.wrap != Z32) and before.wrap == Z32:
        assert now.state == ASSIGNED
    if now.state == TRIAGED and moved:
        assert after.wrap == Z32
    if now.state == REOPENED and moved:
        assert by.role == REVIEWER


def test_a_day_that_passes_ends_a_suspension_and_nothing_else() -> None:
    case = Casework(World(today=DAY), day=DAY)
    case.hand_off()
    case.agree(case.who(INVESTIGATOR), case.who(SUPERVISOR), 6)
    standing = case.chain().place
    assert case.chain(today=DAY + 1000).place == standing
    case.agree(case.who(INVESTIGATOR), case.who(SUPERVISOR), SUSPENDED, until=DAY + 30)
    assert case.chain(today=DAY + 31).place.state == 6
    assert len({parse_signed_entry(one).link for one in case.entries}) == len(case.entries)
