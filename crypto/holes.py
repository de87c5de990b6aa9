"""SPEC 8.13, 8.15: what is gone of a case, and who signed that it may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import Protocol

from crypto.box import SealedBox, keep_slots, parse_box
from crypto.card import cards
from crypto.chain import Chain
from crypto.encoding import Z32, Day, equal
from crypto.entry import (
    GRANT,
    OPENED,
    PROPOSAL,
    READERS_KEPT,
    READERS_PROPOSED,
    STEP,
    UNIT_PROPOSED,
    SignedEntry,
    message_count,
    messages_head,
)
from crypto.errors import ensure
from crypto.keeping import KEEPERS
from crypto.keyring import INVESTIGATOR, KeyringBody
from crypto.message import (
    ACCOUNT_SIZES,
    CUSTODIAN_SLOTS,
    READER_SLOTS,
    REVIEW_LANE,
    SIDE_SIZE,
    SLOT,
    SLOT_HASHES,
)
from crypto.posts import PostedEntry
from crypto.primitives import TAG, hash
from crypto.workflow import ASSIGNED, TRIAGED
from crypto.wraps import readers_wraps

WITHOUT_ACCOUNT = 22806  # bytes of a SealedMessage beside its padded account (SPEC 6.7)
SLOTS_SAVE = READER_SLOTS * SLOT - SLOT_HASHES  # bytes, where they are no longer kept (SPEC 6.12)
IDENTITY_SAVES = CUSTODIAN_SLOTS * SLOT - 32 + SIDE_SIZE + TAG - 32
MAX_GUESSES = 500  # of which messages of one day an entry counts: the day alone is kept


class Thinned(Protocol):
    """A message by its CID, and what is gone of it (SPEC 6.12)."""

    @property
    def cid(self) -> bytes: ...

    @property
    def slots_gone(self) -> bool: ...

    @property
    def identity_gone(self) -> bool: ...


def check_holes(chain: Chain, messages: Sequence[Thinned]) -> None:
    """`chain_broken` where old slots are gone of any but the messages of a change of readers that two have opened.

    The same where the identity is gone of any but the messages of an agreement to erase it (SPEC 8.15).
    """
    gone = [one.cid for one in messages if one.slots_gone]
    signed = (messages_head(gone) == proposal.messages for proposal in _released(chain))
    ensure(not gone or any(signed), "chain_broken", "old slots are gone, and nobody signed that they may")
    nameless = [one.cid for one in messages if one.identity_gone]
    signed = (messages_head(nameless) == agreed.messages for agreed in chain.nameless)
    ensure(not nameless or any(signed), "chain_broken", "an identity is gone, and nobody signed that it may")


def _released(chain: Chain) -> list[SignedEntry]:
    """Changes of readers whose wrap was opened by two."""
    changed = (proposal for proposal, _ in chain.changed if proposal and proposal.kind == READERS_PROPOSED)
    return [one for one in changed if len(_openers(chain, one)) >= KEEPERS]


def _openers(chain: Chain, wrap: SignedEntry) -> set[bytes]:
    """Ids of those who signed that they opened what this entry counts, by its wrap or one that adds to it."""
    uncounted = {*chain.void, *chain.unconfirmed}
    links = {wrap.link} | {one.link for one in chain.entries if one.kind == READERS_KEPT and one.seq > wrap.seq}
    return {
        one.actor
        for one in chain.entries
        if one.kind == OPENED
        and one.cited in links
        and message_count(one.messages) >= message_count(wrap.messages)
        and one.seq not in uncounted
    }


def is_slotless(length: int) -> bool:
    """Whether a stored message of so many bytes is without its reader slots: all its parts have fixed lengths."""
    slotless = {WITHOUT_ACCOUNT + size - SLOTS_SAVE for size in ACCOUNT_SIZES}
    return length in slotless or length + IDENTITY_SAVES in slotless


@dataclass(frozen=True)
class StoredMessage:
    """What a server lists of a message."""

    cid: bytes
    day: Day
    lane: int
    slots_gone: bool = False


@dataclass(frozen=True)
class Release:
    """What may go: the reader slots of these messages, and of these entries' boxes the slots that are not in them."""

    messages: tuple[bytes, ...] = ()
    boxes: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)


def find_release(
    chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody, messages: Sequence[StoredMessage]
) -> Release:
    """By the server. Nothing while an entry hangs in the air, or a wish for review is for whoever was drawn for it."""
    cited = {one.cited for one in chain.entries}
    waits = any(one.lane == REVIEW_LANE and one.cid not in cited for one in messages)
    if chain.void or chain.unconfirmed or waits:
        return Release()
    inboxes = {hash(one.card.intake_pk) for one in cards(chain, posted)}
    boxes = _old_unit_wraps(chain, posted, keyring, inboxes)
    read = _newest_change(chain, posted, keyring)
    if read is None:
        return Release(boxes=boxes)
    proposal, agreement, live = read
    kinds = (READERS_PROPOSED, READERS_KEPT)
    older = [one for one in chain.entries if one.kind in kinds and one.seq < agreement.seq and one != proposal]
    stay = _named(live) | inboxes
    slotted = {one.cid for one in messages if not one.slots_gone}
    counted = counted_messages(proposal.messages, messages) if slotted else ()
    return Release(tuple(cid for cid in counted if cid in slotted), boxes + _withheld(posted, older, stay))


def _newest_change(
    chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody
) -> tuple[SignedEntry, SignedEntry, SealedBox] | None:
    """The newest change of readers, if two whom it names have opened it and the unit reads by what came after it."""
    changes = [(one, agreed) for one, agreed in chain.changed if one and one.kind == READERS_PROPOSED]
    if not changes:
        return None
    proposal, agreement = changes[-1]
    live = next((one for one in readers_wraps(chain, posted, keyring) if one.hash == proposal.box_hash), None)
    if live is None:
        return None
    named = {one.id for one in keyring.members if one.kem_hash in _named(live)}
    if len(_openers(chain, proposal) & named) < KEEPERS:
        return None
    unit = _live_unit_wrap(chain)
    reads = unit is None or (
        unit.seq > agreement.seq and message_count(unit.messages) >= message_count(proposal.messages)
    )
    return (proposal, agreement, live) if reads else None


def _live_unit_wrap(chain: Chain) -> SignedEntry | None:
    if equal(chain.wrap, Z32):
        return None
    return next(one for one in chain.entries if one.box_hash == chain.wrap)


def _old_unit_wraps(
    chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody, inboxes: set[bytes]
) -> tuple[tuple[int, bytes], ...]:
    """Of the unit before: once two investigators opened the new wrap, or the unit gave the case back."""
    wraps = [one for one in chain.entries if _brings_unit_wrap(one)]
    unit = _live_unit_wrap(chain)
    if unit is None:
        back = max((one.seq for one in chain.entries if one.kind == STEP and one.state == TRIAGED), default=0)
        return _withheld(posted, [one for one in wraps if one.seq < back], inboxes)
    handed, agreed = [(one, agreed) for one, agreed in chain.changed if one and one.kind != READERS_PROPOSED][-1]
    live = _named(parse_box(posted[unit.seq].box))
    named = {one.id for one in keyring.members if one.role == INVESTIGATOR and one.kem_hash in live}
    opened = {one.actor for one in chain.entries if one.kind == OPENED and equal(one.cited, handed.link)}
    if len(opened & named) < KEEPERS:
        return ()
    # what was proposed before the agreement cannot be agreed to any more: its card no longer follows
    older = [one for one in wraps if one.seq < agreed.seq and one != handed]
    return _withheld(posted, older, live | inboxes)


def _brings_unit_wrap(entry: SignedEntry) -> bool:
    return entry.kind in (GRANT, UNIT_PROPOSED) or (entry.kind == PROPOSAL and entry.state == ASSIGNED)


def _named(box: SealedBox) -> set[bytes]:
    return {one.pk_hash for one in box.recipients}


def _withheld(
    posted: Sequence[PostedEntry], entries: Sequence[SignedEntry], stay: Collection[bytes]
) -> tuple[tuple[int, bytes], ...]:
    """The boxes of these entries that still hold a slot for anybody but these."""
    found = []
    for one in entries:
        data = posted[one.seq].box
        if any(each.slot and each.pk_hash not in stay for each in parse_box(data).recipients):
            found.append((one.seq, keep_slots(data, stay)))
    return tuple(found)


def counted_messages(head: bytes, messages: Sequence[StoredMessage]) -> tuple[bytes, ...]:
    """The messages that an entry counts, by its head; empty where too many came on one day to tell.

    The first came first; of the others the server keeps the day, and no order within it.
    """
    count = message_count(head)
    if not 0 < count <= len(messages):
        return ()
    ordered = [messages[0], *sorted(messages[1:], key=lambda one: one.day)]
    last = ordered[count - 1].day
    sure = [messages[0].cid, *(one.cid for one in ordered[1:] if one.day < last)]
    tied = [one.cid for one in ordered[1:] if one.day == last]
    if count == 1:
        sure, tied = [messages[0].cid], []
    for some in islice(combinations(tied, count - len(sure)), MAX_GUESSES):
        if messages_head([*sure, *some]) == head:
            return (*sure, *some)
    return ()
