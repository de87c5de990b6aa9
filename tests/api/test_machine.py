"""Whatever is done with a case on a real server, by whom and when: what must hold of it holds after every step.

Hypothesis draws the deeds and finds the shortest that break a rule: the history verifies, every deadline is right by a
table of its own, whoever stepped back, has it withheld, or is named by nobody, finds nothing, and opens nothing of all
that is stored; what the person reads is what staff read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, ClassVar

import pytest
from httpx import Response
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from crypto.account import FOLLOW_UP, REVIEW, STOP
from crypto.box import IDENTITY_HALF, IDENTITY_KEY, NOTE, TEXT
from crypto.chain import KnownMessage, verify_chain
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
from crypto.message import NORMAL, REVIEW_LANE, STOP_LANE, URGENT, open_custodian_slot, parse_sealed
from crypto.posts import parse_posted_entries
from crypto.workflow import (
    ASSIGNED,
    CLOSED,
    ERASED,
    INQUIRY,
    INVESTIGATION,
    NO_PRIORITY,
    RULES,
    STATE_NAMES,
    SUSPENDED,
    TRIAGED,
    Rule,
    due_day,
)
from service import clock
from tests.api.conftest import Server
from tests.api.played import WINDOW, Played
from tests.api.room import CASES, world_with
from tests.world import Person, World

EXAMPLES, STEPS = 7, 18  # a minute with 90 and 40 is what a change of the rules is worth
DAYS = 200  # of all that passes in one example
STATES = {"screening": 1, "suspended": 7, "closed": 9, "review": 10, "withdrawn": 13, "hold": 16}
# DOMAIN 5, written down again: by state, in days or working days
LATEST: dict[int, tuple[int, bool]] = {
    0: (1, True), 2: (2, True), 3: (10, False), 4: (30, False), 5: (90, False), 6: (90, False), 8: (7, False),
    10: (30, False), 11: (2, True), 12: (30, False), 15: (30, False), 16: (30, False),
}  # fmt: skip
TRIAGE = ((0, False), (1, False), (3, False), (5, True), (5, True), (5, True))
LANES = ((NORMAL, FOLLOW_UP), (URGENT, FOLLOW_UP), (STOP_LANE, STOP), (REVIEW_LANE, REVIEW))


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(3)


def latest(state: int, priority: int, since: int, until: int) -> int:
    """0: nothing is due."""
    if state in (STATES["suspended"], STATES["withdrawn"]):
        return until
    days, worked = TRIAGE[priority] if state == STATES["screening"] else LATEST.get(state, (0, False))
    if not days and state != STATES["screening"]:
        return 0
    day = datetime.date(1970, 1, 1) + datetime.timedelta(since)
    while days:
        day += datetime.timedelta(1)
        days -= not worked or day.weekday() < 5
    return (day - datetime.date(1970, 1, 1)).days


SEEDS = st.integers(0, 1 << 16)
FOR_GOOD = 1 << 31  # after every day of an example


class Machine(RuleBasedStateMachine):
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

    def teardown(self) -> None:
        if hasattr(self, "case"):
            self.nobody_opens_what_is_not_theirs()
            self.set_today(self.first_day)

    def set_today(self, day: int) -> None:
        self.server.world.today = day
        self.patch.setattr(clock, "today", lambda: day)

    # what is drawn

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

    # what must hold

    def open_wish(self) -> bytes | None:
        """The first message by which the person asks for something that nobody took up."""
        asks = (STOP_LANE, REVIEW_LANE) if self.place["state"] == CLOSED else (STOP_LANE,)
        cids = self.case.desk.cids
        return next(
            (cid for cid, lane in zip(cids, self.lanes, strict=True) if lane in asks and cid not in self.cited), None
        )

    def shown(self) -> dict[str, int]:
        """Where the case stands for whoever looks: by what was signed, and by what the person asks for."""
        cids, place = self.case.desk.cids, {name: n for name, n in self.place.items() if name != "back"}
        for lane, state in ((STOP_LANE, STATES["hold"]), (REVIEW_LANE, STATES["review"])):
            open_since = [
                day
                for cid, one, day in zip(cids, self.lanes, self.days, strict=True)
                if one == lane and cid not in self.cited
            ]
            if open_since and (lane == STOP_LANE or place["state"] == CLOSED):
                return place | {"state": state, "since": min(open_since), "until": 0}
        return place

    def may_see(self, by: Person) -> bool:
        """Of reviewers only from whom it is certainly kept; the rest is SPEC 8.9, which test_seeing.py is about."""
        if self.kept_out.get(by.id, 0) >= self.today:
            return False
        if by in (*self.case.live_unit, *self.case.live_readers):
            return True
        if by.role == CUSTODIAN:
            return any(not one.granted for one in self.case.desk.chain().asks)
        return by.role == REVIEWER

    def has_looked(self, what: str) -> bool:
        """Whether nothing has changed since."""
        before = what in self.looked
        self.looked.add(what)
        return before

    @invariant()
    def everybody_finds_what_is_theirs_and_the_history_verifies(self) -> None:
        if self.has_looked("history"):
            return
        case, world = self.case, self.server.world
        known = [KnownMessage(cid, lane) for cid, lane in zip(case.desk.cids, self.lanes, strict=True)]
        given = (world.instance, case.desk.first.cid, world.keyring)
        chain = verify_chain(*given, case.desk.entries, known, self.today)
        assert (chain.void, chain.unconfirmed) == ((), ())
        expected = self.shown()
        assert (chain.state, chain.place.priority) == (expected["state"], expected["priority"])
        some = [*self.people_of(INVESTIGATOR)[:2], *case.live_readers[:1], *case.drawn[:1], *self.never[1:]]
        gone = [world.person(one) for one in self.kept_out]
        listed = False  # once: that a list has what an address has is another test
        for by in {one.id: one for one in [*some, *gone]}.values():
            told = case.call(by, "GET", f"{case.path}/entries")
            sees = told.status_code == 200
            if by.role != REVIEWER or not self.may_see(by):
                assert sees == self.may_see(by)
            if sees:
                assert [one.entry for one in parse_posted_entries(told.content)] == case.desk.entries
            lines = case.call(by, "GET", CASES).json()["cases"] if sees and not listed else []
            for line in lines:
                if line["cid"] in case.path:
                    listed = True
                    assert {name: line[name] for name in expected} == expected
                    due = due_day(line["state"], line["since"], line["until"], line["priority"])
                    assert due == latest(expected["state"], expected["priority"], expected["since"], expected["until"])

    @invariant()
    def the_person_reads_what_staff_read(self) -> None:
        if self.has_looked("mailbox"):
            return
        case, world = self.case, self.server.world
        seen = case.submitter.open(self.server.mailbox(case.submitter).content, today=self.today)
        roles = [world.person(parse_signed_entry(one).actor).role for one in case.desk.entries]
        told = len(roles) - next((n for n, role in enumerate(roles[::-1]) if role != CUSTODIAN), len(roles))
        if not told:  # a custodian has no key of the mailbox: the next who acts tells it
            assert seen is None
            return
        assert seen is not None
        known = [KnownMessage(cid, NORMAL) for cid in case.desk.cids]
        entries = case.desk.entries[:told]
        chain = verify_chain(world.instance, case.desk.first.cid, world.keyring, entries, known, self.today)
        assert (seen.chain.entries, seen.chain.place) == (chain.entries[-WINDOW:], chain.place)
        assert (seen.state, seen.acknowledged) == (chain.state, chain.acknowledged)
        assert seen.chain.claimed in (chain.claimed, ())  # nobody is known to, before a claim is seen
        assert seen.chain.hold in (chain.hold, 0)
        assert (seen.refused, seen.card_fault) == ((), None)
        assert seen.card == next((one.card for one in case.cards()[::-1]), None)
        texts = [seq for seq, box in case.stored()[1] if box.kind == TEXT]
        assert [one.seq for one in seen.replies] == texts[::-1][:7]

    def nobody_opens_what_is_not_theirs(self) -> None:
        case = self.case
        messages, boxes = case.stored()
        words = {seq for seq, box in boxes if box.kind in (TEXT, NOTE)}
        for one in self.never:  # with every byte that the server has
            reach = case.opened_by(one)
            assert (reach.ceks, reach.boxes, len(reach.keys)) == (set(), set(), 1)
        for one in self.people_of(INVESTIGATOR):
            assert case.opened_by(one).ceks == set()  # accounts alone, by k0
        if not case.changes:
            reader = case.opened_by(case.desk.reader)
            assert words - own_words(boxes) <= reader.boxes
            assert reader.ceks == {parse_sealed(self.server.world.instance, one).cid for one in case.desk.sealed}
            return
        proposed, agreed = case.changes[-1]
        stay = {one.id for seq, names in case.named.items() if seq >= proposed for one in names}
        for one in (*case.drawn, *self.people_of(SUPERVISOR), *self.people_of(INVESTIGATOR)):
            if one.id not in stay:  # who left reads nothing that was written since
                assert not {seq for seq in case.opened_by(one).boxes & words if seq > agreed}
        assert messages


def own_words(boxes: list[tuple[int, Any]]) -> set[int]:
    """Of custodians' notes and the like, which go past the inboxes: none of those that are drawn here."""
    return {seq for seq, box in boxes if len(box.recipients) == 1 and box.kind not in (TEXT, NOTE)}


ASIDE = frozenset({5, 7, 12, 13, 14, 15, 16})


@pytest.fixture
def played(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """One server for all examples; a day that passes in one is over with it."""
    Machine.server, Machine.patch, Machine.done = server, monkeypatch, {}
    today = server.world.today

    def play() -> None:
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate, Phase.shrink],
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

    yield play
    server.world.today = today


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_after_any_deeds_what_must_hold_holds(played: Callable[[], None]) -> None:
    played()
    assert len(Machine.done) > 12, Machine.done


def test_each_deadline_is_the_one_that_the_field_has() -> None:
    """The same table as above, for the states that no drawn deeds come to, over a year of days of the week."""
    for state in range(len(STATE_NAMES)):
        for priority in range(NO_PRIORITY + 1):
            for since in range(20_000, 20_366):
                assert due_day(state, since, since + 9, priority) == latest(state, priority, since, since + 9)
