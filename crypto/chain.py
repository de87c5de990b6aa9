"""SPEC 8: the signed entries of a case, and the state that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crypto.box import TEXT, SealedBox
from crypto.encoding import (
    NEVER,
    Z32,
    Day,
    ascending,
    decode,
    decode_list,
    encode,
    encode_list,
    equal,
    read_uint,
    read_within,
    u8,
    u32,
)
from crypto.errors import ensure, refuse
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR, KeyringBody
from crypto.message import STOP_LANE
from crypto.primitives import hash, is_valid, sign

MAX_ENTRIES = 4096
BLOCK = 16384

OPENED, TEXT_ENTRY = 1, 2  # kinds
RECEIVED, SCREENING, SAFETY_HOLD = 0, 1, 16  # the states that version 1 reaches
STATE_NAMES = (
    "received",
    "screening",
    "triaged",
    "assigned",
    "inquiry",
    "awaiting_submitter",
    "investigation",
    "suspended",
    "determination",
    "closed",
    "review",
    "reopened",
    "referred",
    "withdrawn",
    "out_of_scope",
    "spam_quarantine",
    "safety_hold",
)


@dataclass(frozen=True)
class Entry:
    """`until` 0 = none. `messages`: how many messages of the person the signer knew, and the hash of their list."""

    instance: bytes
    cid: bytes
    seq: int
    prev: bytes
    kind: int
    state: int
    day: Day
    until: Day
    actor: bytes
    box_hash: bytes
    cited: bytes
    keyring_hash: bytes
    messages: bytes


@dataclass(frozen=True)
class SignedEntry(Entry):
    encoded: bytes = field(repr=False)
    signature: bytes
    link: bytes


def encode_entry(entry: Entry) -> bytes:
    return encode(
        "entry",
        entry.instance,
        entry.cid,
        u32(entry.seq),
        entry.prev,
        u8(entry.kind),
        u8(entry.state),
        u32(entry.day),
        u32(entry.until),
        entry.actor,
        entry.box_hash,
        entry.cited,
        entry.keyring_hash,
        entry.messages,
    )


def sign_entry(entry: Entry, actor_seed: bytes) -> bytes:
    encoded = encode_entry(entry)
    return encode_signed_entry(encoded, sign(actor_seed, encoded))


def encode_signed_entry(entry: bytes, signature: bytes) -> bytes:
    return encode("signed-entry", entry, signature)


def parse_signed_entry(data: bytes) -> SignedEntry:
    encoded, signature = decode("signed-entry", [None, 64], data)
    instance, cid, seq, prev, kind, state, day, until, actor, box_hash, cited, keyring_hash, messages = decode(
        "entry", [32, 32, 4, 32, 1, 1, 4, 4, 16, 32, 32, 32, 36], encoded
    )
    kind_number = read_within(kind, OPENED, TEXT_ENTRY, "entry kind")
    entry = SignedEntry(
        instance,
        cid,
        read_uint(seq),
        prev,
        kind_number,
        read_within(state, RECEIVED, SAFETY_HOLD, "state"),
        read_uint(day),
        read_uint(until),
        actor,
        box_hash,
        cited,
        keyring_hash,
        messages,
        encoded,
        signature,
        hash(encode("link", encoded, signature)),
    )
    ensure(equal(box_hash, Z32) == (kind_number == OPENED), "malformed", "box of an entry")
    return entry


def messages_head(cids: Sequence[bytes]) -> bytes:
    """u32 count || H(list): what an entry or a status says of the person's messages."""
    return u32(len(cids)) + hash(encode_list("cids", ascending(cids, lambda cid: cid)))


def message_count(head: bytes) -> int:
    return read_uint(head[:4])


@dataclass(frozen=True)
class KnownMessage:
    cid: bytes
    lane: int


@dataclass(frozen=True)
class Start:
    """Where a verifier begins that does not have the first entries (SPEC 9.2).

    `day` and `count` are for the server, which knows them.
    """

    seq: int = 0
    link: bytes = Z32
    state: int = RECEIVED
    acknowledged: bool = False
    day: Day = 0
    count: int = 0


BEGINNING = Start()


@dataclass(frozen=True)
class Chain:
    """`head` is the link of the last entry; `void` and `unconfirmed` hold sequence numbers."""

    head: bytes
    state: int
    acknowledged: bool
    void: tuple[int, ...]
    unconfirmed: tuple[int, ...]
    entries: tuple[SignedEntry, ...]


def verify_chain(
    instance: bytes,
    cid: bytes,
    keyring: KeyringBody,
    entries: Sequence[bytes],
    messages: Sequence[KnownMessage],
    today: Day,
    start: Start = BEGINNING,
) -> Chain:
    """SPEC 8.2. `entries` are SignedEntry bytes in order. The numbers are its steps."""
    verified: list[SignedEntry] = []
    revoked: list[bool] = []
    place = start
    for data in entries:
        entry = parse_signed_entry(data)  # (1)
        check_case(entry, instance, cid)  # (2), (3)
        ensure(entry.seq == place.seq and equal(entry.prev, place.link), "chain_broken", f"entry {entry.seq}")  # (4)
        revoked.append(check_signer(entry, keyring).revoked)  # (5), (6)
        ensure(entry.day >= place.day, "day_out_of_range", f"entry {entry.seq}")  # (7)
        count = message_count(entry.messages)
        ensure(count >= place.count, "chain_broken", f"messages of entry {entry.seq}")  # (8)
        state = next_state(place.state)
        ensure(entry.state == state, "bad_state", f"entry {entry.seq}")  # (9)
        place = replace(place, seq=place.seq + 1, link=entry.link, state=state, day=entry.day, count=count)
        verified.append(entry)
    void = tuple(one.seq for one in verified if is_void(one.day, today))
    confirming = (n for n, one in enumerate(verified) if not revoked[n] and one.seq not in void)
    last_confirming = max(confirming, default=-1)
    unconfirmed = tuple(one.seq for n, one in enumerate(verified) if revoked[n] and n > last_confirming)
    uncounted = {*unconfirmed, *void}
    counted = [one for one in verified if one.seq not in uncounted]
    state, acknowledged = state_of(counted, messages, start)
    return Chain(place.link, state, acknowledged, void, unconfirmed, tuple(verified))


def is_void(day: Day, today: Day) -> bool:
    """SPEC 8.2: a day after tomorrow is nobody's."""
    return day > today + 1


def check_case(entry: Entry, instance: bytes, cid: bytes) -> None:
    """SPEC 8.2 (2) and (3)."""
    ensure(equal(entry.instance, instance), "wrong_instance")
    ensure(equal(entry.cid, cid), "wrong_case")


@dataclass(frozen=True)
class Signer:
    """`revoked`: the key is known to be stolen. From which day does not matter: a thief writes any day."""

    pk: bytes
    role: int
    revoked: bool


def check_signer(entry: SignedEntry, keyring: KeyringBody) -> Signer:
    """SPEC 8.2 (5) and (6): whose key signed, by the newest keyring."""
    return check_signature(keyring, entry.actor, entry.day, entry.encoded, entry.signature)


def check_signature(keyring: KeyringBody, id_: bytes, day: Day, signed: bytes, signature: bytes) -> Signer:
    """The same for whatever else a member of a case signs."""
    signers = _signers_on(keyring, id_, day)
    ensure(bool(signers), "not_a_member", id_.hex())
    ensure(all(one.role in (REVIEWER, SUPERVISOR, INVESTIGATOR) for one in signers), "role_not_allowed", id_.hex())
    signer = next((one for one in signers if is_valid(one.pk, signed, signature)), None)
    if signer is None:
        refuse("bad_signature", id_.hex())
    return signer


def _signers_on(keyring: KeyringBody, id_: bytes, day: Day) -> list[Signer]:
    """The records of a member's id whose days hold this day: the member's first, then the formers' by key."""
    members = [one for one in keyring.members if equal(one.id, id_) and one.from_day <= day <= one.until]
    formers = [one for one in keyring.formers if equal(one.id, id_) and one.first <= day <= one.last]
    return [Signer(one.signing_pk, one.role, False) for one in members] + [
        Signer(one.signing_pk, one.role, one.compromised_since != NEVER) for one in formers
    ]


def next_state(state: int) -> int:
    """SPEC 8.3: after an entry of either kind."""
    return SCREENING if state == RECEIVED else state


def state_of(counted: Sequence[Entry], messages: Sequence[KnownMessage], start: Start = BEGINNING) -> tuple[int, bool]:
    """SPEC 8.3: the state that is shown, and whether a human has answered."""
    state, acknowledged = start.state, start.acknowledged
    for entry in counted:
        state = next_state(state)
        acknowledged = acknowledged or entry.kind == TEXT_ENTRY
    cited = {entry.cited for entry in counted}
    stopped = any(message.lane == STOP_LANE and message.cid not in cited for message in messages)
    return (SAFETY_HOLD if stopped else state), acknowledged


@dataclass(frozen=True)
class PostedEntry:
    """SPEC 8.4. The box is empty where an entry has none."""

    entry: bytes
    box: bytes = field(repr=False)


def check_box(box: SealedBox, entry: SignedEntry) -> SealedBox:
    """SPEC 8.4: this box, and of the same act."""
    ensure(equal(box.hash, entry.box_hash), "hash_mismatch", "box")
    ensure(equal(box.author, entry.actor), "wrong_case", "author of the box")
    ensure(box.kind == TEXT and box.day == entry.day, "wrong_case", "kind or day of the box")
    ensure(equal(box.keyring_hash, entry.keyring_hash), "wrong_case", "keyring of the box")
    return box


def encode_posted_entries(posted: Sequence[PostedEntry]) -> bytes:
    return encode_list("posted-entries", [encode("posted-entry", one.entry, one.box) for one in posted])


def parse_posted_entries(data: bytes) -> list[PostedEntry]:
    return [
        PostedEntry(*decode("posted-entry", [None, None], item))
        for item in decode_list("posted-entries", MAX_ENTRIES, data)
    ]


@dataclass(frozen=True)
class Post(PostedEntry):
    """SPEC 8.5: an entry with what goes with it; the blocks are empty where the poster lacks the mailbox's key."""

    status_block: bytes = field(repr=False)
    reply_block: bytes = field(repr=False)


def encode_post(post: Post) -> bytes:
    return encode("post-entry", post.entry, post.box, post.status_block, post.reply_block)


def parse_post(data: bytes) -> Post:
    entry, box, status_block, reply_block = decode("post-entry", [None, None, None, None], data)
    ensure(all(len(block) in (0, BLOCK) for block in (status_block, reply_block)), "malformed", "block")
    ensure(bool(reply_block) == (parse_signed_entry(entry).kind == TEXT_ENTRY), "malformed", "reply block")
    return Post(entry, box, status_block, reply_block)
