"""SPEC 6: the message. Exchanged, spliced, equivocated, cut."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from typing import Any

from crypto import message as rooms
from crypto.account import COMPLAINT, Account, Content, EvidenceItem, encode_account, encode_answers, pad
from crypto.encoding import Z32, decode, encode, u8
from crypto.keyring import CUSTODIAN
from crypto.message import SLOT, open_custodian_slot, open_message, parse_sealed, write_statement
from crypto.primitives import N0, aead_seal, hash, kdf, kem_keypair, sign, signing_pk
from crypto.receipt import lookup_id
from tests.vectors.attack_keyring import world
from tests.vectors.attack_primitives import LOW_ORDER_X25519, low_order
from tests.world import Submitter

TEXT_OF_MESSAGE = "Меня били. Қинау. Кыйноо. Шиканҷа. \u202e\0 \ud83d\ude00"
FIELDS = [None, 32, 96, 9344, None, 4672, None, None, None, 32, 32, 64]
SEALED, COMMITS, READERS, IDENTITY, CUSTODIANS, CT0, CT1, CT2, REQUEST, MAILBOX, SIGNATURE = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
)


@cache
def submitter() -> Submitter:
    return Submitter(world())


@cache
def sealed() -> bytes:
    return submitter().seal(TEXT_OF_MESSAGE, name="Аты-жөні")


def message_sheet(sheet: Any) -> None:
    w, data = world(), sealed()
    reader = submitter().readers()[0]
    parsed = parse_sealed(w.instance, data)
    blob = sheet.blob("message", data)
    base = {"instance": w.instance, "message": blob}
    mine = base | {"kem_seed": reader.kem_seed, "keyring_hash": b""}
    sheet.ok("message_parse", "message.parse", **base)
    opened = sheet.ok("message_open", "message.open", **mine)
    sheet.ok("message_open_with_its_keyring", "message.open", **mine | {"keyring_hash": w.keyring.hash})
    sheet.fails("message_of_another_keyring", "wrong_keyring", "message.open", **mine | {"keyring_hash": bytes(32)})
    sheet.fails("message_of_another_instance", "wrong_instance", "message.parse", instance=bytes(32), message=blob)
    sheet.fails("message_not_for_this_reader", "not_a_recipient", "message.open", **mine | {"kem_seed": os.urandom(32)})
    drawn = {one.id for one in submitter().readers()}
    outsider = next(one for one in w.people if one.role == reader.role and one.id not in drawn)
    sheet.fails(
        "message_of_readers_not_drawn", "not_a_recipient", "message.open", **mine | {"kem_seed": outsider.kem_seed}
    )
    _identity(sheet, parsed, opened["half"])
    _damage(sheet, data, mine)
    _forgeries(sheet, data, mine)
    _low_order_slots(sheet, base, len(decode("sealed-message", FIELDS, data)[0]))
    _traitors(sheet, mine)
    for size, lane in ((16384, 1), (65536, 2), (262144, 3)):
        text = "а" * (size // 2 - 4000)
        big = sheet.blob(f"message:{size}", submitter().seal(text, lane=lane)) if size < 262144 else None
        if big:
            sheet.ok(f"message_of_{size}", "message.parse", instance=w.instance, message=big)


def _identity(sheet: Any, parsed: Any, half: str) -> None:
    w = world()
    custodian = w.of(CUSTODIAN)[0]
    blob = {"blob": "message"}
    found = sheet.ok(
        "custodian_slot", "message.custodian", instance=w.instance, message=blob, kem_seed=custodian.kem_seed
    )
    key, mine = bytes.fromhex(found["key"]), bytes.fromhex(half)
    both = {"instance": w.instance, "message": blob, "half": mine, "key": key}
    sheet.ok("identity_with_both_halves", "identity.open", **both)
    sheet.fails("identity_by_the_custodian_alone", "commitment_mismatch", "identity.open", **both | {"half": key})
    sheet.fails("identity_by_the_reviewer_alone", "commitment_mismatch", "identity.open", **both | {"key": mine})
    sheet.fails(
        "identity_half_of_another_case", "commitment_mismatch", "identity.open", **both | {"half": os.urandom(32)}
    )
    reviewer = submitter().readers()[0]
    sheet.fails(
        "custodian_slot_by_a_reviewer", "not_a_recipient", "message.custodian", instance=w.instance, message=blob,
        kem_seed=reviewer.kem_seed,
    )  # fmt: skip
    assert open_custodian_slot(parsed, custodian.key) == key


def _damage(sheet: Any, data: bytes, mine: dict[str, Any]) -> None:
    edits: dict[str, list[Any]] = {
        "cut_by_one": ["cut", len(data) - 1],
        "cut_in_half": ["cut", len(data) // 2],
        "empty": ["cut", 0],
        "trailing_byte": ["append", "00"],
        "twice": ["append", data[:100].hex()],
        "beginning_missing": ["drop", 1],
        "another_tag": ["set", 1, "5345414c"],
        "length_of_4_gib": ["set", 15, "ffffffff"],
    }
    for name, edit in edits.items():
        sheet.fails(
            f"message_{name}", "malformed", "message.open", **mine | {"message": {"blob": "message", "edits": [edit]}}
        )
    fields = decode("sealed-message", FIELDS, data)
    start = 15
    for at, name in (
        (1, "commitment"),
        (2, "stream_commitment"),
        (5, "custodian_slot"),
        (6, "account"),
        (7, "identity"),
        (8, "intake"),
    ):
        offset = start + sum(4 + len(field) for field in fields[:at]) + 4 + 5
        flipped = bytes([data[offset] ^ 1]).hex()
        edit = {"blob": "message", "edits": [["set", offset, flipped]]}
        sheet.fails(f"message_{name}_flipped", "bad_signature", "message.open", **mine | {"message": edit})
    offset = start + 4 + len(fields[0]) + 4 + 32 + 4 + 96 + 4
    for slot in (0, 7):
        at = offset + slot * SLOT + 1130
        edit = {"blob": "message", "edits": [["set", at, bytes([data[at] ^ 1]).hex()]]}
        found = "commitment_mismatch" if not _is_mine(slot) else "not_a_recipient"
        sheet.fails(f"message_slot_{slot}_flipped", found, "message.open", **mine | {"message": edit})
    swapped = {"blob": "message", "edits": [["swap", offset, offset + SLOT, SLOT]]}
    sheet.fails("message_slots_in_another_order", "commitment_mismatch", "message.open", **mine | {"message": swapped})


def _is_mine(slot: int) -> bool:
    """Whether the first reader's slot stands there."""
    w = world()
    parsed = parse_sealed(w.instance, sealed())
    alone = replace(parsed, reader_slots=(parsed.reader_slots[slot],) * 8)
    try:
        rooms._open_slots(alone.reader_slots, parsed.header_hash, submitter().readers()[0].key)
    except Exception:
        return False
    return True


def rebuild(data: bytes, changes: dict[int, bytes], sign_with: Submitter | None) -> bytes:
    """The message with other fields; signed again by a person's key, or with the old signature."""
    fields = decode("sealed-message", FIELDS, data)
    for at, field in changes.items():
        fields[at] = field
    h, i = hash(fields[0]), hash(fields[IDENTITY])
    if sign_with:
        instance = world().instance
        commits = [fields[COMMITS][n * 32 : n * 32 + 32] for n in range(3)]
        streams = [hash(fields[at]) for at in (CT0, CT1, CT2)]
        cid = rooms._content_id(h, fields[SEALED], commits, streams, i, hash(fields[CUSTODIANS]))
        fields[REQUEST], fields[MAILBOX] = sign_with.receipt.request_pk, sign_with.receipt.mailbox_hash
        lookup = lookup_id(instance, fields[REQUEST], fields[MAILBOX])
        fields[SIGNATURE] = sign(sign_with.receipt.request_seed, write_statement(instance, cid, lookup))
    return encode("sealed-message", *fields)


def _forgeries(sheet: Any, data: bytes, mine: dict[str, Any]) -> None:
    other = Submitter(world())
    foreign = decode("sealed-message", FIELDS, other.seal("чужое"))

    def refused(name: str, slug: str, forged: bytes) -> None:
        sheet.fails(name, slug, "message.open", **mine | {"message": sheet.blob(f"message:{name}", forged)})

    refused(
        "message_under_another_lookup_id",
        "bad_signature",
        rebuild(data, {REQUEST: foreign[REQUEST], MAILBOX: foreign[MAILBOX]}, None),
    )
    refused("message_with_another_mailbox", "bad_signature", rebuild(data, {MAILBOX: os.urandom(32)}, None))
    refused("stream_spliced_from_another_case", "bad_signature", rebuild(data, {CT0: foreign[CT0]}, None))
    refused("identity_spliced_from_another_case", "malformed", rebuild(data, {IDENTITY: foreign[IDENTITY]}, None))
    refused("message_taken_over_by_another_code", "keys_differ", rebuild(data, {}, other))
    header = decode("message", [32, 1, 4, 32, 16, 1, 2, 12], decode("sealed-message", FIELDS, data)[0])

    def with_header(at: int, field: bytes, identity_suite: bytes = b"\1") -> bytes:
        changed = encode("message", *header[:at], field, *header[at + 1 :])
        identity = encode("identity", world().instance, identity_suite, hash(changed), u8(4))
        return rebuild(data, {0: changed, IDENTITY: identity}, submitter())

    refused("message_of_suite_0", "unsupported_suite", with_header(1, b"\0"))
    refused("message_of_suite_2", "unsupported_suite", with_header(1, b"\2"))
    refused("identity_of_suite_2", "unsupported_suite", with_header(4, header[4], b"\2"))
    refused("message_of_lane_4", "malformed", with_header(5, b"\4"))
    refused("message_with_nine_slots", "malformed", with_header(6, b"\x09\4"))
    refused("message_with_an_odd_length", "malformed", with_header(7, (16385).to_bytes(4, "big") + header[7][4:]))
    lengths = header[7][4:]
    refused(
        "message_whose_header_says_another_length", "malformed", with_header(7, (65536).to_bytes(4, "big") + lengths)
    )
    odd = encode("message", *header[:7], (32768).to_bytes(4, "big") + lengths)
    identity = encode("identity", world().instance, b"\1", hash(odd), u8(4))
    account = bytes(32768 + 16)
    refused(
        "message_of_a_size_not_allowed",
        "malformed",
        rebuild(data, {0: odd, IDENTITY: identity, CT0: account}, submitter()),
    )
    lengths = (16384).to_bytes(4, "big") + (8192).to_bytes(4, "big") + (4096).to_bytes(4, "big")
    longer = encode("message", *header[:7], lengths)
    identity = encode("identity", world().instance, b"\1", hash(longer), u8(4))
    changes = {0: longer, IDENTITY: identity, CT1: bytes(8192 + 16)}
    refused("message_with_a_longer_identity", "malformed", rebuild(data, changes, submitter()))
    h = hash(decode("sealed-message", FIELDS, data)[0])
    five = encode("identity", world().instance, b"\1", h, u8(5))
    refused("identity_of_five_slots", "malformed", rebuild(data, {IDENTITY: five}, submitter()))
    abroad = encode("identity", bytes(32), b"\1", h, u8(4))
    refused("identity_of_another_instance", "wrong_instance", rebuild(data, {IDENTITY: abroad}, submitter()))
    refused("header_of_another_instance", "wrong_instance", with_header(0, bytes(32)))
    refused("message_with_another_nonce", "not_a_recipient", with_header(4, bytes(16)))
    refused("message_with_another_lane", "not_a_recipient", with_header(5, b"\1"))


def _low_order_slots(sheet: Any, base: dict[str, Any], header: int) -> None:
    first = 15 + 4 + header + 4 + 32 + 4 + 96 + 4
    identity = len(encode("identity", bytes(32), b"\1", bytes(32), b"\4"))
    custodians = first + 8 * SLOT + 4 + identity + 4
    for n in range(12):
        at = (first + n * SLOT if n < 8 else custodians + (n - 8) * SLOT) + 1088
        for name, value in list(LOW_ORDER_X25519.items())[n % 7 : n % 7 + 1]:
            edit = {"blob": "message", "edits": [["set", at, low_order(value, top_bit=bool(n % 2)).hex()]]}
            sheet.fails(f"message_low_order_slot_{n}_{name}", "low_order", "message.parse", **base | {"message": edit})


def _traitors(sheet: Any, mine: dict[str, Any]) -> None:
    """What somebody can do who holds the content key: another reader, or the submitter's own altered program."""
    w, me = world(), submitter()
    parsed = parse_sealed(w.instance, sealed())
    opened = open_message(parsed, me.readers()[0].key)
    h, cek = parsed.header_hash, opened.cek

    def refused(name: str, slug: str, forged: bytes) -> None:
        sheet.fails(name, slug, "message.open", **mine | {"message": sheet.blob(f"message:{name}", forged)})

    def stream(n: int, padded: bytes) -> bytes:
        return aead_seal(kdf(cek, "stream", u8(n), h), N0, encode("stream-ad", h, u8(n)), padded)

    account = opened.account
    lie = encode_account(replace(account, content=replace(account.content, answers={"account": "ничего не было"})))
    refused(
        "stream_account_exchanged_under_same_slots",
        "bad_signature",
        rebuild(sealed(), {CT0: stream(0, pad(lie, 16384))}, None),
    )
    # from here on the submitter signs too: only the inner checks stand
    resigned = {
        "stream_of_wrong_commitment": ({COMMITS: os.urandom(96)}, "commitment_mismatch"),
        "message_of_two_content_keys": ({SEALED: os.urandom(32)}, "commitment_mismatch"),
        "stream_sealed_with_another_key": ({CT0: os.urandom(16384 + 16)}, "decryption_failed"),
        "stream_0_in_the_place_of_stream_2": ({CT2: stream(0, pad(encode_answers({}), 4096))}, "decryption_failed"),
        "padding_not_zero": ({CT2: stream(2, pad(encode_answers({}), 4096)[:-1] + b"\1")}, "bad_padding"),
        "padding_length_beyond_the_end": ({CT2: stream(2, (4093).to_bytes(4, "big") + bytes(4092))}, "bad_padding"),
        "account_that_is_no_account": ({CT0: stream(0, pad(b"text", 16384))}, "malformed"),
        "intake_not_utf8": ({CT2: stream(2, pad(_raw_answers([(b"a", b"\xff")]), 4096))}, "malformed"),
        "intake_surrogate": ({CT2: stream(2, pad(_raw_answers([(b"a", b"\xed\xa0\x80")]), 4096))}, "malformed"),
        "intake_overlong_utf8": ({CT2: stream(2, pad(_raw_answers([(b"a", b"\xc0\xaf")]), 4096))}, "malformed"),
        "intake_same_id_twice": ({CT2: stream(2, pad(_raw_answers([(b"a", b""), (b"a", b"")]), 4096))}, "malformed"),
        "intake_out_of_order": ({CT2: stream(2, pad(_raw_answers([(b"b", b""), (b"a", b"")]), 4096))}, "malformed"),
        "intake_id_with_a_capital": ({CT2: stream(2, pad(_raw_answers([(b"A", b"")]), 4096))}, "malformed"),
        "intake_id_empty": ({CT2: stream(2, pad(_raw_answers([(b"", b"")]), 4096))}, "malformed"),
    }
    for name, (changes, slug) in resigned.items():
        refused(name, slug, rebuild(sealed(), changes, me))
    for name, changed in {
        "servers_own_mailbox_key": replace(account, mailbox_pk=kem_keypair(os.urandom(32)).pk),
        "servers_own_request_key": replace(account, request_pk=signing_pk(os.urandom(32))),
    }.items():
        refused(name, "keys_differ", rebuild(sealed(), {CT0: stream(0, pad(encode_account(changed), 16384))}, me))
    # nothing in an account is a limit of the language
    content = Content(
        COMPLAINT, 0xFFFFFFFF, "uz-Cyrl", {"a": "\ufeff", "a.1": "", "a_b": "x" * 1000}, _evidence_items()
    )
    whole = encode_account(Account(account.request_pk, account.mailbox_pk, account.veil_key, content))
    odd = sheet.blob("message:odd_account", rebuild(sealed(), {CT0: stream(0, pad(whole, 16384))}, me))
    sheet.ok("account_with_every_kind_of_field", "message.open", **mine | {"message": odd})


def _evidence_items() -> tuple[EvidenceItem, ...]:
    ids = [bytes(16), b"\1" * 16]
    return tuple(EvidenceItem(one, os.urandom(32), Z32, Z32, 2**53 - 1, "сурет.jpg", "image/jpeg") for one in ids)


def _raw_answers(pairs: list[tuple[bytes, bytes]]) -> bytes:
    items = [encode("answer", id_, value) for id_, value in pairs]
    return encode("answers", len(items).to_bytes(2, "big"), *items)
