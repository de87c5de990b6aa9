"""A case is handed to a unit: who sees it then, who does not, and what the server lets nobody do."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from httpx import Response

from crypto.box import (
    IDENTITY_HALF,
    IDENTITY_KEY,
    NOTE,
    TEXT,
    WRAP_INTAKE,
    WRAP_UNIT,
    BoxFields,
    Grant,
    MessageKey,
    Words,
    intake_inbox,
    open_box,
    open_secret,
    open_wrap,
    parse_box,
    seal_box,
    seal_readers,
    seal_secret,
    seal_wrap,
    withhold_slots,
)
from crypto.card import Card, SignedCard, cards, encode_card
from crypto.case import open_case
from crypto.encoding import Z32
from crypto.entry import (
    APPROVAL,
    CLAIMED,
    GRANT,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    NOTE_ENTRY,
    OPENED,
    PROPOSAL,
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    RECUSAL,
    REFUSAL,
    STEP,
    TEXT_ENTRY,
    UNIT_PROPOSED,
    Entry,
    messages_head,
    parse_signed_entry,
    sign_entry,
)
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.mailbox import StatusFields, seal_reply, seal_status
from crypto.members import Keyfile
from crypto.message import (
    account_key,
    open_custodian_slot,
    open_granted,
    open_identity,
    open_message,
    parse_sealed,
)
from crypto.posts import Post, PostedEntry, encode_post, parse_post, parse_posted_entries
from crypto.primitives import KemKey, hash, kem_keypair
from crypto.walk import BEGINNING
from crypto.workflow import ASSIGNED, INQUIRY, INVESTIGATION, TRIAGED
from tests.api.conftest import Server, Staff
from tests.api.stored import is_problem
from tests.api.test_permissions import VERDICTS
from tests.world import Desk, Person, Submitter, World, new_person

CASES = "/v1/casework/cases"


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    made.people.append(new_person(INVESTIGATOR, "unit-north"))
    made.people.append(new_person(INVESTIGATOR, "unit-north"))
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

    def box(self, by: Person, kind: int, names: list[Person] | None = None, text: str = "Canary-7391") -> bytes:
        world, first = self.server.world, self.desk.first
        fields = BoxFields(world.instance, first.cid, kind, Z32, by.id, world.today, world.keyring.hash)
        if kind == WRAP_UNIT:
            pks = [one.key.pk for one in names or self.unit()]
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


@pytest.fixture
def room(shared: Server) -> Room:
    submitter = Submitter(shared.world)
    sealed = submitter.seal("слово Canary-7391", name="Имя")
    assert shared.send(sealed).status_code == 204
    return Room(shared, Desk(shared.world, submitter.readers()[0], [sealed]), drawn=submitter.readers())


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
    reader = room.who(REVIEWER)
    other = [*room.unit()[:2], room.who(SUPERVISOR, 1)]
    is_problem(room.post(reader, GRANT, None, room.box(reader, WRAP_UNIT, other)), 400, "wrong_case")
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

    def half(by: Person, kind: int, to: Person, secret: bytes) -> bytes:
        fields = BoxFields(world.instance, first.cid, kind, Z32, by.id, world.today, world.keyring.hash)
        return seal_secret(fields, by.signing_seed, to.key.pk, secret)

    own_half = room.desk.opened.half
    stray = half(reader, IDENTITY_HALF, room.who(INVESTIGATOR, 1), own_half)
    is_problem(room.post(reader, IDENTITY_AGREED, None, stray, cited=cited), 403, "role_not_allowed")
    agreed = half(reader, IDENTITY_HALF, unit, own_half)
    key = open_custodian_slot(first, custodian.key)
    granted = half(custodian, IDENTITY_KEY, unit, key)
    is_problem(room.post(custodian, IDENTITY_GRANTED, None, granted, cited=cited), 400, "bad_state")
    assert room.post(reader, IDENTITY_AGREED, None, agreed, cited=cited).status_code == 201
    is_problem(room.post(unit, IDENTITY_OPENED, cited=cited), 400, "bad_state")
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
    assert room.post(reader, READERS_KEPT, None, room.box(reader, WRAP_INTAKE)).status_code == 201
    assert room.seen_by(room.who(SUPERVISOR))
    assert not room.seen_by(room.who(SUPERVISOR, 1))


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


def keyfile_of(world: World, person: Person) -> Keyfile:
    return Keyfile(person.id, person.role, person.signing_seed, person.kem_seed, world.first_roots, world.roots)


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
    submitter = Submitter(shared.world)
    sealed = submitter.seal("слово")
    assert shared.send(sealed).status_code == 204
    room = Room(shared, Desk(shared.world, submitter.readers()[0], [sealed]))
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
