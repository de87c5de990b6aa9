"""A case on a real server and whoever works on it: what the tests of casework start from."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import Any, Self

from httpx import Response

from crypto.box import (
    TEXT,
    WRAP_INTAKE,
    WRAP_UNIT,
    BoxFields,
    Grant,
    MessageKey,
    Words,
    intake_inbox,
    parse_box,
    seal_box,
    seal_readers,
    seal_secret,
    seal_wrap,
    withhold_slots,
)
from crypto.card import Card, SignedCard, cards, encode_card
from crypto.encoding import Z32
from crypto.entry import (
    APPROVAL,
    CLAIMED,
    OPENED,
    PROPOSAL,
    READERS_PROPOSED,
    STEP,
    UNIT_PROPOSED,
    Entry,
    messages_head,
    parse_signed_entry,
    sign_entry,
)
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.mailbox import OpenedMailbox, StatusFields, seal_reply, seal_status
from crypto.members import Keyfile
from crypto.message import account_key, open_message, parse_sealed
from crypto.posts import Post, PostedEntry, encode_post, parse_post
from crypto.primitives import KemKey, hash, kem_keypair
from crypto.walk import BEGINNING
from crypto.workflow import ASSIGNED, TRIAGED
from tests.api.conftest import Server, Staff
from tests.world import Desk, Person, Submitter, World, new_person

CASES = "/v1/casework/cases"


def world_with(investigators: int, *roles: int) -> World:
    """The usual members, so many more investigators of the unit in the north, and one more of each of these roles."""
    made = World()
    made.people += [new_person(INVESTIGATOR, "unit-north") for _ in range(investigators)]
    made.people += [new_person(role) for role in roles]
    return made


@dataclass
class Room:
    """One case and whoever works on it, each with their own session."""

    server: Server
    desk: Desk
    unit_seed: bytes = field(default_factory=lambda: os.urandom(32))
    handed: bool = False
    drawn: list[Person] = field(default_factory=list)
    posted: list[PostedEntry] = field(default_factory=list)
    seeds: list[bytes] = field(default_factory=list)  # of the readers' inboxes but inbox 0, the newest last
    sessions: dict[bytes, Staff] = field(default_factory=dict)
    submitter: Submitter = field(init=False, repr=False)

    @classmethod
    def begin(cls, server: Server, text: str = "слово Canary-7391", name: str = "Имя") -> Self:
        """What a person has just written, at the desk of the first whom the browser drew."""
        person = Submitter(server.world)
        sealed = person.seal(text, name=name)
        assert server.send(sealed).status_code == 204
        made = cls(server, Desk(server.world, person.readers()[0], [sealed]), drawn=person.readers())
        made.submitter = person
        return made

    @property
    def path(self) -> str:
        return f"{CASES}/{self.desk.first.cid.hex()}"

    @property
    def inbox(self) -> KemKey:
        return kem_keypair(self.seeds[-1]) if self.seeds else self.inbox0

    @property
    def inbox0(self) -> KemKey:
        return intake_inbox(self.desk.opened.cek, self.desk.first.header_hash)

    def cards(self) -> list[SignedCard]:
        return cards(self.desk.chain(), self.posted)

    def card(self, kind: int, **changes: Any) -> bytes:
        """What a proposal of this kind brings; the unit's seed is `unit_seed`, the readers' the newest of `seeds`."""
        before = self.cards()[-1].card if self.cards() else None
        intake, unit = self.inbox.pk, kem_keypair(self.unit_seed).pk
        if kind == READERS_PROPOSED and not (before and before.unit_pk):
            unit = b""
        instance, cid = self.server.world.instance, self.desk.first.cid
        return encode_card(replace(Card(instance, cid, before.number + 1 if before else 1, intake, unit), **changes))

    def who(self, role: int, n: int = 0) -> Person:
        if role == REVIEWER:
            first = [self.desk.reader]
            return [*first, *(one for one in self.server.world.of(role) if one not in first)][n]
        return self.server.world.of(role)[n]

    def call(self, by: Person, method: str, path: str, body: bytes = b"") -> Response:
        if by.id not in self.sessions:
            self.sessions[by.id] = self.server.staff(by)
        return self.sessions[by.id].call(method, path, body)

    def seen_by(self, by: Person) -> bool:
        """In the list, by its address, by its parts: all or nothing."""
        listed = [line["cid"] for line in self.call(by, "GET", CASES).json()["cases"]]
        answers = [self.call(by, "GET", self.path + below).status_code for below in ("", "/entries")]
        answers.append(self.call(by, "GET", f"{self.path}/messages/{self.desk.first.cid.hex()}").status_code)
        assert set(answers) in ({200}, {404}), answers
        assert (self.desk.first.cid.hex() in listed) == (answers[0] == 200)
        return answers[0] == 200

    def read(self, today: int | None = None) -> OpenedMailbox:
        """What the person's code opens on a day, every entry of it verified."""
        found = self.submitter.open(self.server.mailbox(self.submitter).content, today=today)
        assert found is not None
        assert found.refused == ()
        return found

    def fields(self, by: Person, kind: int) -> BoxFields:
        world, cid = self.server.world, self.desk.first.cid
        return BoxFields(world.instance, cid, kind, Z32, by.id, world.today, world.keyring.hash)

    def half(self, by: Person, kind: int, to: Person, secret: bytes) -> bytes:
        """Of the way to the sealed name: a reviewer's or a custodian's."""
        return seal_secret(self.fields(by, kind), by.signing_seed, to.key.pk, secret)

    def box(self, by: Person, kind: int, names: list[Person] | None = None, text: str = "Canary-7391") -> bytes:
        world, fields = self.server.world, self.fields(by, kind)
        if kind == WRAP_UNIT:
            pks = [one.key.pk for one in (self.unit() if names is None else names)]
            grants = []
            for one in self.desk.sealed:
                sealed = parse_sealed(world.instance, one)
                grants.append(Grant(sealed.cid, account_key(open_message(sealed, self.desk.reader.key))))
            return seal_wrap(fields, by.signing_seed, pks, grants, [self.unit_seed], self.inbox.pk, Words("ru", text))
        if kind == WRAP_INTAKE:
            pks = [one.key.pk for one in names or self.readers()]
            keys = []
            for one in self.desk.sealed:
                sealed = parse_sealed(world.instance, one)
                keys.append(MessageKey(sealed.cid, open_message(sealed, self.desk.reader.key).cek))
            unit = self.unit_seed if self.handed else b""
            return seal_readers(fields, by.signing_seed, pks, keys, Words("ru", text), self.seeds, unit)
        pks = [self.inbox.pk, *([kem_keypair(self.unit_seed).pk] if self.handed else [])]
        if kind == TEXT:
            pks.append(self.desk.mailbox.mailbox_pk)
        return seal_box(fields, by.signing_seed, pks, "ru", text)

    def unit(self) -> list[Person]:
        return [self.who(INVESTIGATOR), self.who(INVESTIGATOR, 1), self.who(SUPERVISOR)]

    def readers(self) -> list[Person]:
        return [self.who(REVIEWER), self.who(REVIEWER, 1), self.undrawn(), self.who(SUPERVISOR)]

    def propose_readers(self, by: Person, names: list[Person] | None = None) -> Response:
        """With fresh seeds, as a desk makes them."""
        self.seeds.append(os.urandom(32))
        self.unit_seed = os.urandom(32) if self.handed else self.unit_seed
        return self.post(by, READERS_PROPOSED, None, self.box(by, WRAP_INTAKE, names))

    def undrawn(self) -> Person:
        """A reviewer whom the person's browser did not draw."""
        named = [*self.drawn, self.who(REVIEWER, 1)]
        return next(one for one in self.server.world.of(REVIEWER) if one not in named)

    def made(
        self,
        by: Person,
        kind: int,
        state: int | None = None,
        box: bytes = b"",
        card: bytes | None = None,
        **changes: Any,
    ) -> bytes:
        world, desk = self.server.world, self.desk
        chain = desk.chain()
        fields: dict[str, Any] = {
            "instance": world.instance,
            "cid": desk.first.cid,
            "seq": len(desk.entries),
            "prev": chain.head,
            "kind": kind,
            "state": (chain.place.state or 1) if state is None else state,
            "day": world.today,
            "until": 0,
            "actor": by.id,
            "box_hash": parse_box(box).hash if box else Z32,
            "cited": Z32,
            "keyring_hash": world.keyring.hash,
            "messages": messages_head(desk.cids),
            "priority": chain.place.priority,
        }
        if kind in (READERS_PROPOSED, UNIT_PROPOSED) or (kind == PROPOSAL and state == ASSIGNED):
            card = self.card(kind) if card is None else card
            fields["cited"] = hash(card)
        entry = sign_entry(Entry(**fields | changes), by.signing_seed)
        is_text = bool(box) and parse_box(box).kind == TEXT
        mailbox = desk.mailbox
        shown = withhold_slots(box, mailbox.mailbox_pk) if is_text else b""
        block = seal_reply(world.instance, 0, entry, shown, mailbox) if is_text else b""
        return encode_post(Post(entry, box, self.status(by, entry), block, card=card or b""))

    def status(self, by: Person, entry: bytes) -> bytes:
        """A new block 0 by whoever posts, if they can read the account."""
        if by.role not in (REVIEWER, SUPERVISOR, INVESTIGATOR):
            return b""
        world, desk = self.server.world, self.desk
        entries = tuple(parse_signed_entry(one) for one in [*desk.entries, entry])
        fields = StatusFields(
            *(world.instance, desk.first.cid, desk.first.write_signature, tuple(desk.cids), BEGINNING, entries),
            *(world.today, by.id),
        )
        return seal_status(fields, by.signing_seed, desk.mailbox)

    def post(self, by: Person, *given: Any, **changes: Any) -> Response:
        body = self.made(by, *given, **changes)
        answer = self.call(by, "POST", f"{self.path}/entries", body)
        if answer.status_code == 201:
            self.desk.entries.append(parse_post(body).entry)
            self.posted.append(parse_post(body))
        return answer

    def claim(self, by: Person, *two: Person) -> Response:
        """For these two, or for nobody."""
        return self.post(by, CLAIMED, cited=b"".join(sorted(one.id for one in two)) or Z32)

    def head(self) -> bytes:
        return parse_signed_entry(self.desk.entries[-1]).link

    def hand_off(self) -> None:
        reader, other = self.who(REVIEWER), self.who(REVIEWER, 1)
        for answer in (
            self.post(reader, OPENED),
            self.post(reader, STEP, TRIAGED, self.box(reader, TEXT), priority=2),
            self.post(reader, PROPOSAL, ASSIGNED, self.box(reader, WRAP_UNIT)),
            self.post(other, APPROVAL, ASSIGNED, self.box(other, TEXT), cited=self.head()),
        ):
            assert answer.status_code == 201, answer.text
        self.handed = True


def keyfile_of(world: World, person: Person) -> Keyfile:
    """As the member's own file holds it, opened."""
    return Keyfile(person.id, person.role, person.signing_seed, person.kem_seed, world.first_roots, world.roots)
