"""SPEC 7: the box, and what is wrapped in one. Forwarded, rebuilt, equivocated, opened as another kind."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from crypto import box
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
from crypto.encoding import Z32, decode, encode
from crypto.message import SLOT, account_key, open_message, parse_sealed
from crypto.primitives import hash, kem_keypair, sign, signing_pk
from tests.vectors.attack_keyring import DAY, world
from tests.vectors.attack_message import sealed, submitter
from tests.world import Person


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
