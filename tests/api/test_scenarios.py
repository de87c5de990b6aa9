"""The cases for which this service was asked, from the first word to an appeal. Names are invented."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from crypto.box import NOTE, TEXT, WRAP_UNIT, open_wrap, parse_box
from crypto.entry import APPROVAL, GRANT, OPENED, PROPOSAL, STEP, TEXT_ENTRY
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.mailbox import OpenedMailbox
from crypto.message import REVIEW_LANE, STOP_LANE, parse_sealed
from crypto.workflow import (
    ASSIGNED,
    CLOSED,
    DETERMINATION,
    INQUIRY,
    INVESTIGATION,
    REOPENED,
    REVIEW,
    SAFETY_HOLD,
    SUSPENDED,
    TRIAGED,
)
from intake_forms.countries import read_countries
from intake_forms.safeguards import assess
from tests import scenarios
from tests.api.conftest import Server
from tests.api.room import Room, world_with
from tests.api.stored import is_problem
from tests.scenarios import DEATH, HANDCUFFED, RELATIVES
from tests.world import Desk, Submitter, World


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(1)


@dataclass
class Scenario:
    """A person with a code, and the room in which their case is worked on."""

    server: Server
    person: Submitter
    room: Room

    def read(self) -> OpenedMailbox:
        found = self.person.open(self.server.mailbox(self.person).content)
        assert found is not None
        assert found.refused == ()
        return found

    def write(self, text: str, lane: int = 0) -> bytes:
        sealed = self.person.seal(text, lane=lane)
        assert self.server.send(sealed).status_code == 204
        self.room.desk.sealed.append(sealed)
        return parse_sealed(self.server.world.instance, sealed).cid

    def agree(self, state: int, text: str, **changes: int) -> None:
        """The unit proposes, the supervisor approves, and the person reads why."""
        unit, supervisor = self.room.who(INVESTIGATOR), self.room.who(SUPERVISOR)
        self.done(self.room.post(unit, PROPOSAL, state, self.room.box(unit, NOTE), **changes))
        approved = self.room.box(supervisor, TEXT, text=text)
        self.done(self.room.post(supervisor, APPROVAL, state, approved, cited=self.room.head(), **changes))
        seen = self.read()
        assert (seen.state, seen.replies[0].text) == (state, text)

    @staticmethod
    def done(answer: object) -> None:
        assert getattr(answer, "status_code", 0) == 201, getattr(answer, "text", "")


def begin(server: Server, told: scenarios.Scenario) -> Scenario:
    person = Submitter(server.world)
    sealed = person.seal(told.said, name=told.name, lane=told.lane, answers=told.answers)
    assert server.send(sealed).status_code == 204
    return Scenario(server, person, Room(server, Desk(server.world, person.readers()[0], [sealed])))


def test_beaten_in_handcuffs_told_the_medics_threatened_for_complaining(server: Server) -> None:
    """The official account says that he fell off a scooter; it is shown as a claim, and closes nothing."""
    told = HANDCUFFED
    case = begin(server, told)
    room, reader = case.room, case.room.who(REVIEWER)
    case.done(room.post(reader, OPENED))
    case.done(room.post(reader, STEP, TRIAGED, room.box(reader, TEXT, text=told.triaged), priority=1))
    assert case.read().replies[0].text == told.triaged
    case.done(room.post(reader, PROPOSAL, ASSIGNED, room.box(reader, WRAP_UNIT)))
    other = room.who(REVIEWER, 1)
    case.done(room.post(other, APPROVAL, ASSIGNED, room.box(other, TEXT), cited=room.head()))
    room.handed = True
    found = assess(
        room.desk.opened.account.content.answers, read_countries(), "2026-05-10T00:00/2026-05-10T23:59 day -"
    )
    verdicts = {(one.rule, one.basis): one.verdict for one in found.findings}
    assert verdicts[("late_judge_std", "standard")] == "breach"
    assert verdicts[("judge_no_inquiry", "standard")] == "breach"
    unit = room.who(INVESTIGATOR)
    case.done(room.claim(unit, unit, room.who(INVESTIGATOR, 1)))
    case.done(room.post(unit, STEP, INQUIRY, room.box(unit, TEXT, text=told.begun)))
    case.agree(INVESTIGATION, told.investigated)
    # the person is threatened and asks to stop: at once, and until somebody takes it up
    stop = case.write("Мне угрожают, остановитесь.", STOP_LANE)
    line = next(one for one in room.call(unit, "GET", "/v1/casework/cases").json()["cases"] if one["cid"] in room.path)
    assert line["state"] == SAFETY_HOLD
    case.done(room.post(unit, TEXT_ENTRY, None, room.box(unit, TEXT, text="Ждём вашего слова."), cited=stop))
    case.agree(DETERMINATION, told.determined)
    case.agree(CLOSED, told.closed)
    # an appeal: never by one who worked on it
    asked = case.write(told.review, REVIEW_LANE)
    touched = room.post(reader, STEP, REOPENED, room.box(reader, TEXT), cited=asked)
    is_problem(touched, 403, "role_not_allowed")
    untouched = room.who(REVIEWER, 4)
    case.done(room.post(untouched, STEP, REVIEW, room.box(untouched, TEXT), cited=asked))
    case.done(room.post(untouched, STEP, REOPENED, room.box(untouched, TEXT, text=told.reopened)))
    seen = case.read()
    assert (seen.state, seen.replies[0].text) == (REOPENED, told.reopened)
    assert [entry.state for entry in seen.chain.entries][-2:] == [REVIEW, REOPENED]


def test_a_death_in_custody_closed_reopened_and_suspended_by_others(server: Server) -> None:
    """A suspect's illness suspends nothing here, and what is suspended comes back by itself."""
    case = begin(server, DEATH)
    room = case.room
    room.hand_off()
    unit = room.who(INVESTIGATOR)
    case.done(room.claim(unit, unit, room.who(INVESTIGATOR, 1)))
    case.done(room.post(unit, STEP, INQUIRY, room.box(unit, TEXT)))
    case.agree(INVESTIGATION, DEATH.investigated)
    today = server.world.today
    for until in (0, today + 31, today + 400):
        is_problem(room.post(unit, PROPOSAL, SUSPENDED, room.box(unit, NOTE), until=until), 400, "bad_state")
    case.agree(SUSPENDED, "Ждём экспертизу.", until=today + 30)
    assert case.room.desk.chain().place.back == INVESTIGATION
    told = case.person.open(server.mailbox(case.person).content, today=today + 31)
    assert told is not None
    assert told.state == INVESTIGATION


def test_relatives_who_fear_to_file_are_read_by_nobody_they_left_out(server: Server) -> None:
    case = begin(server, RELATIVES)
    room = case.room
    room.hand_off()
    unit, left_out = room.who(INVESTIGATOR), room.who(INVESTIGATOR, 2)
    assert room.seen_by(unit)
    assert not room.seen_by(left_out)
    assert "r_do_not" in room.desk.opened.account.content.answers
    # what they add later is not the unit's until a reader hands it on
    case.write("Ещё одно: к нам приходили.")
    wrap = room.box(room.who(REVIEWER), WRAP_UNIT)
    opened = open_wrap(
        parse_box(wrap), server.world.instance, room.desk.first.cid, room.who(REVIEWER).signing_pk, unit.key
    )
    assert len(opened.grants) == 2
    case.done(room.post(room.who(REVIEWER), GRANT, None, wrap))
    assert not room.seen_by(left_out)
    assert case.read().state == ASSIGNED
