"""Who sees that a case is there: named readers keep it, a colleague has it withheld for three days (SPEC 8.9, 8.10)."""

from __future__ import annotations

import pytest

from crypto.account import REVIEW
from crypto.box import NOTE, WRAP_INTAKE
from crypto.entry import (
    IDENTITY_ASKED,
    OPENED,
    READERS_AGREED,
    READERS_KEPT,
    RECUSAL,
    STEP,
    TEXT_ENTRY,
    WITHHOLDING,
)
from crypto.keyring import CUSTODIAN, OVERSIGHT, REVIEWER, SUPERVISOR
from crypto.message import REVIEW_LANE, parse_sealed
from crypto.workflow import TRIAGED
from service import clock
from service.domain.small_cells import SMALLEST
from tests.api.conftest import Server
from tests.api.room import CASES, Room, world_with
from tests.api.stored import is_problem
from tests.api.verdicts import VERDICTS
from tests.world import Person, World, new_person


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(2, OVERSIGHT)


class Kept(Room):
    """A case whose readers two members named: two reviewers who took no step, a supervisor, and those two members."""

    def named(self) -> list[Person]:
        new = [one for one in self.server.world.of(REVIEWER) if one not in self.drawn][:2]
        return [*new, self.who(SUPERVISOR), self.who(REVIEWER), self.who(REVIEWER, 1)]

    def name_readers(self) -> None:
        reader, other = self.who(REVIEWER), self.who(REVIEWER, 1)
        assert self.post(reader, OPENED).status_code == 201
        assert self.propose_readers(reader, self.named()).status_code == 201
        self.live = self.head()
        assert self.post(other, READERS_AGREED, cited=self.live).status_code == 201

    def read_by(self, *members: Person) -> None:
        """They sign that they opened it all by the wrap."""
        for one in members:
            assert self.post(one, OPENED, cited=self.live).status_code == 201

    def write(self, sealed: bytes) -> None:
        """The person writes again."""
        assert self.server.send(sealed).status_code == 204
        self.desk.sealed.append(sealed)

    def others(self) -> list[Person]:
        return [one for one in self.server.world.of(REVIEWER) if one not in self.named()]


@pytest.fixture
def case(shared: Server) -> Kept:
    made = Kept.begin(shared)
    made.name_readers()
    return made


def test_it_is_hidden_once_two_of_the_named_have_read_it_and_not_before(case: Kept) -> None:
    one, two, supervisor, *_ = case.named()
    for reads in ([], [one]):
        case.read_by(*reads)
        assert all(case.seen_by(member) for member in case.server.world.of(REVIEWER))
    case.read_by(two)
    assert all(case.seen_by(member) for member in (one, two, supervisor))
    assert not any(case.seen_by(member) for member in case.others())
    assert not case.seen_by(case.who(SUPERVISOR, 1))


def test_openings_by_others_hide_nothing(case: Kept) -> None:
    case.read_by(*case.others()[:3])
    assert all(case.seen_by(member) for member in case.server.world.of(REVIEWER))
    one, two, *_ = case.named()
    for member in (one, two):  # of the named, but of no wrap
        assert case.post(member, OPENED, cited=case.desk.first.cid).status_code == 201
    assert all(case.seen_by(member) for member in case.server.world.of(REVIEWER))


@pytest.mark.parametrize("route", [route for route in VERDICTS if "{cid}" in route[1]], ids=" ".join)
def test_for_whoever_is_not_named_every_address_is_as_absent_as_any(case: Kept, route: tuple[str, str]) -> None:
    case.read_by(*case.named()[:2])
    cid = case.desk.first.cid.hex()
    for other in case.others():
        nowhere = case.call(other, "GET", "/v1/casework/nowhere")
        body = case.made(other, OPENED) if route[0] == "POST" else b""
        answer = case.call(other, route[0], route[1].format(cid=cid, message=cid), body)
        assert (answer.status_code, answer.content, answer.headers.raw) == (404, nowhere.content, nowhere.headers.raw)


def test_no_list_has_it_and_no_count_tells_of_it(server: Server) -> None:
    visible, hidden = Kept.begin(server), Kept.begin(server)
    hidden.name_readers()
    hidden.read_by(*hidden.named()[:2])
    for other in hidden.others():
        listed = visible.call(other, "GET", CASES)
        assert [line["cid"] for line in listed.json()["cases"]] == [visible.desk.first.cid.hex()]
        assert hidden.desk.first.cid.hex() not in listed.text


def test_a_message_that_the_named_have_not_read_shows_it_again_to_who_may_have_been_drawn(case: Kept) -> None:
    one, two, supervisor, *_ = case.named()
    case.read_by(one, two)
    case.write(case.submitter.seal("ещё"))
    assert all(case.seen_by(member) for member in case.others())
    giver = case.who(REVIEWER)
    kept = case.box(giver, WRAP_INTAKE, case.named())
    assert case.post(giver, READERS_KEPT, None, kept).status_code == 201
    case.live = case.head()
    assert case.seen_by(giver)
    case.read_by(one, supervisor)
    assert not any(case.seen_by(member) for member in case.others())
    assert case.seen_by(two)


def test_a_request_for_a_review_is_seen_by_who_took_no_step(case: Kept) -> None:
    one, two, *_ = case.named()
    giver, busy, curious, *_ = case.others()
    assert case.post(giver, STEP, TRIAGED, case.box(giver, NOTE), priority=2).status_code == 201
    assert case.post(curious, OPENED).status_code == 201  # to have looked is no step
    elsewhere = Kept.begin(case.server)
    assert elsewhere.post(busy, STEP, TRIAGED, elsewhere.box(busy, NOTE), priority=2).status_code == 201
    case.read_by(one, two)
    assert not any(case.seen_by(member) for member in case.others())
    case.write(case.submitter.seal("прошу проверить", kind=REVIEW, lane=REVIEW_LANE))
    case.read_by(one, two)  # who read it need not be without a step
    assert not case.seen_by(giver)
    untouched = [member for member in case.others() if member != giver]
    assert all(case.seen_by(member) for member in untouched)
    asked = parse_sealed(case.server.world.instance, case.desk.sealed[-1]).cid
    assert case.post(one, TEXT_ENTRY, None, case.box(one, 1), cited=asked).status_code == 201
    assert not any(case.seen_by(member) for member in untouched)


def test_when_one_of_the_two_steps_back_the_others_see_it_again(case: Kept) -> None:
    one, two, supervisor, *_ = case.named()
    case.read_by(one, two)
    assert case.post(two, RECUSAL).status_code == 201
    assert all(case.seen_by(member) for member in case.others())
    assert not case.seen_by(two)
    case.read_by(supervisor)
    assert not any(case.seen_by(member) for member in case.others())


def test_a_custodian_finds_it_up_to_the_last_day_of_an_asking(shared: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    case, today = Kept.begin(shared), shared.world.today
    reader, keeper = case.who(REVIEWER), case.who(CUSTODIAN)
    for until in (today + 2, today + 1):  # of two askings the longer one says
        changes = {"until": until, "cited": case.desk.first.cid}
        assert case.post(reader, IDENTITY_ASKED, None, case.box(reader, NOTE), **changes).status_code == 201
    for later, seen in ((2, True), (3, False)):
        monkeypatch.setattr(clock, "today", lambda later=later: today + later)
        assert case.seen_by(keeper) == seen


def withhold(case: Room, by: Person, whom: Person, days: int = 2) -> int:
    until = case.server.world.today + days
    changes = {"cited": whom.id + bytes(16), "until": until}
    return case.post(by, WITHHOLDING, None, case.box(by, NOTE), **changes).status_code


def test_one_member_has_it_withheld_and_it_comes_back_by_itself(
    shared: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Kept.begin(shared)
    by, whom = case.who(REVIEWER), case.who(REVIEWER, 1)
    assert case.seen_by(whom)
    assert withhold(case, by, whom) == 201
    assert withhold(case, case.who(REVIEWER, 2), whom, days=0) == 201  # a shorter one ends nothing
    assert not case.seen_by(whom)
    is_problem(case.post(whom, OPENED), 404, "not_found")
    assert all(case.seen_by(one) for one in shared.world.of(REVIEWER) if one != whom)
    today = shared.world.today
    for later, seen in ((2, False), (3, True)):
        monkeypatch.setattr(clock, "today", lambda later=later: today + later)
        assert case.seen_by(whom) == seen


def test_never_from_so_many_that_fewer_than_two_others_are_left(shared: Server) -> None:
    case = Kept.begin(shared)
    by, *others = [case.who(REVIEWER, n) for n in range(5)]
    assert withhold(case, by, others[0]) == 201
    for whom in others[1:]:
        assert withhold(case, by, whom) == 403
    assert withhold(case, others[1], others[2]) == 403  # nor by another
    for one in others[1:3]:
        assert case.post(one, OPENED).status_code == 201
    assert withhold(case, by, others[3]) == 201
    assert [case.seen_by(one) for one in others] == [False, True, True, False]


def test_not_again_by_the_same_alone_and_not_for_longer(shared: Server) -> None:
    case = Kept.begin(shared)
    by, whom, second = (case.who(REVIEWER, n) for n in range(3))
    assert withhold(case, by, whom, days=3) == 400
    assert withhold(case, by, by) == 403
    assert withhold(case, by, whom, days=0) == 201
    assert withhold(case, by, whom) == 403
    assert withhold(case, second, whom) == 201
    assert withhold(case, by, case.who(SUPERVISOR)) == 403  # two are not known to read it yet
    stranger = new_person(REVIEWER, "abroad")
    assert withhold(case, second, stranger) == 403


def test_from_readers_who_are_named_two_others_stay(case: Kept) -> None:
    one, two, supervisor, reader, other = case.named()
    case.read_by(one, two)
    for gone in (two, reader):
        assert withhold(case, one, gone) == 201
    assert withhold(case, one, other) == 403
    assert case.seen_by(other)
    assert case.seen_by(supervisor)


def test_oversight_counts_what_was_withheld(server: Server) -> None:
    overseer = server.staff(server.world.of(OVERSIGHT)[0])
    for n in range(SMALLEST):
        case = Kept.begin(server)
        assert withhold(case, case.who(REVIEWER), case.who(REVIEWER, 1)) == 201
        told = overseer.call("GET", "/v1/oversight/counts").json()["deeds"]["withholdings"]
        assert told == (None if n < SMALLEST - 1 else SMALLEST)
