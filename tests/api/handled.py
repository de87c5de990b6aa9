"""A case of tests/scenarios.py on a real server: each deed by whoever does it, and what the person reads of it."""

from __future__ import annotations

from typing import Self

import pytest
from httpx import Response

from crypto.account import FOLLOW_UP, REVIEW
from crypto.box import (
    IDENTITY_HALF,
    IDENTITY_KEY,
    NOTE,
    TEXT,
    WRAP_UNIT,
    open_box,
    open_secret,
    parse_box,
    seal_box,
)
from crypto.draw import draw_readers, draw_review
from crypto.entry import (
    APPROVAL,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    NAME_ERASURE_AGREED,
    NAME_ERASURE_PROPOSED,
    NOTE_ENTRY,
    OPENED,
    PROPOSAL,
    REFUSAL,
    STEP,
    TOUCHES,
)
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER
from crypto.message import (
    NORMAL,
    REVIEW_LANE,
    SealedMessage,
    open_custodian_slot,
    open_identity,
    open_message,
    parse_sealed,
)
from crypto.posts import parse_posted_entries
from crypto.primitives import kem_keypair
from crypto.workflow import ASSIGNED, CLOSED, DETERMINATION, INQUIRY, INVESTIGATION, REOPENED, SUSPENDED, TRIAGED
from tests.api.conftest import Server
from tests.api.room import Room
from tests.api.stored import is_problem
from tests.scenarios import Scenario
from tests.world import Desk, Person, Submitter


def done(answer: Response) -> None:
    assert answer.status_code == 201, answer.text


class Handled(Room):
    """`one` and `two`: the reviewers who act, of those whom the person's browser drew."""

    told: Scenario

    @classmethod
    def of(cls, server: Server, told: Scenario) -> Self:
        """Written just now."""
        world, person = server.world, Submitter(server.world)
        draw = draw_readers(world.keyring, person.k0, world.today, told.country, told.left_out)
        drawn = [world.person(one.id) for one in draw.readers]
        sealed = person.seal(told.said, name=told.name, lane=told.lane, answers=told.answers, to=drawn)
        assert server.send(sealed).status_code == 204
        made = cls(server, Desk(world, drawn[0], [sealed]), drawn=drawn)
        made.submitter, made.told = person, told
        return made

    @property
    def one(self) -> Person:
        return self.drawn[0]

    @property
    def two(self) -> Person:
        return self.drawn[1]

    # the person

    def reads(self, state: int, text: str) -> None:
        """The newest that the person is told."""
        seen = self.read()
        assert (seen.state, seen.replies[0].text) == (state, text)

    def parsed(self, sealed: bytes) -> SealedMessage:
        return parse_sealed(self.server.world.instance, sealed)

    def write(
        self,
        text: str,
        kind: int = FOLLOW_UP,
        lane: int = NORMAL,
        to: list[Person] | None = None,
        answers: dict[str, str] | None = None,
    ) -> bytes:
        """With the code, to the same readers unless said. Returns the message's CID."""
        sealed = self.submitter.seal(text, kind=kind, lane=lane, to=to or self.drawn, answers=answers)
        assert self.server.send(sealed).status_code == 204
        self.desk.sealed.append(sealed)
        return parse_sealed(self.server.world.instance, sealed).cid

    # reviewers

    def triage(self) -> None:
        done(self.post(self.one, OPENED))
        done(self.post(self.one, STEP, TRIAGED, self.box(self.one, TEXT, text=self.told.triaged), priority=1))
        self.reads(TRIAGED, self.told.triaged)

    def hand_over(self) -> None:
        """Proposed by one, and nobody of the unit sees it; approved by the other, and who is named does."""
        wrap = self.box(self.one, WRAP_UNIT, text=self.told.handed)
        done(self.post(self.one, PROPOSAL, ASSIGNED, wrap))
        alone = self.post(self.one, APPROVAL, ASSIGNED, self.box(self.one, TEXT), cited=self.head())
        is_problem(alone, 403, "role_not_allowed")
        assert not any(self.seen_by(one) for one in self.unit())
        approval = self.box(self.two, TEXT, text=self.told.agreed)
        done(self.post(self.two, APPROVAL, ASSIGNED, approval, cited=self.head()))
        self.handed = True
        assert all(self.seen_by(one) for one in self.unit())
        assert not self.seen_by(self.who(INVESTIGATOR, 2))
        self.reads(ASSIGNED, self.told.agreed)

    # the unit

    def begin_inquiry(self) -> None:
        """Not before two investigators have it."""
        unit, second, _ = self.unit()
        is_problem(self.post(unit, STEP, INQUIRY, self.box(unit, TEXT)), 400, "bad_state")
        done(self.claim(second, unit, second))
        done(self.post(unit, STEP, INQUIRY, self.box(unit, TEXT, text=self.told.begun)))
        self.reads(INQUIRY, self.told.begun)

    def agree(self, state: int, text: str, until: int = 0) -> None:
        """The unit proposes, its other investigator cannot approve, the supervisor does, and the person reads why."""
        unit, second, supervisor = self.unit()
        done(self.post(unit, PROPOSAL, state, self.box(unit, NOTE), until=until))
        approve = (APPROVAL, state, self.box(second, TEXT, text=text))
        is_problem(self.post(second, *approve, cited=self.head(), until=until), 403, "role_not_allowed")
        approved = self.box(supervisor, TEXT, text=text)
        done(self.post(supervisor, APPROVAL, state, approved, cited=self.head(), until=until))
        self.reads(state, text)

    def suspend(self, text: str, days: int) -> None:
        self.agree(SUSPENDED, text, self.server.world.today + days)

    def take_up_again(self, state: int, text: str) -> None:
        """Back from where it stood aside, by one."""
        unit = self.who(INVESTIGATOR)
        done(self.post(unit, STEP, state, self.box(unit, TEXT, text=text)))
        self.reads(state, text)

    def close(self) -> None:
        """From an inquiry on."""
        self.agree(INVESTIGATION, self.told.investigated)
        self.agree(DETERMINATION, self.told.determined)
        self.agree(CLOSED, self.told.closed)

    def write_books(self, by: Person) -> None:
        """What happened outside, in one note: sealed to all who work on the case, and to nobody else."""
        text = "\n\n".join("\n".join(f"{name}: {value}" for name, value in one.items()) for one in self.told.books)
        before = len(self.read().replies)
        world, first = self.server.world, self.desk.first
        inboxes = [self.inbox, kem_keypair(self.unit_seed)]
        box = seal_box(self.fields(by, NOTE), by.signing_seed, [one.pk for one in inboxes], "ru", text, "books")
        done(self.post(by, NOTE_ENTRY, None, box))
        posted = parse_posted_entries(self.call(self.two, "GET", f"{self.path}/entries").content)[-1]
        for inbox in inboxes:
            found = open_box(parse_box(posted.box), world.instance, first.cid, by.signing_pk, inbox)
            assert (found.text, found.code) == (text, "books")
        assert len(self.read().replies) == before

    # the sealed name

    def ask_name(self) -> bytes:
        """By an investigator, for one purpose. Returns the asking's link; the custodian sees that, and no account."""
        unit, keeper = self.who(INVESTIGATOR), self.who(CUSTODIAN)
        assert not self.seen_by(keeper)
        note = self.box(unit, NOTE, text=self.told.purpose)
        until = self.server.world.today + 5
        done(self.post(unit, IDENTITY_ASKED, None, note, until=until, cited=self.desk.first.cid))
        assert self.seen_by(keeper)
        stored = self.call(keeper, "GET", f"{self.path}/messages/{self.desk.first.cid.hex()}").content
        assert opens(parse_sealed(self.server.world.instance, stored), keeper) == ""
        return self.head()

    def give_half(self, ask: bytes) -> None:
        """A reviewer's: `two`, who did not ask."""
        half = self.half(self.two, IDENTITY_HALF, self.who(INVESTIGATOR), self.desk.opened.half)
        done(self.post(self.two, IDENTITY_AGREED, None, half, cited=ask))

    def keep_name(self, ask: bytes, text: str) -> None:
        """The custodian refuses, with a reason for colleagues; nothing more is asked of them."""
        keeper = self.who(CUSTODIAN)
        done(self.post(keeper, REFUSAL, None, self.box(keeper, NOTE, text=text), cited=ask))
        assert not self.seen_by(keeper)

    def erase_name(self, text: str) -> None:
        """As the person asked in the newest message: by two, and the server has nothing left that opens."""
        cited, keeper = self.desk.cids[-1], self.who(CUSTODIAN)
        proposal = (NAME_ERASURE_PROPOSED, None, self.box(self.one, NOTE))
        done(self.post(self.one, *proposal, cited=cited))
        own = self.post(self.one, NAME_ERASURE_AGREED, None, self.box(self.one, TEXT), cited=self.head())
        is_problem(own, 403, "role_not_allowed")
        agreed = self.box(self.two, TEXT, text=text)
        done(self.post(self.two, NAME_ERASURE_AGREED, None, agreed, cited=self.head()))
        stored = self.call(self.two, "GET", f"{self.path}/messages/{self.desk.first.cid.hex()}").content
        bare = parse_sealed(self.server.world.instance, stored)
        with pytest.raises(ProtocolError, match="not_a_recipient"):
            open_custodian_slot(bare, keeper.key)
        assert opens(bare, self.two) == self.told.said
        assert self.read().replies[0].text == text

    def open_name(self) -> None:
        """Two halves from two, and only whoever asked can open it; the person reads all four steps."""
        unit, keeper, ask = self.who(INVESTIGATOR), self.who(CUSTODIAN), self.ask_name()
        world, first = self.server.world, self.desk.first
        key = self.half(keeper, IDENTITY_KEY, unit, open_custodian_slot(first, keeper.key))
        is_problem(self.post(keeper, IDENTITY_GRANTED, None, key, cited=ask), 400, "bad_state")
        self.give_half(ask)
        done(self.post(keeper, IDENTITY_GRANTED, None, key, cited=ask))
        assert not self.seen_by(keeper)
        done(self.post(unit, IDENTITY_OPENED, cited=ask))
        posted = parse_posted_entries(self.call(unit, "GET", f"{self.path}/entries").content)
        boxes = {parse_box(one.box).kind: parse_box(one.box) for one in posted if one.box}
        authors = {IDENTITY_HALF: self.two, IDENTITY_KEY: keeper}
        half, other = (
            open_secret(boxes[kind], world.instance, first.cid, by.signing_pk, unit.key) for kind, by in authors.items()
        )
        assert open_identity(first, half, other).identity == {"name": self.told.name}
        kinds = [entry.kind for entry in self.read().chain.entries]
        assert kinds[-4:] == [IDENTITY_ASKED, IDENTITY_AGREED, IDENTITY_GRANTED, IDENTITY_OPENED]

    # the appeal

    def ask_review(self) -> tuple[bytes, list[Person]]:
        """To reviewers who did nothing in it: the message, and who reads it; nobody else of the reviewers does."""
        world = self.server.world
        acted = {entry.actor for entry in self.read().chain.entries if entry.kind in TOUCHES}
        k0, country, left_out = self.submitter.k0, self.told.country, self.told.left_out
        draw = draw_review(world.keyring, k0, world.today, country, left_out, acted)
        fresh = [world.person(one.id) for one in draw.readers]
        assert self.one not in fresh
        assert self.two not in fresh
        asked = self.write(self.told.review, REVIEW, REVIEW_LANE, fresh)
        sealed = parse_sealed(world.instance, self.desk.sealed[-1])
        readers = [one for one in world.of(REVIEWER) if opens(sealed, one) == self.told.review]
        assert {one.id for one in readers} == {one.id for one in fresh}
        return asked, fresh

    def appeal(self) -> None:
        """Reopened by one who did nothing in it, and by none who did."""
        asked, fresh = self.ask_review()
        for touched in (self.one, self.two):
            answer = self.post(touched, STEP, REOPENED, self.box(touched, TEXT), cited=asked)
            is_problem(answer, 403, "role_not_allowed")
        untouched = fresh[0]
        done(self.post(untouched, STEP, REOPENED, self.box(untouched, TEXT, text=self.told.reopened), cited=asked))
        self.reads(REOPENED, self.told.reopened)


def opens(sealed: SealedMessage, by: Person) -> str:
    """The words that a member's key opens; none where it opens nothing."""
    try:
        return open_message(sealed, by.key).account.content.answers["story"]
    except ProtocolError as error:
        if error.slug != "not_a_recipient":
            raise
        return ""
