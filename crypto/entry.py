"""SPEC 8.1: an entry, what its kinds may carry, and the bytes that are signed and linked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto.box import COPY, IDENTITY_HALF, IDENTITY_KEY, NOTE, TEXT, WRAP_INTAKE, WRAP_UNIT
from crypto.encoding import Z32, Day, ascending, decode, encode, encode_list, equal, read_uint, read_within, u8, u32
from crypto.errors import ensure
from crypto.primitives import hash, sign
from crypto.workflow import ASSIGNED, ERASED, NO_PRIORITY, RECEIVED

MAX_ENTRIES = 4096
WITHHOLDING_DAYS = 3
COPY_DAYS = 30  # a copy is read so many days at most
ASK_DAYS = 30  # an asking for an identity has at most so many days
# kinds: the first four change no state; a grant and a proposal of `assigned` carry a wrap
OPENED, TEXT_ENTRY, NOTE_ENTRY, RECUSAL, STEP, PROPOSAL, APPROVAL, REFUSAL, GRANT = range(1, 10)
# the sealed identity: asked for, a reviewer's half, a custodian's half, opened
IDENTITY_ASKED, IDENTITY_AGREED, IDENTITY_GRANTED, IDENTITY_OPENED = range(10, 14)
# who reads: others proposed, agreed to; the same, with what came since; others of the unit proposed
READERS_PROPOSED, READERS_AGREED, READERS_KEPT, UNIT_PROPOSED = range(14, 18)
# which two of the unit have the case, or that nobody has
CLAIMED = 18
# the sealed identity is erased alone, at the person's wish: proposed, agreed to
NAME_ERASURE_PROPOSED, NAME_ERASURE_AGREED = 19, 20
# one member alone has the case withheld from another for some days
WITHHOLDING = 21
# a part copied for a translator or an adviser, and their answer, which says nothing of the case but its words
COPIED, COPY_ANSWERED = 22, 23
# the case is kept from being erased up to a day, or no longer: proposed, agreed to
LEGAL_HOLD_PROPOSED, LEGAL_HOLD_AGREED = 24, 25
# what these cite waits no more
TOUCHES = frozenset({TEXT_ENTRY, STEP, PROPOSAL, APPROVAL, REFUSAL})  # who signs one has done something in the case
ANSWERS = frozenset({APPROVAL, REFUSAL, READERS_AGREED, NAME_ERASURE_AGREED, COPY_ANSWERED, LEGAL_HOLD_AGREED})
ABOUT_A_MESSAGE = frozenset({IDENTITY_ASKED, NAME_ERASURE_PROPOSED, COPIED})  # these cite a message of the person
KINDS = range(OPENED, LEGAL_HOLD_AGREED + 1)
BOXES = {
    TEXT_ENTRY: (TEXT,),
    NOTE_ENTRY: (NOTE,),
    STEP: (TEXT, NOTE),
    PROPOSAL: (NOTE, WRAP_UNIT, TEXT),
    APPROVAL: (TEXT, NOTE),
    REFUSAL: (NOTE,),
    GRANT: (WRAP_UNIT,),
    IDENTITY_ASKED: (NOTE,),
    IDENTITY_AGREED: (IDENTITY_HALF,),
    IDENTITY_GRANTED: (IDENTITY_KEY,),
    READERS_PROPOSED: (WRAP_INTAKE,),
    READERS_KEPT: (WRAP_INTAKE,),
    UNIT_PROPOSED: (WRAP_UNIT,),
    NAME_ERASURE_PROPOSED: (NOTE,),
    NAME_ERASURE_AGREED: (TEXT,),
    WITHHOLDING: (NOTE,),
    COPIED: (COPY,),
    COPY_ANSWERED: (NOTE,),
    LEGAL_HOLD_PROPOSED: (NOTE,),
    LEGAL_HOLD_AGREED: (TEXT,),
}  # which boxes an entry of a kind may have; the others have none


@dataclass(frozen=True)
class Entry:
    """`until` 0 = none. `messages`: how many messages of the person the signer knew, and the hash of their list.

    `state` and `priority` are those after the entry; of a proposal, those that are proposed.
    """

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
    priority: int = field(default=NO_PRIORITY, kw_only=True)


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
        u8(entry.priority),
    )


def sign_entry(entry: Entry, actor_seed: bytes) -> bytes:
    encoded = encode_entry(entry)
    return encode_signed_entry(encoded, sign(actor_seed, encoded))


def encode_signed_entry(entry: bytes, signature: bytes) -> bytes:
    return encode("signed-entry", entry, signature)


def parse_signed_entry(data: bytes) -> SignedEntry:
    encoded, signature = decode("signed-entry", [None, 64], data)
    instance, cid, seq, prev, kind, state, day, until, actor, box_hash, cited, keyring_hash, messages, urgency = decode(
        "entry", [32, 32, 4, 32, 1, 1, 4, 4, 16, 32, 32, 32, 36, 1], encoded
    )
    kind_number = read_within(kind, OPENED, LEGAL_HOLD_AGREED, "entry kind")
    entry = SignedEntry(
        instance,
        cid,
        read_uint(seq),
        prev,
        kind_number,
        read_within(state, RECEIVED, ERASED, "state"),
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
        priority=read_within(urgency, 0, NO_PRIORITY, "priority"),
    )
    ensure(equal(box_hash, Z32) == (kind_number not in BOXES), "malformed", "box of an entry")
    return entry


def withheld_from(entry: Entry) -> bytes:
    """SPEC 8.10: the id of the member, who stands where another entry cites."""
    ensure(equal(entry.cited[16:], bytes(16)), "malformed", "a member's id")
    return entry.cited[:16]


def claimants(entry: Entry) -> tuple[bytes, ...]:
    """SPEC 8.12: the ids of the two who have the case after a claim; none: nobody has."""
    if equal(entry.cited, Z32):
        return ()
    pair = (entry.cited[:16], entry.cited[16:])
    ensure(pair[0] < pair[1], "malformed", "two members, ascending")
    return pair


def messages_head(cids: Sequence[bytes]) -> bytes:
    """u32 count || H(list): what an entry or a status says of the person's messages."""
    return u32(len(cids)) + hash(encode_list("cids", ascending(cids, lambda cid: cid)))


def message_count(head: bytes) -> int:
    return read_uint(head[:4])


def check_case(entry: Entry, instance: bytes, cid: bytes) -> None:
    """SPEC 8.2 (2) and (3)."""
    ensure(equal(entry.instance, instance), "wrong_instance")
    ensure(equal(entry.cid, cid), "wrong_case")


def erases(entry: Entry) -> bool:
    """SPEC 8.14: a proposal or an approval to erase the case; the person reads both."""
    return entry.kind in (PROPOSAL, APPROVAL) and entry.state == ERASED


def says_who_reads(entry: Entry) -> bool:
    """SPEC 7.6: a proposal that brings a card."""
    handing = entry.kind == PROPOSAL and entry.state == ASSIGNED
    return handing or entry.kind in (READERS_PROPOSED, UNIT_PROPOSED)
