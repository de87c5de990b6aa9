"""Inside a unit: two have a case or nobody has, of two who claim at once one wins, and nobody works on it alone."""

from __future__ import annotations

import threading

import pytest
from httpx import Response

from crypto.box import NOTE, TEXT
from crypto.entry import CLAIMED, PROPOSAL, RECUSAL, STEP
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.posts import parse_post
from crypto.workflow import INQUIRY, INVESTIGATION, TRIAGED
from tests.api.conftest import Server
from tests.api.room import Room, world_with
from tests.api.stored import is_problem
from tests.world import Person, World


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(3)


class _Unit(Room):
    """Four investigators are named, a fifth is not."""

    def unit(self) -> list[Person]:
        return [*(self.who(INVESTIGATOR, n) for n in range(4)), self.who(SUPERVISOR)]


@pytest.fixture
def room(shared: Server) -> _Unit:
    made = _Unit.begin(shared, "слово", name="")
    made.hand_off()
    return made


def test_nobody_begins_alone_and_two_who_have_it_do(room: _Unit) -> None:
    one, two, three, _, supervisor = room.unit()
    alone = (STEP, INQUIRY, room.box(one, TEXT))
    is_problem(room.post(one, *alone), 400, "bad_state")
    is_problem(room.claim(room.who(REVIEWER), one, two), 403, "role_not_allowed")
    is_problem(room.claim(three, one, two), 403, "role_not_allowed")
    is_problem(room.claim(one, one, room.who(INVESTIGATOR, 4)), 403, "role_not_allowed")  # whom the wrap lacks
    is_problem(room.claim(room.who(INVESTIGATOR, 4), one, two), 404, "not_found")
    assert room.claim(one, one, two).status_code == 201
    assert room.post(one, STEP, INQUIRY, room.box(one, TEXT)).status_code == 201
    assert room.claim(two).status_code == 201
    is_problem(room.post(one, PROPOSAL, INVESTIGATION, room.box(one, NOTE)), 400, "bad_state")
    assert room.claim(supervisor, two, three).status_code == 201
    assert room.post(one, PROPOSAL, INVESTIGATION, room.box(one, NOTE)).status_code == 201


def test_of_two_who_claim_at_once_exactly_one_wins_and_the_other_is_told(room: _Unit) -> None:
    one, two, three, four, _ = room.unit()
    pairs = {one.id: (one, two), three.id: (three, four)}
    cited = {by: b"".join(sorted(each.id for each in two)) for by, two in pairs.items()}
    bodies = [(two[0], room.made(two[0], CLAIMED, cited=cited[by])) for by, two in pairs.items()]
    for by, _ in bodies:
        room.call(by, "GET", room.path)  # signed in before the race
    barrier, answers = threading.Barrier(2), dict[bytes, Response]()

    def claim(by: Person, body: bytes) -> None:
        barrier.wait()
        answers[by.id] = room.call(by, "POST", f"{room.path}/entries", body)

    racers = [threading.Thread(target=claim, args=pair) for pair in bodies]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    codes = {by: answer.status_code for by, answer in answers.items()}
    assert sorted(codes.values()) == [201, 409], codes
    loser = next(by for by, code in codes.items() if code == 409)
    is_problem(answers[loser], 409, "chain_moved")
    winner = next(body for by, body in bodies if by.id != loser)
    room.desk.entries.append(parse_post(winner).entry)
    room.posted.append(parse_post(winner))
    is_problem(
        room.claim(pairs[loser][0], *pairs[loser]), 403, "role_not_allowed"
    )  # on the new head: two others have it


def test_when_one_of_the_two_steps_back_nobody_has_it_and_a_case_can_be_given_back(room: _Unit) -> None:
    one, two, three, _, _ = room.unit()
    assert room.claim(one, one, two).status_code == 201
    assert room.post(two, RECUSAL).status_code == 201
    is_problem(room.post(one, STEP, INQUIRY, room.box(one, TEXT)), 400, "bad_state")
    is_problem(room.claim(one, one, two), 403, "role_not_allowed")  # who stepped back is named by nobody
    assert room.claim(three, one, three).status_code == 201
    assert room.post(three, STEP, TRIAGED, room.box(three, NOTE)).status_code == 201
    is_problem(room.claim(one, one, three), 404, "not_found")
