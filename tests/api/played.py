"""A case whose keys are followed through every change of who reads it, and what each key opens of what is stored."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from httpx import Response

from crypto.box import (
    NOTE,
    TEXT,
    WRAP_INTAKE,
    WRAP_UNIT,
    SealedBox,
    intake_inbox,
    open_box,
    open_readers,
    open_wrap,
    parse_box,
)
from crypto.card import cards
from crypto.chain import KnownMessage, verify_chain
from crypto.entry import APPROVAL, PROPOSAL, READERS_AGREED, READERS_KEPT, READERS_PROPOSED, UNIT_PROPOSED
from crypto.errors import ProtocolError
from crypto.mailbox import StatusFields, seal_status
from crypto.message import SealedMessage, open_message, open_with_cek, parse_sealed
from crypto.posts import PostedEntry
from crypto.primitives import KemKey, hash, kem_keypair
from crypto.signer import CASEWORKERS
from crypto.workflow import ASSIGNED
from service.actions.export_case import posted_entries
from service.store.cases import find_case, read_message
from tests.api.room import Room
from tests.world import Person

WINDOW = 8  # of the history stand in block 0


@dataclass(frozen=True)
class Proposed:
    """Who reads or investigates it if another agrees, and the seeds of the new inboxes."""

    kind: int
    seq: int
    names: tuple[Person, ...]
    seeds: tuple[bytes, ...]
    unit_seed: bytes


@dataclass
class Played(Room):
    """`named`: by the number of the entry, who is named by a wrap in it."""

    waiting: dict[bytes, Proposed] = field(default_factory=dict)
    live_unit: tuple[Person, ...] = ()
    live_readers: tuple[Person, ...] = ()
    changes: list[tuple[int, int]] = field(default_factory=list)  # other readers: proposed in, agreed to in
    named: dict[int, tuple[Person, ...]] = field(default_factory=dict)

    def unit(self) -> list[Person]:
        return list(self.live_unit) or super().unit()

    def readers(self) -> list[Person]:
        return list(self.live_readers) or super().readers()

    def name(self, by: Person, kind: int, names: list[Person]) -> Response:
        """A proposal of who reads or investigates; a grant or a kept wrap, which go to the same."""
        proposes = kind in (READERS_PROPOSED, UNIT_PROPOSED, PROPOSAL)
        seeds, unit_seed, seq = list(self.seeds), self.unit_seed, len(self.desk.entries)
        if kind == READERS_PROPOSED:
            self.seeds.append(os.urandom(32))
        if proposes and (self.handed or kind == PROPOSAL):
            self.unit_seed = os.urandom(32)
        made = WRAP_INTAKE if kind in (READERS_PROPOSED, READERS_KEPT) else WRAP_UNIT
        state = ASSIGNED if kind == PROPOSAL else None
        answer = self.post(by, kind, state, self.box(by, made, names))
        if answer.status_code == 201:
            self.named[seq] = tuple(names)
            if proposes:
                self.waiting[self.head()] = Proposed(kind, seq, tuple(names), tuple(self.seeds), self.unit_seed)
        self.seeds, self.unit_seed = seeds, unit_seed
        return answer

    def agree(self, by: Person, cited: bytes) -> Response:
        """What was proposed so takes effect."""
        proposed = self.waiting[cited]
        if proposed.kind == PROPOSAL:
            before, self.unit_seed, handed = self.unit_seed, proposed.unit_seed, self.handed
            self.handed = True
            answer = self.post(by, APPROVAL, ASSIGNED, self.box(by, TEXT), cited=cited)
            self.unit_seed, self.handed = before, handed
        else:
            answer = self.post(by, READERS_AGREED, cited=cited)
        if answer.status_code == 201:
            self._take_effect(self.waiting.pop(cited))
        return answer

    def _take_effect(self, done: Proposed) -> None:
        if done.kind == READERS_PROPOSED:
            self.seeds, self.live_readers = list(done.seeds), done.names
            self.changes.append((done.seq, len(self.desk.entries) - 1))
        else:
            self.live_unit, self.handed = done.names, True
        self.unit_seed = done.unit_seed

    def give_back(self) -> None:
        self.live_unit, self.handed = (), False

    def status(self, by: Person, entry: bytes) -> bytes:
        """With the newest entries alone, as where there are more than block 0 holds, and with the card."""
        if by.role not in CASEWORKERS:
            return b""
        desk, world = self.desk, self.server.world
        entries = [*desk.entries, entry]
        known = [KnownMessage(cid, 0) for cid in desk.cids]
        given = (world.instance, desk.first.cid, world.keyring)
        before = verify_chain(*given, entries[:-WINDOW], known, world.today)
        try:
            whole = verify_chain(*given, entries, known, world.today)
        except ProtocolError:  # what may not be done: the server says so
            return b""
        signed = cards(whole, [*self.posted, PostedEntry(entry, b"")])
        fields = StatusFields(
            *(world.instance, desk.first.cid, desk.first.write_signature, tuple(desk.cids), before.last),
            *(whole.entries[-WINDOW:], world.today, by.id),
            card=signed[-1].encoded if signed else b"",
        )
        return seal_status(fields, by.signing_seed, desk.mailbox)

    def stored(self) -> tuple[list[SealedMessage], list[tuple[int, SealedBox]]]:
        """As the server has it now: the messages, and the boxes by the number of their entry."""
        engine, cid = self.server.client.app.state.server.engine, self.desk.first.cid  # type: ignore[attr-defined]
        case = find_case(engine, cid)
        assert case is not None
        found = [read_message(engine, cid, one.cid) or b"" for one in case.messages]
        messages = [parse_sealed(self.server.world.instance, one) for one in found]
        boxes = [(seq, parse_box(one.box)) for seq, one in enumerate(posted_entries(engine, cid)) if one.box]
        return messages, boxes

    def opened_by(self, person: Person) -> Reach:
        """With all that a seized server has, and whatever follows from it."""
        reach, (messages, boxes) = Reach({hash(person.key.pk): person.key}), self.stored()
        before = -1
        while before != reach.size():
            before = reach.size()
            for message in messages:
                self._try_message(reach, message)
            for seq, box in boxes:
                self._try_box(reach, seq, box)
        return reach

    def _try_message(self, reach: Reach, message: SealedMessage) -> None:
        if message.cid in reach.ceks or message.slots_gone:
            return
        for pk_hash, key in list(reach.keys.items()):
            if (message.cid, pk_hash) not in reach.tried:
                reach.tried.add((message.cid, pk_hash))
                try:
                    opened = open_message(message, key)
                except ProtocolError as error:
                    if error.slug != "not_a_recipient":
                        raise
                    continue
                self._have(reach, message, opened.cek)

    def _have(self, reach: Reach, message: SealedMessage, cek: bytes) -> None:
        assert open_with_cek(message, cek).cid == message.cid
        reach.ceks.add(message.cid)
        if message.cid == self.desk.first.cid:
            inbox = intake_inbox(cek, message.header_hash)
            reach.keys[hash(inbox.pk)] = inbox

    def _try_box(self, reach: Reach, seq: int, box: SealedBox) -> None:
        key = next((reach.keys[one.pk_hash] for one in box.recipients if one.slot and one.pk_hash in reach.keys), None)
        if key is None or seq in reach.boxes:
            return
        given = (box, box.instance, box.cid, self.server.world.person(box.author).signing_pk, key)
        if box.kind in (TEXT, NOTE):
            open_box(*given)
        elif box.kind == WRAP_UNIT:
            reach.keys |= {hash(one.pk): one for one in open_wrap(*given).inboxes}
        elif box.kind == WRAP_INTAKE:
            wrap = open_readers(*given)
            reach.keys |= {hash(one.pk): one for one in wrap.inboxes}
            unit = [kem_keypair(wrap.unit_seed)] if wrap.unit_seed else []
            reach.keys |= {hash(one.pk): one for one in unit}
            sealed = {one.cid: one for one in self.stored()[0]}
            for one in wrap.keys:
                self._have(reach, sealed[one.cid], one.cek)
        reach.boxes.add(seq)


@dataclass
class Reach:
    """What a member comes to: keys by the hash of the public one, messages whose key they have, boxes that open."""

    keys: dict[bytes, KemKey]
    ceks: set[bytes] = field(default_factory=set)
    boxes: set[int] = field(default_factory=set)
    tried: set[tuple[bytes, bytes]] = field(default_factory=set)

    def size(self) -> int:
        return len(self.keys) + len(self.ceks) + len(self.boxes)
