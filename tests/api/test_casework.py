"""A case is handed to a unit: who sees it then, who does not, and what the server lets nobody do."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from crypto.account import FOLLOW_UP, STOP
from crypto.box import (
    IDENTITY_HALF,
    IDENTITY_KEY,
    NOTE,
    TEXT,
    WRAP_UNIT,
    open_box,
    open_secret,
    open_wrap,
    parse_box,
)
from crypto.entry import (
    APPROVAL,
    GRANT,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    OPENED,
    PROPOSAL,
    READERS_AGREED,
    RECUSAL,
    STEP,
    TEXT_ENTRY,
    UNIT_PROPOSED,
    WITHHOLDING,
    parse_signed_entry,
)
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.message import (
    NORMAL,
    STOP_LANE,
    URGENT,
    account_key,
    open_custodian_slot,
    open_granted,
    open_identity,
    open_message,
    parse_sealed,
)
from crypto.posts import parse_post, parse_posted_entries
from crypto.requests import BURN_RECEIPT
from crypto.workflow import ASSIGNED, INQUIRY, INVESTIGATION, TRIAGED
from service import clock
from service.actions import post_entry
from tests.api.conftest import Server
from tests.api.room import CASES, Room, world_with
from tests.api.stored import is_problem
from tests.api.verdicts import VERDICTS
from tests.world import World, new_person


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(2)


@pytest.fixture
def room(shared: Server) -> Room:
    return Room.begin(shared)


def test_a_unit_sees_a_case_from_the_approval_on_and_not_before(room: Room) -> None:
    reader, other = room.who(REVIEWER), room.who(REVIEWER, 1)
    named, left_out = room.unit(), [room.who(INVESTIGATOR, 2), room.who(SUPERVISOR, 1)]
    assert room.post(reader, OPENED).status_code == 201
    assert room.post(reader, STEP, TRIAGED, room.box(reader, NOTE), priority=2).status_code == 201
    proposal = room.post(reader, PROPOSAL, ASSIGNED, room.box(reader, WRAP_UNIT))
    assert proposal.status_code == 201
    assert not any(room.seen_by(one) for one in (*named, *left_out))
    approval = room.post(other, APPROVAL, ASSIGNED, room.box(other, TEXT), cited=room.head())
    assert approval.status_code == 201
    assert all(room.seen_by(one) for one in (*named, reader, other))
    assert not any(room.seen_by(one) for one in left_out)
    line = room.call(named[0], "GET", CASES).json()["cases"][-1]
    assert (line["state"], line["priority"]) == (ASSIGNED, 2)


def test_an_investigator_opens_the_account_and_nothing_else(room: Room) -> None:
    room.hand_off()
    unit, first = room.who(INVESTIGATOR), room.desk.first
    posted = parse_posted_entries(room.call(unit, "GET", room.path + "/entries").content)
    boxes = [parse_box(one.box) for one in posted if one.box]
    wrap = next(box for box in boxes if box.kind == WRAP_UNIT)
    instance, reader = room.server.world.instance, room.who(REVIEWER)
    opened = open_wrap(wrap, instance, first.cid, reader.signing_pk, unit.key)
    sealed = room.call(unit, "GET", f"{room.path}/messages/{first.cid.hex()}").content
    granted = open_granted(parse_sealed(instance, sealed), opened.grants[0].k0)
    assert "слово Canary-7391" in granted.account.content.answers.values()
    assert [grant.k0 for grant in opened.grants] == [account_key(room.desk.opened)]
    for other in (room.who(INVESTIGATOR, 2), room.who(SUPERVISOR, 1)):
        with pytest.raises(Exception, match="not_a_recipient"):
            open_wrap(wrap, instance, first.cid, reader.signing_pk, other.key)
    with pytest.raises(Exception, match="not_a_recipient"):
        open_message(first, unit.key)
    # what was said before the hand-off was not sealed to the unit, what is said after it is
    with pytest.raises(Exception, match="not_a_recipient"):
        open_box(boxes[0], instance, first.cid, reader.signing_pk, opened.inboxes[-1])
    assert room.post(unit, TEXT_ENTRY, None, room.box(unit, TEXT, text="Мы начали.")).status_code == 201


def test_the_unit_works_and_its_deeds_are_bound_by_the_rules(room: Room) -> None:
    room.hand_off()
    one, two, supervisor = room.unit()
    outsider = room.who(INVESTIGATOR, 2)
    is_problem(room.post(outsider, STEP, INQUIRY, room.box(outsider, NOTE)), 404, "not_found")
    assert room.claim(one, one, room.who(INVESTIGATOR, 1)).status_code == 201
    is_problem(room.post(supervisor, STEP, INQUIRY, room.box(supervisor, NOTE)), 403, "role_not_allowed")
    assert room.post(one, STEP, INQUIRY, room.box(one, TEXT)).status_code == 201
    is_problem(room.post(one, STEP, INVESTIGATION, room.box(one, NOTE)), 400, "bad_state")
    assert room.post(one, PROPOSAL, INVESTIGATION, room.box(one, NOTE)).status_code == 201
    cited = room.head()
    approve = (APPROVAL, INVESTIGATION)
    is_problem(room.post(two, *approve, room.box(two, TEXT), cited=cited), 403, "role_not_allowed")
    assert room.post(supervisor, *approve, room.box(supervisor, TEXT), cited=cited).status_code == 201
    is_problem(room.post(supervisor, *approve, room.box(supervisor, TEXT), cited=cited), 400, "bad_state")


def test_a_wrap_names_two_investigators_of_one_unit_a_supervisor_and_the_readers(room: Room) -> None:
    reader = room.who(REVIEWER)
    one, two, supervisor = room.unit()
    assert room.post(reader, OPENED).status_code == 201
    assert room.post(reader, STEP, TRIAGED, room.box(reader, NOTE), priority=2).status_code == 201
    stranger = new_person(INVESTIGATOR, "unit-north")
    for names in ([one, supervisor], [one, two], [one, two, supervisor, reader], [one, two, supervisor, stranger]):
        box = room.box(reader, WRAP_UNIT, names)
        is_problem(room.post(reader, PROPOSAL, ASSIGNED, box), 403, "role_not_allowed")
    is_problem(room.post(reader, PROPOSAL, ASSIGNED, room.box(reader, NOTE)), 400, "wrong_case")
    is_problem(room.post(reader, PROPOSAL, 13, room.box(reader, WRAP_UNIT)), 400, "wrong_case")


def test_a_later_message_is_granted_to_the_same_readers_by_one(room: Room) -> None:
    room.hand_off()
    reader, named = room.who(REVIEWER), room.unit()
    for others in ([*named[:2], room.who(SUPERVISOR, 1)], [*named, room.who(INVESTIGATOR, 2)], named[:2]):
        is_problem(room.post(reader, GRANT, None, room.box(reader, WRAP_UNIT, others)), 400, "wrong_case")
    assert room.post(reader, GRANT, None, room.box(reader, WRAP_UNIT)).status_code == 201
    assert all(room.seen_by(one) for one in room.unit())


def test_a_unit_that_gives_a_case_back_sees_it_no_more(room: Room) -> None:
    room.hand_off()
    unit = room.who(INVESTIGATOR)
    assert room.post(unit, STEP, TRIAGED, room.box(unit, TEXT)).status_code == 201
    assert not any(room.seen_by(one) for one in room.unit())
    assert room.seen_by(room.who(REVIEWER))


@pytest.mark.parametrize("role", [REVIEWER, INVESTIGATOR, SUPERVISOR])
def test_who_recuses_themselves_sees_nothing_at_once_and_for_ever(room: Room, role: int) -> None:
    room.hand_off()
    gone = room.who(role)
    assert room.seen_by(gone)
    assert room.post(gone, RECUSAL).status_code == 201
    assert not room.seen_by(gone)
    is_problem(room.post(gone, OPENED), 404, "not_found")
    assert room.seen_by(room.who(REVIEWER, 2))


def test_the_list_tells_what_the_person_asks_for_until_it_is_taken_up(room: Room) -> None:
    reader = room.who(REVIEWER)
    stop = room.submitter.seal("Остановитесь.", kind=STOP, lane=STOP_LANE)
    assert room.server.send(stop).status_code == 204
    room.desk.sealed.append(stop)

    def lane() -> int:
        lines = room.call(reader, "GET", CASES).json()["cases"]
        return next(int(line["lane"]) for line in lines if line["cid"] in room.path)

    assert lane() == STOP_LANE
    cited = parse_sealed(room.server.world.instance, stop).cid
    assert room.post(reader, TEXT_ENTRY, None, room.box(reader, TEXT), cited=cited).status_code == 201
    assert lane() == NORMAL


def test_a_list_and_a_case_say_what_messages_and_entries_there_are(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, today, first = room.who(REVIEWER), room.server.world.today, room.desk.first
    assert room.post(reader, OPENED).status_code == 201
    assert room.post(reader, STEP, TRIAGED, room.box(reader, NOTE), priority=2).status_code == 201
    later = room.submitter.seal("Скоро.", kind=FOLLOW_UP, lane=URGENT)
    with monkeypatch.context() as tomorrow:
        tomorrow.setattr(clock, "today", lambda: today + 1)
        assert room.server.send(later).status_code == 204
    [line] = [one for one in room.call(reader, "GET", CASES).json()["cases"] if one["cid"] in room.path]
    head = parse_signed_entry(room.desk.entries[-1]).link.hex()
    assert line == {
        "cid": first.cid.hex(), "lane": URGENT, "state": TRIAGED, "first_day": today, "last_message_day": today + 1,
        "messages": 2, "entries": 2, "head": head, "priority": 2, "since": today, "until": 0,
    }  # fmt: skip
    shown = room.call(reader, "GET", room.path).json()
    second = parse_sealed(room.server.world.instance, later).cid
    assert shown["messages"] == [
        {"cid": cid.hex(), "day": day, "lane": lane, "size": len(sealed)}
        for cid, day, lane, sealed in (
            (first.cid, today, NORMAL, room.desk.sealed[0]), (second, today + 1, URGENT, later),
        )
    ]  # fmt: skip
    assert [one["hash"] for one in shown["entries"]] == [
        parse_signed_entry(one).link.hex() for one in room.desk.entries
    ]
    assert (shown["cid"], shown["lookup"], shown["mailbox_open"]) == (first.cid.hex(), first.lookup.hex(), True)
    assert room.server.burn(room.submitter, BURN_RECEIPT).status_code == 204
    assert not room.call(reader, "GET", room.path).json()["mailbox_open"]


def test_of_two_deeds_at_once_one_wins_and_the_other_is_told(room: Room) -> None:
    reader, other = room.who(REVIEWER), room.who(REVIEWER, 1)
    assert room.post(reader, OPENED).status_code == 201
    first = room.made(reader, STEP, TRIAGED, room.box(reader, NOTE), priority=1)
    second = room.made(other, STEP, TRIAGED, room.box(other, NOTE), priority=3)
    assert room.call(reader, "POST", f"{room.path}/entries", first).status_code == 201
    is_problem(room.call(other, "POST", f"{room.path}/entries", second), 409, "chain_moved")


def test_the_identity_opens_with_two_halves_for_whoever_asked_and_custodians_see_only_that(room: Room) -> None:
    room.hand_off()
    unit, reader, custodian = room.who(INVESTIGATOR), room.who(REVIEWER), room.who(CUSTODIAN)
    world, first = room.server.world, room.desk.first
    assert not room.seen_by(custodian)
    until = world.today + 5
    note = room.box(unit, NOTE, text="Для жалобы в комитет.")
    assert room.post(unit, IDENTITY_ASKED, None, note, until=until, cited=first.cid).status_code == 201
    cited = room.head()
    assert room.seen_by(custodian)
    assert not room.seen_by(room.who(INVESTIGATOR, 2))

    own_half = room.desk.opened.half
    stray = room.half(reader, IDENTITY_HALF, room.who(INVESTIGATOR, 1), own_half)
    is_problem(room.post(reader, IDENTITY_AGREED, None, stray, cited=cited), 403, "role_not_allowed")
    agreed = room.half(reader, IDENTITY_HALF, unit, own_half)
    key = open_custodian_slot(first, custodian.key)
    granted = room.half(custodian, IDENTITY_KEY, unit, key)
    is_problem(room.post(custodian, IDENTITY_GRANTED, None, granted, cited=cited), 400, "bad_state")
    assert room.post(reader, IDENTITY_AGREED, None, agreed, cited=cited).status_code == 201
    is_problem(room.post(unit, IDENTITY_OPENED, cited=cited), 400, "bad_state")
    stray = room.half(custodian, IDENTITY_KEY, room.who(INVESTIGATOR, 1), key)
    is_problem(room.post(custodian, IDENTITY_GRANTED, None, stray, cited=cited), 403, "role_not_allowed")
    assert room.post(custodian, IDENTITY_GRANTED, None, granted, cited=cited).status_code == 201
    assert not room.seen_by(custodian)
    is_problem(room.post(reader, IDENTITY_OPENED, cited=cited), 403, "role_not_allowed")
    assert room.post(unit, IDENTITY_OPENED, cited=cited).status_code == 201
    posted = parse_posted_entries(room.call(unit, "GET", room.path + "/entries").content)
    boxes = {parse_box(one.box).kind: parse_box(one.box) for one in posted if one.box}
    opened = [
        open_secret(boxes[kind], world.instance, first.cid, by.signing_pk, unit.key)
        for kind, by in ((IDENTITY_HALF, reader), (IDENTITY_KEY, custodian))
    ]
    assert open_identity(first, opened[0], opened[1]).identity == {"name": "Имя"}
    with pytest.raises(ProtocolError):
        open_identity(first, opened[1], opened[0])


def test_of_two_who_asked_each_gets_their_own_half(room: Room) -> None:
    room.hand_off()
    reader, one, two = room.who(REVIEWER), room.who(INVESTIGATOR), room.who(INVESTIGATOR, 1)
    until, cited = room.server.world.today + 5, room.desk.first.cid
    for by in (one, two):
        assert room.post(by, IDENTITY_ASKED, None, room.box(by, NOTE), until=until, cited=cited).status_code == 201
    asked = room.head()  # by the second
    halves = [room.half(reader, IDENTITY_HALF, to, room.desk.opened.half) for to in (one, two)]
    is_problem(room.post(reader, IDENTITY_AGREED, None, halves[0], cited=asked), 403, "role_not_allowed")
    assert room.post(reader, IDENTITY_AGREED, None, halves[1], cited=asked).status_code == 201


def test_no_half_goes_to_an_asking_that_is_over(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was not yet on the day that is signed, which may be the server's yesterday."""
    room.hand_off()
    unit, reader, today = room.who(INVESTIGATOR), room.who(REVIEWER), room.server.world.today
    asked = {"until": today, "cited": room.desk.first.cid}
    assert room.post(unit, IDENTITY_ASKED, None, room.box(unit, NOTE), **asked).status_code == 201
    half = room.half(reader, IDENTITY_HALF, unit, room.desk.opened.half)
    with monkeypatch.context() as tomorrow:
        tomorrow.setattr(post_entry, "clock", SimpleNamespace(today=lambda: today + 1))
        is_problem(room.post(reader, IDENTITY_AGREED, None, half, cited=room.head()), 400, "bad_state")
    assert room.post(reader, IDENTITY_AGREED, None, half, cited=room.head()).status_code == 201


@pytest.mark.parametrize("leaves", ["steps back", "has it withheld", "is replaced", "is not of the unit that has it"])
def test_no_half_goes_to_who_asked_and_has_the_case_no_more(room: Room, leaves: str) -> None:
    """Not the second either, when they go between the two."""
    room.hand_off()
    unit, reader, other = room.who(INVESTIGATOR), room.who(REVIEWER), room.who(REVIEWER, 1)
    custodian, first, until = room.who(CUSTODIAN), room.desk.first, room.server.world.today + 5
    halves = room.half(reader, IDENTITY_HALF, unit, room.desk.opened.half)
    key = room.half(custodian, IDENTITY_KEY, unit, open_custodian_slot(first, custodian.key))
    asks = []
    for _ in range(2):
        note = room.box(unit, NOTE)
        assert room.post(unit, IDENTITY_ASKED, None, note, until=until, cited=first.cid).status_code == 201
        asks.append(room.head())
    assert room.post(reader, IDENTITY_AGREED, None, halves, cited=asks[0]).status_code == 201
    if leaves == "steps back":
        assert room.post(unit, RECUSAL).status_code == 201
    elif leaves == "has it withheld":
        changes = {"cited": unit.id + bytes(16), "until": room.server.world.today}
        assert room.post(reader, WITHHOLDING, None, room.box(reader, NOTE), **changes).status_code == 201
    elif leaves == "is replaced":
        room.unit_seed = os.urandom(32)
        names = [room.who(INVESTIGATOR, 1), room.who(INVESTIGATOR, 2), room.who(SUPERVISOR)]
        assert room.post(reader, UNIT_PROPOSED, None, room.box(reader, WRAP_UNIT, names)).status_code == 201
        assert room.post(other, READERS_AGREED, cited=room.head()).status_code == 201
    else:
        second = room.who(INVESTIGATOR, 1)
        assert room.post(second, STEP, TRIAGED, room.box(second, NOTE)).status_code == 201
    again = room.half(reader, IDENTITY_HALF, unit, room.desk.opened.half)
    is_problem(room.post(reader, IDENTITY_AGREED, None, again, cited=asks[1]), 403, "role_not_allowed")
    is_problem(room.post(custodian, IDENTITY_GRANTED, None, key, cited=asks[0]), 403, "role_not_allowed")


def test_no_case_has_more_entries_than_a_list_holds(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.actions.post_entry.MAX_ENTRIES", 1)
    assert room.post(room.who(REVIEWER), OPENED).status_code == 201
    is_problem(room.post(room.who(REVIEWER), OPENED), 400, "too_large")


ROUTES_OF_A_CASE = [route for route in VERDICTS if "{cid}" in route[1] and "/casework/" in route[1]]
WHO = {
    "a reader": (REVIEWER, 0, True),
    "an investigator of the unit": (INVESTIGATOR, 0, True),
    "a supervisor who is named": (SUPERVISOR, 0, True),
    "another investigator of the unit, not named": (INVESTIGATOR, 2, False),
    "another supervisor": (SUPERVISOR, 1, False),
    "a custodian whom nobody asked": (CUSTODIAN, 0, False),
    "a reader who stepped back": (REVIEWER, 3, False),
    "an investigator who stepped back": (INVESTIGATOR, 1, False),
}


@pytest.mark.parametrize("shared", ["sqlite"], indirect=True, scope="module")
@pytest.mark.parametrize("who", WHO)
def test_every_route_of_a_case_for_own_others_and_barred(shared: Server, who: str) -> None:
    room = Room.begin(shared, "слово", name="")
    room.hand_off()
    for gone in (room.who(REVIEWER, 3), room.who(INVESTIGATOR, 1)):
        assert room.post(gone, RECUSAL).status_code == 201
    role, n, own = WHO[who]
    person = room.who(role, n)
    nowhere = room.call(person, "GET", "/v1/casework/nowhere")
    for method, template in ROUTES_OF_A_CASE:
        cid = room.desk.first.cid.hex()
        path = template.format(cid=cid, message=cid)
        body = room.made(person, OPENED) if method == "POST" else b""
        answer = room.call(person, method, path, body)
        may = own and (role == REVIEWER or not path.endswith("/export"))
        assert answer.status_code == ((201 if method == "POST" else 200) if may else 404), (method, template)
        assert may or answer.content == nowhere.content
        if answer.status_code == 201:
            room.desk.entries.append(parse_post(body).entry)
            room.posted.append(parse_post(body))
