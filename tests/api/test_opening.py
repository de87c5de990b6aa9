"""How many cases a member opens on a day: what is counted, what never is, and that only another agrees to more."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from crypto.account import STOP
from crypto.box import NOTE, TEXT
from crypto.entry import APPROVAL, NOTE_ENTRY, OPENED, PROPOSAL, STEP
from crypto.keyring import CUSTODIAN, INVESTIGATOR, OVERSIGHT, REVIEWER, SUPERVISOR
from crypto.message import NORMAL, STOP_LANE, URGENT, parse_sealed
from crypto.more import MoreAsked, sign_more_answered, sign_more_asked, verify_more_asked
from crypto.workflow import OUT_OF_SCOPE, QUARANTINE, SAFETY_HOLD, SCREENING, TRIAGED
from service import clock
from service.app import create_app
from service.commands.panah import app
from service.domain.opening import is_counted
from service.settings import Settings
from service.store.commands import Purge
from service.store.opening import AskMore, CountOpened
from service.store.writer import Writer
from tests.api.conftest import Server
from tests.api.room import CASES, Room, world_with
from tests.api.stored import is_problem, rows
from tests.world import Person, World

BOUND = 50
MORE = "/v1/casework/more"


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(0, OVERSIGHT)


@pytest.fixture
def server(world: World, database_url: str, tmp_path: Path) -> Iterator[Server]:
    world.write_instance(tmp_path)
    settings = Settings(data=tmp_path, database_url=database_url, cases_a_day=BOUND)
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield Server(client, world, settings)


def sorted_case(server: Server, priority: int = 2) -> Room:
    room = Room.begin(server, "слово", name="")
    reader = room.who(REVIEWER)
    assert room.post(reader, OPENED).status_code == 201
    assert room.post(reader, STEP, TRIAGED, room.box(reader, TEXT), priority=priority).status_code == 201
    return room


def submit(server: Server, *commands: Any) -> list[Any]:
    """At once, as from many requests."""

    async def all_of_them() -> list[Any]:
        writer = server.client.app.state.server.writer  # type: ignore[attr-defined]
        return await asyncio.gather(*(writer.submit(one) for one in commands))

    return asyncio.run(all_of_them())


def open_others(server: Server, by: Person, count: int) -> list[bool]:
    return submit(server, *(CountOpened(by.id, os.urandom(32), clock.today(), BOUND) for _ in range(count)))


def asking(server: Server, by: Person, cases: int = 1, day: int = 0) -> bytes:
    asked = MoreAsked(server.world.instance, by.id, day or clock.today(), cases, 2, os.urandom(16))
    return sign_more_asked(asked, by.signing_seed)


def answer(server: Server, asked: bytes, by: Person, agrees: bool = True) -> bytes:
    found = verify_more_asked(server.world.instance, server.world.keyring, asked)
    return sign_more_answered(found, by.id, agrees, by.signing_seed)


def test_beyond_the_bound_nothing_sealed_of_another_case_is_given(server: Server) -> None:
    one, another = sorted_case(server), sorted_case(server)
    reader = one.who(REVIEWER)
    staff = server.staff(reader)
    open_others(server, reader, BOUND - 1)
    assert staff.call("GET", f"{one.path}/file").status_code == 200
    cid = another.desk.first.cid.hex()
    for place in ("file", "entries", "export", f"messages/{cid}"):
        is_problem(staff.call("GET", f"{another.path}/{place}"), 429, "enough_opened")
        assert staff.call("GET", f"{one.path}/{place.replace(cid, one.desk.first.cid.hex())}").status_code == 200
    # that it is there stays known, and what was written in it meanwhile is not lost
    assert cid in [line["cid"] for line in staff.call("GET", CASES).json()["cases"]]
    assert another.post(reader, NOTE_ENTRY, None, another.box(reader, NOTE)).status_code == 201
    other = server.staff(next(one for one in server.world.of(REVIEWER) if one is not reader))
    assert other.call("GET", f"{another.path}/file").status_code == 200
    is_problem(staff.call("GET", f"{CASES}/{os.urandom(32).hex()}/file"), 404, "not_found")


def test_what_is_urgent_or_unsorted_opens_always(server: Server) -> None:
    new, urgent, later = Room.begin(server, "слово", name=""), sorted_case(server, 1), sorted_case(server, 3)
    reader = new.who(REVIEWER)
    staff = server.staff(reader)
    open_others(server, reader, BOUND)
    counted = rows(server)["case_read"]
    assert staff.call("GET", f"{new.path}/file").status_code == 200
    assert new.post(reader, OPENED).status_code == 201
    assert staff.call("GET", f"{new.path}/file").status_code == 200  # opened by somebody, and not sorted
    assert staff.call("GET", f"{urgent.path}/file").status_code == 200
    for lane, status in ((NORMAL, 429), (URGENT, 200)):
        sealed = later.submitter.seal("Сейчас", kind=2, lane=lane, to=later.drawn)
        assert server.send(sealed).status_code == 204
        later.desk.sealed.append(sealed)
        assert staff.call("GET", f"{later.path}/file").status_code == status
    assert later.post(later.who(REVIEWER, 1), OPENED).status_code == 201  # somebody has heard it
    is_problem(staff.call("GET", f"{later.path}/file"), 429, "enough_opened")
    assert rows(server)["case_read"] == counted


def test_whoever_makes_a_case_urgent_to_open_it_has_opened_it(server: Server) -> None:
    mine, urgent, aside = sorted_case(server), sorted_case(server), Room.begin(server, "слово", name="")
    reader, other = mine.who(REVIEWER), mine.who(REVIEWER, 1)
    staff = server.staff(reader)
    third = next(one for one in server.world.of(REVIEWER) if one not in (reader, other))
    assert aside.post(other, OPENED).status_code == 201
    assert aside.post(other, PROPOSAL, QUARANTINE, aside.box(other, NOTE)).status_code == 201
    agreed = aside.box(third, NOTE)
    assert aside.post(third, APPROVAL, QUARANTINE, agreed, cited=aside.head()).status_code == 201
    open_others(server, reader, BOUND - 1)
    assert staff.call("GET", f"{mine.path}/file").status_code == 200
    before = [len(urgent.desk.entries), len(aside.desk.entries)]
    is_problem(urgent.post(reader, STEP, TRIAGED, urgent.box(reader, TEXT), priority=1), 429, "enough_opened")
    is_problem(aside.post(reader, STEP, SCREENING, aside.box(reader, NOTE)), 429, "enough_opened")  # back, by one alone
    for room, count in zip((urgent, aside), before, strict=True):
        assert len(staff.call("GET", room.path).json()["entries"]) == count
        is_problem(staff.call("GET", f"{room.path}/file"), 429, "enough_opened")
    # of what was opened that day nothing that was written is refused, and what another makes urgent opens
    assert mine.post(reader, STEP, TRIAGED, mine.box(reader, TEXT), priority=0).status_code == 201
    assert urgent.post(other, STEP, TRIAGED, urgent.box(other, TEXT), priority=1).status_code == 201
    assert staff.call("GET", f"{urgent.path}/file").status_code == 200


def test_a_wish_to_stop_opens_until_somebody_takes_it_up(server: Server) -> None:
    case = sorted_case(server)
    reader, other = case.who(REVIEWER), case.who(REVIEWER, 1)
    staff = server.staff(reader)
    open_others(server, reader, BOUND)
    is_problem(staff.call("GET", f"{case.path}/file"), 429, "enough_opened")
    stop = case.submitter.seal("Остановитесь.", kind=STOP, lane=STOP_LANE, to=case.drawn)
    assert server.send(stop).status_code == 204
    case.desk.sealed.append(stop)
    assert case.post(other, OPENED).status_code == 201  # read, and nobody holds the case yet
    assert staff.call("GET", f"{case.path}/file").status_code == 200
    cited = parse_sealed(server.world.instance, stop).cid
    assert case.post(other, STEP, SAFETY_HOLD, case.box(other, TEXT), cited=cited).status_code == 201
    is_problem(staff.call("GET", f"{case.path}/file"), 429, "enough_opened")


def test_an_ended_case_is_counted_whatever_its_urgency() -> None:
    assert is_counted(OUT_OF_SCOPE, 0, False)
    assert not is_counted(TRIAGED, 1, False)
    assert is_counted(TRIAGED, 2, False)


def test_each_day_begins_anew_and_nothing_of_the_one_before_is_kept(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = sorted_case(server)
    reader, day = case.who(REVIEWER), clock.today()
    open_others(server, reader, BOUND)
    staff = server.staff(reader)
    assert staff.call("GET", MORE).json()["opened"] == BOUND
    monkeypatch.setattr(clock, "today", lambda: day + 1)
    assert staff.call("GET", f"{case.path}/file").status_code == 200
    assert staff.call("GET", MORE).json() == {"most": BOUND, "opened": 1, "own": "", "refused": False, "others": []}
    submit(server, Purge(0, day + 1))
    assert {row[0] for row in rows(server)["case_read"]} == {day + 1}


def test_many_at_once_are_no_more_than_one_after_another(server: Server) -> None:
    reader = server.world.of(REVIEWER)[0]
    assert open_others(server, reader, BOUND + 20).count(True) == BOUND
    assert len(rows(server)["case_read"]) == BOUND
    twice = CountOpened(server.world.of(REVIEWER)[1].id, os.urandom(32), clock.today(), BOUND)
    assert submit(server, twice, twice) == [True, True]
    assert len(rows(server)["case_read"]) == BOUND + 1


def test_two_processes_count_as_one(server: Server) -> None:
    reader, url = server.world.of(REVIEWER)[0], server.settings.database
    writers = [Writer(url, 1000), Writer(url, 1000)]
    asked = verify_more_asked(server.world.instance, server.world.keyring, asking(server, reader))

    async def both() -> None:
        for _ in range(BOUND):  # in small batches, which meet
            opened = (CountOpened(reader.id, os.urandom(32), clock.today(), BOUND) for _ in writers)
            askings = (AskMore(replace(asked, hash=os.urandom(32))) for _ in writers)
            for pair in (opened, askings):
                await asyncio.gather(*(writer.submit(one) for writer, one in zip(writers, pair, strict=True)))
            found = rows(server)
            counts.add((len(found["case_read"]) <= BOUND, len(found["more_asked"])))

    counts: set[tuple[bool, int]] = set()
    for writer in writers:
        writer.start()
    asyncio.run(both())
    for writer in writers:
        writer.stop()
    assert counts == {(True, 1)}


def test_another_agrees_to_more_for_one_member_and_one_day(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    case, another = sorted_case(server), sorted_case(server)
    asker, other, supervisor = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(SUPERVISOR)
    staff, above = server.staff(asker), server.staff(supervisor)
    for one in (asker, other):
        open_others(server, one, BOUND)
    asked = asking(server, asker)
    assert staff.call("POST", MORE, asked).status_code == 204
    assert staff.call("GET", MORE).json()["own"] == asked.hex()
    assert staff.call("GET", MORE).json()["others"] == []
    assert above.call("GET", MORE).json()["others"] == [{"asked": asked.hex(), "opened": BOUND, "refused": 0}]
    assert server.staff(case.who(INVESTIGATOR)).call("GET", MORE).json()["others"] == []
    is_problem(staff.call("GET", f"{case.path}/file"), 429, "enough_opened")

    agreed = answer(server, asked, supervisor)
    is_problem(staff.call("POST", f"{MORE}/answers", answer(server, asked, asker)), 403, "role_not_allowed")
    is_problem(staff.call("POST", f"{MORE}/answers", agreed), 403, "role_not_allowed")  # in another's name
    assert above.call("POST", f"{MORE}/answers", agreed).status_code == 204
    is_problem(above.call("POST", f"{MORE}/answers", answer(server, asked, supervisor, False)), 404, "not_found")
    assert above.call("GET", MORE).json()["others"] == []
    told = {"most": BOUND + 1, "opened": BOUND, "own": "", "refused": False, "others": []}
    assert staff.call("GET", MORE).json() == told
    assert staff.call("GET", f"{case.path}/file").status_code == 200
    is_problem(staff.call("GET", f"{another.path}/file"), 429, "enough_opened")
    is_problem(server.staff(other).call("GET", f"{case.path}/file"), 429, "enough_opened")

    day = clock.today()
    monkeypatch.setattr(clock, "today", lambda: day + 1)
    assert staff.call("GET", MORE).json()["most"] == BOUND
    assert open_others(server, asker, BOUND + 1).count(True) == BOUND
    is_problem(staff.call("POST", MORE, asked), 400, "day_out_of_range")


def test_an_asking_is_ones_own_of_today_and_waits_alone(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, other, custodian = server.world.of(REVIEWER)[0], server.world.of(REVIEWER)[1], server.world.of(CUSTODIAN)[0]
    staff, second = server.staff(reader), server.staff(other)
    is_problem(staff.call("POST", MORE, asking(server, other)), 403, "role_not_allowed")
    is_problem(staff.call("POST", MORE, asking(server, reader, day=clock.today() - 1)), 400, "day_out_of_range")
    is_problem(staff.call("POST", MORE, asking(server, reader)[:-1]), 400, "malformed")
    is_problem(server.staff(custodian).call("POST", MORE, asking(server, custodian)), 404, "not_found")
    first, newer = asking(server, reader), asking(server, reader, 2)
    for asked in (first, first, newer):
        assert staff.call("POST", MORE, asked).status_code == 204
    assert [one["asked"] for one in second.call("GET", MORE).json()["others"]] == [newer.hex()]
    is_problem(second.call("POST", f"{MORE}/answers", answer(server, first, other)), 404, "not_found")
    assert second.call("POST", f"{MORE}/answers", answer(server, newer, other, agrees=False)).status_code == 204
    assert staff.call("GET", MORE).json() == {"most": BOUND, "opened": 0, "own": "", "refused": True, "others": []}

    # asked once more for the same it is another asking
    again = asking(server, reader, 2)
    assert staff.call("POST", MORE, again).status_code == 204
    assert staff.call("GET", MORE).json()["own"] == again.hex()
    # whoever is asked next sees that another said no
    seen = [{"asked": again.hex(), "opened": 0, "refused": 1}]
    assert server.staff(server.world.of(SUPERVISOR)[0]).call("GET", MORE).json()["others"] == seen
    assert second.call("POST", f"{MORE}/answers", answer(server, again, other)).status_code == 204
    told = {"most": BOUND + 2, "opened": 0, "own": "", "refused": True, "others": []}
    assert staff.call("GET", MORE).json() == told

    last, day = asking(server, reader, 3), clock.today()
    assert staff.call("POST", MORE, last).status_code == 204
    late = answer(server, last, other)
    monkeypatch.setattr(clock, "today", lambda: day + 1)
    is_problem(second.call("POST", f"{MORE}/answers", late), 400, "day_out_of_range")


def test_oversight_sees_how_often_and_finds_what_nobody_signed(server: Server) -> None:
    reader, other = server.world.of(REVIEWER)[:2]
    staff, second, overseer = server.staff(reader), server.staff(other), server.staff(server.world.of(OVERSIGHT)[0])
    for cases, agrees in ((7, True), (70, False)):
        asked = asking(server, reader, cases)
        assert staff.call("POST", MORE, asked).status_code == 204
        assert second.call("POST", f"{MORE}/answers", answer(server, asked, other, agrees)).status_code == 204
    assert staff.call("POST", MORE, asking(server, reader, 700)).status_code == 204

    def told() -> dict[str, int]:
        found: dict[str, int] = overseer.call("GET", "/v1/oversight/counts").json()["more"]
        return found

    counted = {"asked": 3, "agreed": 1, "refused": 1, "cases": 7, "broken": 0}
    assert told() == counted
    verify = ["history", "verify", "--data", str(server.settings.data), "--database", server.settings.database]
    assert CliRunner().invoke(app, verify).exit_code == 0
    with server.client.app.state.server.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE more_asked SET answer = asked, agreed = 1 WHERE cases = 700")
    assert told() == counted | {"broken": 1}
    result = CliRunner().invoke(app, verify)
    assert (result.exit_code, "NOT SIGNED      1" in result.stdout) == (1, True)
