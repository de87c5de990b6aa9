"""SPEC 8.13: once two of the named have opened the new wrap, old slots go from the server, and nothing else does."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from crypto.account import REVIEW
from crypto.box import NOTE, WRAP_INTAKE, WRAP_UNIT, OpenedReaders, SealedBox, open_readers, open_wrap, parse_box
from crypto.case import open_case
from crypto.entry import GRANT, OPENED, READERS_AGREED, STEP, TEXT_ENTRY, UNIT_PROPOSED
from crypto.errors import ProtocolError
from crypto.holes import Release, StoredMessage, find_release
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.message import (
    REVIEW_LANE,
    SealedMessage,
    drop_slots,
    open_custodian_slot,
    open_message,
    open_with_cek,
    parse_sealed,
)
from crypto.posts import parse_posted_entries
from crypto.primitives import KemKey, hash
from crypto.workflow import INQUIRY, TRIAGED
from service import clock
from service.actions import slim_case
from service.actions.oversee import verify_histories
from service.store.database import connect_writer, is_sqlite
from service.store.erasing import Slimmer
from tests.api.conftest import Server
from tests.api.room import Room, keyfile_of, world_with
from tests.api.stored import is_problem, rows
from tests.world import Person, World

TIDIED = 20.0  # seconds at most until the log holds no old page


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(2)


class Held(Room):
    """A case, what the server has of it, and who reads by what."""

    def stored(self, cid: bytes = b"") -> SealedMessage:
        path = f"{self.path}/messages/{(cid or self.desk.first.cid).hex()}"
        return parse_sealed(self.server.world.instance, self.call(self.who(REVIEWER), "GET", path).content)

    def change_readers(self, names: list[Person] | None = None) -> None:
        assert self.propose_readers(self.who(REVIEWER), names).status_code == 201
        self.live = self.head()
        assert self.post(self.who(REVIEWER, 1), READERS_AGREED, cited=self.live).status_code == 201

    def leaver(self) -> Person:
        """Drawn by the person's browser, and not named."""
        return next(one for one in self.drawn if one not in self.readers())

    def handed_by(self) -> SealedBox:
        """The first wrap of a unit, as the server has it now."""
        content = self.call(self.who(REVIEWER), "GET", self.path + "/entries").content
        boxes = [parse_box(one.box) for one in parse_posted_entries(content) if one.box]
        return next(one for one in boxes if one.kind == WRAP_UNIT)

    def opens(self, *members: Person, cited: bytes = b"") -> None:
        for one in members:
            assert self.post(one, OPENED, cited=cited or self.live).status_code == 201

    def wraps_of(self, key: KemKey) -> list[OpenedReaders]:
        """Those of the readers that this key opens in what the server has now."""
        found = []
        content = self.call(self.who(REVIEWER), "GET", self.path + "/entries").content
        authors = {one.id: one.signing_pk for one in self.server.world.people}
        for one in parse_posted_entries(content):
            box = parse_box(one.box) if one.box else None
            if box and box.kind == WRAP_INTAKE:
                with suppress(ProtocolError):
                    found.append(open_readers(box, box.instance, box.cid, authors[box.author], key))
        return found


@pytest.fixture
def held(shared: Server) -> Held:
    made = Held.begin(shared)
    assert made.post(made.who(REVIEWER), OPENED).status_code == 201
    return made


def test_slots_go_when_two_of_the_named_have_opened_the_new_wrap_and_not_before(held: Held) -> None:
    one, two, new, supervisor = held.readers()
    first, left = held.desk.first, held.leaver()
    held.change_readers()
    for by, cited in ((one, held.live), (left, held.live), (two, first.cid), (one, held.live)):
        held.opens(by, cited=cited)
        assert not held.stored().slots_gone
    held.opens(new)
    stored = held.stored()
    assert (stored.slots_gone, stored.cid, stored.write_signature) == (True, first.cid, first.write_signature)
    for by in held.readers():
        (wrap,) = held.wraps_of(by.key)
        opened = open_with_cek(stored, wrap.keys[0].cek)
        assert "слово Canary-7391" in opened.account.content.answers.values()
    for by in held.drawn:  # their key opens nothing of what a seized server has
        with pytest.raises(ProtocolError, match="not_a_recipient"):
            open_message(stored, by.key)
    assert held.wraps_of(left.key) == []
    custodian = held.server.world.of(CUSTODIAN)[0]
    assert open_custodian_slot(stored, custodian.key) == open_custodian_slot(first, custodian.key)
    assert supervisor in held.readers()


def test_the_bytes_of_the_slots_are_nowhere_in_the_database(held: Held) -> None:
    one, _, new, _ = held.readers()
    pieces = [slot[at : at + 48] for slot in held.desk.first.reader_slots for at in (0, 600, 1120)]
    held.change_readers()
    held.opens(one, new)
    everything = b"".join(value for table in rows(held.server).values() for row in table for value in row
                          if isinstance(value, bytes))  # fmt: skip
    assert not any(piece in everything for piece in pieces)
    url = held.server.settings.database
    if not is_sqlite(url):
        return
    database = Path(make_url(url).database or "")
    deadline = time.monotonic() + TIDIED
    while found := [piece for piece in pieces if any(piece in each.read_bytes() for each in _files(database))]:
        assert time.monotonic() < deadline, f"{len(found)} pieces of slots are still there"
        time.sleep(0.2)
    assert held.desk.first.custodian_slots[0][:48] in database.read_bytes()  # the search finds what is there


def _files(database: Path) -> list[Path]:
    return [one for one in database.parent.iterdir() if one.name.startswith(database.name)]


def test_a_second_change_takes_the_older_wraps_from_who_leaves_and_from_nobody_else(held: Held) -> None:
    one, two, new, supervisor = held.readers()
    leaves = held.leaver()
    held.change_readers([one, two, leaves, supervisor])
    held.opens(one, two)
    assert len(held.wraps_of(leaves.key)) == 1
    held.change_readers([one, two, new, supervisor])
    held.opens(one)
    assert len(held.wraps_of(leaves.key)) == 1
    held.opens(two)
    assert held.wraps_of(leaves.key) == []
    for by, count in ((one, 2), (two, 2), (supervisor, 2), (new, 1)):  # whoever stays reads the older words too
        assert len(held.wraps_of(by.key)) == count


def test_a_later_message_keeps_its_slots_until_the_next_change(held: Held) -> None:
    one, two, new, _ = held.readers()
    held.change_readers()
    later = held.submitter.seal("ещё")
    assert held.server.send(later).status_code == 204
    held.desk.sealed.append(later)
    cid = parse_sealed(held.server.world.instance, later).cid
    held.opens(one, new)
    assert held.stored().slots_gone and not held.stored(cid).slots_gone
    held.change_readers()
    held.opens(one, two)
    assert held.stored(cid).slots_gone


def test_a_unit_gets_what_came_by_a_card_before_the_slots_go(held: Held) -> None:
    held.hand_off()
    one, _, new, _ = held.readers()
    held.change_readers()
    held.opens(one, new)
    assert not held.stored().slots_gone  # the unit has not been granted anything since
    assert held.post(one, GRANT, None, held.box(one, WRAP_UNIT)).status_code == 201
    assert held.stored().slots_gone


def test_old_wraps_of_a_unit_go_from_who_left_it(held: Held) -> None:
    held.hand_off()
    reader, (left, stays, supervisor) = held.who(REVIEWER), held.unit()
    new = held.who(INVESTIGATOR, 2)

    def opens(by: Person) -> bool:
        box = held.handed_by()
        try:
            return bool(open_wrap(box, box.instance, box.cid, reader.signing_pk, by.key).grants)
        except ProtocolError:
            return False

    held.unit_seed = os.urandom(32)
    box = held.box(reader, WRAP_UNIT, [stays, new, supervisor])
    assert held.post(reader, UNIT_PROPOSED, None, box).status_code == 201
    handed = held.head()
    assert held.post(supervisor, READERS_AGREED, cited=handed).status_code == 201
    held.opens(supervisor, stays, cited=handed)
    assert opens(left)  # a supervisor does not investigate: one has opened it
    held.opens(new, cited=handed)
    assert [opens(by) for by in (left, stays, supervisor)] == [False, True, True]


def test_a_unit_that_gave_the_case_back_opens_nothing_of_it(held: Held) -> None:
    held.hand_off()
    unit = held.who(INVESTIGATOR)
    assert held.claim(unit, unit, held.who(INVESTIGATOR, 1)).status_code == 201
    assert held.post(unit, STEP, INQUIRY, held.box(unit, NOTE)).status_code == 201
    assert held.post(unit, STEP, TRIAGED, held.box(unit, NOTE)).status_code == 201
    held.handed = False
    with_slot = [one.pk_hash for one in held.handed_by().recipients if one.slot]
    assert with_slot == [hash(held.inbox.pk)]


def test_nothing_goes_while_a_wish_for_review_waits_for_whoever_was_drawn(held: Held) -> None:
    one, two, new, _ = held.readers()
    asked = held.submitter.seal("прошу проверить", kind=REVIEW, lane=REVIEW_LANE)
    assert held.server.send(asked).status_code == 204
    held.desk.sealed.append(asked)
    held.change_readers()
    held.opens(one, new, two)
    assert not held.stored().slots_gone
    cid = parse_sealed(held.server.world.instance, asked).cid
    assert held.post(one, TEXT_ENTRY, None, held.box(one, 1), cited=cid).status_code == 201
    assert held.stored().slots_gone and held.stored(cid).slots_gone


def test_the_same_message_sent_again_brings_no_slot_back(held: Held) -> None:
    one, _, new, _ = held.readers()
    held.change_readers()
    held.opens(one, new)
    assert held.server.send(held.desk.sealed[0]).status_code == 204
    assert held.stored().slots_gone


def test_what_is_gone_is_not_read_again_with_each_entry(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    one, _, new, _ = held.readers()
    later = held.submitter.seal("ещё")
    held.change_readers()
    looked: list[bytes] = []
    read = slim_case.read_message

    def reading(engine: Any, case: bytes, cid: bytes) -> bytes | None:
        looked.append(cid)
        return read(engine, case, cid)

    monkeypatch.setattr(slim_case, "read_message", reading)
    held.opens(one)
    assert looked == []
    held.opens(new)
    assert looked == [held.desk.first.cid] and held.stored().slots_gone
    held.opens(new)
    assert held.server.send(later).status_code == 204
    held.desk.sealed.append(later)
    held.opens(one)
    assert len(looked) == 1
    held.change_readers()
    held.opens(one, new)
    assert looked[1:] == [parse_sealed(held.server.world.instance, later).cid]


def test_nothing_goes_while_an_entry_hangs_in_the_air(held: Held) -> None:
    one, _, new, _ = held.readers()
    held.change_readers()
    held.opens(one, new)
    stored = [StoredMessage(held.desk.first.cid, held.server.world.today, 0)]
    chain, keyring = held.desk.chain(), held.server.world.keyring

    def released(**hanging: tuple[int, ...]) -> Release:
        return find_release(replace(chain, **hanging), held.posted, keyring, stored)

    assert released().messages == (held.desk.first.cid,)
    assert released(void=(0,)) == released(unconfirmed=(0,)) == Release()


def test_nobody_sends_a_message_without_slots(held: Held) -> None:
    other = parse_sealed(held.server.world.instance, held.submitter.seal("слово"))
    is_problem(held.server.send(drop_slots(other)), 400, "malformed")


def test_histories_hold_and_an_exported_case_opens_for_who_stays_alone(held: Held) -> None:
    one, two, new, _ = held.readers()
    held.change_readers()
    held.opens(one, new)
    state = held.server.client.app.state.server  # type: ignore[attr-defined]
    assert verify_histories(state.keyrings, state.engine, clock.today()).broken == ()
    answer = held.call(two, "GET", held.path + "/export")
    for by in (one, two, new):
        opened = open_case(keyfile_of(held.server.world, by), answer.content, clock.today())
        assert "слово Canary-7391" in opened.messages[0].account.content.answers.values()
    with pytest.raises(ProtocolError, match="not_a_recipient"):
        open_case(keyfile_of(held.server.world, held.leaver()), answer.content, clock.today())


def test_a_server_that_drops_slots_by_itself_is_told(held: Held) -> None:
    db = connect_writer(held.server.settings.database)
    Slimmer(((held.desk.first.cid, drop_slots(held.desk.first)),)).run(db.begin(), held.desk.first.cid, b"")
    db.rollback()
    assert not held.stored().slots_gone  # cut in the middle: nothing is lost
    Slimmer(((held.desk.first.cid, drop_slots(held.desk.first)),)).run(db.begin(), held.desk.first.cid, b"")
    db.commit()
    db.close()
    answer = held.call(held.who(REVIEWER), "GET", held.path + "/export")
    with pytest.raises(ProtocolError, match="chain_broken"):
        open_case(keyfile_of(held.server.world, held.who(SUPERVISOR)), answer.content, clock.today())
    state = held.server.client.app.state.server  # type: ignore[attr-defined]
    broken = verify_histories(state.keyrings, state.engine, clock.today()).broken
    assert [(one.cid, one.slug) for one in broken] == [(held.desk.first.cid, "chain_broken")]
