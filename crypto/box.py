"""SPEC 7: what a member seals, to recipients that the signed header names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from crypto.account import pad, read_language, unpad
from crypto.encoding import (
    SUITE,
    Day,
    ascending,
    cut,
    decode,
    decode_list,
    encode,
    encode_list,
    ensure_ascending,
    equal,
    read_uint,
    read_utf8,
    read_within,
    u8,
    u32,
    utf8,
)
from crypto.errors import ensure, refuse
from crypto.primitives import (
    KEM_CT,
    KEM_PK,
    N0,
    TAG,
    KemKey,
    aead_open,
    aead_seal,
    hash,
    is_low_order,
    kdf,
    kem_decapsulate,
    kem_encapsulate,
    kem_keypair,
    random_bytes,
    sign,
    verify,
)

SLOT = KEM_CT + 32 + TAG
CONTENT = 12288
MAX_TEXT = 12000
MAX_WRAP_TEXT = 3000
MAX_COPY_TEXT = 9000
MAX_CODE = 40
MAX_RECIPIENTS = 64
_CODE = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_")

TEXT, NOTE, WRAP_INTAKE, WRAP_UNIT, COPY, IDENTITY_HALF, IDENTITY_KEY = 1, 2, 3, 4, 6, 7, 8  # kinds
KINDS = (TEXT, NOTE, WRAP_INTAKE, WRAP_UNIT, COPY, IDENTITY_HALF, IDENTITY_KEY)
_SECRET_TAGS = {IDENTITY_HALF: "identity-half", IDENTITY_KEY: "identity-key"}
MAX_GRANTS = 90
MAX_INBOXES = 20  # seeds in one wrap: so many changes of members has a case


@dataclass(frozen=True)
class BoxFields:
    """`cid` is the case; `parent` the hash of the box answered, or Z32."""

    instance: bytes
    cid: bytes
    kind: int
    parent: bytes
    author: bytes
    day: Day
    keyring_hash: bytes


def _encode_fields(tag: str, box: BoxFields, recipients: bytes, *rest: bytes) -> bytes:
    """The header's beginning, which context and header share."""
    return encode(
        tag,
        box.instance,
        u8(SUITE),
        box.cid,
        u8(box.kind),
        box.parent,
        box.author,
        u32(box.day),
        box.keyring_hash,
        recipients,
        *rest,
    )


def _context_hash(box: BoxFields, pk_hashes: Sequence[bytes]) -> bytes:
    return hash(_encode_fields("box-context", box, encode_list("recipients", pk_hashes)))


@dataclass(frozen=True)
class Words:
    """What a box says: `code` is a reason of the field's lists, or empty."""

    language: str
    text: str = field(repr=False)
    code: str = ""


@dataclass(frozen=True)
class Grant:
    """SPEC 7.3: a message of the person, and what opens its account alone."""

    cid: bytes
    k0: bytes = field(repr=False)


@dataclass(frozen=True)
class MessageKey:
    """SPEC 7.5: a message of the person, and what opens all of it that readers read."""

    cid: bytes
    cek: bytes = field(repr=False)


def seal_box(
    fields: BoxFields, author_seed: bytes, recipient_pks: Sequence[bytes], language: str, text: str, code: str = ""
) -> bytes:
    """A text or a note."""
    ensure(fields.kind in (TEXT, NOTE), "malformed", "box kind")
    content = _encode_words("text", Words(language, text, code), MAX_TEXT)
    return _seal(fields, author_seed, recipient_pks, content)


def seal_wrap(
    fields: BoxFields,
    author_seed: bytes,
    recipient_pks: Sequence[bytes],
    grants: Sequence[Grant],
    inbox_seeds: Sequence[bytes],
    intake_pk: bytes,
    words: Words,
) -> bytes:
    """SPEC 7.3: a case handed to a unit. The seeds are the unit's, the newest last; `intake_pk` the readers'."""
    ensure(fields.kind == WRAP_UNIT, "malformed", "box kind")
    ensure(1 <= len(grants) <= MAX_GRANTS, "too_large", f"{len(grants)} messages")
    ordered = ascending(grants, lambda grant: grant.cid)
    listed = encode_list("grants", [encode("grant", one.cid, one.k0) for one in ordered])
    ensure(bool(inbox_seeds), "malformed", "no inbox")
    said = _encode_words("wrap-text", words, MAX_WRAP_TEXT)
    content = encode("wrap", listed, _encode_seeds(inbox_seeds), intake_pk, said)
    return _seal(fields, author_seed, [*recipient_pks, intake_pk], content)


def _encode_seeds(seeds: Sequence[bytes]) -> bytes:
    ensure(len(seeds) <= MAX_INBOXES, "too_large", f"{len(seeds)} inboxes")
    return encode_list("inbox-seeds", seeds)


def _decode_seeds(data: bytes) -> tuple[bytes, ...]:
    seeds = decode_list("inbox-seeds", MAX_INBOXES, data)
    ensure(all(len(seed) == 32 for seed in seeds), "malformed", "inbox-seeds: width")
    return tuple(seeds)


def seal_readers(
    fields: BoxFields,
    author_seed: bytes,
    recipient_pks: Sequence[bytes],
    keys: Sequence[MessageKey],
    words: Words,
    inbox_seeds: Sequence[bytes] = (),
    unit_seed: bytes = b"",
) -> bytes:
    """SPEC 7.5: a case to those who read it from now on. The seeds: of all intake inboxes but inbox 0, newest last.

    `unit_seed`: of the unit's new inbox, where a unit has the case.
    """
    ensure(fields.kind == WRAP_INTAKE, "malformed", "box kind")
    ensure(1 <= len(keys) <= MAX_GRANTS, "too_large", f"{len(keys)} messages")
    listed = [encode("message-key", one.cid, one.cek) for one in ascending(keys, lambda key: key.cid)]
    said = _encode_words("wrap-text", words, MAX_WRAP_TEXT)
    ensure(len(unit_seed) in (0, 32), "malformed", "the unit's seed")
    content = encode("readers", encode_list("message-keys", listed), _encode_seeds(inbox_seeds), unit_seed, said)
    return _seal(fields, author_seed, recipient_pks, content)


def seal_copy(
    fields: BoxFields, author_seed: bytes, member_pk: bytes, intake_pk: bytes, unit_pk: bytes | None, words: Words
) -> bytes:
    """SPEC 7.7: so much of a case as one translator or adviser is to read, and the inboxes that the answer goes to."""
    ensure(fields.kind == COPY, "malformed", "box kind")
    inboxes = [intake_pk, *([unit_pk] if unit_pk else [])]
    content = encode("copy", intake_pk, unit_pk or b"", _encode_words("copy-text", words, MAX_COPY_TEXT))
    return _seal(fields, author_seed, [member_pk, *inboxes], content)


def seal_secret(fields: BoxFields, author_seed: bytes, recipient_pk: bytes, secret: bytes) -> bytes:
    """SPEC 7.4: one half of the way to an identity, to one member. `fields.kind` says which half."""
    ensure(fields.kind in _SECRET_TAGS, "malformed", "box kind")
    return _seal(fields, author_seed, [recipient_pk], encode(_SECRET_TAGS[fields.kind], secret))


def open_secret(box: SealedBox, instance: bytes, cid: bytes, author_pk: bytes, key: KemKey) -> bytes:
    """SPEC 7.4, opening."""
    ensure(box.kind in _SECRET_TAGS and len(box.recipients) == 1, "malformed", "not one half for one member")
    return decode(_SECRET_TAGS[box.kind], [32], _open(box, instance, cid, author_pk, key))[0]


def _encode_words(tag: str, words: Words, most: int) -> bytes:
    body = utf8(words.text)
    ensure(len(body) <= most, "too_large", f"{len(body)} bytes")
    read_language(utf8(words.language))
    return encode(tag, utf8(words.language), _read_code(utf8(words.code)), body)


def _read_code(data: bytes) -> bytes:
    ensure(len(data) <= MAX_CODE and all(byte in _CODE for byte in data), "malformed", "reason code")
    return data


def _decode_words(tag: str, most: int, data: bytes) -> Words:
    language, code, text = decode(tag, [None, None, None], data)
    ensure(len(text) <= most, "malformed", "text length")
    return Words(read_language(language), read_utf8(text), _read_code(code).decode())


def _seal(fields: BoxFields, author_seed: bytes, recipient_pks: Sequence[bytes], content: bytes) -> bytes:
    ensure(1 <= len(recipient_pks) <= MAX_RECIPIENTS, "malformed", f"{len(recipient_pks)} recipients")
    content = pad(content, CONTENT)
    pks = ascending(recipient_pks, hash)
    c = _context_hash(fields, [hash(pk) for pk in pks])
    w = random_bytes(32)
    slots = []
    for pk in pks:
        made = kem_encapsulate(pk)
        slots.append(made.ct + aead_seal(_slot_key(made.shared, c, made.ct, pk), N0, c, w))
    slot_hashes = [hash(slot) for slot in slots]
    sealed = encode("box-body", _commit(w, c, slot_hashes), aead_seal(kdf(w, "body", c), N0, c, content))
    recipients = [hash(pk) + slot_hash for pk, slot_hash in zip(pks, slot_hashes, strict=True)]
    header = _encode_fields("box", fields, encode_list("box-recipients", recipients), hash(sealed))
    return encode("sealed-box", header, encode_list("box-slots", slots), sealed, sign(author_seed, header))


def _slot_key(shared: bytes, c: bytes, ct: bytes, pk: bytes) -> bytes:
    return kdf(shared, "box-slot", c, ct, pk)


def _commit(w: bytes, c: bytes, slot_hashes: Sequence[bytes]) -> bytes:
    return kdf(w, "box-commit", c, *slot_hashes)


@dataclass(frozen=True)
class Recipient:
    """`slot` is empty where withheld."""

    pk_hash: bytes
    slot_hash: bytes
    slot: bytes = field(repr=False)


@dataclass(frozen=True)
class SealedBox(BoxFields):
    """Parsed, not yet verified: only `open_box` may give its text."""

    suite: int
    recipients: tuple[Recipient, ...]
    body_hash: bytes
    commitment: bytes
    ct: bytes = field(repr=False)
    body: bytes = field(repr=False)
    header: bytes = field(repr=False)
    signature: bytes
    hash: bytes


def parse_box(data: bytes) -> SealedBox:
    """SPEC 7, opening (1)."""
    header, slot_list, body, signature = decode("sealed-box", [None, None, None, 64], data)
    instance, suite, cid, kind, parent, author, day, keyring_hash, recipients, body_hash = decode(
        "box", [32, 1, 32, 1, 32, 16, 4, 32, None, 32], header
    )
    named = [cut(item, 32, 32) for item in decode_list("box-recipients", MAX_RECIPIENTS, recipients)]
    ensure_ascending([pk_hash for pk_hash, _ in named], "box-recipients")
    slots = decode_list("box-slots", MAX_RECIPIENTS, slot_list)
    ensure(bool(named) and len(slots) == len(named), "malformed", "box-slots: count")
    ensure(all(len(slot) in (0, SLOT) for slot in slots), "malformed", "box-slots: width")
    commitment, ct = decode("box-body", [32, CONTENT + TAG], body)
    kind_number = read_within(kind, TEXT, IDENTITY_KEY, "box kind")
    ensure(kind_number in KINDS, "malformed", "box kind")
    return SealedBox(
        instance,
        cid,
        kind_number,
        parent,
        author,
        read_uint(day),
        keyring_hash,
        read_uint(suite),
        tuple(Recipient(pair[0], pair[1], slot) for pair, slot in zip(named, slots, strict=True)),
        body_hash,
        commitment,
        ct,
        body,
        header,
        signature,
        hash(header),
    )


def withhold_slots(data: bytes, pk: bytes) -> bytes:
    """The same box with only the slot of one key: what travels to the mailbox."""
    return keep_slot(data, hash(pk))


def keep_slot(data: bytes, pk_hash: bytes) -> bytes:
    return keep_slots(data, [pk_hash])


def keep_slots(data: bytes, pk_hashes: Collection[bytes]) -> bytes:
    """The same box with the slots of these keys alone: its header holds the hashes of the others."""
    header, _, body, signature = decode("sealed-box", [None, None, None, 64], data)
    kept = [one.slot if one.pk_hash in pk_hashes else b"" for one in parse_box(data).recipients]
    return encode("sealed-box", header, encode_list("box-slots", kept), body, signature)


@dataclass(frozen=True)
class OpenedBox:
    kind: int
    author: bytes
    day: Day
    language: str
    text: str = field(repr=False)
    code: str


def open_box(box: SealedBox, instance: bytes, cid: bytes, author_pk: bytes, key: KemKey) -> OpenedBox:
    """SPEC 7, opening a text or a note. `author_pk` is the keyring's for the author's id."""
    content = _open(box, instance, cid, author_pk, key)
    words = _decode_words("text", MAX_TEXT, content)  # (9)
    return OpenedBox(box.kind, box.author, box.day, words.language, words.text, words.code)


@dataclass(frozen=True)
class OpenedWrap:
    """`inboxes`: the unit's own of this case, the newest last."""

    grants: tuple[Grant, ...]
    inbox_seeds: tuple[bytes, ...] = field(repr=False)
    inboxes: tuple[KemKey, ...] = field(repr=False)
    intake_pk: bytes
    words: Words


def open_wrap(box: SealedBox, instance: bytes, cid: bytes, author_pk: bytes, key: KemKey) -> OpenedWrap:
    """SPEC 7.3, opening."""
    content = _open(box, instance, cid, author_pk, key)
    listed, seed_list, intake_pk, words = decode("wrap", [None, None, KEM_PK, None], content)
    grants = [Grant(*decode("grant", [32, 32], item)) for item in decode_list("grants", MAX_GRANTS, listed)]
    ensure(bool(grants), "malformed", "no grant")
    ensure_ascending([grant.cid for grant in grants], "grants")
    known = any(equal(one.pk_hash, hash(intake_pk)) for one in box.recipients)
    ensure(known and not is_low_order(intake_pk), "malformed", "the readers' inbox")
    seeds = _decode_seeds(seed_list)
    ensure(bool(seeds), "malformed", "no inbox")
    inboxes = tuple(kem_keypair(seed) for seed in seeds)
    return OpenedWrap(tuple(grants), seeds, inboxes, intake_pk, _decode_words("wrap-text", MAX_WRAP_TEXT, words))


@dataclass(frozen=True)
class OpenedReaders:
    """`inboxes`: of the readers, the newest last; inbox 0 is not among them (SPEC 7.1).

    `unit_seed`: of the unit's new inbox, which a grant hands on to it; empty where no unit has the case.
    """

    keys: tuple[MessageKey, ...]
    inbox_seeds: tuple[bytes, ...] = field(repr=False)
    inboxes: tuple[KemKey, ...] = field(repr=False)
    unit_seed: bytes = field(repr=False)
    words: Words


def open_readers(box: SealedBox, instance: bytes, cid: bytes, author_pk: bytes, key: KemKey) -> OpenedReaders:
    """SPEC 7.5, opening."""
    listed, seed_list, unit_seed, words = decode(
        "readers", [None, None, None, None], _open(box, instance, cid, author_pk, key)
    )
    ensure(len(unit_seed) in (0, 32), "malformed", "the unit's seed")
    keys = [
        MessageKey(*decode("message-key", [32, 32], item)) for item in decode_list("message-keys", MAX_GRANTS, listed)
    ]
    ensure(bool(keys), "malformed", "no message")
    ensure_ascending([one.cid for one in keys], "message-keys")
    seeds = _decode_seeds(seed_list)
    inboxes = tuple(kem_keypair(seed) for seed in seeds)
    return OpenedReaders(tuple(keys), seeds, inboxes, unit_seed, _decode_words("wrap-text", MAX_WRAP_TEXT, words))


@dataclass(frozen=True)
class OpenedCopy:
    """`inboxes`: whom the answer goes to."""

    inboxes: tuple[bytes, ...]
    words: Words


def open_copy(box: SealedBox, instance: bytes, cid: bytes, author_pk: bytes, key: KemKey) -> OpenedCopy:
    """SPEC 7.7, opening."""
    intake_pk, unit_pk, words = decode("copy", [KEM_PK, None, None], _open(box, instance, cid, author_pk, key))
    ensure(len(unit_pk) in (0, KEM_PK), "malformed", "the unit's inbox")
    inboxes = [intake_pk, *([unit_pk] if unit_pk else [])]
    named = {one.pk_hash for one in box.recipients}
    ensure(all(hash(pk) in named and not is_low_order(pk) for pk in inboxes), "malformed", "an inbox")
    return OpenedCopy(tuple(inboxes), _decode_words("copy-text", MAX_COPY_TEXT, words))


def _open(box: SealedBox, instance: bytes, cid: bytes, author_pk: bytes, key: KemKey) -> bytes:
    ensure(box.suite == SUITE, "unsupported_suite")  # (2)
    ensure(equal(box.instance, instance), "wrong_instance")  # (3)
    ensure(equal(box.cid, cid), "wrong_case")  # (4)
    verify(author_pk, box.header, box.signature)  # (5)
    # (6)
    present = [one for one in box.recipients if one.slot]
    ensure(all(equal(hash(one.slot), one.slot_hash) for one in present), "hash_mismatch", "slot")
    ensure(equal(hash(box.body), box.body_hash), "hash_mismatch", "body")
    ensure(not any(is_low_order(one.slot[:KEM_CT]) for one in present), "low_order")
    # (7)
    own = next((one for one in present if equal(one.pk_hash, hash(key.pk))), None)
    if own is None:
        refuse("not_a_recipient")
    c = _context_hash(box, [one.pk_hash for one in box.recipients])
    ct, sealed = cut(own.slot, KEM_CT, 32 + TAG)
    w = aead_open(_slot_key(kem_decapsulate(key, ct), c, ct, key.pk), N0, c, sealed)
    # (8)
    ensure(equal(_commit(w, c, [one.slot_hash for one in box.recipients]), box.commitment), "commitment_mismatch")
    return unpad(aead_open(kdf(w, "body", c), N0, c, box.ct))


def intake_inbox(cek: bytes, header_hash: bytes) -> KemKey:
    """SPEC 7.1: the inbox that every reader of a message has."""
    return kem_keypair(kdf(cek, "inbox", header_hash))
