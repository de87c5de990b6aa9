"""Sealed in one language and opened in the other, with random inputs: what no fixed vector says."""

from __future__ import annotations

import os
import random

import pytest

from crypto import (
    case,
    draft,
    draw,
    enrolment,
    entry,
    evidence,
    keyring,
    mailbox,
    members,
    message,
    posts,
    requests,
    roots,
)
from crypto.account import encode_answers
from crypto.encoding import NEVER, Z32
from crypto.errors import ProtocolError
from crypto.primitives import Argon2Work, kem_keypair, signing_pk
from crypto.receipt import derive_receipt, new_code, read_code, receipt_from_k0, show_code
from tests.vectors.lines import Lines
from tests.vectors.made import DAY, TRICKY, Person, World, answered, as_read, as_read_text, seal

WORK = Argon2Work(19456, 2, 1)
PASSPHRASE = "Alpha  bravo-charlie\tdelta"
ROUNDS = range(5)
PUBLIC = 14566  # bytes of a message beside its streams, for one reader as for eight


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
def test_what_a_unit_is_sealed_opens_in_the_other_and_nothing_of_it_tells_how_many_read(
    _: int, world: World, typescript: Lines, typescript_seals: Lines
) -> None:
    for by in (typescript_seals, None):
        sealed = seal(world, by, units=1)
        parsed, unit = message.parse_sealed(world.instance, sealed.data), kem_keypair(sealed.units[0].kem)
        k0 = message.open_unit_slot(parsed, unit)
        assert message.open_granted(parsed, k0).account.content.answers == as_read(sealed.answers)
        given = {"instance": world.instance, "message": sealed.data, "kem_seed": sealed.units[0].kem}
        assert typescript.ok("message.unit", **given)["k0"] == k0.hex()
        # the unit's key opens no more, in either
        with pytest.raises(ProtocolError, match="commitment_mismatch"):
            message.open_message(parsed, unit)
        assert typescript.answer("message.open", **given, keyring_hash="") == {"error": "commitment_mismatch"}
        reader = message.open_message(parsed, kem_keypair(sealed.readers[0].kem))
        assert message.account_key(reader) == k0
        # eight slots of one width whoever they are for, and no two of them alike
        slots = parsed.reader_slots
        assert (len(slots), {len(slot) for slot in slots}, len(set(slots))) == (8, {1168}, 8)
        assert len(sealed.data) - sum(len(stream) for stream in parsed.streams) == PUBLIC


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
    assert [reply.text for reply in opened.replies] == [as_read_text(made.text)]
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
    text = as_read_text(made.text).encode().hex()
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
    assert verified["head"] == entry.parse_signed_entry(made.entries[1]).link.hex()
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
            items = [posts.PostedEntry(*pair) for pair in posted]
            data = case.encode_case(world.instance, [world.signed], [made.sealed.data, later.data], items)
            opened = typescript.ok(
                "case.open", keyfile=locked, passphrase=b"alpha bravo charlie delta", case=data, device_day=DAY + 900
            )
            assert opened["texts"] == [as_read_text(made.text).encode().hex()]
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
            assert [one.text for one in there.texts] == [as_read_text(made.text)]
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
    request = members.StaffRequest(os.urandom(16), "GET", "/v1/casework/cases?b=1&a=2", b"\0x", os.urandom(16))
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
    opened = draft.open_draft(world.instance, one.id, kem_keypair(one.kem), bytes.fromhex(made))
    assert opened == as_read_text(text)


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
