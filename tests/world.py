"""A small world for tests: trustees, members and submitters with real keys, and an instance folder on disk."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from crypto.account import COMPLAINT, Content
from crypto.box import TEXT, BoxFields, intake_inbox, parse_box, seal_box, withhold_slots
from crypto.chain import Chain, KnownMessage, verify_chain
from crypto.draw import draw_readers
from crypto.encoding import Z32
from crypto.enrolment import encode_kem_keys
from crypto.entry import OPENED, TEXT_ENTRY, Entry, messages_head, sign_entry
from crypto.keyring import (
    CUSTODIAN,
    INVESTIGATOR,
    PANEL,
    REVIEWER,
    SUPERVISOR,
    UNIT,
    Former,
    Group,
    KeyringBody,
    Member,
    Policy,
    encode_keyring,
    seal_keyring,
)
from crypto.mailbox import Mailbox, OpenedMailbox, StatusFields, open_mailbox, seal_reply, seal_status
from crypto.members import StaffRequest, sign_in, sign_staff_request
from crypto.message import (
    NORMAL,
    KeyringName,
    OpenedMessage,
    SealedMessage,
    open_message,
    parse_sealed,
    prepare_slots,
    seal_message,
)
from crypto.posts import Post, encode_post
from crypto.primitives import KemKey, hash, kem_keypair, signing_pk
from crypto.receipt import Receipt, receipt_from_k0
from crypto.requests import Route, sign_mailbox_request
from crypto.roots import FirstRoots, Root, RootSet, encode_first_roots, encode_root_set, sign_as_root
from crypto.walk import BEGINNING
from crypto.workflow import SCREENING
from service import clock
from service.instance import Instance, Reading, write_instance, write_keyring

ORIGIN = "http://127.0.0.1:8000"
GROUPS = (
    Group("abroad", PANEL, ()),
    Group("in-country", PANEL, ("KG", "KZ", "TJ")),
    Group("unit-north", UNIT, ()),
)


@dataclass(frozen=True)
class Person:
    """A member with all secrets."""

    id: bytes
    role: int
    group: str
    signing_seed: bytes
    kem_seed: bytes
    flags: int = 0

    @cached_property
    def key(self) -> KemKey:
        return kem_keypair(self.kem_seed)

    @property
    def signing_pk(self) -> bytes:
        return signing_pk(self.signing_seed)

    def listed(self, today: int, days: int = 365) -> Member:
        return Member(
            self.id,
            self.role,
            self.group,
            self.flags,
            self.signing_pk,
            hash(self.key.pk),
            Z32,
            today - 30,
            today + days,
        )


def new_person(role: int, group: str = "") -> Person:
    return Person(os.urandom(16), role, group, os.urandom(32), os.urandom(32))


@dataclass
class World:
    """Five trustees, threshold three; by default eight reviewers in two panels, and one or two of the others."""

    today: int = field(default_factory=clock.today)
    root_seeds: list[bytes] = field(default_factory=lambda: [os.urandom(32) for _ in range(5)])
    threshold: int = 3
    people: list[Person] = field(
        default_factory=lambda: [
            *(new_person(REVIEWER, "abroad") for _ in range(4)),
            *(new_person(REVIEWER, "in-country") for _ in range(4)),
            *(new_person(SUPERVISOR) for _ in range(2)),
            *(new_person(INVESTIGATOR, "unit-north") for _ in range(2)),
            *(new_person(CUSTODIAN) for _ in range(2)),
        ]
    )
    days: int = 365  # of membership from today on

    @cached_property
    def roots(self) -> RootSet:
        names = [f"Organisation {n}" for n in range(len(self.root_seeds))]
        return encode_root_set(
            1, self.threshold, [Root(signing_pk(s), n) for s, n in zip(self.root_seeds, names, strict=True)]
        )

    @cached_property
    def first_roots(self) -> FirstRoots:
        return encode_first_roots(self.roots, os.urandom(32))

    @property
    def instance(self) -> bytes:
        return self.first_roots.instance

    def of(self, role: int) -> list[Person]:
        return [person for person in self.people if person.role == role]

    def person(self, id_: bytes) -> Person:
        return next(person for person in self.people if person.id == id_)

    @cached_property
    def keyring(self) -> KeyringBody:
        return self.keyring_of(1, Z32)

    def keyring_of(
        self, version: int, prev: bytes, people: list[Person] | None = None, formers: list[Former] | None = None
    ) -> KeyringBody:
        return encode_keyring(
            instance=self.instance,
            version=version,
            not_before=self.today - 1,
            expires=self.today + 40,
            prev=prev,
            roots_hash=self.roots.hash,
            policy=Policy(1, 5, 4, 30),
            groups=GROUPS,
            members=[person.listed(self.today, self.days) for person in (people or self.people)],
            formers=formers or [],
        )

    def signed(self, body: KeyringBody, signers: int | None = None) -> bytes:
        seeds = self.root_seeds[: self.threshold if signers is None else signers]
        return seal_keyring(body, [sign_as_root(signing_pk(seed), seed, body.encoded) for seed in seeds])

    def kem_keys(self, people: list[Person] | None = None) -> bytes:
        return encode_kem_keys(self.instance, [person.key.pk for person in (people or self.people)])

    def write_instance(self, data: Path, demo: bool = False) -> None:
        """DATA/instance with keyring 1, and a site of one page."""
        settings = Instance(
            name="Test",
            demo=demo,
            origins=(ORIGIN,),
            onion="",
            languages=("ru", "en"),
            default_language="ru",
            quick_exit="https://example.org/",
            reading=Reading(),
            build_day=self.today,
            first_roots=self.first_roots.encoded,
            roots=self.roots.encoded,
        )
        write_instance(data / "instance", settings)
        write_keyring(data / "instance", 1, self.signed(self.keyring), self.kem_keys())
        site = data / "site"
        site.mkdir(exist_ok=True)
        (site / "index.html").write_bytes(b"<!doctype html><title>-</title>")
        (site / "headers.json").write_text(json.dumps({"/": {"Content-Type": "text/html; charset=utf-8"}}))
        (site / "manifest.json").write_text(json.dumps({"instance": self.instance.hex(), "keyring": {"version": 1}}))


@dataclass
class Submitter:
    """A person with a receipt; `k0` is random here: Argon2id is tested elsewhere and costs 40 ms."""

    world: World
    k0: bytes = field(default_factory=lambda: os.urandom(32))

    @cached_property
    def receipt(self) -> Receipt:
        return receipt_from_k0(self.world.instance, self.k0)

    def seal(
        self,
        text: str,
        name: str = "",
        kind: int = COMPLAINT,
        lane: int = NORMAL,
        keyring: KeyringBody | None = None,
        answers: dict[str, str] | None = None,
        to: list[Person] | None = None,
    ) -> bytes:
        """`to`: others than whom the browser would draw."""
        world, ring = self.world, keyring or self.world.keyring
        draw = draw_readers(ring, self.k0, world.today)
        prepared = prepare_slots(
            [one.key.pk for one in to] if to else [world.person(one.id).key.pk for one in draw.readers],
            [world.person(one.id).key.pk for one in draw.custodians],
        )
        content = Content(kind, world.today, "ru", ({"story": text} if text else {}) | (answers or {}))
        name_of = KeyringName(world.instance, ring.version, ring.hash)
        return seal_message(prepared, self.receipt, name_of, lane, content, {"name": name} if name else {}, {})

    def readers(self) -> list[Person]:
        return [
            self.world.person(one.id) for one in draw_readers(self.world.keyring, self.k0, self.world.today).readers
        ]

    def request(self, route: Route, body: bytes, nonce: bytes) -> bytes:
        return sign_mailbox_request(self.world.instance, self.receipt, route, body, nonce)

    def open(self, answer: bytes, keyring: KeyringBody | None = None, today: int | None = None) -> OpenedMailbox | None:
        blocks = [answer[at : at + 16384] for at in range(0, len(answer), 16384)]
        mine, ring = self.receipt, keyring or self.world.keyring
        return open_mailbox(
            self.world.instance,
            mine.request_pk,
            mine.mailbox_seed,
            mine.veil_key,
            ring,
            blocks,
            self.world.today if today is None else today,
        )


@dataclass
class Desk:
    """What a reviewer's browser does with one case."""

    world: World
    reader: Person
    sealed: list[bytes]
    entries: list[bytes] = field(default_factory=list)
    boxes: dict[bytes, bytes] = field(default_factory=dict)  # by their hash

    @cached_property
    def first(self) -> SealedMessage:
        return parse_sealed(self.world.instance, self.sealed[0])

    @cached_property
    def opened(self) -> OpenedMessage:
        return open_message(self.first, self.reader.key)

    @property
    def cids(self) -> list[bytes]:
        return [parse_sealed(self.world.instance, one).cid for one in self.sealed]

    def chain(self) -> Chain:
        known = [KnownMessage(cid, 0) for cid in self.cids]
        return verify_chain(
            self.world.instance, self.first.cid, self.world.keyring, self.entries, known, self.world.today
        )

    @property
    def mailbox(self) -> Mailbox:
        account = self.opened.account
        return Mailbox(self.first.lookup, account.mailbox_pk, account.veil_key)

    def entry(self, kind: int, box_hash: bytes = Z32, cited: bytes = Z32, day: int | None = None) -> bytes:
        chain = self.chain()
        return sign_entry(
            Entry(
                instance=self.world.instance,
                cid=self.first.cid,
                seq=len(self.entries),
                prev=chain.head,
                kind=kind,
                state=SCREENING,
                day=self.world.today if day is None else day,
                until=0,
                actor=self.reader.id,
                box_hash=box_hash,
                cited=cited,
                keyring_hash=self.world.keyring.hash,
                messages=messages_head(self.cids),
            ),
            self.reader.signing_seed,
        )

    def status_block(self) -> bytes:
        chain = self.chain()
        fields = StatusFields(
            self.world.instance,
            self.first.cid,
            self.first.write_signature,
            tuple(self.cids),
            BEGINNING,
            chain.entries,
            self.world.today,
            self.reader.id,
        )
        return seal_status(fields, self.reader.signing_seed, self.mailbox)

    def post_opened(self) -> bytes:
        entry = self.entry(OPENED)
        self.entries.append(entry)
        return encode_post(Post(entry, b"", self.status_block(), b""))

    def post_text(self, text: str, language: str = "ru") -> bytes:
        inbox = intake_inbox(self.opened.cek, self.first.header_hash)
        fields = BoxFields(
            self.world.instance, self.first.cid, TEXT, Z32, self.reader.id, self.world.today, self.world.keyring.hash
        )
        mailbox = self.mailbox
        box = seal_box(fields, self.reader.signing_seed, [mailbox.mailbox_pk, inbox.pk], language, text)
        entry = self.entry(TEXT_ENTRY, parse_box(box).hash, self.cids[-1])
        precede = sum(one.kind == TEXT_ENTRY for one in self.chain().entries)
        self.entries.append(entry)
        self.boxes[parse_box(box).hash] = box
        reply = seal_reply(self.world.instance, precede, entry, withhold_slots(box, mailbox.mailbox_pk), mailbox)
        return encode_post(Post(entry, box, self.status_block(), reply))


def signin_body(world: World, person: Person, nonce: bytes, session_seed: bytes, origin: str = ORIGIN) -> bytes:
    return sign_in(world.instance, origin, nonce, person.id, signing_pk(session_seed), person.signing_seed)


def staff_headers(
    world: World, session: bytes, session_seed: bytes, method: str, path: str, body: bytes = b""
) -> dict[str, str]:
    request = StaffRequest(session, method, path, body, os.urandom(16))
    return {
        "Panah-Session": session.hex(),
        "Panah-Nonce": request.nonce.hex(),
        "Panah-Signature": sign_staff_request(world.instance, request, session_seed).hex(),
    }
