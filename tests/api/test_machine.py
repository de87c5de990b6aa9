"""Whatever is done with a case on a real server, by whom and when: what must hold of it holds after every step.

Hypothesis draws the deeds and finds the shortest that break a rule: the history verifies, every deadline is right by a
table of its own, whoever stepped back, has it withheld, or is named by nobody, finds nothing, and opens nothing of all
that is stored; what the person reads is what staff read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    invariant,
    run_state_machine_as_test,
)

from crypto.box import NOTE, TEXT
from crypto.chain import KnownMessage, verify_chain
from crypto.entry import (
    parse_signed_entry,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.message import NORMAL, REVIEW_LANE, STOP_LANE, parse_sealed
from crypto.posts import parse_posted_entries
from crypto.workflow import (
    CLOSED,
    NO_PRIORITY,
    STATE_NAMES,
    due_day,
)
from tests.api.conftest import Server
from tests.api.drawn_deeds import STATES, Deeds
from tests.api.played import WINDOW
from tests.api.room import CASES, world_with
from tests.world import World

EXAMPLES, STEPS = 7, 18  # a minute with 90 and 40 is what a change of the rules is worth
# docs/workflow.md, written down again: by state, in days or working days
LATEST: dict[int, tuple[int, bool]] = {
    0: (1, True), 2: (2, True), 3: (10, False), 4: (30, False), 5: (90, False), 6: (90, False), 8: (7, False),
    10: (30, False), 11: (2, True), 12: (30, False), 15: (30, False), 16: (30, False),
}  # fmt: skip
TRIAGE = ((0, False), (1, False), (3, False), (5, True), (5, True), (5, True))


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


class Machine(Deeds):
    """What must hold, after each deed and at the end."""

    def teardown(self) -> None:
        if hasattr(self, "case"):
            self.nobody_opens_what_is_not_theirs()
            self.set_today(self.first_day)

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
        assert seen.chain.hold == chain.hold
        assert (seen.refused, seen.card_fault) == ((), None)
        assert seen.card == next((one.card for one in case.cards()[::-1]), None)
        texts = [seq for seq, box in case.stored()[1] if box.kind == TEXT]
        assert [one.seq for one in seen.replies] == texts[::-1][:7]

    def nobody_opens_what_is_not_theirs(self) -> None:
        case = self.case
        _, boxes = case.stored()
        words = {seq for seq, box in boxes if box.kind in (TEXT, NOTE)}
        for one in self.never:  # with every byte that the server has
            reach = case.opened_by(one)
            assert (reach.ceks, reach.boxes, len(reach.keys)) == (set(), set(), 1)
        for one in self.people_of(INVESTIGATOR):
            assert case.opened_by(one).ceks == set()  # accounts alone, by k0
        if not case.changes:
            reader = case.opened_by(case.desk.reader)
            assert words <= reader.boxes
            assert reader.ceks == {parse_sealed(self.server.world.instance, one).cid for one in case.desk.sealed}
            return
        proposed, agreed = case.changes[-1]
        stay = {one.id for seq, names in case.named.items() if seq >= proposed for one in names}
        for one in (*case.drawn, *self.people_of(SUPERVISOR), *self.people_of(INVESTIGATOR)):
            if one.id not in stay:  # who left reads nothing that was written since
                assert not {seq for seq in case.opened_by(one).boxes & words if seq > agreed}


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
