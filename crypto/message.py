"""SPEC 6: what a person sends. Readers are hidden among eight slots; nobody opens the identity alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crypto.account import (
    Account,
    Answers,
    Content,
    encode_account,
    encode_answers,
    pad,
    parse_account,
    parse_answers,
    unpad,
)
from crypto.encoding import SUITE, cut, decode, encode, equal, read_uint, read_within, u8, u32
from crypto.errors import ProtocolError, ensure, refuse
from crypto.primitives import (
    KEM_CT,
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
    shuffled,
    sign,
    verify,
)
from crypto.receipt import Receipt, lookup_id

READER_SLOTS = 8  # SPEC 6.1; bounds trial decryption, and hides how many read
CUSTODIAN_SLOTS = 4
SLOT = KEM_CT + 32 + TAG
SLOT_HASHES = READER_SLOTS * 32  # so long is the field of reader slots that are no longer kept (SPEC 6.12)
ACCOUNT_SIZES = (16384, 65536, 262144)
SIDE_SIZE = 4096  # of the sealed identity, and of what only intake reads

NORMAL, URGENT, STOP_LANE, REVIEW_LANE = range(4)  # lanes


@dataclass(frozen=True)
class EmptySlot:
    """A slot before its value is known; a decoy has no recipient."""

    ct: bytes
    shared: bytes = field(repr=False)
    pk: bytes | None
    granted: bool = False  # k0 instead of the CEK: for the inbox of a unit


@dataclass
class Prepared:
    """The KEM work of one message, done before the text is known. For one message only."""

    readers: list[EmptySlot]
    custodians: list[EmptySlot]
    spent: bool = False


def prepare_slots(
    reader_pks: Sequence[bytes], custodian_pks: Sequence[bytes], unit_pks: Sequence[bytes] = ()
) -> Prepared:
    """SPEC 6.5: encapsulates for the drawn members or a card's inboxes, fills up with throw-away keys, shuffles."""
    readers = _empty_slots(reader_pks, READER_SLOTS, unit_pks)
    return Prepared(readers, _empty_slots(custodian_pks, CUSTODIAN_SLOTS))


def _empty_slots(pks: Sequence[bytes], count: int, unit_pks: Sequence[bytes] = ()) -> list[EmptySlot]:
    ensure(1 <= len(pks) <= count - len(unit_pks), "no_readers", f"{len(pks)} keys for {count} slots")
    slots = [_empty_slot(pk, pk) for pk in pks] + [_empty_slot(pk, pk, granted=True) for pk in unit_pks]
    while len(slots) < count:
        slots.append(_empty_slot(kem_keypair(random_bytes(32)).pk, None))
    return shuffled(slots)


def _empty_slot(pk: bytes, recipient: bytes | None, granted: bool = False) -> EmptySlot:
    made = kem_encapsulate(pk)
    return EmptySlot(made.ct, made.shared, recipient, granted)


@dataclass(frozen=True)
class KeyringName:
    """What the header says of a verified keyring."""

    instance: bytes
    version: int
    hash: bytes


def seal_message(
    prepared: Prepared,
    receipt: Receipt,
    keyring: KeyringName,
    lane: int,
    content: Content,
    identity: Answers,
    intake: Answers,
) -> bytes:
    """SPEC 6.7. The bytes are made once: a retry sends the same, an edit needs fresh slots."""
    if prepared.spent:
        raise ValueError("prepared slots seal one message only")  # SPEC 6.7
    account = encode_account(Account(receipt.request_pk, receipt.mailbox_pk, receipt.veil_key, content))
    padded = [
        pad(account, *ACCOUNT_SIZES),
        pad(encode_answers(identity), SIDE_SIZE),
        pad(encode_answers(intake), SIDE_SIZE),
    ]
    prepared.spent = True

    header = encode(
        "message",
        keyring.instance,
        u8(SUITE),
        u32(keyring.version),
        keyring.hash,
        random_bytes(16),
        u8(lane),
        u8(READER_SLOTS) + u8(CUSTODIAN_SLOTS),
        b"".join(u32(len(p)) for p in padded),
    )
    h = hash(header)
    identity_header = encode("identity", keyring.instance, u8(SUITE), h, u8(CUSTODIAN_SLOTS))
    i = hash(identity_header)
    # SPEC 6.4: hedged with the receipt and the text against a weak generator
    cek = kdf(random_bytes(32), "cek", receipt.k0, hash(padded[0]))
    identity_key = kdf(random_bytes(32), "identity-key", receipt.k0, hash(padded[1]))
    keys = [_stream_key(cek, 0, h), kdf(identity_key, "identity", _identity_half(cek, h), i), _stream_key(cek, 2, h)]
    streams = [aead_seal(keys[n], N0, _stream_ad(h, n), padded[n]) for n in range(3)]
    readers = [_fill_slot(slot, h, keys[0] if slot.granted else cek) for slot in prepared.readers]
    custodians = b"".join(_fill_slot(slot, i, identity_key) for slot in prepared.custodians)

    commitment = _commit(cek, h, [hash(slot) for slot in readers])
    commitments = [kdf(key, "stream-commit", h) for key in keys]
    cid = _content_id(h, commitment, commitments, [hash(ct) for ct in streams], i, hash(custodians))
    signature = sign(receipt.request_seed, write_statement(keyring.instance, cid, receipt.lookup))
    return encode(
        "sealed-message",
        header,
        commitment,
        b"".join(commitments),
        b"".join(readers),
        identity_header,
        custodians,
        *streams,
        receipt.request_pk,
        receipt.mailbox_hash,
        signature,
    )


def _fill_slot(slot: EmptySlot, context: bytes, value: bytes) -> bytes:
    if slot.pk is None:
        return slot.ct + random_bytes(32 + TAG)
    return slot.ct + aead_seal(kdf(slot.shared, "slot", context, slot.ct, slot.pk), N0, context, value)


def _stream_key(cek: bytes, n: int, h: bytes) -> bytes:
    return kdf(cek, "stream", u8(n), h)


def _stream_ad(h: bytes, n: int) -> bytes:
    return encode("stream-ad", h, u8(n))


def _identity_half(cek: bytes, h: bytes) -> bytes:
    return kdf(cek, "identity-half", h)


def _commit(cek: bytes, h: bytes, slot_hashes: Sequence[bytes]) -> bytes:
    return kdf(cek, "commit", h, *slot_hashes)


def _content_id(
    h: bytes,
    commitment: bytes,
    commitments: Sequence[bytes],
    stream_hashes: Sequence[bytes],
    i: bytes,
    custodian_hash: bytes,
) -> bytes:
    """SPEC 6.6"""
    return hash(encode("content", h, commitment, *commitments, *stream_hashes, i, custodian_hash))


def write_statement(instance: bytes, cid: bytes, lookup: bytes) -> bytes:
    """What the write signature signs; the person's browser knows its own case by it."""
    return encode("write", instance, cid, lookup)


@dataclass(frozen=True)
class SealedMessage:
    """A message of which everything that needs no key is checked.

    SPEC 6.12: where the old slots are gone there are no reader slots, where the identity is gone no custodian slots and
    an empty stream 1; their hashes are there, so that CID and commitment hold.
    """

    cid: bytes
    lookup: bytes
    lane: int
    instance: bytes
    keyring_version: int
    keyring_hash: bytes
    header_hash: bytes
    identity_hash: bytes
    commitment: bytes
    stream_commitments: tuple[bytes, ...]
    reader_slots: tuple[bytes, ...]
    hashes_alone: tuple[bytes, ...]
    custodian_slots: tuple[bytes, ...]
    streams: tuple[bytes, ...]
    request_pk: bytes
    mailbox_hash: bytes
    write_signature: bytes
    encoded: bytes = field(repr=False)

    @property
    def slot_hashes(self) -> tuple[bytes, ...]:
        return self.hashes_alone or tuple(hash(slot) for slot in self.reader_slots)

    @property
    def slots_gone(self) -> bool:
        return not self.reader_slots

    @property
    def identity_gone(self) -> bool:
        return not self.custodian_slots


def parse_sealed(instance: bytes, data: bytes) -> SealedMessage:
    """SPEC 6.8. The numbers are its steps."""
    # (1)
    (
        header,
        commitment,
        commitments,
        readers,
        identity_header,
        custodians,
        ct0,
        ct1,
        ct2,
        request_pk,
        mailbox_hash,
        signature,
    ) = decode(
        "sealed-message",
        [None, 32, 96, None, None, None, None, None, None, 32, 32, 64],
        data,
    )
    slots_gone, identity_gone = len(readers) == SLOT_HASHES, len(custodians) == 32  # SPEC 6.12
    ensure(slots_gone or len(readers) == READER_SLOTS * SLOT, "malformed", "reader slots")
    ensure(identity_gone or len(custodians) == CUSTODIAN_SLOTS * SLOT, "malformed", "custodian slots")
    named, suite, version, keyring_hash, _, lane, counts, lengths = decode(
        "message", [32, 1, 4, 32, 16, 1, 2, 12], header
    )
    identity_named, identity_suite, named_hash, identity_count = decode("identity", [32, 1, 32, 1], identity_header)
    slot_counts = bytes([READER_SLOTS, CUSTODIAN_SLOTS])
    ensure(counts == slot_counts and identity_count == slot_counts[1:], "malformed", "slot counts")
    sizes = [read_uint(size) for size in cut(lengths, 4, 4, 4)]
    ensure(sizes[0] in ACCOUNT_SIZES and sizes[1:] == [SIDE_SIZE, SIDE_SIZE], "malformed", "stream lengths")
    streams = (ct0, ct1, ct2)
    stream_lengths = [size + TAG for size in sizes]
    if identity_gone:
        stream_lengths[1] = 32
    ensure([len(ct) for ct in streams] == stream_lengths, "malformed", "stream length")
    lane_number = read_within(lane, NORMAL, REVIEW_LANE, "lane")
    # (2)
    ensure(suite[0] == SUITE and identity_suite[0] == SUITE, "unsupported_suite")
    # (3)
    ensure(equal(named, instance) and equal(identity_named, instance), "wrong_instance")
    # (4)
    h = hash(header)
    ensure(equal(named_hash, h), "malformed", "identity of another message")
    # (5) for the whole object: a slot for somebody else with a low-order point is no accident
    reader_slots = () if slots_gone else tuple(_cut_slots(readers))
    custodian_slots = () if identity_gone else tuple(_cut_slots(custodians))
    ensure(not any(is_low_order(slot[:KEM_CT]) for slot in reader_slots + custodian_slots), "low_order")
    # (6)
    i = hash(identity_header)
    stream_commitments = tuple(cut(commitments, 32, 32, 32))
    stream_hashes = [hash(ct0), ct1 if identity_gone else hash(ct1), hash(ct2)]
    custodian_hash = custodians if identity_gone else hash(custodians)
    cid = _content_id(h, commitment, stream_commitments, stream_hashes, i, custodian_hash)
    lookup = lookup_id(instance, request_pk, mailbox_hash)
    verify(request_pk, write_statement(instance, cid, lookup), signature)
    return SealedMessage(
        cid,
        lookup,
        lane_number,
        instance,
        read_uint(version),
        keyring_hash,
        h,
        i,
        commitment,
        stream_commitments,
        reader_slots,
        tuple(cut(readers, *[32] * READER_SLOTS)) if slots_gone else (),
        custodian_slots,
        (ct0, b"", ct2) if identity_gone else streams,
        request_pk,
        mailbox_hash,
        signature,
        data,
    )


def drop_slots(message: SealedMessage) -> bytes:
    """SPEC 6.12: the same message without its reader slots, with their hashes in their place."""
    return _replaced(message.encoded, {3: b"".join(message.slot_hashes)})


def drop_identity(message: SealedMessage) -> bytes:
    """SPEC 6.12: the same message without the sealed identity and the slots that lead to it."""
    if message.identity_gone:
        return message.encoded
    return _replaced(message.encoded, {5: hash(b"".join(message.custodian_slots)), 7: hash(message.streams[1])})


def _replaced(data: bytes, fields: Mapping[int, bytes]) -> bytes:
    old = decode("sealed-message", [None] * 12, data)
    return encode("sealed-message", *(fields.get(n, one) for n, one in enumerate(old)))


def _cut_slots(slots: bytes) -> list[bytes]:
    return [slots[at : at + SLOT] for at in range(0, len(slots), SLOT)]


@dataclass(frozen=True)
class OpenedMessage:
    """`half` is the reviewers' half of the identity key."""

    cid: bytes
    cek: bytes = field(repr=False)
    half: bytes = field(repr=False)
    account: Account = field(repr=False)
    intake: Answers = field(repr=False)
    account_bytes: bytes = field(repr=False)
    intake_bytes: bytes = field(repr=False)
    header_hash: bytes


def open_message(message: SealedMessage, key: KemKey, keyring_hash: bytes | None = None) -> OpenedMessage:
    """SPEC 6.9, by a reviewer. The numbers are its steps. `keyring_hash` is the one expected, if any."""
    # (1) is parse_sealed
    h = message.header_hash
    ensure(keyring_hash is None or equal(message.keyring_hash, keyring_hash), "wrong_keyring")  # (2)
    return open_with_cek(message, _open_slots(message.reader_slots, h, key))  # (3)


def open_with_cek(message: SealedMessage, cek: bytes) -> OpenedMessage:
    """SPEC 6.9 from step 4 on: by whoever was handed the CEK in a readers' wrap (SPEC 7.5)."""
    h = message.header_hash
    # (4) two readers, two accounts
    ensure(equal(_commit(cek, h, message.slot_hashes), message.commitment), "commitment_mismatch", "slots")
    k0, k2 = _stream_key(cek, 0, h), _stream_key(cek, 2, h)
    _check_stream(message, 0, k0)  # (5)
    _check_stream(message, 2, k2)
    p0, p2 = _open_stream(message, 0, k0), _open_stream(message, 2, k2)  # (6)
    account_bytes, intake_bytes = unpad(p0), unpad(p2)  # (7)
    account, intake = parse_account(account_bytes), parse_answers(intake_bytes)  # (8)
    # (9)
    same = equal(account.request_pk, message.request_pk) and equal(hash(account.mailbox_pk), message.mailbox_hash)
    ensure(same, "keys_differ")
    return OpenedMessage(message.cid, cek, _identity_half(cek, h), account, intake, account_bytes, intake_bytes, h)


@dataclass(frozen=True)
class GrantedMessage:
    """What a unit reads of a message: the account alone."""

    cid: bytes
    account: Account = field(repr=False)
    header_hash: bytes


def account_key(opened: OpenedMessage) -> bytes:
    """SPEC 7.3: k0, which opens the account and nothing else."""
    return _stream_key(opened.cek, 0, opened.header_hash)


def open_granted(message: SealedMessage, k0: bytes) -> GrantedMessage:
    """SPEC 7.3: by whoever was granted k0. parse_sealed has checked CID and write signature."""
    _check_stream(message, 0, k0)
    account = parse_account(unpad(_open_stream(message, 0, k0)))
    same = equal(account.request_pk, message.request_pk) and equal(hash(account.mailbox_pk), message.mailbox_hash)
    ensure(same, "keys_differ")
    return GrantedMessage(message.cid, account, message.header_hash)


def open_unit_slot(message: SealedMessage, inbox: KemKey) -> bytes:
    """SPEC 6.9: k0, by the unit's inbox that a card named. Readers ask too: was the unit given the true one."""
    k0 = _open_slots(message.reader_slots, message.header_hash, inbox)
    _check_stream(message, 0, k0)
    return k0


def _open_slots(slots: Sequence[bytes], context: bytes, key: KemKey) -> bytes:
    """The value of the first slot that opens with this key."""
    for slot in slots:
        ct, sealed = slot[:KEM_CT], slot[KEM_CT:]
        wrapping = kdf(kem_decapsulate(key, ct), "slot", context, ct, key.pk)
        try:
            return aead_open(wrapping, N0, context, sealed)
        except ProtocolError as error:
            if error.slug != "decryption_failed":
                raise
    refuse("not_a_recipient")


def _check_stream(message: SealedMessage, n: int, key: bytes) -> None:
    expected = kdf(key, "stream-commit", message.header_hash)
    ensure(equal(expected, message.stream_commitments[n]), "commitment_mismatch", f"stream {n}")


def _open_stream(message: SealedMessage, n: int, key: bytes) -> bytes:
    return aead_open(key, N0, _stream_ad(message.header_hash, n), message.streams[n])


def check_joins(first: Account, later: Account) -> None:
    """SPEC 6.10: a message under the same lookup id with other keys inside is refused the join."""
    same = equal(first.request_pk, later.request_pk) and equal(first.mailbox_pk, later.mailbox_pk)
    ensure(same and equal(first.veil_key, later.veil_key), "keys_differ", "another person's keys")


def open_custodian_slot(message: SealedMessage, key: KemKey) -> bytes:
    """SPEC 6.9: the custodian's half of the way to the identity, `I`."""
    return _open_slots(message.custodian_slots, message.identity_hash, key)


@dataclass(frozen=True)
class OpenedIdentity:
    identity: Answers = field(repr=False)
    identity_bytes: bytes = field(repr=False)


def open_identity(message: SealedMessage, half: bytes, custodian_key: bytes) -> OpenedIdentity:
    """SPEC 6.9: with both halves."""
    ensure(not message.identity_gone, "not_a_recipient", "the identity is gone")
    k1 = kdf(custodian_key, "identity", half, message.identity_hash)
    _check_stream(message, 1, k1)
    identity_bytes = unpad(_open_stream(message, 1, k1))
    return OpenedIdentity(parse_answers(identity_bytes), identity_bytes)
