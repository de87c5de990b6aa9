"""SPEC 9: eight blocks that look like noise to whoever lacks the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto.account import pad, unpad
from crypto.box import open_box, parse_box
from crypto.card import Card, verify_card
from crypto.chain import Chain, is_void, verify_chain
from crypto.encoding import Day, cut, decode, decode_list, encode, encode_list, equal, read_uint, read_within, u8, u32
from crypto.entry import SignedEntry, check_case, encode_signed_entry, messages_head, parse_signed_entry
from crypto.errors import ProtocolError, ensure
from crypto.keyring import KeyringBody
from crypto.message import write_statement
from crypto.posts import BLOCK, check_box
from crypto.primitives import (
    KEM_CT,
    N0,
    TAG,
    KemKey,
    aead_open,
    aead_seal,
    hash,
    is_valid,
    kdf,
    kem_decapsulate,
    kem_encapsulate,
    kem_keypair,
    random_bytes,
    sign,
)
from crypto.receipt import lookup_id
from crypto.signer import check_signature, check_signer
from crypto.walk import Start
from crypto.workflow import ERASED, NO_PRIORITY, RECEIVED, SAFETY_HOLD

BLOCKS = 8
NONCE = 24
DATA = 16344
MAX_LINES = 40
_ZEROS = bytes(BLOCK - TAG)


def _block_ad(instance: bytes, lookup: bytes) -> bytes:
    return encode("block", instance, lookup)


def veil(veil_key: bytes, instance: bytes, lookup: bytes, data: bytes) -> bytes:
    """SPEC 9.1."""
    nonce = random_bytes(NONCE)
    return nonce + aead_seal(veil_key, nonce, _block_ad(instance, lookup), pad(data, DATA))


def unveil(veil_key: bytes, instance: bytes, lookup: bytes, block: bytes) -> bytes:
    ensure(len(block) == BLOCK, "malformed", "block length")
    nonce, sealed = cut(block, NONCE, BLOCK - NONCE)
    return unpad(aead_open(veil_key, nonce, _block_ad(instance, lookup), sealed))


def dummy_block(server_key: bytes, lookup: bytes, index: int) -> bytes:
    """What the server answers with where there is no block."""
    return aead_seal(kdf(server_key, "dummy", lookup, u8(index)), N0, b"", _ZEROS)


@dataclass(frozen=True)
class Mailbox:
    """The person's keys as staff know them, from stream 0."""

    lookup: bytes
    mailbox_pk: bytes
    veil_key: bytes = field(repr=False)


@dataclass(frozen=True)
class StatusFields:
    """`messages` are the CIDs received; `entries` those from `start` on, the newest 40 at most."""

    instance: bytes
    cid: bytes
    write_signature: bytes
    messages: tuple[bytes, ...]
    start: Start
    entries: tuple[SignedEntry, ...]
    day: Day
    author: bytes
    card: bytes = b""  # SPEC 7.6: the newest, with its two entries


def seal_status(status: StatusFields, author_seed: bytes, mailbox: Mailbox) -> bytes:
    """SPEC 9.2: block 0."""
    instance, start = status.instance, status.start
    ensure(len(status.entries) <= MAX_LINES, "too_large", "lines")
    lines = [
        encode(
            "line",
            u8(entry.kind),
            u8(entry.state),
            u32(entry.day),
            u32(entry.until),
            entry.actor,
            entry.box_hash,
            entry.cited,
            entry.keyring_hash,
            entry.messages,
            u8(entry.priority),
            entry.signature,
        )
        for entry in status.entries
    ]
    body = encode(
        "status",
        instance,
        status.cid,
        status.write_signature,
        status.card,
        messages_head(status.messages),
        u32(start.seq),
        start.link,
        u8(start.state),
        u8(int(start.acknowledged)),
        u8(start.back),
        u8(start.priority),
        u32(start.until),
        u32(start.since),
        u32(start.hold),
        encode_list("lines", lines),
        u32(status.day),
        status.author,
    )
    signed = encode("signed-status", body, sign(author_seed, body))
    made = kem_encapsulate(mailbox.mailbox_pk)
    key = _status_key(made.shared, instance, mailbox.lookup, made.ct, mailbox.mailbox_pk)
    sealed = aead_seal(key, N0, _status_ad(instance, mailbox.lookup), signed)
    return veil(mailbox.veil_key, instance, mailbox.lookup, encode("sealed-status", made.ct, sealed))


def _status_key(shared: bytes, instance: bytes, lookup: bytes, ct: bytes, pk: bytes) -> bytes:
    return kdf(shared, "status", instance, lookup, ct, pk)


def _status_ad(instance: bytes, lookup: bytes) -> bytes:
    return encode("status-ad", instance, lookup)


def seal_reply(instance: bytes, precede: int, entry: bytes, box: bytes, mailbox: Mailbox) -> bytes:
    """SPEC 9.3: a reply block. `box` has the mailbox's slot only; `precede` text entries are older."""
    return veil(mailbox.veil_key, instance, mailbox.lookup, encode("reply-block", u32(precede), entry, box))


@dataclass(frozen=True)
class Reply:
    """`precede`: text entries before it. `revoked`: its key is no longer trusted, but the status confirms the entry."""

    seq: int
    author: bytes
    role: int
    day: Day
    language: str
    text: str = field(repr=False)
    precede: int
    revoked: bool
    code: str


@dataclass(frozen=True)
class OpenedMailbox:
    """Replies in the order of the blocks, newest first; `refused`: why a block that is no status was refused.

    `card`: to whose inboxes a message goes, if there is one; `card_fault`: why there is none though there should be.
    """

    cid: bytes
    state: int
    acknowledged: bool
    replies: tuple[Reply, ...]
    refused: tuple[ProtocolError, ...]
    day: Day
    messages: bytes
    chain: Chain
    card: Card | None
    card_fault: ProtocolError | None


def open_mailbox(
    instance: bytes,
    request_pk: bytes,
    mailbox_seed: bytes,
    veil_key: bytes,
    keyring: KeyringBody,
    blocks: Sequence[bytes],
    today: Day,
    least_card: int = 0,
) -> OpenedMailbox | None:
    """SPEC 9.2 to 9.4. `least_card`: the highest number of a card that was seen of this case.

    None when nothing opens: the same for an unknown, a burnt and an unanswered mailbox.
    """
    key = kem_keypair(mailbox_seed)
    lookup = lookup_id(instance, request_pk, hash(key.pk))
    opened, refused = _unveil_all(veil_key, instance, lookup, blocks)
    status_data = next((data for data in opened if not _is_reply(data)), None)
    if status_data is None:
        return None
    cid, day, messages, chain, card_data = _open_status(instance, lookup, request_pk, key, keyring, status_data, today)
    replies = []
    for data in opened:
        if _is_reply(data):
            try:
                replies.append(_open_reply(instance, cid, chain, key, keyring, data, today))
            except ProtocolError as error:
                refused.append(error)
    card, fault = _open_card(instance, cid, keyring, chain, card_data, today, least_card)
    return OpenedMailbox(
        cid, chain.state, chain.acknowledged, tuple(replies), tuple(refused), day, messages, chain, card, fault
    )


def _open_card(
    instance: bytes, cid: bytes, keyring: KeyringBody, chain: Chain, data: bytes, today: Day, least: int
) -> tuple[Card | None, ProtocolError | None]:
    """SPEC 9.4. A bad card spoils nothing else: the message is drawn as before."""
    if chain.state == ERASED:  # nobody holds the inboxes any more
        return None, None
    try:
        if not data:
            ensure(not chain.changed and not least, "bad_state", "a card is left out")
            return None, None
        return verify_card(instance, cid, keyring, chain, data, today, least), None
    except ProtocolError as error:
        return None, error


def _unveil_all(
    veil_key: bytes, instance: bytes, lookup: bytes, blocks: Sequence[bytes]
) -> tuple[list[bytes], list[ProtocolError]]:
    """What opens, and what opens to wrong padding: a reader can make such a block, and it must hide no other."""
    opened, refused = [], []
    for block in blocks:
        try:
            opened.append(unveil(veil_key, instance, lookup, block))
        except ProtocolError as error:
            if error.slug == "malformed":
                raise
            if error.slug != "decryption_failed":
                refused.append(error)
    return opened, refused


_REPLY_HEAD = b"\x0breply-block"


def _is_reply(data: bytes) -> bool:
    return data.startswith(_REPLY_HEAD)


def _open_status(
    instance: bytes, lookup: bytes, request_pk: bytes, key: KemKey, keyring: KeyringBody, data: bytes, today: Day
) -> tuple[bytes, Day, bytes, Chain, bytes]:
    """SPEC 9.2, opening."""
    ct, sealed = decode("sealed-status", [KEM_CT, None], data)
    status_key = _status_key(kem_decapsulate(key, ct), instance, lookup, ct, key.pk)
    opened = aead_open(status_key, N0, _status_ad(instance, lookup), sealed)
    body, signature = decode("signed-status", [None, 64], opened)
    (
        named,
        cid,
        write_signature,
        card,
        messages,
        first_seq,
        link_before,
        state_before,
        acknowledged_before,
        back,
        priority,
        until,
        since,
        hold,
        lines,
        day,
        author,
    ) = decode("status", [32, 32, 64, None, 36, 4, 32, 1, 1, 1, 1, 4, 4, 4, None, 4, 16], body)
    start = Start(
        read_uint(first_seq),
        link_before,
        read_within(state_before, RECEIVED, ERASED, "state before"),
        read_within(acknowledged_before, 0, 1, "acknowledged before") == 1,
        back=read_within(back, RECEIVED, SAFETY_HOLD, "state before that"),
        priority=read_within(priority, 0, NO_PRIORITY, "priority before"),
        until=read_uint(until),
        since=read_uint(since),
        hold=read_uint(hold),
    )
    entries = _rebuild_entries(instance, cid, start, decode_list("lines", MAX_LINES, lines))
    ensure(equal(named, instance), "wrong_instance")
    signer = check_signature(keyring, author, read_uint(day), body, signature)
    ensure(not signer.revoked, "not_a_member", "a stolen key")
    ensure(not is_void(read_uint(day), today), "day_out_of_range", "day of the status")
    # no other person's case
    ensure(is_valid(request_pk, write_statement(instance, cid, lookup), write_signature), "wrong_case")
    return cid, read_uint(day), messages, verify_chain(instance, cid, keyring, entries, [], today, start), card


def _rebuild_entries(instance: bytes, cid: bytes, start: Start, lines: Sequence[bytes]) -> list[bytes]:
    """SPEC 9.2: each Line with what follows from its place."""
    prev, rebuilt = start.link, []
    for n, line in enumerate(lines):
        kind, state, day, until, actor, box_hash, cited, keyring_hash, messages, priority, signature = decode(
            "line", [1, 1, 4, 4, 16, 32, 32, 32, 36, 1, 64], line
        )
        entry = encode(
            "entry",
            instance,
            cid,
            u32(start.seq + n),
            prev,
            kind,
            state,
            day,
            until,
            actor,
            box_hash,
            cited,
            keyring_hash,
            messages,
            priority,
        )
        signed = encode_signed_entry(entry, signature)
        prev = parse_signed_entry(signed).link
        rebuilt.append(signed)
    return rebuilt


def _open_reply(
    instance: bytes, cid: bytes, chain: Chain, key: KemKey, keyring: KeyringBody, data: bytes, today: Day
) -> Reply:
    """SPEC 9.3, opening."""
    precede, entry_data, box_data = decode("reply-block", [4, None, None], data)
    entry = parse_signed_entry(entry_data)
    box = parse_box(box_data)
    check_case(entry, instance, cid)
    signer = check_signer(entry, keyring)
    check_box(box, entry)
    ensure(not is_void(entry.day, today), "day_out_of_range", f"entry {entry.seq}")
    listed = next((one for one in chain.entries if one.seq == entry.seq), None)
    ensure(listed is None or equal(listed.link, entry.link), "chain_broken", f"entry {entry.seq}")
    confirmed = listed is not None and entry.seq not in chain.unconfirmed
    ensure(confirmed or not signer.revoked, "not_a_member", "a stolen key")
    opened = open_box(box, instance, cid, signer.pk, key)
    return Reply(
        entry.seq,
        entry.actor,
        signer.role,
        entry.day,
        opened.language,
        opened.text,
        read_uint(precede),
        signer.revoked,
        opened.code,
    )
