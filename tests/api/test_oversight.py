"""Oversight: numbers that point at nobody, and histories that were bent are found, by the page and by the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from crypto.account import FOLLOW_UP, REVIEW
from crypto.box import NOTE, TEXT, WRAP_UNIT
from crypto.entry import APPROVAL, NOTE_ENTRY, OPENED, PROPOSAL, STEP
from crypto.keyring import OVERSIGHT, REVIEWER
from crypto.message import REVIEW_LANE, STOP_LANE
from crypto.workflow import ASSIGNED, AWAITING, CLOSED, QUARANTINE, TRIAGED
from service import clock
from service.commands.panah import app
from service.domain import sampling
from service.domain.small_cells import SMALLEST
from tests.api.conftest import Server
from tests.api.room import CASES, Room, world_with
from tests.casework import Casework
from tests.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(0, OVERSIGHT)


def new_case(server: Server) -> Room:
    room = Room.begin(server, "слово", name="")
    reader = room.who(REVIEWER)
    assert room.post(reader, STEP, TRIAGED, room.box(reader, 2), priority=2).status_code == 201
    return room


def hand_over(room: Room) -> None:
    reader, other = room.who(REVIEWER), room.who(REVIEWER, 1)
    assert room.post(reader, PROPOSAL, ASSIGNED, room.box(reader, WRAP_UNIT)).status_code == 201
    approved = room.post(other, APPROVAL, ASSIGNED, room.box(other, TEXT), cited=room.head())
    assert approved.status_code == 201, approved.text


def test_numbers_below_ten_are_not_told_and_none_names_a_case(server: Server) -> None:
    overseer = server.staff(server.world.of(OVERSIGHT)[0])
    for _ in range(SMALLEST - 1):
        room = new_case(server)
    few = overseer.call("GET", "/v1/oversight/counts").json()
    assert set(few["states"].values()) == {None}
    room = new_case(server)
    answer = overseer.call("GET", "/v1/oversight/counts")
    assert {name: n for name, n in answer.json()["states"].items() if n is not None} == {"triaged": SMALLEST}
    assert set(answer.json()["overdue"].values()) == {None}
    assert room.desk.first.cid.hex() not in answer.text
    assert overseer.call("GET", CASES).status_code == 404


def test_what_is_overdue_is_told_by_unit_and_nothing_can_be_worked_out(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten cases of one unit are late; three of another state would be what is left of the sum, so nothing is told."""
    overseer = server.staff(server.world.of(OVERSIGHT)[0])
    for _ in range(SMALLEST):
        hand_over(new_case(server))
    later = clock.today() + 12  # ten days to begin

    def told() -> tuple[object, object, object]:
        with monkeypatch.context() as patched:
            patched.setattr(clock, "today", lambda: later)
            found = overseer.call("GET", "/v1/oversight/counts").json()
        assert set(found["units"]) == {"unit-north"}
        return found["states"]["assigned"], found["overdue"]["assigned"], found["units"]["unit-north"]["assigned"]

    assert told() == (SMALLEST, SMALLEST, SMALLEST)
    for _ in range(3):
        new_case(server)
    assert overseer.call("GET", "/v1/oversight/integrity").json()["histories"] == SMALLEST + 3
    assert told() == (None, None, None)


def test_what_the_person_asks_for_is_late_from_the_day_on_which_they_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hold thirty days after the wish to stop, a review that nobody takes up after seven: whatever came before."""
    overseer, asked = server.staff(server.world.of(OVERSIGHT)[0]), clock.today() + 20
    rooms = [new_case(server) for _ in range(SMALLEST)]

    def overdue(state: str, day: int) -> object:
        with monkeypatch.context() as patched:
            patched.setattr(clock, "today", lambda: day)
            return overseer.call("GET", "/v1/oversight/counts").json()["overdue"][state]

    def send(lane: int, kind: int) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(clock, "today", lambda: asked)
            for room in rooms:
                assert server.send(room.submitter.seal("слово", kind=kind, lane=lane)).status_code == 204

    send(REVIEW_LANE, REVIEW)
    bend(server, f"UPDATE place SET state = {CLOSED}")  # that is a long way, and it is not what is tried
    assert [overdue("review", asked + days) for days in (7, 8)] == [None, SMALLEST]
    send(STOP_LANE, FOLLOW_UP)
    assert [overdue("safety_hold", asked + days) for days in (30, 31)] == [None, SMALLEST]


def test_oversight_counts_what_is_dormant_and_a_few_of_them_not(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 8.6: of what waits for the person, from the ninety-first day on, and nothing that stands elsewhere."""
    overseer = server.staff(server.world.of(OVERSIGHT)[0])
    for _ in range(SMALLEST):
        new_case(server)
    since = clock.today()

    def dormant(days: int) -> object:
        with monkeypatch.context() as patched:
            patched.setattr(clock, "today", lambda: since + days)
            return overseer.call("GET", "/v1/oversight/counts").json()["dormant"]

    assert dormant(91) is None
    bend(server, f"UPDATE place SET state = {AWAITING}")  # that is a long way, and it is not what is tried
    assert [dormant(days) for days in (90, 91)] == [None, SMALLEST]
    bend(server, f"UPDATE place SET state = {TRIAGED} WHERE case_cid IN (SELECT case_cid FROM place LIMIT 1)")
    assert dormant(91) is None


def put_away(server: Server) -> Room:
    room = Room.begin(server, "слово", name="")
    reader, other = room.who(REVIEWER), room.who(REVIEWER, 1)
    assert room.post(reader, OPENED).status_code == 201
    assert room.post(reader, PROPOSAL, QUARANTINE, room.box(reader, NOTE)).status_code == 201
    assert room.post(other, APPROVAL, QUARANTINE, room.box(other, TEXT), cited=room.head()).status_code == 201
    return room


def test_oversight_counts_how_much_of_the_sampled_spam_a_third_member_looked_at(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "SHARE", 1)  # all are drawn
    overseer = server.staff(server.world.of(OVERSIGHT)[0])
    rooms = [put_away(server) for _ in range(SMALLEST)]

    def told() -> dict[str, int | None]:
        return dict(overseer.call("GET", "/v1/oversight/counts").json()["sample"])

    def shown(room: Room) -> str:
        return str(room.call(room.who(REVIEWER), "GET", room.path).json()["sample"])

    assert told() == {"not_drawn": None, "waiting": SMALLEST, "looked_at": None}
    for who, found in ((1, "waiting"), (2, "looked_at")):
        member = rooms[0].who(REVIEWER, who)
        assert rooms[0].post(member, NOTE_ENTRY, None, rooms[0].box(member, NOTE)).status_code == 201
        assert shown(rooms[0]) == found
    assert told() == {"not_drawn": None, "waiting": None, "looked_at": None}  # the one could be told by the nine


def bend(server: Server, change: str) -> None:
    with server.client.app.state.server.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql(change)


@pytest.mark.parametrize("shared", ["sqlite"], indirect=True, scope="module")
def test_a_bent_history_is_found(shared: Server) -> None:
    rooms = [new_case(shared) for _ in range(3)]
    overseer = shared.staff(shared.world.of(OVERSIGHT)[0])
    holds = overseer.call("GET", "/v1/oversight/integrity").json()
    assert holds == {"histories": None, "entries": None, "broken": 0}  # three are too few to be told
    data = Path(shared.settings.data)
    told = CliRunner().invoke(app, ["history", "verify", "--data", str(data)])
    assert (told.exit_code, "all of them hold" in told.output) == (0, True), told.output
    other = Casework(shared.world, cid=rooms[1].desk.first.cid)
    reader = rooms[1].who(REVIEWER)
    forged = other.make(reader, STEP, TRIAGED, priority=4)
    body = b"\x0cposted-entry" + len(forged).to_bytes(4, "big") + forged + bytes(8)
    cid = rooms[0].desk.first.cid.hex()
    bend(shared, f"UPDATE entry SET body = X'{body.hex()}' WHERE case_cid = X'{cid}'")
    assert overseer.call("GET", "/v1/oversight/integrity").json()["broken"] == 1
    found = CliRunner().invoke(app, ["history", "verify", "--data", str(data)])
    assert found.exit_code == 1
    assert f"{cid}   wrong_case" in found.output
