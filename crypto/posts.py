"""SPEC 8.4, 8.5: an entry with what goes with it, as it is posted and as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto.box import TEXT, WRAP_UNIT, SealedBox, parse_box
from crypto.encoding import decode, decode_list, encode, encode_list, equal
from crypto.entry import (
    APPROVAL,
    BOXES,
    GRANT,
    MAX_ENTRIES,
    PROPOSAL,
    UNIT_PROPOSED,
    SignedEntry,
    erases,
    parse_signed_entry,
    says_who_reads,
)
from crypto.errors import ensure
from crypto.workflow import ASSIGNED

BLOCK = 16384


@dataclass(frozen=True)
class PostedEntry:
    """SPEC 8.4. The box is empty where an entry has none; the card where the entry does not say who reads."""

    entry: bytes
    box: bytes = field(repr=False)
    card: bytes = field(default=b"", repr=False, kw_only=True)


def check_box(box: SealedBox, entry: SignedEntry) -> SealedBox:
    """SPEC 8.4: this box, and of the same act."""
    ensure(equal(box.hash, entry.box_hash), "hash_mismatch", "box")
    ensure(equal(box.author, entry.actor), "wrong_case", "author of the box")
    ensure(box.kind in BOXES.get(entry.kind, ()) and box.day == entry.day, "wrong_case", "kind or day of the box")
    hands = entry.kind in (GRANT, UNIT_PROPOSED) or (entry.kind == PROPOSAL and entry.state == ASSIGNED)
    ensure((box.kind == WRAP_UNIT) == hands, "wrong_case", "a wrap goes with a hand-off")
    told = box.kind == TEXT
    ensure(told if erases(entry) else not told or entry.kind != PROPOSAL, "wrong_case", "who is told")
    ensure(equal(box.keyring_hash, entry.keyring_hash), "wrong_case", "keyring of the box")
    return box


def encode_posted_entries(posted: Sequence[PostedEntry]) -> bytes:
    return encode_list("posted-entries", [encode_posted(one) for one in posted])


def encode_posted(posted: PostedEntry) -> bytes:
    return encode("posted-entry", posted.entry, posted.box, posted.card)


def parse_posted(data: bytes) -> PostedEntry:
    entry, box, card = decode("posted-entry", [None, None, None], data)
    return PostedEntry(entry, box, card=card)


def parse_posted_entries(data: bytes) -> list[PostedEntry]:
    return [parse_posted(item) for item in decode_list("posted-entries", MAX_ENTRIES, data)]


@dataclass(frozen=True)
class Post(PostedEntry):
    """SPEC 8.5: an entry with what goes with it; the blocks are empty where the poster lacks the mailbox's key."""

    status_block: bytes = field(repr=False)
    reply_block: bytes = field(repr=False)


def encode_post(post: Post) -> bytes:
    return encode("post-entry", post.entry, post.box, post.status_block, post.reply_block, post.card)


def parse_post(data: bytes) -> Post:
    entry, box, status_block, reply_block, card = decode("post-entry", [None, None, None, None, None], data)
    ensure(all(len(block) in (0, BLOCK) for block in (status_block, reply_block)), "malformed", "block")
    new = parse_signed_entry(entry)
    ensure(bool(box) == (new.kind in BOXES), "malformed", "box")
    ensure(bool(reply_block) == bool(box and parse_box(box).kind == TEXT), "malformed", "reply block")
    ensure(bool(card) == (says_who_reads(new) or (erases(new) and new.kind == APPROVAL)), "malformed", "card")
    return Post(entry, box, status_block, reply_block, card=card)
