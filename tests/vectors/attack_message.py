"""SPEC 6 and 7: the message, evidence, the box. Exchanged, spliced, equivocated, cut."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from typing import Any

from crypto import box
from crypto import message as rooms
from crypto.account import (
    COMPLAINT,
    Account,
    Content,
    EvidenceItem,
    encode_account,
    encode_answers,
    encode_evidence,
    pad,
)
from crypto.box import (
    IDENTITY_HALF,
    IDENTITY_KEY,
    NOTE,
    TEXT,
    WRAP_INTAKE,
    WRAP_UNIT,
    BoxFields,
    Grant,
    MessageKey,
    Words,
    seal_box,
    seal_readers,
    seal_secret,
    seal_wrap,
    withhold_slots,
)
from crypto.encoding import Z32, decode, decode_list, encode, encode_list, u8
from crypto.evidence import CHUNK, padme, seal_evidence
from crypto.keyring import CUSTODIAN
from crypto.message import SLOT, account_key, open_custodian_slot, open_message, parse_sealed, write_statement
from crypto.primitives import N0, aead_seal, hash, kdf, kem_keypair, sign, signing_pk
from crypto.receipt import lookup_id
from tests.vectors.attack_keyring import DAY, world
from tests.vectors.attack_primitives import LOW_ORDER_X25519, low_order
from tests.world import Person, Submitter

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


def evidence_sheet(sheet: Any) -> None:
    w = world()
    chunk = CHUNK + 40
    data = bytes(range(256)) * 600  # three chunks after padding
    made = seal_evidence(w.instance, data)
    base = {
        "instance": w.instance, "upload_id": made.upload_id, "key": made.key, "size": made.size,
        "blob": sheet.blob("evidence", made.blob), "plaintext_hash": made.plaintext_hash,
    }  # fmt: skip
    sheet.ok("evidence", "evidence.open", **base)
    empty = seal_evidence(w.instance, b"")
    sheet.ok(
        "evidence_of_an_empty_file", "evidence.open",
        instance=w.instance, upload_id=empty.upload_id, key=empty.key, size=0,
        blob=sheet.blob("evidence:empty", empty.blob), plaintext_hash=b"",
    )  # fmt: skip

    def refused(name: str, slug: str, *edits: list[Any], **changes: Any) -> None:
        blob = {"blob": "evidence", "edits": list(edits)}
        sheet.fails(f"evidence_{name}", slug, "evidence.open", **base | {"blob": blob} | changes)

    refused("chunk_truncated", "malformed", ["cut", len(made.blob) - 1])
    refused("last_chunk_dropped", "malformed", ["cut", 2 * chunk])
    refused("chunk_appended", "malformed", ["copy", 0, len(made.blob), chunk])
    refused("chunks_reordered", "decryption_failed", ["swap", 0, chunk, chunk])
    refused("chunk_duplicated", "decryption_failed", ["copy", 0, chunk, chunk])
    refused("of_another_upload", "decryption_failed", upload_id=os.urandom(16))
    refused("of_another_key", "decryption_failed", key=os.urandom(32))
    refused("of_another_instance", "decryption_failed", instance=bytes(32))
    other = seal_evidence(w.instance, data)
    refused("chunk_of_another_file", "decryption_failed", ["set", 0, other.blob[:chunk].hex()])
    refused("hash_mismatch", "hash_mismatch", plaintext_hash=bytes(32))
    assert padme(made.size) == padme(made.size - 1)
    refused("shorter_by_its_size", "bad_padding", size=made.size - 1, plaintext_hash=b"")
    refused("size_of_another_class", "malformed", size=3 * CHUNK)
    _sealed_files(sheet)


def _sealed_files(sheet: Any) -> None:
    """SPEC 6.3: what stands in the streams that are not the account."""
    items = [
        EvidenceItem(bytes([n]) * 16, bytes([n]) * 32, Z32, Z32, n, "ишонч.pdf", "application/pdf") for n in (2, 7)
    ]
    whole = encode_evidence(items).hex()
    entry = encode_evidence(items[:1]).hex()
    twice = encode_list("evidence-list", [_entry(items[0]), _entry(items[0])]).hex()
    backwards = encode_list("evidence-list", [_entry(items[1]), _entry(items[0])]).hex()

    def answers(text: str) -> bytes:
        return encode_answers({"evidence_list": text, "v_name": "A"})

    sheet.ok("evidence_list_in_a_sealed_identity", "evidence.list", answers=answers(whole))
    sheet.ok("evidence_list_of_none", "evidence.list", answers=encode_answers({"v_name": "A"}))
    for name, text in {
        "empty": "",
        "upper_case": whole.upper(),
        "no_hex": "zz" + whole[2:],
        "half_a_byte": whole[:-1],
        "trailing_space": whole + " ",
        "cut": entry[:-2],
        "with_bytes_behind": whole + "00",
        "twice_the_same": twice,
        "backwards": backwards,
    }.items():
        sheet.fails(f"evidence_list_{name}", "malformed", "evidence.list", answers=answers(text))


def _entry(item: EvidenceItem) -> bytes:
    return decode_list("evidence-list", 1, encode_evidence([item]))[0]


def box_sheet(sheet: Any) -> None:
    w = world()
    author, me = submitter().readers()[0], kem_keypair(os.urandom(32))
    seed = os.urandom(32)
    me = kem_keypair(seed)
    other = kem_keypair(os.urandom(32))
    cid = parse_sealed(w.instance, sealed()).cid
    fields = BoxFields(w.instance, cid, TEXT, Z32, author.id, DAY, w.keyring.hash)
    data = seal_box(fields, author.signing_seed, [me.pk, other.pk], "kk", "Жауап \u202e")
    blob = sheet.blob("box", data)
    base = {"instance": w.instance, "cid": cid, "box": blob, "author_pk": author.signing_pk, "kem_seed": seed}
    sheet.ok("box_open", "box.open", **base)
    withheld = sheet.blob("box:withheld", withhold_slots(data, me.pk))
    sheet.ok("box_with_the_others_slot_withheld", "box.open", **base | {"box": withheld})
    gone = sheet.blob("box:own_withheld", withhold_slots(data, other.pk))
    sheet.fails("box_with_the_own_slot_withheld", "not_a_recipient", "box.open", **base | {"box": gone})
    sheet.fails("box_for_others", "not_a_recipient", "box.open", **base | {"kem_seed": os.urandom(32)})
    sheet.fails("box_forwarded_from_another_case", "wrong_case", "box.open", **base | {"cid": bytes(32)})
    sheet.fails("box_of_another_instance", "wrong_instance", "box.open", **base | {"instance": bytes(32)})
    sheet.fails(
        "box_by_another_author", "bad_signature", "box.open", **base | {"author_pk": signing_pk(os.urandom(32))}
    )
    for name, edit in {"cut": ["cut", len(data) - 1], "trailing": ["append", "00"], "empty": ["cut", 0]}.items():
        sheet.fails(f"box_{name}", "malformed", "box.open", **base | {"box": {"blob": "box", "edits": [edit]}})
    header, slots, body, signature = decode("sealed-box", [None, None, None, 64], data)
    count, one, two = decode("box-slots", [2, SLOT, SLOT], slots)

    def rebuilt(name: str, slug: str, *parts: bytes) -> None:
        sheet.fails(name, slug, "box.open", **base | {"box": sheet.blob(name, encode("sealed-box", *parts))})

    rebuilt("box_slots_swapped", "hash_mismatch", header, encode("box-slots", count, two, one), body, signature)
    flipped = one[:-1] + bytes([one[-1] ^ 1])
    rebuilt("box_slot_flipped", "hash_mismatch", header, encode("box-slots", count, flipped, two), body, signature)
    commitment, ct = decode("box-body", [32, None], body)
    lie = encode("box-body", commitment, ct[:-1] + bytes([ct[-1] ^ 1]))
    rebuilt("box_body_flipped", "hash_mismatch", header, slots, lie, signature)
    head = decode("box", [32, 1, 32, 1, 32, 16, 4, 32, None, 32], header)

    def resigned(
        name: str, slug: str, at: int, field: bytes, sealed_body: bytes = body, slot_list: bytes = slots
    ) -> None:
        changed = encode("box", *head[:at], field, *head[at + 1 :])
        rebuilt(name, slug, changed, slot_list, sealed_body, sign(author.signing_seed, changed))

    resigned("box_of_suite_2", "unsupported_suite", 1, b"\2")
    resigned("box_of_a_reserved_kind", "malformed", 3, b"\5")
    resigned("box_header_day_changed", "decryption_failed", 6, (DAY + 1).to_bytes(4, "big"))
    resigned("box_header_kind_changed", "decryption_failed", 3, bytes([NOTE]))
    named = decode("box-recipients", [2, 64, 64], head[8])
    alone = encode("box-recipients", b"\0\1", named[1 if named[1][:32] == hash(me.pk) else 2])
    mine = encode("box-slots", b"\0\1", one if named[1][:32] == hash(me.pk) else two)
    resigned("box_recipients_shown_differ", "decryption_failed", 8, alone, body, mine)
    twice = encode("box-recipients", b"\0\2", named[1], named[1])
    resigned("box_recipient_twice", "malformed", 8, twice)
    other_commitment = encode("box-body", os.urandom(32), ct)
    resigned("box_of_two_keys", "commitment_mismatch", 9, hash(other_commitment), other_commitment)
    bad_ct = encode("box-body", commitment, os.urandom(len(ct)))
    resigned("box_body_sealed_with_another_key", "decryption_failed", 9, hash(bad_ct), bad_ct)
    _wraps(sheet, fields, author, seed)


def _readers_wraps(sheet: Any, fields: BoxFields, author: Person, pk: bytes, base: dict[str, Any]) -> None:
    """SPEC 7.5: whoever reads from now on opens all that a reader opens, and checks all that a reader checks."""
    w = world()
    plain = parse_sealed(w.instance, sealed())
    cek = open_message(plain, submitter().readers()[0].key).cek
    fields = replace(fields, kind=WRAP_INTAKE)
    words = Words("ru", "Двое читателей уходят.", "")
    intake = kem_keypair(os.urandom(32))
    keys = [MessageKey(plain.cid, cek), MessageKey(os.urandom(32), os.urandom(32))]
    seeds = [os.urandom(32), os.urandom(32)]
    unit_seed = os.urandom(32)
    data = seal_readers(fields, author.signing_seed, [pk, intake.pk], keys, words, seeds, unit_seed)
    blob = sheet.blob("box:readers", data)
    found = sheet.ok("readers_open", "readers.open", **base, box=blob)
    assert {"cid": plain.cid.hex(), "cek": cek.hex()} in found["keys"]
    assert found["inbox_seeds"] == [seed.hex() for seed in seeds] and found["unit_seed"] == unit_seed.hex()
    sheet.fails("readers_opened_as_a_wrap_of_a_unit", "malformed", "wrap.open", **base, box=blob)
    sheet.fails("readers_opened_as_a_text", "malformed", "box.open", **base, box=blob)
    sheet.fails(
        "readers_for_another", "not_a_recipient", "readers.open", **base | {"kem_seed": os.urandom(32)}, box=blob
    )
    sheet.fails("readers_of_another_case", "wrong_case", "readers.open", **base | {"cid": bytes(32)}, box=blob)

    def forged(
        name: str, *listed: bytes, text: bytes = b"", seeds: tuple[bytes, ...] = (), unit_seed: bytes = b""
    ) -> None:
        count = len(listed).to_bytes(2, "big")
        said = encode("wrap-text", b"ru", b"", text)
        inboxes = encode("inbox-seeds", len(seeds).to_bytes(2, "big"), *seeds)
        content = encode("readers", encode("message-keys", count, *listed), inboxes, unit_seed, said)
        made = box._seal(fields, author.signing_seed, [pk], content)
        sheet.fails(name, "malformed", "readers.open", **base, box=sheet.blob(f"box:{name}", made))

    one = encode("message-key", plain.cid, cek)
    forged("readers_of_nothing")
    forged("readers_of_one_message_twice", one, one)
    forged("readers_with_a_short_key", encode("message-key", plain.cid, cek[:-1]))
    forged("readers_with_a_grant", encode("grant", plain.cid, cek))
    forged("readers_with_too_many_words", one, text=b"a" * 3001)
    forged("readers_with_a_short_seed", one, seeds=(bytes(31),))
    forged("readers_with_a_short_seed_of_the_unit", one, unit_seed=bytes(31))
    forged("readers_with_21_inboxes", one, seeds=(bytes(32),) * 21)
    message = {"instance": w.instance, "message": sheet.blob("message", sealed())}
    sheet.ok("all_by_a_key_handed_on", "message.open_with", **message, cek=cek)
    k0 = account_key(open_message(plain, submitter().readers()[0].key))
    sheet.fails("all_by_the_key_of_the_account", "commitment_mismatch", "message.open_with", **message, cek=k0)
    sheet.fails("all_by_some_key", "commitment_mismatch", "message.open_with", **message, cek=os.urandom(32))


def _wraps(sheet: Any, fields: BoxFields, author: Person, seed: bytes) -> None:
    """A unit is handed what opens the account, and nothing that opens the rest."""
    w, me = world(), kem_keypair(seed)
    reader = submitter().readers()[0]
    plain = parse_sealed(w.instance, sealed())
    k0 = account_key(open_message(plain, reader.key))
    fields = replace(fields, kind=WRAP_UNIT)
    words = Words("ru", "Просим принять.", "handed_off")
    intake = kem_keypair(os.urandom(32))
    data = seal_wrap(fields, author.signing_seed, [me.pk], [Grant(plain.cid, k0)], [os.urandom(32)], intake.pk, words)
    base = {"instance": w.instance, "cid": plain.cid, "author_pk": author.signing_pk, "kem_seed": seed}
    blob = sheet.blob("box:wrap", data)
    found = sheet.ok("wrap_open", "wrap.open", **base, box=blob)
    assert found["grants"] == [{"cid": plain.cid.hex(), "k0": k0.hex()}]
    sheet.fails("wrap_opened_as_a_text", "malformed", "box.open", **base, box=blob)
    sheet.fails("wrap_for_another", "not_a_recipient", "wrap.open", **base | {"kem_seed": os.urandom(32)}, box=blob)
    sheet.fails("wrap_of_another_case", "wrong_case", "wrap.open", **base | {"cid": bytes(32)}, box=blob)
    text = replace(fields, kind=TEXT)
    coded = sheet.blob("box:coded", seal_box(text, author.signing_seed, [me.pk], "en", "Why", "forensic_pending"))
    assert sheet.ok("box_with_a_reason", "box.open", **base, box=coded)["code"] == "forensic_pending"
    sheet.fails("text_opened_as_a_wrap", "malformed", "wrap.open", **base, box=coded)

    def forged(name: str, content: bytes, kind: int = TEXT) -> None:
        made = box._seal(replace(fields, kind=kind), author.signing_seed, [me.pk], content)
        op = "wrap.open" if kind == WRAP_UNIT else "box.open"
        sheet.fails(name, "malformed", op, **base, box=sheet.blob(f"box:{name}", made))

    said = encode("wrap-text", b"ru", b"", b"")
    forged("reason_with_a_space", encode("text", b"en", b"two words", b""))
    forged("reason_in_capitals", encode("text", b"en", b"Closed", b""))
    forged("reason_too_long", encode("text", b"en", b"a" * 41, b""))
    seeds = encode("inbox-seeds", b"\0\1", bytes(32))
    forged("wrap_of_nothing", encode("wrap", encode("grants", b"\0\0"), seeds, me.pk, said), WRAP_UNIT)
    grant = encode("grant", plain.cid, k0)
    forged(
        "wrap_granting_twice",
        encode("wrap", encode("grants", b"\0\2", grant, grant), seeds, me.pk, said),
        WRAP_UNIT,
    )
    listed = encode("grants", b"\0\1", grant)
    short = encode("inbox-seeds", b"\0\1", bytes(31))
    forged("wrap_with_a_short_seed", encode("wrap", listed, short, me.pk, said), WRAP_UNIT)
    none = encode("inbox-seeds", b"\0\0")
    forged("wrap_without_an_inbox", encode("wrap", listed, none, me.pk, said), WRAP_UNIT)
    other = encode("wrap", listed, seeds, intake.pk, said)
    forged("wrap_with_an_inbox_that_is_not_named", other, WRAP_UNIT)
    _readers_wraps(sheet, fields, author, me.pk, base)
    for kind in (IDENTITY_HALF, IDENTITY_KEY):
        half = seal_secret(replace(fields, kind=kind), author.signing_seed, me.pk, os.urandom(32))
        half_blob = sheet.blob(f"box:half_{kind}", half)
        assert sheet.ok(f"half_{kind}_open", "secret.open", **base, box=half_blob)["kind"] == kind
        sheet.fails(f"half_{kind}_opened_as_a_text", "malformed", "box.open", **base, box=half_blob)
        other = base | {"kem_seed": os.urandom(32)}
        sheet.fails(f"half_{kind}_for_another", "not_a_recipient", "secret.open", **other, box=half_blob)
    sheet.fails("wrap_opened_as_a_half", "malformed", "secret.open", **base, box=blob)
    swapped = box._seal(
        replace(fields, kind=IDENTITY_HALF), author.signing_seed, [me.pk], encode("identity-key", bytes(32))
    )
    sheet.fails("half_of_the_other_kind", "malformed", "secret.open", **base, box=sheet.blob("box:swapped", swapped))
    message = sheet.blob("message", sealed())
    granted = {"instance": w.instance, "message": message}
    sheet.ok("account_by_its_own_key", "message.granted", **granted, k0=k0)
    sheet.fails("account_by_another_key", "commitment_mismatch", "message.granted", **granted, k0=bytes(32))
