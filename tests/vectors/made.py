"""A small world with real keys, made anew for each run: what the tests of both languages seal and open."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field

from crypto import box, entry, keyring, mailbox, message, roots, walk
from crypto.account import Content
from crypto.encoding import NEVER, Z32
from crypto.primitives import hash, kem_keypair, signing_pk
from crypto.receipt import Receipt, receipt_from_k0
from tests.vectors.lines import Lines

DAY = 20_800
TRICKY = ["", "\0", "\ufeffмәтін", "\u202eabc", "👩‍👩‍👧", "é", "e\u0301", "\ud800", "a\udfff", "\u2028", "ў" * 300]


@dataclass
class Person:
    """A member with their seeds."""

    role: int
    group: str
    id: bytes = field(default_factory=lambda: os.urandom(16))
    signing: bytes = field(default_factory=lambda: os.urandom(32))
    kem: bytes = field(default_factory=lambda: os.urandom(32))

    @property
    def pk(self) -> bytes:
        return kem_keypair(self.kem).pk


@dataclass
class World:
    seeds: list[bytes]
    first: roots.FirstRoots
    people: list[Person]
    body: keyring.KeyringBody
    signed: bytes

    @property
    def instance(self) -> bytes:
        return self.first.instance


def make_world() -> World:
    seeds = [os.urandom(32) for _ in range(5)]
    root_set = roots.encode_root_set(
        1, 3, [roots.Root(signing_pk(seed), f"Бірлік {n}") for n, seed in enumerate(seeds)]
    )
    first = roots.encode_first_roots(root_set, os.urandom(32))
    people = [Person(keyring.REVIEWER, "home" if n % 2 else "abroad") for n in range(8)]
    people += [Person(keyring.CUSTODIAN, ""), Person(keyring.CUSTODIAN, ""), Person(keyring.INVESTIGATOR, "unit-a")]
    body = keyring.encode_keyring(
        instance=first.instance,
        version=1,
        not_before=DAY,
        expires=DAY + 45,
        prev=Z32,
        roots_hash=root_set.hash,
        policy=keyring.Policy(1, 5, 4, 30),
        groups=[keyring.Group("abroad", 0, ("KZ", "UZ")), keyring.Group("home", 0, ()), keyring.Group("unit-a", 1, ())],
        members=[
            keyring.Member(p.id, p.role, p.group, 0, signing_pk(p.signing), hash(p.pk), Z32, DAY - 1, DAY + 400)
            for p in people
        ],
        formers=[keyring.Former(os.urandom(16), 1, signing_pk(os.urandom(32)), DAY - 100, DAY - 1, NEVER)],
    )
    signed = keyring.seal_keyring(body, [roots.sign_as_root(signing_pk(s), s, body.encoded) for s in seeds[:3]])
    return World(seeds, first, people, body, signed)


def some_answers() -> dict[str, str]:
    return {f"__proto__.{n}" if n else "__proto__": random.choice(TRICKY) for n in range(random.randrange(4))}


def pairs(answers: dict[str, str]) -> list[tuple[str, str]]:
    return list(answers.items())


def as_read(answers: dict[str, str]) -> dict[str, str]:
    """A lone surrogate is read as U+FFFD (SPEC 2)."""
    return {name: as_read_text(value) for name, value in answers.items()}


def as_read_text(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@dataclass
class Sealed:
    data: bytes
    receipt: Receipt
    readers: list[Person]
    custodians: list[Person]
    answers: dict[str, str]
    identity: dict[str, str]
    intake: dict[str, str]
    units: list[Person]  # who get k0 alone, as the inbox of a unit does


def seal(world: World, seals: Lines | None, receipt: Receipt | None = None, units: int = 0) -> Sealed:
    """A message to random readers; by the TypeScript when given, else by the Python."""
    receipt = receipt or receipt_from_k0(world.instance, os.urandom(32))
    chosen = random.sample(world.people[:8], random.randrange(1 + units, 9))
    granted, readers = chosen[:units], chosen[units:]
    custodians = random.sample(world.people[8:10], random.randrange(1, 3))
    out = Sealed(b"", receipt, readers, custodians, some_answers(), some_answers(), some_answers(), granted)
    lane = random.randrange(4)
    if seals:
        made = seals.ok(
            "message",
            instance=world.instance,
            version=1,
            keyring_hash=world.body.hash,
            k0=receipt.k0,
            lane=lane,
            day=DAY,
            language="uz-Cyrl",
            readers=[p.pk for p in readers],
            custodians=[p.pk for p in custodians],
            units=[p.pk for p in granted],
            answers=pairs(out.answers),
            identity=pairs(out.identity),
            intake=pairs(out.intake),
        )
        out.data = bytes.fromhex(made)
        return out
    out.data = message.seal_message(
        message.prepare_slots([p.pk for p in readers], [p.pk for p in custodians], [p.pk for p in granted]),
        receipt,
        message.KeyringName(world.instance, 1, world.body.hash),
        lane,
        Content(0, DAY, "uz-Cyrl", out.answers),
        out.identity,
        out.intake,
    )
    return out


@dataclass
class Answered:
    """A case with one message, one `opened` and one `text`, its box and the blocks of its mailbox."""

    sealed: Sealed
    cid: bytes
    reviewer: Person
    text: str
    box: bytes
    mailbox_box: bytes
    entries: list[bytes]
    blocks: list[bytes]


def answered(world: World, seals: Lines | None) -> Answered:
    """Sealed by the TypeScript when given, else by the Python."""
    sealed = seal(world, seals)
    parsed = message.parse_sealed(world.instance, sealed.data)
    reviewer = sealed.readers[0]
    opened = message.open_message(parsed, kem_keypair(reviewer.kem))
    inbox = box.intake_inbox(opened.cek, parsed.header_hash)
    text = random.choice(TRICKY) * 3
    recipients = [sealed.receipt.mailbox_pk, inbox.pk]
    place = {"instance": world.instance, "cid": parsed.cid}
    mail = {
        "lookup": sealed.receipt.lookup,
        "mailbox_pk": opened.account.mailbox_pk,
        "veil_key": opened.account.veil_key,
    }
    about = {"parent": Z32, "author": reviewer.id, "day": DAY, "keyring_hash": world.body.hash}
    if seals:
        box_bytes = bytes.fromhex(
            seals.ok(
                "box", **place, **about, kind=1, seed=reviewer.signing, recipients=recipients, language="ru", text=text
            )
        )
        mailbox_box = bytes.fromhex(seals.ok("withhold", box=box_bytes, pk=sealed.receipt.mailbox_pk))
    else:
        fields = box.BoxFields(world.instance, parsed.cid, 1, Z32, reviewer.id, DAY, world.body.hash)
        box_bytes = box.seal_box(fields, reviewer.signing, recipients, "ru", text)
        mailbox_box = box.withhold_slots(box_bytes, sealed.receipt.mailbox_pk)

    entries: list[bytes] = []
    for seq, (kind, box_hash) in enumerate([(1, Z32), (2, box.parse_box(box_bytes).hash)]):
        prev = entry.parse_signed_entry(entries[-1]).link if entries else Z32
        if seals:
            signed = bytes.fromhex(
                seals.ok(
                    "entry",
                    **place,
                    seq=seq,
                    prev=prev,
                    kind=kind,
                    day=DAY,
                    actor=reviewer.id,
                    box_hash=box_hash,
                    cited=parsed.cid,
                    keyring_hash=world.body.hash,
                    messages=[parsed.cid],
                    seed=reviewer.signing,
                )
            )
        else:
            plain = entry.Entry(
                world.instance,
                parsed.cid,
                seq,
                prev,
                kind,
                1,
                DAY,
                0,
                reviewer.id,
                box_hash,
                parsed.cid,
                world.body.hash,
                entry.messages_head([parsed.cid]),
            )
            signed = entry.sign_entry(plain, reviewer.signing)
        entries.append(signed)

    if seals:
        made = [
            seals.ok(
                "status",
                **place,
                **mail,
                write_signature=parsed.write_signature,
                messages=[parsed.cid],
                entries=entries,
                day=DAY,
                author=reviewer.id,
                seed=reviewer.signing,
            ),
            seals.ok("reply", instance=world.instance, **mail, precede=0, entry=entries[1], box=mailbox_box),
            *(seals.ok("dummy", server_key=Z32, lookup=mail["lookup"], index=n) for n in range(2, 8)),
        ]
        blocks = [bytes.fromhex(block) for block in made]
    else:
        keys = mailbox.Mailbox(**mail)
        status = mailbox.StatusFields(
            world.instance,
            parsed.cid,
            parsed.write_signature,
            (parsed.cid,),
            walk.BEGINNING,
            tuple(entry.parse_signed_entry(one) for one in entries),
            DAY,
            reviewer.id,
        )
        blocks = [
            mailbox.seal_status(status, reviewer.signing, keys),
            mailbox.seal_reply(world.instance, 0, entries[1], mailbox_box, keys),
            *(mailbox.dummy_block(Z32, keys.lookup, n) for n in range(2, 8)),
        ]
    return Answered(sealed, parsed.cid, reviewer, text, box_bytes, mailbox_box, entries, blocks)
