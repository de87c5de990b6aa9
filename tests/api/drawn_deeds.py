"""Deeds in a case on a real server, as Hypothesis draws them, by members who may and who may not.

test_machine.py asks what holds after each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import ClassVar

import pytest
from httpx import Response
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from crypto.account import FOLLOW_UP, REVIEW, STOP
from crypto.box import IDENTITY_HALF, IDENTITY_KEY, NOTE, TEXT
from crypto.entry import (
    APPROVAL,
    GRANT,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    LEGAL_HOLD_AGREED,
    LEGAL_HOLD_PROPOSED,
    NOTE_ENTRY,
    OPENED,
    PROPOSAL,
    READERS_KEPT,
    READERS_PROPOSED,
    RECUSAL,
    REFUSAL,
    STEP,
    TEXT_ENTRY,
    UNIT_PROPOSED,
    WITHHOLDING,
    SignedEntry,
    parse_signed_entry,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.message import NORMAL, REVIEW_LANE, STOP_LANE, URGENT, open_custodian_slot
from crypto.workflow import (
    ASSIGNED,
    CLOSED,
    ERASED,
    INQUIRY,
    INVESTIGATION,
    RULES,
    SUSPENDED,
    TRIAGED,
    Rule,
)
from service import clock
from tests.api.conftest import Server
from tests.api.played import Played
from tests.world import Person

DAYS = 200  # of all that passes in one example
STATES = {"screening": 1, "suspended": 7, "closed": 9, "review": 10, "withdrawn": 13, "hold": 16}
LANES = ((NORMAL, FOLLOW_UP), (URGENT, FOLLOW_UP), (STOP_LANE, STOP), (REVIEW_LANE, REVIEW))
ASIDE = frozenset({5, 7, 12, 13, 14, 15, 16})
SEEDS = st.integers(0, 1 << 16)
FOR_GOOD = 1 << 31  # after every day of an example


class Deeds(RuleBasedStateMachine):
    """What members and the person do, mostly what may be done there, and where the case stands by it."""

    server: ClassVar[Server]
    patch: ClassVar[pytest.MonkeyPatch]
    done: ClassVar[dict[int, int]]

    @initialize(far=st.sampled_from([9, 5, 2, 7, 3, 0]), days=st.sampled_from([4, 0]))
    def begin(self, far: int, days: int) -> None:
        """`far`: nobody has acted, handed over, claimed, in inquiry, in investigation, suspended."""
        self.first_day = self.server.world.today
        self.case = Played.begin(self.server)
        everybody = self.server.world.people
        # nobody names these, and the person's browser did not draw them
        self.never = [self.case.undrawn(), self.server.world.of(INVESTIGATOR)[-1], self.server.world.of(SUPERVISOR)[-1]]
        ordered = [*self.case.drawn, *(one for one in everybody if one not in self.case.drawn)]
        self.people = [one for one in ordered if one not in self.never]  # whose place in it means the same in each run
        self.lanes = [NORMAL]
        self.days = [self.first_day]
        self.place: dict[str, int] = {"state": 0, "back": 0, "priority": 5, "since": self.first_day, "until": 0}
        self.kept_out: dict[bytes, int] = {}
        self.cited: set[bytes] = set()
        self.tried: list[int] = []
        self.looked: set[str] = set()  # what holds since anything changed
        case, one, two = self.case, *self.case.drawn[:2]
        unit = [*self.people_of(INVESTIGATOR)[:2], self.people_of(SUPERVISOR)[0]]
        head, chief, until = case.head, unit[-1], self.today + 3
        for begin in (
            (one, lambda: case.post(one, STEP, TRIAGED, case.box(one, TEXT), priority=3)),
            (one, lambda: case.name(one, PROPOSAL, unit)),
            (two, lambda: case.agree(two, head())),
            (unit[0], lambda: case.claim(unit[0], *unit[:2])),
            (unit[0], lambda: case.post(unit[0], STEP, INQUIRY, case.box(unit[0], NOTE))),
            (unit[0], lambda: case.post(unit[0], PROPOSAL, INVESTIGATION, case.box(unit[0], NOTE))),
            (chief, lambda: case.post(chief, APPROVAL, INVESTIGATION, case.box(chief, NOTE), cited=head())),
            (unit[0], lambda: case.post(unit[0], PROPOSAL, SUSPENDED, case.box(unit[0], NOTE), until=until)),
            (chief, lambda: case.post(chief, APPROVAL, SUSPENDED, case.box(chief, TEXT), cited=head(), until=until)),
        )[:far]:
            assert self.took(*begin)
        self.wait(days)

    def set_today(self, day: int) -> None:
        self.server.world.today = day
        self.patch.setattr(clock, "today", lambda: day)

    def dice(self, seed: int) -> Random:
        """Keys are new in each run, so nothing is drawn by them. The same seed means another deed later on."""
        return Random(f"{seed} {len(self.tried)}")

    @property
    def today(self) -> int:
        return self.server.world.today

    def someone(self, dice: Random, *roles: int) -> Person:
        """Mostly of these roles."""
        fitting = [one for one in self.people if one.role in roles]
        return dice.choice(fitting * 6 + self.people + self.never)

    def took(self, by: Person, post: Callable[[], Response]) -> bool:
        """Whether it was signed into the history; what follows from that for where the case stands."""
        sees, answer = self.may_see(by), post()
        self.tried.append(answer.status_code)
        assert answer.status_code in (201, 400, 403, 404), answer.text
        assert sees or answer.status_code == 404
        assert not sees or answer.status_code != 404 or by.role == REVIEWER
        if answer.status_code != 201:
            return False
        self.looked = set()
        entry = parse_signed_entry(self.case.desk.entries[-1])
        self.done[entry.kind] = self.done.get(entry.kind, 0) + 1
        self.cited.add(entry.cited)
        place = self.place
        if place["state"] == 0:
            place |= {"state": STATES["screening"], "since": entry.day}
        if entry.kind in (STEP, APPROVAL):
            moves = entry.state != place["state"] or (entry.state == ASSIGNED and entry.kind == APPROVAL)
            place["priority"] = entry.priority
            if moves:
                aside = entry.state in ASIDE
                back = (place["back"] if place["state"] in ASIDE else place["state"]) if aside else 0
                place |= {"state": entry.state, "back": back, "since": entry.day, "until": entry.until}
            if entry.state == TRIAGED and moves:
                self.case.give_back()
        return True

    @rule(seed=SEEDS)
    def step(self, seed: int) -> None:
        dice = self.dice(seed)
        state, back = self.place["state"], self.place["back"]
        fitting = [one for one in RULES if (state or 1) in one.sources and not one.approvers]
        targets = [(one.target, tuple(one.signers)) for one in fitting]
        if state in ASIDE:
            targets = [*targets, *[(back, (REVIEWER, SUPERVISOR, INVESTIGATOR))] * 6]
        target, roles = dice.choice([*targets * 4, (state or 1, (REVIEWER,))])
        by = self.someone(dice, *roles)
        priority = dice.choice([self.place["priority"]] * 4 + [0, 2, 5])
        told = dice.choice([TEXT, NOTE])
        cited = self.open_wish() if dice.random() < 0.5 else None
        box = self.case.box(by, told)
        changes = {"priority": priority} | ({"cited": cited} if cited else {})
        self.took(by, lambda: self.case.post(by, STEP, target, box, **changes))

    def by_two(self) -> list[Rule]:
        """What may be proposed here, but a hand-off and an erasure."""
        fitting = [one for one in RULES if (self.place["state"] or 1) in one.sources and one.approvers]
        return [one for one in fitting if one.target not in (ASSIGNED, ERASED)]

    @precondition(lambda self: bool(self.by_two()))
    @rule(seed=SEEDS)
    def propose(self, seed: int) -> None:
        dice = self.dice(seed)
        fitting = self.by_two()
        wanted = dice.choice(fitting)
        by = self.someone(dice, *wanted.signers)
        ahead = dice.choice([wanted.most, wanted.least, wanted.most + 1])
        until = self.today + ahead if wanted.most else 0
        self.took(by, lambda: self.case.post(by, PROPOSAL, wanted.target, self.case.box(by, NOTE), until=until))

    @rule(seed=SEEDS)
    def hand_over(self, seed: int) -> None:
        dice = self.dice(seed)
        by = self.someone(dice, REVIEWER)
        self.took(by, lambda: self.case.name(by, PROPOSAL, self.drawn_unit(dice)))

    @rule(seed=SEEDS)
    def name_others(self, seed: int) -> None:
        dice = self.dice(seed)
        by = self.someone(dice, REVIEWER)
        kind = dice.choice([READERS_PROPOSED, READERS_PROPOSED, UNIT_PROPOSED, READERS_KEPT, GRANT])
        if kind in (UNIT_PROPOSED, GRANT) and not self.case.handed:
            return
        reviewers = [one for one in self.people if one.role == REVIEWER and one != by]
        some = self.some(dice, reviewers, 1)
        readers = [
            *some,
            *([by] if by.role == REVIEWER and by not in self.never else []),
            self.people_of(SUPERVISOR)[0],
        ]
        names = {
            READERS_PROPOSED: readers,
            READERS_KEPT: self.stayed(self.case.live_readers) or readers,
            GRANT: self.stayed(self.case.live_unit),
        }.get(kind) or self.drawn_unit(dice)
        self.took(by, lambda: self.case.name(by, kind, names))

    def stayed(self, named: Sequence[Person]) -> list[Person]:
        """Those of a wrap who did not step back, to whom alone it may be handed on."""
        return [one for one in named if self.kept_out.get(one.id) != FOR_GOOD]

    def people_of(self, role: int) -> list[Person]:
        return [one for one in self.people if one.role == role]

    def drawn_unit(self, dice: Random) -> list[Person]:
        return [*self.some(dice, self.people_of(INVESTIGATOR), 2), self.people_of(SUPERVISOR)[0]]

    def some(self, dice: Random, of: list[Person], least: int) -> list[Person]:
        return dice.sample(of, dice.randint(least, 3))

    @precondition(lambda self: bool(self.waiting()))
    @rule(seed=SEEDS)
    def decide(self, seed: int) -> None:
        """Whatever waits: approved mostly, by somebody else mostly."""
        dice = self.dice(seed)
        proposal = dice.choice(self.waiting())
        cited = proposal.link
        by = self.someone(dice, SUPERVISOR, REVIEWER)
        if dice.choice([False] * 5 + [True]):
            self.took(by, lambda: self.case.post(by, REFUSAL, None, self.case.box(by, NOTE), cited=cited))
            return
        if cited in self.case.waiting:
            self.took(by, lambda: self.case.agree(by, cited))
            return
        kind, state = (LEGAL_HOLD_AGREED, None) if proposal.kind == LEGAL_HOLD_PROPOSED else (APPROVAL, proposal.state)
        priority = self.place["priority"]
        changes = {"cited": cited, "until": proposal.until, "priority": priority}
        self.took(by, lambda: self.case.post(by, kind, state, self.case.box(by, TEXT), **changes))

    def waiting(self) -> list[SignedEntry]:
        """The newest first, which is the likeliest to be decided."""
        chain = self.case.desk.chain()
        links = {*chain.pending, *(one.link for one in (*chain.changes, *chain.holding))}
        return [one for one in chain.entries[::-1] if one.link in links]

    @rule(seed=SEEDS)
    def speak(self, seed: int) -> None:
        dice = self.dice(seed)
        by = self.someone(dice, REVIEWER, INVESTIGATOR)
        kind = dice.choice([TEXT_ENTRY, NOTE_ENTRY, OPENED])
        box = b"" if kind == OPENED else self.case.box(by, TEXT if kind == TEXT_ENTRY else NOTE)
        wish = self.open_wish()
        cited = wish if wish and kind == TEXT_ENTRY else self.case.desk.first.cid
        if kind == OPENED and self.case.changes:
            cited = parse_signed_entry(self.case.desk.entries[self.case.changes[-1][0]]).link
        self.took(by, lambda: self.case.post(by, kind, None, box, cited=cited))

    @precondition(lambda self: self.case.handed)
    @rule(seed=SEEDS)
    def take_it(self, seed: int) -> None:
        dice = self.dice(seed)
        by = self.someone(dice, INVESTIGATOR)
        two = [one for one in self.case.live_unit if one.role == INVESTIGATOR][:2]
        self.took(by, lambda: self.case.claim(by, *two))

    @rule(seed=SEEDS)
    def leave(self, seed: int) -> None:
        """Steps back, or has it withheld from a colleague: seldom, or nobody is left."""
        dice = self.dice(seed)
        by = self.someone(dice, REVIEWER, INVESTIGATOR)
        if len(self.kept_out) > 3:
            return
        if dice.random() < 0.5:
            if self.took(by, lambda: self.case.post(by, RECUSAL)):
                self.kept_out[by.id] = FOR_GOOD
            return
        whom, until = self.someone(dice, REVIEWER, INVESTIGATOR), self.today + dice.choice([0, 2])
        changes = {"cited": whom.id + bytes(16), "until": until}
        if self.took(by, lambda: self.case.post(by, WITHHOLDING, None, self.case.box(by, NOTE), **changes)):
            self.kept_out[whom.id] = max(until, self.kept_out.get(whom.id, 0))

    @rule(seed=SEEDS)
    def hold(self, seed: int) -> None:
        dice = self.dice(seed)
        by, until = self.someone(dice, REVIEWER, SUPERVISOR), self.today + dice.choice([0, 183, 184])
        self.took(by, lambda: self.case.post(by, LEGAL_HOLD_PROPOSED, None, self.case.box(by, NOTE), until=until))

    @rule(seed=SEEDS)
    def name_of_the_person(self, seed: int) -> None:
        """Asked for, or the next step of the newest asking."""
        dice = self.dice(seed)
        case, asks = self.case, self.case.desk.chain().asks
        if not asks or dice.choice([False, False, True]):
            by, until = self.someone(dice, INVESTIGATOR), self.today + dice.choice([3, 30])
            changes = {"cited": case.desk.first.cid, "until": until}
            self.took(by, lambda: case.post(by, IDENTITY_ASKED, None, case.box(by, NOTE), **changes))
            return
        ask, world = asks[-1], self.server.world
        asker, cited = world.person(ask.entry.actor), ask.entry.link
        if not ask.agreed:
            by = self.someone(dice, REVIEWER)
            half = case.half(by, IDENTITY_HALF, asker, case.desk.opened.half)
            self.took(by, lambda: case.post(by, IDENTITY_AGREED, None, half, cited=cited))
        elif not ask.granted:
            by = self.someone(dice, CUSTODIAN)
            key = open_custodian_slot(case.desk.first, world.of(CUSTODIAN)[0].key)
            self.took(
                by, lambda: case.post(by, IDENTITY_GRANTED, None, case.half(by, IDENTITY_KEY, asker, key), cited=cited)
            )
        else:
            by = self.someone(dice, INVESTIGATOR)
            self.took(by, lambda: case.post(by, IDENTITY_OPENED, cited=cited))

    @rule(lane=st.sampled_from(LANES))
    def write(self, lane: tuple[int, int]) -> None:
        if self.today > self.first_day + 39 or len(self.lanes) > 5:  # by then the list of keys is over
            return
        sealed = self.case.submitter.seal("ещё", kind=lane[1], lane=lane[0])
        assert self.server.send(sealed).status_code == 204
        self.case.desk.sealed.append(sealed)
        self.looked = set()
        self.lanes.append(lane[0])
        self.days.append(self.today)

    @rule(days=st.sampled_from([1, 1, 3, 15, 31]))
    def later(self, days: int) -> None:
        self.wait(days)

    def wait(self, days: int) -> None:
        if self.today + days > self.first_day + DAYS:
            return
        self.set_today(self.today + days)
        self.looked = set()
        place = self.place
        if place["state"] == SUSPENDED and place["until"] < self.today:
            place |= {"state": place["back"], "back": 0, "since": place["until"] + 1, "until": 0}

    def open_wish(self) -> bytes | None:
        """The first message by which the person asks for something that nobody took up."""
        asks = (STOP_LANE, REVIEW_LANE) if self.place["state"] == CLOSED else (STOP_LANE,)
        cids = self.case.desk.cids
        return next(
            (cid for cid, lane in zip(cids, self.lanes, strict=True) if lane in asks and cid not in self.cited), None
        )

    def may_see(self, by: Person) -> bool:
        """Of reviewers only from whom it is certainly kept; the rest is SPEC 8.9, which test_seeing.py is about."""
        if self.kept_out.get(by.id, 0) >= self.today:
            return False
        if by in (*self.case.live_unit, *self.case.live_readers):
            return True
        if by.role == CUSTODIAN:
            return any(not one.granted for one in self.case.desk.chain().asks)
        return by.role == REVIEWER
