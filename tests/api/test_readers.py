"""Others read a case, or others of a unit have it: two name them, one alone brings it to nobody."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import pytest
from httpx import Response

from crypto.box import NOTE, TEXT, WRAP_INTAKE, WRAP_UNIT
from crypto.case import open_case
from crypto.entry import (
    APPROVAL,
    GRANT,
    NOTE_ENTRY,
    OPENED,
    PROPOSAL,
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    RECUSAL,
    REFUSAL,
    STEP,
    UNIT_PROPOSED,
)
from crypto.errors import ProtocolError
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR, Member
from crypto.posts import encode_post, parse_post
from crypto.primitives import kem_keypair
from crypto.workflow import ASSIGNED, TRIAGED
from service import clock
from tests.api.conftest import Server
from tests.api.room import Room, keyfile_of, world_with
from tests.api.stored import is_problem, rows
from tests.world import Person, World, new_person


@dataclass(frozen=True)
class Leaving(Person):
    """Whose enrolment ends tomorrow."""

    def listed(self, today: int, days: int = 365) -> Member:
        return replace(super().listed(today, days), until=today + 1)


@pytest.fixture(scope="module")
def world() -> World:
    made = world_with(2)
    made.people += [
        Leaving(os.urandom(16), role, group, os.urandom(32), os.urandom(32))
        for role, group in ((INVESTIGATOR, "unit-north"), (SUPERVISOR, ""))
    ]
    return made


@pytest.fixture
def room(shared: Server) -> Room:
    return Room.begin(shared)


def test_other_readers_are_named_by_two_and_read_from_then_on(room: Room) -> None:
    reader, other, supervisor, new = room.who(REVIEWER), room.who(REVIEWER, 1), room.who(SUPERVISOR), room.undrawn()
    assert room.post(reader, OPENED).status_code == 201
    assert room.propose_readers(reader).status_code == 201
    cited = room.head()
    assert not room.seen_by(supervisor)
    is_problem(room.post(reader, READERS_AGREED, cited=cited), 403, "role_not_allowed")
    assert room.post(other, READERS_AGREED, cited=cited).status_code == 201
    assert room.seen_by(supervisor)
    assert not room.seen_by(room.who(SUPERVISOR, 1))
    data = room.call(reader, "GET", room.path + "/export").content
    with pytest.raises(ProtocolError, match="not_a_recipient"):
        open_case(keyfile_of(room.server.world, room.who(SUPERVISOR, 1)), data, room.server.world.today)
    for one in (new, supervisor):
        opened = open_case(keyfile_of(room.server.world, one), data, room.server.world.today)
        assert "слово Canary-7391" in opened.messages[0].account.content.answers.values()
        assert opened.texts == ()
    assert room.post(new, STEP, TRIAGED, room.box(new, TEXT), priority=2).status_code == 201
    assert room.post(new, PROPOSAL, ASSIGNED, room.box(new, WRAP_UNIT)).status_code == 201
    approval = room.post(supervisor, APPROVAL, ASSIGNED, room.box(supervisor, TEXT), cited=room.head())
    assert approval.status_code == 201
    room.handed = True
    assert all(room.seen_by(one) for one in (*room.unit(), supervisor))
    unit = room.who(INVESTIGATOR)
    assert room.post(unit, STEP, TRIAGED, room.box(unit, TEXT)).status_code == 201
    assert room.seen_by(supervisor)  # as a reader; the unit no longer
    assert not room.seen_by(unit)


def test_a_refusal_leaves_the_readers_as_they_were(room: Room) -> None:
    reader, other = room.who(REVIEWER), room.who(REVIEWER, 1)
    assert room.propose_readers(reader).status_code == 201
    cited = room.head()
    assert room.post(other, REFUSAL, None, room.box(other, NOTE), cited=cited).status_code == 201
    is_problem(room.post(other, READERS_AGREED, cited=cited), 400, "bad_state")
    assert not room.seen_by(room.who(SUPERVISOR))


def test_readers_are_two_reviewers_a_supervisor_and_nobody_else(room: Room) -> None:
    reader, _, new, supervisor = room.readers()
    unit, stranger = room.who(INVESTIGATOR), new_person(REVIEWER, "panel-0")
    for names in ([reader, supervisor], [reader, new], [reader, new, supervisor, unit], [*room.readers(), stranger]):
        is_problem(
            room.post(reader, READERS_PROPOSED, None, room.box(reader, WRAP_INTAKE, names)), 403, "role_not_allowed"
        )
    is_problem(room.post(reader, READERS_PROPOSED, None, room.box(reader, NOTE)), 400, "wrong_case")
    is_problem(room.post(reader, NOTE_ENTRY, None, room.box(reader, WRAP_INTAKE)), 400, "wrong_case")


def test_one_signature_brings_a_case_to_nobody_new(room: Room) -> None:
    reader, other = room.who(REVIEWER), room.who(REVIEWER, 1)
    is_problem(room.post(reader, READERS_KEPT, None, room.box(reader, WRAP_INTAKE)), 403, "role_not_allowed")
    assert room.propose_readers(reader).status_code == 201
    assert room.post(other, READERS_AGREED, cited=room.head()).status_code == 201
    more = [*room.readers(), room.who(SUPERVISOR, 1)]
    instead = [*room.readers()[:3], room.who(SUPERVISOR, 1)]
    for names in (more, instead):
        is_problem(room.post(reader, READERS_KEPT, None, room.box(reader, WRAP_INTAKE, names)), 400, "wrong_case")
    carried = parse_post(room.made(reader, READERS_KEPT, None, room.box(reader, WRAP_INTAKE)))
    by_another = encode_post(replace(carried, status_block=b""))  # only from a machine without a line
    is_problem(room.call(other, "POST", f"{room.path}/entries", by_another), 403, "not_a_member")
    assert room.post(reader, READERS_KEPT, None, room.box(reader, WRAP_INTAKE)).status_code == 201
    assert room.seen_by(room.who(SUPERVISOR))
    assert not room.seen_by(room.who(SUPERVISOR, 1))


def test_of_several_changes_of_the_readers_the_last_one_stands(room: Room) -> None:
    reader, other = room.who(REVIEWER), room.who(REVIEWER, 1)
    before, after = [room.who(SUPERVISOR, n) for n in (0, 1)]
    changed = [*room.readers()[:3], after]
    for names in (None, None, changed):
        assert room.propose_readers(reader, names).status_code == 201
        assert room.post(other, READERS_AGREED, cited=room.head()).status_code == 201
    assert [one.card.number for one in room.cards()] == [1, 2, 3]
    assert room.seen_by(after)
    assert not room.seen_by(before)
    is_problem(room.post(reader, READERS_KEPT, None, room.box(reader, WRAP_INTAKE)), 400, "wrong_case")
    assert room.post(reader, READERS_KEPT, None, room.box(reader, WRAP_INTAKE, changed)).status_code == 201
    assert room.seen_by(after)
    assert not room.seen_by(before)


def test_one_of_the_unit_is_replaced_by_two_signatures(room: Room) -> None:
    room.hand_off()
    reader, supervisor, new = room.who(REVIEWER), room.who(SUPERVISOR), room.who(INVESTIGATOR, 2)
    gone = room.who(INVESTIGATOR)
    assert room.post(gone, RECUSAL).status_code == 201
    alone = room.box(reader, WRAP_UNIT, [room.who(INVESTIGATOR, 1), supervisor])
    is_problem(room.post(reader, UNIT_PROPOSED, None, alone), 403, "role_not_allowed")
    room.unit_seed = os.urandom(32)
    box = room.box(reader, WRAP_UNIT, [room.who(INVESTIGATOR, 1), new, supervisor])
    assert room.post(reader, UNIT_PROPOSED, None, box).status_code == 201
    assert not room.seen_by(new)
    cited = room.head()
    is_problem(room.post(reader, READERS_AGREED, cited=cited), 403, "role_not_allowed")
    assert room.post(supervisor, READERS_AGREED, cited=cited).status_code == 201
    assert room.seen_by(new)
    assert not room.seen_by(gone)
    of_the_first_wrap = room.box(reader, WRAP_UNIT, [room.who(INVESTIGATOR, 1), supervisor])
    is_problem(room.post(reader, GRANT, None, of_the_first_wrap), 400, "wrong_case")
    granted = room.box(reader, WRAP_UNIT, [room.who(INVESTIGATOR, 1), new, supervisor])
    assert room.post(reader, GRANT, None, granted).status_code == 201


def test_whoever_stepped_back_is_named_by_no_wrap_again(room: Room) -> None:
    """Not even where it was proposed before."""
    reader, other, new, supervisor = room.who(REVIEWER), room.who(REVIEWER, 1), room.undrawn(), room.who(SUPERVISOR)
    assert room.propose_readers(reader).status_code == 201
    before = room.head()
    assert room.post(new, RECUSAL).status_code == 201
    is_problem(room.post(other, READERS_AGREED, cited=before), 403, "role_not_allowed")
    is_problem(room.propose_readers(reader), 403, "role_not_allowed")
    room.seeds.clear()
    room.hand_off()
    gone, *rest = (room.who(INVESTIGATOR, n) for n in range(3))
    room.unit_seed = os.urandom(32)
    assert room.post(reader, UNIT_PROPOSED, None, room.box(reader, WRAP_UNIT)).status_code == 201
    proposed = room.head()
    assert room.post(gone, RECUSAL).status_code == 201
    is_problem(room.post(other, READERS_AGREED, cited=proposed), 403, "role_not_allowed")
    again = room.box(reader, WRAP_UNIT, [gone, *rest, supervisor])
    is_problem(room.post(reader, UNIT_PROPOSED, None, again), 403, "role_not_allowed")
    assert room.post(reader, UNIT_PROPOSED, None, room.box(reader, WRAP_UNIT, [*rest, supervisor])).status_code == 201
    assert room.post(other, READERS_AGREED, cited=room.head()).status_code == 201


def test_what_came_since_goes_to_who_is_left(room: Room) -> None:
    """SPEC 8.8: a grant and a kept wrap name nobody who stepped back, and nobody but them is missing."""
    room.hand_off()
    reader, other, new, supervisor = room.readers()
    gone, left, _ = room.unit()
    assert room.propose_readers(reader).status_code == 201
    assert room.post(other, READERS_AGREED, cited=room.head()).status_code == 201
    short = {GRANT: [left, supervisor], READERS_KEPT: [reader, other, supervisor]}
    whole = {GRANT: room.unit(), READERS_KEPT: room.readers()}
    missing = {GRANT: gone.listed(0).kem_hash, READERS_KEPT: new.listed(0).kem_hash}
    made = {GRANT: WRAP_UNIT, READERS_KEPT: WRAP_INTAKE}

    def post(kind: int, names: list[Person]) -> Response:
        return room.post(reader, kind, None, room.box(reader, made[kind], names))

    for kind, names in short.items():
        assert post(kind, names).status_code in (400, 403)  # before they stepped back
    assert room.post(gone, RECUSAL).status_code == room.post(new, RECUSAL).status_code == 201
    for kind, names in whole.items():
        is_problem(post(kind, names), 403, "role_not_allowed")
        assert post(kind, short[kind]).status_code == 201
        assert not any(missing[kind] in row and room.desk.first.cid in row for row in rows(room.server)["case_reader"])
        assert post(kind, short[kind]).status_code == 201  # what is left out once is no reader of the next
        assert post(kind, names).status_code in (400, 403)
    assert room.post(other, RECUSAL).status_code == 201
    assert post(READERS_KEPT, [reader, supervisor]).status_code == 201
    is_problem(post(READERS_KEPT, [supervisor]), 400, "wrong_case")
    assert room.post(left, RECUSAL).status_code == 201
    is_problem(post(GRANT, [left, supervisor]), 403, "role_not_allowed")
    assert post(GRANT, [supervisor]).status_code == 201
    assert [room.seen_by(one) for one in (gone, left, new, supervisor)] == [False, False, False, True]
    assert room.post(supervisor, RECUSAL).status_code == 201
    is_problem(post(GRANT, []), 403, "role_not_allowed")  # for nobody is left
    assert post(READERS_KEPT, [reader]).status_code == 201  # who is left may be one, and no supervisor


def test_nothing_is_granted_to_a_unit_of_which_somebody_is_no_member_any_more(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to them, and not past them by one signature: first another two say who investigates."""
    world, reader = room.server.world, room.who(REVIEWER)
    gone = next(one for one in world.of(SUPERVISOR) if isinstance(one, Leaving))
    named = [*room.unit()[:2], gone]
    monkeypatch.setattr(room, "unit", lambda: named)
    room.hand_off()
    later = world.today + 2
    monkeypatch.setattr(world, "today", later)
    monkeypatch.setattr(clock, "today", lambda: later)
    is_problem(room.post(reader, GRANT, None, room.box(reader, WRAP_UNIT)), 403, "role_not_allowed")
    is_problem(room.post(reader, GRANT, None, room.box(reader, WRAP_UNIT, named[:2])), 400, "wrong_case")


@pytest.mark.parametrize("leaves", [INVESTIGATOR, SUPERVISOR])
def test_who_is_named_is_still_a_member_when_another_agrees(
    room: Room, leaves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit of one, or without a supervisor, takes nothing over because somebody's enrolment ended meanwhile."""
    world = room.server.world
    gone = next(one for one in world.of(leaves) if isinstance(one, Leaving))
    reader, other, unit = room.who(REVIEWER), room.who(REVIEWER, 1), room.unit()
    names = [gone if one.role == leaves and one != unit[0] else one for one in unit]
    assert room.post(reader, STEP, TRIAGED, room.box(reader, TEXT), priority=2).status_code == 201
    assert room.post(reader, PROPOSAL, ASSIGNED, room.box(reader, WRAP_UNIT, names)).status_code == 201
    handing = room.head()
    readers = [*room.readers()[:3], gone if leaves == SUPERVISOR else room.who(SUPERVISOR)]
    assert room.propose_readers(reader, readers).status_code == 201
    naming = room.head()
    later = world.today + 2
    monkeypatch.setattr(world, "today", later)
    monkeypatch.setattr(clock, "today", lambda: later)
    approval = room.post(other, APPROVAL, ASSIGNED, room.box(other, TEXT), cited=handing)
    is_problem(approval, 403, "role_not_allowed")
    agreed = room.post(other, READERS_AGREED, cited=naming)
    assert agreed.status_code == (403 if leaves == SUPERVISOR else 201)


def test_a_card_that_does_not_follow_is_refused(room: Room) -> None:
    reader, other = room.who(REVIEWER), room.who(REVIEWER, 1)
    mine = {"card": room.card(READERS_PROPOSED, intake_pk=kem_keypair(os.urandom(32)).pk)}
    box = room.box(reader, WRAP_INTAKE)
    for slug, changes in (
        ("malformed", {"card": b""}),
        ("hash_mismatch", {"cited": bytes(32)}),
        ("wrong_case", {"card": room.card(READERS_PROPOSED, cid=bytes(32))}),
        ("bad_state", {"card": room.card(READERS_PROPOSED, number=2)}),
        ("wrong_case", {"card": room.card(READERS_PROPOSED, unit_pk=kem_keypair(os.urandom(32)).pk)}),
    ):
        is_problem(room.post(reader, READERS_PROPOSED, None, box, **(mine | changes)), 400, slug)
    is_problem(room.post(reader, NOTE_ENTRY, None, room.box(reader, NOTE), **mine), 400, "malformed")
    assert room.propose_readers(reader).status_code == 201
    first = room.head()
    assert room.propose_readers(reader).status_code == 201
    assert room.post(other, READERS_AGREED, cited=room.head()).status_code == 201
    is_problem(room.post(other, READERS_AGREED, cited=first), 400, "bad_state")  # its card came too late
    assert [one.card.number for one in room.cards()] == [1]


def test_whoever_makes_the_new_inbox_and_whoever_checks_it_stay(room: Room) -> None:
    reader, other, new, supervisor = room.readers()
    leaves = room.box(reader, WRAP_INTAKE, [other, new, supervisor])
    is_problem(room.post(reader, READERS_PROPOSED, None, leaves), 403, "role_not_allowed")
    assert room.propose_readers(reader, [reader, new, supervisor]).status_code == 201
    is_problem(room.post(other, READERS_AGREED, cited=room.head()), 403, "role_not_allowed")
    assert room.post(new, READERS_AGREED, cited=room.head()).status_code == 201


def test_a_grant_goes_to_the_readers_newest_inbox(room: Room) -> None:
    room.hand_off()
    reader, other = room.who(REVIEWER), room.who(REVIEWER, 1)
    assert room.propose_readers(reader).status_code == 201
    assert room.post(other, READERS_AGREED, cited=room.head()).status_code == 201
    held, room.seeds = room.seeds, []
    is_problem(room.post(other, GRANT, None, room.box(other, WRAP_UNIT)), 400, "wrong_case")  # who left would read on
    room.seeds = held
    assert room.post(other, GRANT, None, room.box(other, WRAP_UNIT)).status_code == 201
    assert [one.card.number for one in room.cards()] == [1, 2]
