"""A case whose readers and whose unit change, with real wraps and cards: for vectors and for both programs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from crypto.account import FOLLOW_UP, Content
from crypto.box import (
    NOTE,
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
    seal_wrap,
)
from crypto.card import Card, SignedCard, cards, encode_card, inbox_pks
from crypto.chain import KnownMessage
from crypto.draw import draw_readers
from crypto.encoding import Z32
from crypto.entry import (
    APPROVAL,
    CLAIMED,
    PROPOSAL,
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    STEP,
    UNIT_PROPOSED,
)
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.message import KeyringName, account_key, open_message, parse_sealed, prepare_slots, seal_message
from crypto.posts import PostedEntry
from crypto.primitives import KemKey, hash, kem_keypair
from crypto.workflow import ASSIGNED, TRIAGED
from tests.casework import Casework
from tests.world import Person, Submitter, World

WORDS = Words("ru", "")


@dataclass
class Carded:
    """What members do, by the keys of whoever reads; `seeds` and `unit_seeds` are the inboxes', the newest last."""

    world: World
    me: Submitter
    sealed: list[bytes]
    day: int = 0
    posted: list[PostedEntry] = field(default_factory=list)
    seeds: list[bytes] = field(default_factory=list)
    unit_seeds: list[bytes] = field(default_factory=list)

    @cached_property
    def case(self) -> Casework:
        made = Casework(self.world, self.first.cid, day=self.day)
        made.messages = [KnownMessage(self.first.cid, 0)]
        return made

    @cached_property
    def first(self) -> Any:
        return parse_sealed(self.world.instance, self.sealed[0])

    @cached_property
    def opened(self) -> Any:
        return open_message(self.first, self.me.readers()[0].key)

    @cached_property
    def inbox0(self) -> KemKey:
        return intake_inbox(self.opened.cek, self.first.header_hash)

    @property
    def intake(self) -> KemKey:
        return kem_keypair(self.seeds[-1]) if self.seeds else self.inbox0

    @property
    def unit(self) -> KemKey:
        return kem_keypair(self.unit_seeds[-1])

    def reviewers(self) -> list[Person]:
        return self.world.of(REVIEWER)

    def copy(self) -> Carded:
        made = replace(
            self,
            posted=list(self.posted),
            seeds=list(self.seeds),
            unit_seeds=list(self.unit_seeds),
            sealed=list(self.sealed),
        )
        made.case = self.case.copy(self.day)
        return made

    def post(
        self, by: Person, kind: int, state: int | None = None, box: bytes = b"", card: bytes = b"", **more: Any
    ) -> bytes:
        """A deed with its box and card, on the present head. Returns its link."""
        fields = {"box_hash": parse_box(box).hash} if box else {}
        link = self.case.add(by, kind, state, **fields, **more)
        self.posted.append(PostedEntry(self.case.entries[-1], box, card=card))
        return link

    def fields(self, kind: int, by: Person) -> BoxFields:
        ring = self.world.keyring
        return BoxFields(ring.instance, self.first.cid, kind, Z32, by.id, self.case.day, ring.hash)

    def note(self, by: Person) -> bytes:
        return seal_box(self.fields(NOTE, by), by.signing_seed, [self.intake.pk], "ru", "")

    def cards(self) -> list[SignedCard]:
        return cards(self.case.chain(), self.posted)

    def card_of(self, intake: bytes, unit: bytes, **changes: Any) -> bytes:
        number = self.cards()[-1].card.number if self.cards() else 0
        card = Card(self.world.instance, self.first.cid, number + 1, intake, unit)
        return encode_card(replace(card, **changes))

    def propose_readers(self, by: Person, named: Sequence[Person], **changes: Any) -> bytes:
        """Returns the link; the fresh seed counts once somebody agrees: it is the newest of `seeds` from now on."""
        unit_seed = os.urandom(32) if self.unit_seeds else b""
        self.seeds.append(os.urandom(32))
        self.unit_seeds += [unit_seed] if unit_seed else []
        unit_pk = self.unit.pk if unit_seed else b""
        keys = [MessageKey(self.first.cid, self.opened.cek)]
        pks = [one.key.pk for one in named]
        box = seal_readers(self.fields(WRAP_INTAKE, by), by.signing_seed, pks, keys, WORDS, self.seeds, unit_seed)
        card = self.card_of(self.intake.pk, unit_pk, **changes)
        return self.post(by, READERS_PROPOSED, box=box, card=card, cited=hash(card))

    def keep(self, by: Person, named: Sequence[Person]) -> None:
        keys = [MessageKey(self.first.cid, self.opened.cek)]
        pks = [one.key.pk for one in named]
        box = seal_readers(self.fields(WRAP_INTAKE, by), by.signing_seed, pks, keys, WORDS)
        self.post(by, READERS_KEPT, box=box)

    def change_readers(self, by: Person, other: Person, named: Sequence[Person], **changes: Any) -> None:
        link = self.propose_readers(by, named, **changes)
        self.post(other, READERS_AGREED, cited=link)

    def wrap(self, by: Person, named: Sequence[Person] = ()) -> bytes:
        grants = [Grant(self.first.cid, account_key(self.opened))]
        pks = [one.key.pk for one in named or (*self.world.of(INVESTIGATOR)[:2], self.world.of(SUPERVISOR)[0])]
        fields = self.fields(WRAP_UNIT, by)
        return seal_wrap(fields, by.signing_seed, pks, grants, self.unit_seeds, self.intake.pk, WORDS)

    def hand_off(self, by: Person, other: Person, **changes: Any) -> None:
        self.post(by, STEP, TRIAGED, box=self.note(by), priority=3)
        self.unit_seeds.append(os.urandom(32))
        card = self.card_of(self.intake.pk, self.unit.pk, **changes)
        link = self.post(by, PROPOSAL, ASSIGNED, box=self.wrap(by), card=card, cited=hash(card))
        self.post(other, APPROVAL, ASSIGNED, box=self.note(other), cited=link)

    def claim(self) -> None:
        """The first two investigators have it."""
        two = self.world.of(INVESTIGATOR)[:2]
        self.post(two[0], CLAIMED, cited=b"".join(sorted(one.id for one in two)))

    def change_unit(self, by: Person, other: Person, **changes: Any) -> None:
        self.unit_seeds.append(os.urandom(32))
        card = self.card_of(self.intake.pk, self.unit.pk, **changes)
        link = self.post(by, UNIT_PROPOSED, box=self.wrap(by), card=card, cited=hash(card))
        self.post(other, READERS_AGREED, cited=link)

    def write(self, card: Card | None = None, text: str = "Ещё одно.") -> bytes:
        """What the person's page seals by a card: the newest, unless said."""
        card = card or self.cards()[-1].card
        ring, me = self.world.keyring, self.me
        drawn = draw_readers(ring, me.k0, self.world.today)
        intake, unit = inbox_pks(card, self.case.chain().place)
        prepared = prepare_slots(intake, [self.world.person(one.id).key.pk for one in drawn.custodians], unit)
        content = Content(FOLLOW_UP, self.world.today, "ru", {"story": text})
        return seal_message(
            prepared, me.receipt, KeyringName(ring.instance, ring.version, ring.hash), 0, content, {}, {}
        )
