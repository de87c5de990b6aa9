"""SPEC 10 to 12: requests replayed or moved, key files, sign-in relayed, whole cases."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from crypto.account import FOLLOW_UP
from crypto.box import WRAP_INTAKE, BoxFields, MessageKey, Words, parse_box, seal_readers
from crypto.case import encode_case
from crypto.encoding import Z32, decode, encode, u8, u32
from crypto.entry import (
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    Entry,
    messages_head,
    parse_signed_entry,
    sign_entry,
)
from crypto.keyring import REVIEWER, SUPERVISOR
from crypto.members import Keyfile, seal_keyfile, sign_in
from crypto.posts import PostedEntry
from crypto.primitives import Argon2Work, aead_seal, argon2id, hash, kdf, sign, signing_pk
from crypto.requests import make_nonce, sign_mailbox_request
from tests.vectors.attack_chain import desk
from tests.vectors.attack_keyring import DAY, world
from tests.vectors.attack_message import sealed, submitter
from tests.world import ORIGIN, Desk, Person, Submitter, new_person

CHEAPEST = Argon2Work(19456, 2, 1)
SALT = hash(b"of every key file here")[:16]
NOW = DAY * 86400
PASSPHRASE = "alpha bravo charlie delta echo foxtrot golf"


def requests_sheet(sheet: Any) -> None:
    w, me = world(), submitter().receipt
    key = os.urandom(32)
    nonce = make_nonce(key, "mailbox", NOW + 600)
    base = {"instance": w.instance, "route": "mailbox.read", "server_key": key, "now": NOW}

    def verify(name: str, slug: str, request: bytes, **changes: Any) -> None:
        inputs = base | {"request": request} | changes
        if slug:
            sheet.fails(name, slug, "request.verify", **inputs)
        else:
            sheet.ok(name, "request.verify", **inputs)

    read = sign_mailbox_request(w.instance, me, "mailbox.read", b"", nonce)
    burn = sign_mailbox_request(w.instance, me, "mailbox.burn", b"\1", nonce)
    verify("request_read", "", read)
    verify("request_burn", "", burn, route="mailbox.burn")
    verify("request_moved_to_burning", "malformed", read, route="mailbox.burn")
    verify("request_moved_to_reading", "malformed", burn)
    moved = sign_mailbox_request(w.instance, me, "mailbox.read", b"\3", nonce)
    verify("request_signed_for_another_route", "bad_signature", moved, route="mailbox.burn")
    verify("request_after_its_nonce", "stale_nonce", read, now=NOW + 600)
    verify("request_of_another_server_key", "stale_nonce", read, server_key=os.urandom(32))
    verify("request_of_another_instance", "bad_signature", read, instance=bytes(32))
    verify("request_cut", "malformed", read[:-1])
    wrong_purpose = sign_mailbox_request(w.instance, me, "mailbox.read", b"", make_nonce(key, "signin", NOW + 600))
    verify("request_with_a_sign_in_nonce", "stale_nonce", wrong_purpose)
    later = make_nonce(key, "mailbox", NOW + 600)
    longer = (NOW + 9999).to_bytes(8, "big") + later[8:]
    verify(
        "request_with_a_nonce_made_longer",
        "stale_nonce",
        sign_mailbox_request(w.instance, me, "mailbox.read", b"", longer),
    )
    fields = decode("mailbox-request", [16, 32, 32, None, 56, 64], read)
    other = Submitter(w).receipt
    verify("request_for_another_lookup_id", "bad_signature", encode("mailbox-request", other.lookup, *fields[1:]))
    verify(
        "request_with_another_mailbox",
        "bad_signature",
        encode("mailbox-request", *fields[:2], os.urandom(32), *fields[3:]),
    )
    for what in (b"\0", b"\4", b"\1\1"):
        odd = sign_mailbox_request(w.instance, me, "mailbox.burn", what, nonce)
        verify(f"request_to_burn_{what.hex()}", "malformed", odd, route="mailbox.burn")


def keyfile_of(person: Person) -> bytes:
    """All with one salt: a browser without a JIT takes five seconds to stretch a passphrase for another."""
    w = world()
    held = Keyfile(person.id, person.role, person.signing_seed, person.kem_seed, w.first_roots, w.roots)
    with patch("crypto.members.random_bytes", lambda size: SALT if size == len(SALT) else os.urandom(size)):
        return seal_keyfile(held, PASSPHRASE, CHEAPEST)


def members_sheet(sheet: Any) -> None:
    _keyfiles(sheet)
    _signins(sheet)


def _keyfiles(sheet: Any) -> None:
    w = world()
    person = submitter().readers()[0]
    data = keyfile_of(person)
    base = {"instance": w.instance, "keyfile": data, "passphrase": PASSPHRASE.encode()}
    sheet.ok("keyfile", "keyfile.open", **base)
    sheet.ok("keyfile_of_any_instance", "keyfile.open", **base | {"instance": b""})
    typed = "  Alpha-BRAVO\tcharlie  delta\r\necho FOXTROT golf\n"
    sheet.ok("keyfile_passphrase_as_typed", "keyfile.open", **base | {"passphrase": typed.encode()})
    refusals = {
        "wrong_passphrase": ("wrong_passphrase", {"passphrase": b"alpha"}),
        "passphrase_in_other_letters": ("wrong_passphrase", {"passphrase": PASSPHRASE.replace("a", "а").encode()}),
        "of_another_instance": ("wrong_instance", {"instance": bytes(32)}),
        "role_relabelled": ("wrong_passphrase", {"keyfile": _field(data, 2, u8(2))}),
        "member_relabelled": ("wrong_passphrase", {"keyfile": _field(data, 1, bytes(16))}),
        "role_unknown": ("malformed", {"keyfile": _field(data, 2, u8(8))}),
        "memory_below_the_floor": ("kdf_out_of_bounds", {"keyfile": _field(data, 3, u32(19455))}),
        "memory_bomb": ("kdf_out_of_bounds", {"keyfile": _field(data, 3, u32(0xFFFFFFFF))}),
        "time_of_one": ("kdf_out_of_bounds", {"keyfile": _field(data, 4, u32(1))}),
        "time_bomb": ("kdf_out_of_bounds", {"keyfile": _field(data, 4, u32(17))}),
        "no_lanes": ("kdf_out_of_bounds", {"keyfile": _field(data, 5, u8(0))}),
        "five_lanes": ("kdf_out_of_bounds", {"keyfile": _field(data, 5, u8(5))}),
        "empty": ("malformed", {"keyfile": b""}),
        "cut_before_its_end": ("malformed", {"keyfile": data[:-1]}),
        "trailing": ("malformed", {"keyfile": data + b"\0"}),
    }

    for name, (slug, changes) in refusals.items():
        sheet.fails(f"keyfile_{name}", slug, "keyfile.open", **base | changes)
    # sealed for another instance than its open part says
    fields = decode("keyfile", [32, 16, 1, 4, 4, 1, 16, 24, None], data)
    kek = kdf(argon2id(PASSPHRASE.encode(), fields[6], CHEAPEST), "keyfile", bytes(32))
    opened = (bytes(32), *fields[1:8])
    secret = encode("keyfile-secret", person.signing_seed, person.kem_seed, w.first_roots.encoded, w.roots.encoded)
    lying = encode("keyfile", *opened, aead_seal(kek, fields[7], encode("keyfile-ad", *opened), secret))
    sheet.fails(
        "keyfile_with_the_roots_of_another",
        "wrong_instance",
        "keyfile.open",
        **base | {"keyfile": lying, "instance": b""},
    )


def _field(data: bytes, at: int, new: bytes) -> bytes:
    fields = decode("keyfile", [32, 16, 1, 4, 4, 1, 16, 24, None], data)
    return encode("keyfile", *fields[:at], new, *fields[at + 1 :])


def _signins(sheet: Any) -> None:
    w = world()
    person, session, key = submitter().readers()[0], signing_pk(os.urandom(32)), os.urandom(32)
    nonce = make_nonce(key, "signin", NOW + 600)
    ring = sheet.blob("keyring:older", w.keyring.encoded)
    base = {"instance": w.instance, "origin": ORIGIN, "keyring": ring, "today": DAY, "server_key": key, "now": NOW}

    def verify(name: str, slug: str, request: bytes, **changes: Any) -> None:
        inputs = base | {"request": request} | changes
        if slug:
            sheet.fails(name, slug, "signin.verify", **inputs)
        else:
            sheet.ok(name, "signin.verify", **inputs)

    good = sign_in(w.instance, ORIGIN, nonce, person.id, session, person.signing_seed)
    verify("signin", "", good)
    relayed = sign_in(w.instance, "https://panah.example", nonce, person.id, session, person.signing_seed)
    verify("signin_relayed_from_another_origin", "wrong_origin", relayed)
    verify("signin_of_another_instance", "wrong_instance", good, instance=bytes(32))
    verify("signin_after_its_nonce", "stale_nonce", good, now=NOW + 601)
    reading = make_nonce(key, "mailbox", NOW + 600)
    verify(
        "signin_with_a_mailbox_nonce",
        "stale_nonce",
        sign_in(w.instance, ORIGIN, reading, person.id, session, person.signing_seed),
    )
    stranger = new_person(REVIEWER, "abroad")
    verify(
        "signin_by_a_stranger",
        "not_a_member",
        sign_in(w.instance, ORIGIN, nonce, stranger.id, session, stranger.signing_seed),
    )
    verify(
        "signin_in_a_members_name",
        "bad_signature",
        sign_in(w.instance, ORIGIN, nonce, person.id, session, stranger.signing_seed),
    )
    verify("signin_after_the_members_days", "not_a_member", good, today=DAY + 366)
    verify("signin_cut", "malformed", good[:-1])
    statement, signature = decode("signin-request", [None, 64], good)
    session_swapped = statement.replace(session, bytes(32))
    verify("signin_with_another_session_key", "bad_signature", encode("signin-request", session_swapped, signature))
    assert sign(person.signing_seed, statement) == signature


def case_sheet(sheet: Any) -> None:
    w, d, me = world(), desk(), submitter()
    keyfile = keyfile_of(d.reader)
    posted = [PostedEntry(entry, d.boxes.get(parse_signed_entry(entry).box_hash, b"")) for entry in d.entries]
    keyrings = [w.signed(w.keyring)]
    follow_up = me.seal("ещё", kind=FOLLOW_UP)

    def opened(name: str, slug: str, data: bytes, **changes: Any) -> None:
        inputs = {
            "keyfile": sheet.blob("case:keyfile", keyfile), "passphrase": PASSPHRASE.encode(),
            "case": sheet.blob(f"case:{name}", data), "device_day": DAY,
        } | changes  # fmt: skip
        if slug:
            sheet.fails(name, slug, "case.open", **inputs)
        else:
            sheet.ok(name, "case.open", **inputs)

    whole = encode_case(w.instance, keyrings, [sealed(), follow_up], posted)
    opened("case", "", whole)
    opened("case_years_later", "", whole, device_day=DAY + 3650)
    opened("case_with_a_wrong_passphrase", "wrong_passphrase", whole, passphrase=b"alpha")
    opened("case_without_messages", "malformed", encode_case(w.instance, keyrings, [], posted))
    opened("case_without_keyrings", "malformed", encode_case(w.instance, [], [sealed()], posted))
    opened("case_of_another_instance", "wrong_instance", encode_case(bytes(32), keyrings, [sealed()], posted))
    weak = encode_case(w.instance, [w.signed(w.keyring, 2)], [sealed()], posted)
    opened("case_with_a_keyring_of_two_signatures", "threshold_not_reached", weak)
    stranger = Submitter(w).seal("чужое")
    opened(
        "case_with_a_message_of_another_code",
        "keys_differ",
        encode_case(w.instance, keyrings, [sealed(), stranger], posted),
    )
    opened("case_with_an_entry_dropped", "chain_broken", encode_case(w.instance, keyrings, [sealed()], posted[1:]))
    swapped = [posted[0], replace(posted[1], box=posted[2].box), posted[2]]
    opened("case_with_boxes_exchanged", "hash_mismatch", encode_case(w.instance, keyrings, [sealed()], swapped))
    opened("case_cut", "malformed", whole[:-1])
    keys = w.kem_keys()
    opened("case_with_keys", "", encode_case(w.instance, keyrings, [sealed()], posted, keys))
    opened("case_with_half_of_the_keys", "malformed", encode_case(w.instance, keyrings, [sealed()], posted, keys[:-9]))
    drawn = me.readers()
    new = next(one for one in w.of(REVIEWER) if one not in drawn)
    handed = [*posted, *_named(d, new)]
    mine_now = {"keyfile": sheet.blob("case:newcomer", keyfile_of(new))}
    opened("case_by_one_who_was_named", "", encode_case(w.instance, keyrings, [sealed()], handed), **mine_now)
    alone = encode_case(w.instance, keyrings, [sealed()], handed[:-1])
    opened("case_by_one_whom_one_alone_named", "not_a_recipient", alone, **mine_now)
    stray = encode_case(w.instance, keyrings, [sealed()], [*posted, *_named(d, new, alone=True)])
    opened("case_by_one_whom_nobody_may_bring_in_alone", "not_a_recipient", stray, **mine_now)


def _named(d: Desk, new: Person, *, alone: bool = False) -> list[PostedEntry]:
    """Other readers: proposed by one and agreed to by another, or brought in by one signature."""
    w, reader = d.world, d.reader
    other = next(one for one in w.of(REVIEWER) if one not in (new, reader))
    chain = d.chain()
    fields = BoxFields(w.instance, d.first.cid, WRAP_INTAKE, Z32, reader.id, DAY, w.keyring.hash)
    pks = [one.key.pk for one in (new, reader, other, w.of(SUPERVISOR)[0])]
    keys = [MessageKey(d.first.cid, d.opened.cek)]
    box = seal_readers(fields, reader.signing_seed, pks, keys, Words("ru", ""))
    kind = READERS_KEPT if alone else READERS_PROPOSED
    made: list[PostedEntry] = []
    for by, one, sealed_box in ((reader, kind, box), (other, READERS_AGREED, b""))[: 1 if alone else 2]:
        prev = parse_signed_entry(made[-1].entry).link if made else chain.head
        entry = Entry(
            *(w.instance, d.first.cid, len(d.entries) + len(made), prev, one, chain.place.state, DAY, 0, by.id),
            *(parse_box(box).hash if sealed_box else Z32, prev if made else Z32, w.keyring.hash),
            messages_head(d.cids),
            priority=chain.place.priority,
        )
        made.append(PostedEntry(sign_entry(entry, by.signing_seed), sealed_box))
    return made
