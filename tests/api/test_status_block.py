"""Who brings block 0 of a mailbox (SPEC 8.5): with an entry that stands, and nobody else or otherwise."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from httpx import Response

from crypto.box import NOTE, TEXT
from crypto.entry import IDENTITY_ASKED, NOTE_ENTRY, REFUSAL, TEXT_ENTRY, WITHHOLDING
from crypto.keyring import CUSTODIAN, REVIEWER
from crypto.posts import BLOCK, encode_post, parse_post
from tests.api.conftest import Server
from tests.api.room import Room
from tests.api.stored import is_problem
from tests.world import Person


@pytest.fixture
def room(shared: Server) -> Room:
    made = Room.begin(shared)
    first = made.who(REVIEWER)
    assert made.post(first, TEXT_ENTRY, None, made.box(first, TEXT, text="Первое.")).status_code == 201
    return made


def send(room: Room, by: Person, body: bytes) -> Response:
    return room.call(by, "POST", f"{room.path}/entries", body)


def test_of_two_on_one_head_the_block_of_the_one_whose_entry_stands_is_kept(room: Room) -> None:
    one, two = room.who(REVIEWER), room.who(REVIEWER, 1)
    late = room.made(two, TEXT_ENTRY, None, room.box(two, TEXT, text="Второе, опоздало."))
    assert room.post(one, TEXT_ENTRY, None, room.box(one, TEXT, text="Второе.")).status_code == 201
    is_problem(send(room, two, late), 409, "chain_moved")
    seen = room.read()
    assert [reply.text for reply in seen.replies] == ["Второе.", "Первое."]
    assert [entry.actor for entry in seen.chain.entries] == [one.id, one.id]
    # the next entry of anybody who has the keys replaces it, whoever brought the one before
    assert room.post(two, NOTE_ENTRY, None, room.box(two, NOTE)).status_code == 201
    assert room.read().chain.entries[-1].actor == two.id


def test_a_custodian_brings_none_and_what_the_person_reads_stays(room: Room) -> None:
    """Else one who sees that a name is asked for could put noise there, and the person would read: nothing new."""
    one, custodian = room.who(REVIEWER), room.who(CUSTODIAN)
    until = room.server.world.today + 9
    cited = room.desk.first.cid
    assert room.post(one, IDENTITY_ASKED, None, room.box(one, NOTE), until=until, cited=cited).status_code == 201
    refusal = parse_post(room.made(custodian, REFUSAL, None, room.box(custodian, NOTE), cited=room.head()))
    noise = encode_post(replace(refusal, status_block=os.urandom(BLOCK)))
    is_problem(send(room, custodian, noise), 400, "malformed")
    assert room.read().replies[0].text == "Первое."
    answer = room.call(custodian, "POST", f"{room.path}/entries", encode_post(refusal))
    assert answer.status_code == 201, answer.text
    assert room.read().chain.entries[-1].kind == IDENTITY_ASKED  # until somebody with the keys signs again


def test_one_from_whom_the_case_is_withheld_brings_none(room: Room) -> None:
    one, kept_out = room.who(REVIEWER), room.who(REVIEWER, 1)
    before = room.made(kept_out, NOTE_ENTRY, None, room.box(kept_out, NOTE))
    until = room.server.world.today + 2
    withheld = room.post(one, WITHHOLDING, None, room.box(one, NOTE), until=until, cited=kept_out.id + bytes(16))
    assert withheld.status_code == 201, withheld.text
    for body in (before, room.made(kept_out, NOTE_ENTRY, None, room.box(kept_out, NOTE))):
        is_problem(send(room, kept_out, body), 404, "not_found")
    assert room.read().chain.entries[-1].kind == WITHHOLDING
