"""Sealed in one language and opened in the other, with random inputs: what no fixed vector says."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field

import pytest

from crypto import box, case, chain, draw, enrolment, evidence, keyring, mailbox, members, message, requests, roots
from crypto.account import Content, encode_answers
from crypto.encoding import NEVER, Z32
from crypto.primitives import Argon2Work, hash, kem_keypair, signing_pk
from crypto.receipt import Receipt, derive_receipt, new_code, read_code, receipt_from_k0, show_code
from tests.vectors.lines import Lines

DAY = 20_800
WORK = Argon2Work(19456, 2, 1)
PASSPHRASE = "Alpha  bravo-charlie\tdelta"
TRICKY = ["", "\0", "\ufeffмәтін", "\u202eabc", "👩‍👩‍👧", "é", "e\u0301", "\ud800", "a\udfff", "\u2028", "ў" * 300]
ROUNDS = range(5)


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


@pytest.fixture(scope="module")
def world() -> World:
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
    return {name: _as_read(value) for name, value in answers.items()}


def _as_read(text: str) -> str:
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


def seal(world: World, seals: Lines | None, receipt: Receipt | None = None) -> Sealed:
    """A message to random readers; by the TypeScript when given, else by the Python."""
    receipt = receipt or receipt_from_k0(world.instance, os.urandom(32))
    readers = random.sample(world.people[:8], random.randrange(1, 9))
    custodians = random.sample(world.people[8:10], random.randrange(1, 3))
    out = Sealed(b"", receipt, readers, custodians, some_answers(), some_answers(), some_answers())
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
            answers=pairs(out.answers),
            identity=pairs(out.identity),
            intake=pairs(out.intake),
        )
        out.data = bytes.fromhex(made)
        return out
    out.data = message.seal_message(
        message.prepare_slots([p.pk for p in readers], [p.pk for p in custodians]),
        receipt,
        message.KeyringName(world.instance, 1, world.body.hash),
        lane,
        Content(0, DAY, "uz-Cyrl", out.answers),
        out.identity,
        out.intake,
    )
    return out


@pytest.mark.parametrize("_", ROUNDS)
def test_a_message_of_the_typescript_opens_in_python(_: int, world: World, typescript_seals: Lines) -> None:
    sealed = seal(world, typescript_seals)
    parsed = message.parse_sealed(world.instance, sealed.data)
    assert parsed.lookup == sealed.receipt.lookup
    half = b""
    for reader in sealed.readers:
        opened = message.open_message(parsed, kem_keypair(reader.kem), world.body.hash)
        assert opened.account.content.answers == as_read(sealed.answers)
        assert opened.intake == as_read(sealed.intake)
        half = opened.half
    for custodian in sealed.custodians:
        key = message.open_custodian_slot(parsed, kem_keypair(custodian.kem))
        assert message.open_identity(parsed, half, key).identity == as_read(sealed.identity)


@pytest.mark.parametrize("_", ROUNDS)
def test_a_message_of_python_opens_in_the_typescript(_: int, world: World, typescript: Lines) -> None:
    sealed = seal(world, None)
    given = {"instance": world.instance, "message": sealed.data}
    parsed = typescript.ok("message.parse", **given)
    assert parsed["lookup"] == sealed.receipt.lookup.hex()
    opened = {}
    for reader in sealed.readers:
        opened = typescript.ok("message.open", **given, kem_seed=reader.kem, keyring_hash=world.body.hash)
        here = message.open_message(message.parse_sealed(world.instance, sealed.data), kem_keypair(reader.kem))
        assert (opened["cek"], opened["account"]) == (here.cek.hex(), here.account_bytes.hex())
    for custodian in sealed.custodians:
        key = typescript.ok("message.custodian", **given, kem_seed=custodian.kem)["key"]
        identity = typescript.ok("identity.open", **given, half=opened["half"], key=key)["identity"]
        assert identity == encode_answers(sealed.identity).hex()
    outsider = next((p for p in world.people if p not in sealed.readers), world.people[-1])
    refused = typescript.answer("message.open", **given, kem_seed=outsider.kem, keyring_hash="")
    assert refused == {"error": "not_a_recipient"}


def test_roots_and_keyring_are_the_same_bytes_in_both(world: World, typescript: Lines, typescript_seals: Lines) -> None:
    names = {"seeds": world.seeds, "random": world.first.random, "threshold": 3, "version": 1, "name": "Бірлік "}
    assert typescript_seals.ok("roots", **names) == world.first.encoded.hex()
    verified = typescript.ok("roots.verify", first_roots=world.first.encoded)
    assert verified["fingerprint"] == roots.fingerprint(world.instance, world.first.roots)
    former = world.body.formers[0]
    made = typescript_seals.ok(
        "keyring",
        seeds=world.seeds[:3],
        instance=world.instance,
        roots=world.first.roots.encoded,
        version=1,
        day=DAY,
        members=[
            {
                "id": m.id,
                "role": m.role,
                "group": m.group,
                "flags": m.flags,
                "signing_pk": m.signing_pk,
                "kem_hash": m.kem_hash,
            }
            for m in random.sample(world.body.members, len(world.body.members))
        ],
        formers=[
            {
                "id": former.id,
                "role": former.role,
                "signing_pk": former.signing_pk,
                "first": former.first,
                "last": former.last,
                "since": NEVER,
            }
        ],
    )
    assert made == world.signed.hex()


def test_a_root_rotation_is_accepted_by_the_other(world: World, typescript: Lines, typescript_seals: Lines) -> None:
    held = world.first.roots
    seeds = [*world.seeds[:4], os.urandom(32)]
    following = roots.encode_root_set(2, 3, [roots.Root(signing_pk(seed), "п") for seed in seeds])
    made = typescript_seals.ok(
        "change", instance=world.instance, held=held.encoded, next=following.encoded, seeds=seeds[:3]
    )
    assert roots.rotate_roots(world.instance, held, bytes.fromhex(made)) == following
    change = roots.encode_root_change(world.instance, held, following)
    signed = roots.seal_root_change(change, [roots.sign_as_root(signing_pk(s), s, change) for s in seeds[1:4]])
    there = typescript.ok("roots.rotate", instance=world.instance, roots=held.encoded, change=signed)
    assert there["roots"] == following.encoded.hex()


def test_kem_keys_and_enrolments_are_the_same_bytes_in_both(world: World, typescript_seals: Lines) -> None:
    pks = [p.pk for p in world.people]
    here = enrolment.encode_kem_keys(world.instance, pks)
    assert typescript_seals.ok("kem_keys", instance=world.instance, pks=pks) == here.hex()
    new = Person(keyring.REVIEWER, "home")
    made = typescript_seals.ok(
        "enrolment", instance=world.instance, id=new.id, role=new.role, group=new.group, seed=new.signing, kem_pk=new.pk
    )
    verified = enrolment.verify_enrolment(world.instance, bytes.fromhex(made))
    assert enrolment.sign_enrolment(world.instance, verified, new.signing).hex() == made


@pytest.mark.parametrize("_", range(20))
def test_both_draw_the_same_readers(_: int, world: World, typescript: Lines) -> None:
    k0 = os.urandom(32)
    country, left_out = random.choice(["", "KZ", "UZ", "XX"]), random.choice([[], ["home"], ["abroad"], ["none"]])
    here = draw.draw_readers(world.body, k0, DAY, country, left_out)
    there = typescript.ok(
        "keyring.draw", keyring=world.body.encoded, k0=k0, today=DAY, country=country, left_out=left_out
    )
    assert there["readers"] == [one.id.hex() for one in here.readers]
    assert there["custodians"] == [one.id.hex() for one in here.custodians]


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 300_001])
def test_evidence_opens_in_the_other(size: int, world: World, typescript: Lines, typescript_seals: Lines) -> None:
    data = os.urandom(size)
    here = evidence.seal_evidence(world.instance, data)
    there = typescript.ok(
        "evidence.open",
        instance=world.instance,
        upload_id=here.upload_id,
        key=here.key,
        size=size,
        blob=here.blob,
        plaintext_hash=here.plaintext_hash,
    )
    assert there["plaintext"] == data.hex()
    made = typescript_seals.ok("evidence", instance=world.instance, data=data)
    unhexed = [bytes.fromhex(made[name]) for name in ("upload_id", "key", "blob", "plaintext_hash")]
    upload_id, key, blob, plaintext_hash = unhexed
    assert evidence.open_evidence(world.instance, upload_id, key, size, blob, plaintext_hash=plaintext_hash) == data
    assert len(blob) == len(here.blob)


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
        prev = chain.parse_signed_entry(entries[-1]).link if entries else Z32
        if seals:
            entry = bytes.fromhex(
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
            plain = chain.Entry(
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
                chain.messages_head([parsed.cid]),
            )
            entry = chain.sign_entry(plain, reviewer.signing)
        entries.append(entry)

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
            chain.BEGINNING,
            tuple(chain.parse_signed_entry(entry) for entry in entries),
            DAY,
            reviewer.id,
        )
        blocks = [
            mailbox.seal_status(status, reviewer.signing, keys),
            mailbox.seal_reply(world.instance, 0, entries[1], mailbox_box, keys),
            *(mailbox.dummy_block(Z32, keys.lookup, n) for n in range(2, 8)),
        ]
    return Answered(sealed, parsed.cid, reviewer, text, box_bytes, mailbox_box, entries, blocks)


@pytest.mark.parametrize("_", ROUNDS)
def test_a_reply_of_the_typescript_is_read_by_python(_: int, world: World, typescript_seals: Lines) -> None:
    made = answered(world, typescript_seals)
    receipt = made.sealed.receipt
    opened = mailbox.open_mailbox(
        world.instance, receipt.request_pk, receipt.mailbox_seed, receipt.veil_key, world.body, made.blocks, DAY
    )
    assert opened is not None
    assert [error.slug for error in opened.refused] == []
    assert (opened.cid, opened.state, opened.acknowledged) == (made.cid, 1, True)
    assert [reply.text for reply in opened.replies] == [_as_read(made.text)]
    assert made.blocks[2:] == [mailbox.dummy_block(Z32, receipt.lookup, n) for n in range(2, 8)]


@pytest.mark.parametrize("_", ROUNDS)
def test_a_reply_of_python_is_read_by_the_typescript(_: int, world: World, typescript: Lines) -> None:
    made = answered(world, None)
    receipt = made.sealed.receipt
    opened = typescript.ok(
        "mailbox.open",
        instance=world.instance,
        request_seed=receipt.request_seed,
        mailbox_seed=receipt.mailbox_seed,
        veil_key=receipt.veil_key,
        keyring=world.body.encoded,
        blocks=made.blocks,
        today=DAY,
    )
    assert (opened["cid"], opened["state"], opened["acknowledged"]) == (made.cid.hex(), 1, True)
    text = _as_read(made.text).encode().hex()
    assert [(reply["seq"], reply["text"]) for reply in opened["replies"]] == [(1, text)]
    verified = typescript.ok(
        "chain.verify",
        instance=world.instance,
        cid=made.cid,
        keyring=world.body.encoded,
        entries=made.entries,
        messages=[{"cid": made.cid, "lane": 2}],
        today=DAY,
    )
    assert verified["head"] == chain.parse_signed_entry(made.entries[1]).link.hex()
    assert (verified["state"], verified["void"], verified["unconfirmed"]) == (1, [], [])


def test_a_case_opens_in_the_other(world: World, typescript: Lines, typescript_seals: Lines) -> None:
    for writer in (None, typescript_seals):
        made = answered(world, writer)
        later = seal(world, writer, made.sealed.receipt)
        while made.reviewer not in later.readers:
            later = seal(world, writer, made.sealed.receipt)
        keyfile = members.Keyfile(
            made.reviewer.id, 1, made.reviewer.signing, made.reviewer.kem, world.first, world.first.roots
        )
        posted = [(made.entries[0], b""), (made.entries[1], made.box)]
        if writer is None:
            locked = members.seal_keyfile(keyfile, PASSPHRASE, WORK)
            items = [chain.PostedEntry(*pair) for pair in posted]
            data = case.encode_case(world.instance, [world.signed], [made.sealed.data, later.data], items)
            opened = typescript.ok(
                "case.open", keyfile=locked, passphrase=b"alpha bravo charlie delta", case=data, device_day=DAY + 900
            )
            assert opened["texts"] == [_as_read(made.text).encode().hex()]
            assert len(opened["accounts"]) == 2
        else:
            locked = bytes.fromhex(
                writer.ok(
                    "keyfile",
                    member=keyfile.member,
                    role=1,
                    signing_seed=keyfile.signing_seed,
                    kem_seed=keyfile.kem_seed,
                    first_roots=world.first.encoded,
                    passphrase=PASSPHRASE,
                )
            )
            data = bytes.fromhex(
                writer.ok(
                    "case",
                    instance=world.instance,
                    keyrings=[world.signed],
                    messages=[made.sealed.data, later.data],
                    posted=posted,
                )
            )
            there = case.open_case(members.open_keyfile(locked, "alpha-bravo charlie  delta "), data, DAY + 900)
            assert [one.text for one in there.texts] == [_as_read(made.text)]
            assert [one.account.content.answers for one in there.messages] == [
                as_read(made.sealed.answers),
                as_read(later.answers),
            ]


def test_requests_and_sign_ins_are_verified_by_the_other(
    world: World, typescript: Lines, typescript_seals: Lines
) -> None:
    server_key = os.urandom(32)
    receipt = receipt_from_k0(world.instance, os.urandom(32))
    nonce = requests.make_nonce(server_key, "mailbox", 2_000_000_000)
    made = typescript_seals.ok(
        "request", instance=world.instance, k0=receipt.k0, route="mailbox.burn", body=b"\2", nonce=nonce
    )
    assert requests.sign_mailbox_request(world.instance, receipt, "mailbox.burn", b"\2", nonce).hex() == made
    there_nonce = bytes.fromhex(
        typescript_seals.ok("nonce", server_key=server_key, purpose="signin", expiry=2_000_000_000)
    )
    requests.check_nonce(server_key, "signin", there_nonce, 1_999_999_999)
    one = world.people[0]
    here = members.sign_in(world.instance, "https://панах.example", there_nonce, one.id, Z32, one.signing)
    signed = typescript_seals.ok(
        "signin",
        instance=world.instance,
        origin="https://панах.example",
        nonce=there_nonce,
        member=one.id,
        session_pk=Z32,
        seed=one.signing,
    )
    assert signed == here.hex()
    request = members.StaffRequest(os.urandom(16), "GET", "/v1/reviewers/cases?b=1&a=2", b"\0x", os.urandom(16))
    signature = typescript_seals.ok(
        "staff",
        instance=world.instance,
        session=request.session,
        method=request.method,
        path=request.path,
        body=request.body,
        nonce=request.nonce,
        seed=one.signing,
    )
    members.verify_staff_request(world.instance, request, signing_pk(one.signing), bytes.fromhex(signature))


def test_a_draft_of_the_typescript_opens_in_python(world: World, typescript_seals: Lines) -> None:
    one = world.people[0]
    text = "".join(TRICKY)
    made = typescript_seals.ok("draft", instance=world.instance, member=one.id, pk=one.pk, text=text)
    opened = box.open_draft(world.instance, one.id, kem_keypair(one.kem), bytes.fromhex(made))
    assert opened == _as_read(text)


@pytest.mark.parametrize("_", range(20))
def test_codes_of_the_typescript_are_read_by_python(_: int, typescript: Lines, typescript_seals: Lines) -> None:
    made = typescript_seals.ok("code")
    assert read_code(made["shown"]) and show_code(read_code(made["digits"]))
    assert typescript.ok("receipt.parse", text=show_code(new_code()).encode())


def test_both_stretch_a_code_to_the_same_keys(world: World, typescript: Lines) -> None:
    digits = new_code()
    here = derive_receipt(world.instance, digits)
    there = typescript.ok("receipt.derive", instance=world.instance, digits=digits)
    assert there == {
        "k0": here.k0.hex(),
        "request_pk": here.request_pk.hex(),
        "mailbox_pk": here.mailbox_pk.hex(),
        "veil_key": here.veil_key.hex(),
        "lookup": here.lookup.hex(),
    }
