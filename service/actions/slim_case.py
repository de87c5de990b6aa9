"""What the server no longer keeps of a case once the entries say so (SPEC 8.13 to 8.15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crypto.box import keep_slots
from crypto.chain import Chain
from crypto.entry import (
    APPROVAL,
    IDENTITY_AGREED,
    IDENTITY_GRANTED,
    LEGAL_HOLD_AGREED,
    NAME_ERASURE_AGREED,
    SignedEntry,
    erases,
    messages_head,
)
from crypto.erasure import parse_erasure
from crypto.errors import ensure
from crypto.holes import StoredMessage, find_release, is_slotless
from crypto.keyring import KeyringBody
from crypto.message import REVIEW_LANE, STOP_LANE, SealedMessage, drop_identity, drop_slots, parse_sealed
from crypto.posts import Post, PostedEntry, encode_posted
from crypto.primitives import hash
from service.store.cases import CaseFile, read_message
from service.store.database import Engine
from service.store.erasing import Erasure, Slimmer


def slim(
    engine: Engine, instance: bytes, case: CaseFile, chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody
) -> Slimmer:
    """On the chain that ends with a new entry. Written with that entry or not at all: the head decides."""
    entry = chain.entries[-1]
    if entry.kind == NAME_ERASURE_AGREED:
        return _without_identity(engine, instance, case, chain, posted)
    stored = [StoredMessage(one.cid, one.day, one.lane, is_slotless(one.size)) for one in case.messages]
    release = find_release(chain, posted, keyring, stored)
    whole = _read(engine, instance, case, release.messages)
    entries = [(seq, encode_posted(replace(posted[seq], box=box))) for seq, box in release.boxes]
    return Slimmer(tuple((one.cid, drop_slots(one)) for one in whole), tuple(entries))


def _read(engine: Engine, instance: bytes, case: CaseFile, cids: Sequence[bytes]) -> list[SealedMessage]:
    return [parse_sealed(instance, read_message(engine, case.cid, cid) or b"") for cid in cids]


def _without_identity(
    engine: Engine, instance: bytes, case: CaseFile, chain: Chain, posted: Sequence[PostedEntry]
) -> Slimmer:
    """The sealed identities of all messages, and both halves of the way to one that was asked for."""
    cids = [one.cid for one in case.messages]
    messages = [(one.cid, drop_identity(one)) for one in _read(engine, instance, case, cids)]
    halves = [one for one in chain.entries if one.kind in (IDENTITY_AGREED, IDENTITY_GRANTED)]
    entries = [(one.seq, keep_slots(posted[one.seq].box, [])) for one in halves]
    bare = [(seq, encode_posted(replace(posted[seq], box=box))) for seq, box in entries]
    return Slimmer(tuple(messages), tuple(bare), count=len(cids))


def check_told(case: CaseFile, entry: SignedEntry, post: Post) -> None:
    """SPEC 8.14 to 8.16: what ends a case, takes a name away or keeps a case, the person finds in the mailbox."""
    if erases(entry) or entry.kind in (NAME_ERASURE_AGREED, LEGAL_HOLD_AGREED):
        ensure(bool(post.status_block) or not case.mailbox_open, "malformed", "the person is not told")


def check_erasing(case: CaseFile, chain: Chain, entry: SignedEntry) -> None:
    """SPEC 8.14, 8.15: whoever signs has seen all that the person wrote, and no wish of theirs waits."""
    if not erases(entry) and entry.kind != NAME_ERASURE_AGREED:
        return
    ensure(entry.messages == messages_head([one.cid for one in case.messages]), "chain_broken", "other messages")
    cited = {one.cited for one in chain.entries}
    waits = any(one.lane in (STOP_LANE, REVIEW_LANE) and one.cid not in cited for one in case.messages)
    ensure(not waits or not erases(entry), "bad_state", "a wish of the person waits")


def erase(
    case: CaseFile, instance: bytes, chain: Chain, posted: Sequence[PostedEntry], entry: SignedEntry, post: Post
) -> Erasure | None:
    """All of a case but its entries, by an approval to erase it; `posted`: those before it. None for any other."""
    if not erases(entry) or entry.kind != APPROVAL:
        return None
    proposal = next(one for one in chain.entries if one.link == entry.cited)
    ensure(hash(post.card) == proposal.cited, "hash_mismatch", "other files than were proposed")
    bare = [(seq, encode_posted(replace(one, box=b"", card=b""))) for seq, one in enumerate(posted)]
    messages = tuple((one.cid, b"") for one in case.messages)
    uploads = parse_erasure(instance, case.cid, post.card)
    return Erasure(messages, tuple(bare), len(messages), uploads=uploads)
