"""A translator and an adviser get the copied words and nothing else of a case (SPEC 7.7, 8.11)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crypto.box import COPY, NOTE, BoxFields, Words, open_box, open_copy, parse_box, seal_box, seal_copy
from crypto.encoding import Z32
from crypto.entry import (
    COPIED,
    COPY_ANSWERED,
    NOTE_ENTRY,
    OPENED,
    RECUSAL,
    Entry,
    messages_head,
    parse_signed_entry,
    sign_entry,
)
from crypto.keyring import ADVISER, INVESTIGATOR, REVIEWER, TRANSLATOR
from crypto.posts import BLOCK, Post, encode_post, parse_post, parse_posted_entries
from service import clock
from tests.api.conftest import Server
from tests.api.room import CASES, Room, world_with
from tests.api.stored import is_problem
from tests.api.verdicts import VERDICTS
from tests.world import Person, World, new_person

COPIES = "/v1/copies"
WORDS = "Маро заданд. Copied-5518"


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(2, TRANSLATOR, TRANSLATOR, ADVISER)


class Copying(Room):
    """A case of which a reader gives a part away."""

    def copy_box(self, by: Person, to: Person, text: str = WORDS) -> bytes:
        words = Words("tg", text, "translate")
        return seal_copy(self.fields(by, COPY), by.signing_seed, to.key.pk, self.inbox.pk, None, words)

    def copy_to(self, to: Person, days: int = 14) -> int:
        reader = self.who(REVIEWER)
        changes: dict[str, Any] = {"cited": self.desk.first.cid, "until": self.server.world.today + days}
        return self.post(reader, COPIED, None, self.copy_box(reader, to), **changes).status_code

    def waiting(self, who: Person) -> list[dict[str, Any]]:
        """Of this case, as the server gives it."""
        found: list[dict[str, Any]] = self.call(who, "GET", COPIES).json()["copies"]
        return [one for one in found if one["cid"] == self.desk.first.cid.hex()]

    def answer(self, by: Person, copy: dict[str, Any], text: str = "Меня били.", **changes: Any) -> bytes:
        """By what the translator was given, and by nothing else."""
        world, given = self.server.world, parse_box(bytes.fromhex(copy["box"]))
        copied = parse_signed_entry(bytes.fromhex(copy["entry"]))
        author = world.person(copied.actor).signing_pk
        inboxes: tuple[bytes, ...] = (self.inbox.pk,)
        if by in self.named_in(given):
            inboxes = open_copy(given, world.instance, given.cid, author, by.key).inboxes
        fields = BoxFields(world.instance, given.cid, NOTE, given.hash, by.id, world.today, world.keyring.hash)
        box = seal_box(fields, by.signing_seed, inboxes, "ru", text)
        entry = {
            "instance": world.instance, "cid": given.cid, "seq": copy["seq"], "prev": bytes.fromhex(copy["prev"]),
            "kind": COPY_ANSWERED, "state": 0, "day": world.today, "until": 0, "actor": by.id,
            "box_hash": parse_box(box).hash, "cited": copied.link, "keyring_hash": world.keyring.hash,
            "messages": messages_head([]),
        }  # fmt: skip
        return encode_post(Post(sign_entry(Entry(**entry | changes), by.signing_seed), box, b"", b""))

    def named_in(self, box: Any) -> list[Person]:
        hashes = {one.pk_hash for one in box.recipients}
        return [one for one in self.server.world.people if one.listed(0).kem_hash in hashes]


@pytest.fixture
def case(shared: Server) -> Copying:
    made = Copying.begin(shared, name="Имя-Canary-7391")
    assert made.post(made.who(REVIEWER), OPENED).status_code == 201
    return made


@pytest.mark.parametrize("role", [TRANSLATOR, ADVISER])
def test_the_copy_is_all_that_is_shown_and_the_answer_reaches_the_readers(case: Copying, role: int) -> None:
    world, member = case.server.world, case.who(role)
    assert case.waiting(member) == []
    assert case.copy_to(member) == 201
    [copy] = case.waiting(member)
    assert set(copy) == {"cid", "entry", "box", "seq", "prev"}
    given, copied = parse_box(bytes.fromhex(copy["box"])), parse_signed_entry(bytes.fromhex(copy["entry"]))
    assert sum(bool(one.slot) for one in given.recipients) == 1  # of the others the hashes alone
    opened = open_copy(given, world.instance, given.cid, world.person(copied.actor).signing_pk, member.key)
    assert opened.words == Words("tg", WORDS, "translate")
    path = f"{COPIES}/{copy['cid']}"
    assert case.call(member, "POST", path, case.answer(member, copy)).status_code == 201
    assert case.waiting(member) == []
    reader = case.who(REVIEWER)
    posted = parse_posted_entries(case.call(reader, "GET", case.path + "/entries").content)
    note = parse_box(posted[-1].box)
    told = open_box(note, world.instance, note.cid, member.signing_pk, case.inbox)
    assert (told.text, note.parent) == ("Меня били.", given.hash)
    case.desk.entries.append(posted[-1].entry)
    assert case.post(reader, NOTE_ENTRY, None, case.box(reader, NOTE)).status_code == 201


def test_every_other_address_is_as_absent_as_any(case: Copying) -> None:
    member = case.who(TRANSLATOR)
    assert case.copy_to(member) == 201
    cid = case.desk.first.cid.hex()
    nowhere = case.call(member, "GET", "/v1/casework/nowhere")
    for method, path in VERDICTS:
        if "/v1/casework" in path or "/v1/oversight" in path or "declarations" in path:
            answer = case.call(member, method, path.format(cid=cid, message=cid, upload="0" * 32))
            assert (answer.status_code, answer.content) == (404, nowhere.content), path
    assert case.call(member, "GET", CASES).status_code == 404


def test_nobody_but_who_is_named_sees_or_answers_it(case: Copying) -> None:
    member, other, adviser = case.who(TRANSLATOR), case.who(TRANSLATOR, 1), case.who(ADVISER)
    assert case.copy_to(member) == 201
    [copy] = case.waiting(member)
    path = f"{COPIES}/{copy['cid']}"
    for one in (other, adviser, case.who(REVIEWER), case.who(INVESTIGATOR)):
        is_problem(case.call(one, "POST", path, case.answer(one, copy)), 404, "not_found")
    assert case.waiting(other) == []
    assert case.copy_to(other) == 201  # now a copy of this case waits for them, but not that one
    [copy] = [one for one in case.waiting(member) if one["entry"] == copy["entry"]]
    is_problem(case.call(other, "POST", path, case.answer(other, copy)), 403, "role_not_allowed")
    is_problem(case.call(member, "POST", path, case.answer(other, copy)), 403, "not_a_member")
    assert len(case.waiting(member)) == 1


def test_an_answer_can_do_nothing_else_to_the_case(case: Copying) -> None:
    member = case.who(TRANSLATOR)
    assert case.copy_to(member) == 201
    [copy] = case.waiting(member)
    path = f"{COPIES}/{copy['cid']}"
    for changes in ({"state": 2}, {"priority": 0}, {"until": 1}, {"messages": messages_head([case.desk.first.cid])}):
        is_problem(case.call(member, "POST", path, case.answer(member, copy, **changes)), 400, "bad_state")
    for kind in (NOTE_ENTRY, RECUSAL):
        box = Z32 if kind == RECUSAL else None
        body = case.answer(member, copy, kind=kind, **({"box_hash": box} if box else {}))
        assert case.call(member, "POST", path, body).status_code in (400, 403)
    is_problem(case.call(member, "POST", path, case.answer(member, copy, prev=Z32)), 409, "chain_moved")
    told = replace(parse_post(case.answer(member, copy)), status_block=bytes(BLOCK))  # who cannot make one
    is_problem(case.call(member, "POST", path, encode_post(told)), 400, "malformed")
    assert len(case.waiting(member)) == 1


def test_a_copy_ends_with_its_day_and_with_its_answer(case: Copying, monkeypatch: pytest.MonkeyPatch) -> None:
    member = case.who(TRANSLATOR)
    assert case.copy_to(member, days=31) == 400
    assert case.copy_to(member, days=0) == 201
    [copy] = case.waiting(member)
    today = case.server.world.today
    monkeypatch.setattr(clock, "today", lambda: today + 1)
    assert case.waiting(member) == []
    answer = case.call(member, "POST", f"{COPIES}/{copy['cid']}", case.answer(member, copy))
    is_problem(answer, 404, "not_found")


def test_the_oldest_copy_is_listed_first(shared: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    member, today = shared.world.of(ADVISER)[0], shared.world.today
    made: list[tuple[int, str]] = []
    for day in (today, today - 1) * 4:
        monkeypatch.setattr(shared.world, "today", day)
        case = Copying.begin(shared)
        assert case.copy_to(member) == 201
        made.append((day, case.desk.first.cid.hex()))
    listed: list[str] = [one["cid"] for one in case.call(member, "GET", COPIES).json()["copies"]]
    mine = [cid for _, cid in sorted(made)]
    assert [cid for cid in listed if cid in mine] == mine


def test_a_copy_goes_to_one_translator_or_adviser_alone(case: Copying) -> None:
    reader, unit = case.who(REVIEWER), case.who(INVESTIGATOR)
    changes: dict[str, Any] = {"cited": case.desk.first.cid, "until": case.server.world.today + 1}
    for to in (case.who(REVIEWER, 1), unit, new_person(TRANSLATOR)):
        is_problem(case.post(reader, COPIED, None, case.copy_box(reader, to), **changes), 403, "role_not_allowed")
    is_problem(case.post(reader, COPIED, None, case.box(reader, NOTE), **changes), 400, "wrong_case")
    copy = case.copy_box(reader, case.who(TRANSLATOR))
    is_problem(case.post(reader, COPIED, None, copy, **changes | {"cited": Z32}), 400, "bad_state")
    is_problem(case.post(reader, NOTE_ENTRY, None, copy), 400, "wrong_case")
    case.hand_off()
    copy = case.copy_box(unit, case.who(TRANSLATOR))
    is_problem(case.post(unit, COPIED, None, copy, **changes), 403, "role_not_allowed")
