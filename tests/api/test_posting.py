"""Posted entries: forged, forwarded, replayed, altered. Nothing refused is stored."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
from httpx import Response

from crypto.box import TEXT, BoxFields, intake_inbox, parse_box, seal_box, withhold_slots
from crypto.encoding import Z32, decode, encode
from crypto.entry import OPENED, TEXT_ENTRY, Entry, messages_head, parse_signed_entry, sign_entry
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER
from crypto.mailbox import seal_reply
from crypto.message import parse_sealed
from crypto.posts import Post, encode_post, parse_post
from crypto.primitives import hash, sign
from crypto.workflow import SCREENING
from service.actions import post_entry
from tests.api.conftest import Server, Staff
from tests.api.room import CASES
from tests.api.stored import gives_nothing_back, is_problem, rows
from tests.world import Desk, Person, Submitter


@dataclass
class Case:
    """A case of two messages with an opened entry, and one more that is another person's."""

    server: Server
    desk: Desk
    staff: Staff
    other: Desk
    path: str

    def post(self, body: bytes, path: str = "") -> Response:
        answer = self.staff.call("POST", path or self.path, body)
        gives_nothing_back(answer)
        return answer

    def entry(self, **changed: object) -> Entry:
        """What the next entry must be, with something exchanged."""
        world, desk = self.server.world, self.desk
        whole = Entry(
            instance=world.instance,
            cid=desk.first.cid,
            seq=len(desk.entries),
            prev=desk.chain().head,
            kind=OPENED,
            state=SCREENING,
            day=world.today,
            until=0,
            actor=desk.reader.id,
            box_hash=Z32,
            cited=Z32,
            keyring_hash=world.keyring.hash,
            messages=messages_head(desk.cids),
        )
        return replace(whole, **changed)  # type: ignore[arg-type]

    def signed(self, signer: Person | None = None, **changed: object) -> bytes:
        entry = sign_entry(self.entry(**changed), (signer or self.desk.reader).signing_seed)
        return encode_post(Post(entry, b"", b"", b""))

    def box(self, author: Person | None = None, **changed: object) -> bytes:
        world, desk, writer = self.server.world, self.desk, author or self.desk.reader
        fields = BoxFields(world.instance, desk.first.cid, TEXT, Z32, writer.id, world.today, world.keyring.hash)
        recipients = [desk.mailbox.mailbox_pk, intake_inbox(desk.opened.cek, desk.first.header_hash).pk]
        changed_fields = replace(fields, **changed)  # type: ignore[arg-type]
        return seal_box(changed_fields, writer.signing_seed, recipients, "ru", "Canary-7391")

    def reply(self, box: bytes, box_hash: bytes | None = None, shown: bytes | None = None, **changed: object) -> bytes:
        """A text entry around this box. `shown`: the box that is sent, when it is not the one signed."""
        box_hash = parse_box(box).hash if box_hash is None else box_hash
        entry = sign_entry(self.entry(kind=TEXT_ENTRY, box_hash=box_hash, **changed), self.desk.reader.signing_seed)
        mailbox = self.desk.mailbox
        block = seal_reply(self.server.world.instance, 0, entry, withhold_slots(box, mailbox.mailbox_pk), mailbox)
        return encode_post(Post(entry, box if shown is None else shown, b"", block))


@pytest.fixture(scope="module")
def case(shared: Server) -> Case:
    world = shared.world
    submitter, stranger = Submitter(world), Submitter(world)
    sealed, other = submitter.seal("Canary-7391"), stranger.seal("Canary-7391")
    for body in (sealed, other):
        assert shared.send(body).status_code == 204
    desk = Desk(world, submitter.readers()[0], [sealed])
    staff = shared.staff(desk.reader)
    path = f"{CASES}/{desk.first.cid.hex()}/entries"
    assert staff.call("POST", path, desk.post_opened()).status_code == 201
    another = next(one for one in stranger.readers() if one != desk.reader)
    return Case(shared, desk, staff, Desk(world, another, [other]), path)


def colleague(case: Case) -> Person:
    return next(one for one in case.server.world.of(REVIEWER) if one != case.desk.reader)


def _without(case: Case, at: int) -> bytes:
    fields = list(decode("post-entry", [None, None, None, None, None], case.reply(case.box())))
    fields[at] = b""
    return encode("post-entry", *fields)


def _text_posted_as_opened(case: Case) -> bytes:
    """A box smuggled along with an entry that has none."""
    post = parse_post(case.signed())
    return encode_post(replace(post, box=case.box()))


def _forwarded(case: Case) -> bytes:
    """A reply written for another case, taken whole: its entry, its box, its block."""
    reply: bytes = case.other.post_text("Canary-7391")
    case.other.entries.clear()
    return reply


def _forwarded_box(case: Case) -> bytes:
    """Its box only, in an entry of this case that names it."""
    return case.reply(case.box(cid=case.other.first.cid))


def _box_signed_by_another(case: Case) -> bytes:
    """The entry is one's own; the words were sealed and signed in one's name by somebody else."""
    box = case.box()
    header = decode("sealed-box", [None, None, None, 64], box)[0]
    return case.reply(box[:-64] + sign(colleague(case).signing_seed, header))


def _bad_entry_signature(case: Case) -> bytes:
    post = parse_post(case.signed())
    entry, signature = decode("signed-entry", [None, 64], post.entry)
    return encode_post(replace(post, entry=encode("signed-entry", entry, signature[::-1])))


def _replayed(case: Case) -> bytes:
    return encode_post(Post(case.desk.entries[0], b"", b"", b""))


REFUSED: dict[str, tuple[Callable[[Case], bytes], int, str]] = {
    "of a colleague, signed by the colleague": (
        lambda case: case.signed(colleague(case), actor=colleague(case).id), 403, "not_a_member",
    ),
    "in a colleague's name": (lambda case: case.signed(actor=colleague(case).id), 403, "not_a_member"),
    "in the own name, signed by a colleague": (lambda case: case.signed(colleague(case)), 400, "bad_signature"),
    "in the name of nobody": (lambda case: case.signed(actor=os.urandom(16)), 403, "not_a_member"),
    "bad signature": (_bad_entry_signature, 400, "bad_signature"),
    "of the day before yesterday": (
        lambda case: case.signed(day=case.server.world.today - 2), 400, "day_out_of_range",
    ),
    "of the day after tomorrow": (lambda case: case.signed(day=case.server.world.today + 2), 400, "day_out_of_range"),
    "of 1970": (lambda case: case.signed(day=0), 400, "day_out_of_range"),
    "below the day of the entry before": (
        lambda case: case.signed(day=case.server.world.today - 1), 400, "day_out_of_range",
    ),
    "under another keyring": (lambda case: case.signed(keyring_hash=hash(b"another")), 409, "wrong_keyring"),
    "after another entry": (lambda case: case.signed(prev=hash(b"another")), 409, "chain_moved"),
    "at the beginning again": (lambda case: case.signed(seq=0, prev=Z32), 409, "chain_moved"),
    "the first entry once more": (_replayed, 409, "chain_moved"),
    "beyond the next place": (lambda case: case.signed(seq=2), 409, "chain_moved"),
    "in a state that is not next": (lambda case: case.signed(state=0), 400, "bad_state"),
    "in the state of a closed case": (lambda case: case.signed(state=9), 400, "bad_state"),
    "of another instance": (lambda case: case.signed(instance=os.urandom(32)), 400, "wrong_instance"),
    "of another case": (lambda case: case.signed(cid=case.other.first.cid), 400, "wrong_case"),
    "knowing more messages than there are": (
        lambda case: case.signed(messages=messages_head([*case.desk.cids, hash(b"one more")])), 400, "chain_broken",
    ),
    "knowing fewer messages than the entry before": (
        lambda case: case.signed(messages=messages_head([])), 400, "chain_broken",
    ),
    "of a kind that is reserved": (
        lambda case: case.signed().replace(b"\0\0\0\x01\x01" b"\0\0\0\x01\x01", b"\0\0\0\x01\x03" b"\0\0\0\x01\x01"),
        400, "malformed",
    ),
    "text without its box": (lambda case: _without(case, 1), 400, "malformed"),
    "text without its reply block": (lambda case: _without(case, 3), 400, "malformed"),
    "opened with a reply block": (
        lambda case: encode_post(replace(parse_post(case.signed()), reply_block=bytes(16384))), 400, "malformed",
    ),
    "opened with a box": (_text_posted_as_opened, 400, "malformed"),
    "a block of another size": (
        lambda case: encode_post(replace(parse_post(case.signed()), status_block=bytes(16383))), 400, "malformed",
    ),
    "box exchanged": (lambda case: case.reply(case.box(), shown=case.box()), 400, "hash_mismatch"),
    "box of another case": (_forwarded_box, 400, "wrong_case"),
    "box of another instance": (lambda case: case.reply(case.box(instance=os.urandom(32))), 400, "wrong_instance"),
    "box of a colleague": (lambda case: case.reply(case.box(colleague(case))), 400, "wrong_case"),
    "box in the own name signed by a colleague": (_box_signed_by_another, 400, "bad_signature"),
    "a reply forwarded from another case": (_forwarded, 403, "not_a_member"),
    "cut": (lambda case: case.signed()[:-1], 400, "malformed"),
    "with words after it": (lambda case: case.signed() + b"Canary-7391", 400, "malformed"),
    "nothing": (lambda case: b"", 400, "malformed"),
    "words": (lambda case: b"Canary-7391", 400, "malformed"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_an_entry_is_refused_by_its_class_and_nothing_is_stored(case: Case, what: str) -> None:
    make, status, slug = REFUSED[what]
    before = rows(case.server)
    is_problem(case.post(make(case)), status, slug)
    assert rows(case.server) == before
    assert len(before["entry"]) == 1


@pytest.mark.parametrize("days", [-2, -1, 1, 2])
def test_an_entry_of_the_day_before_or_after_the_server_s_is_taken_and_of_no_other(
    server: Server, submitter: Submitter, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """A browser east or west of the server. No entry stands before it, whose day would say the same."""
    sealed = submitter.seal("Canary-7391")
    assert server.send(sealed).status_code == 204
    desk = Desk(server.world, submitter.readers()[0], [sealed])
    staff = server.staff(desk.reader)
    today = server.world.today + days
    monkeypatch.setattr(post_entry, "clock", SimpleNamespace(today=lambda: today))
    answer = staff.call("POST", f"{CASES}/{desk.first.cid.hex()}/entries", desk.post_opened())
    if abs(days) > 1:
        is_problem(answer, 400, "day_out_of_range")
        assert rows(server)["entry"] == set()
    else:
        assert answer.status_code == 201


def test_a_reply_to_one_case_is_not_taken_for_another_by_the_same_reader(server: Server) -> None:
    """Both cases are fresh, so that place and head are the same: only the case that the entry names is another."""
    world = server.world
    one, other = Submitter(world), Submitter(world)
    sealed = {who.receipt.lookup: who.seal("Canary-7391") for who in (one, other)}
    for body in sealed.values():
        assert server.send(body).status_code == 204
    desk = Desk(world, one.readers()[0], [sealed[one.receipt.lookup]])
    elsewhere = parse_sealed(world.instance, sealed[other.receipt.lookup]).cid
    staff, reply, before = server.staff(desk.reader), desk.post_text("Canary-7391"), rows(server)
    answer = staff.call("POST", f"{CASES}/{elsewhere.hex()}/entries", reply)
    is_problem(answer, 400, "wrong_case")
    assert rows(server)["entry"] == before["entry"] == set()
    assert rows(server)["mailbox_block"] == set()
    assert staff.call("POST", f"{CASES}/{desk.first.cid.hex()}/entries", reply).status_code == 201


def test_an_entry_for_a_case_that_is_not_there_is_not_found(case: Case) -> None:
    for cid in ("00" * 32, "zz", "", "..", case.desk.first.cid.hex().upper(), case.desk.first.cid.hex() + "00"):
        is_problem(case.post(case.signed(), f"{CASES}/{cid}/entries"), 404, "not_found")


def test_an_entry_larger_than_any_is_not_read(case: Case) -> None:
    size = case.server.settings.max_post_bytes
    is_problem(case.post(b"7391" * (size // 4 + 1)), 413, "body_too_large")


def test_what_is_refused_leaves_the_case_open_for_what_is_right(server: Server, submitter: Submitter) -> None:
    """The bad post came first; the right one after it is the first entry, on the same head."""
    sealed = submitter.seal("слово")
    server.send(sealed)
    desk = Desk(server.world, submitter.readers()[0], [sealed])
    staff = server.staff(desk.reader)
    path = f"{CASES}/{desk.first.cid.hex()}/entries"
    good = desk.post_opened()
    bad = encode_post(replace(parse_post(good), status_block=b"x"))
    is_problem(staff.call("POST", path, bad), 400, "malformed")
    answer = staff.call("POST", path, good)
    assert (answer.status_code, answer.json()) == (
        201,
        {"seq": 0, "link": parse_signed_entry(desk.entries[0]).link.hex()},
    )


@pytest.mark.parametrize("role", [INVESTIGATOR, CUSTODIAN])
def test_another_role_posts_nothing_even_when_all_else_is_right(case: Case, role: int) -> None:
    person = case.server.world.of(role)[0]
    staff = case.server.staff(person)
    before = rows(case.server)
    is_problem(staff.call("POST", case.path, case.signed(person, actor=person.id)), 404, "not_found")
    assert rows(case.server) == before
