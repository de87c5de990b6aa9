"""SPEC 8.2: the signed entries of a case verified, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.asking import Ask
from crypto.encoding import Z32, Day, equal
from crypto.entry import COPY_ANSWERED, Entry, SignedEntry, check_case, message_count, parse_signed_entry
from crypto.errors import ProtocolError, ensure
from crypto.keyring import KeyringBody
from crypto.message import REVIEW_LANE, STOP_LANE
from crypto.signer import Signer, check_signer
from crypto.walk import BEGINNING, Start, Walk, resume
from crypto.workflow import CLOSED, ERASED, PROPOSAL_DAYS, REVIEW, SAFETY_HOLD, lapse_days


@dataclass(frozen=True)
class KnownMessage:
    cid: bytes
    lane: int


@dataclass(frozen=True)
class Chain:
    """`head` is the link of the last entry; `void` and `unconfirmed` hold sequence numbers.

    `place` is where the case stands by the entries alone, `state` with the person's messages. `pending`: the links of
    proposals that still wait. `wrap`: the hash of the box that a unit reads by, Z32 if none is known. `asks`: for the
    identity, neither refused nor past their day. `readers`: the hashes of the boxes by which readers read who were not
    drawn, the newest last; it says who reads. `changes`: other readers, or others of the unit, proposed and waiting.
    `withholdings`: those whose day is not past (SPEC 8.10). `copies`: those neither answered nor past their day (8.11).
    `changed`: changes of who reads that took effect, with the hand-offs, and who agreed; the proposal is None if it is
    before the first entry. `claimed`: the ids of the two of the unit who have the case (8.12), none if nobody is known
    to. `erasing`: proposals that wait to erase the identity (8.15); `nameless`: agreements to one. `hold`: the last day
    of a legal hold that stands today, else 0; `holding`: proposals of one, or to end it, that wait (8.16). `last`: the
    place after the last entry, by all of them: from there a verifier goes on that has those after it alone (9.2).
    """

    head: bytes
    state: int
    acknowledged: bool
    void: tuple[int, ...]
    unconfirmed: tuple[int, ...]
    entries: tuple[SignedEntry, ...]
    place: Start
    pending: tuple[bytes, ...]
    wrap: bytes
    asks: tuple[Ask, ...]
    readers: tuple[bytes, ...]
    changes: tuple[SignedEntry, ...]
    withholdings: tuple[SignedEntry, ...]
    changed: tuple[tuple[SignedEntry | None, SignedEntry], ...]
    copies: tuple[SignedEntry, ...]
    claimed: tuple[bytes, ...]
    erasing: tuple[SignedEntry, ...]
    nameless: tuple[SignedEntry, ...]
    hold: Day
    holding: tuple[SignedEntry, ...]
    last: Start


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
    signers: list[Signer] = []
    walk = Walk(start, keyring)
    for data in entries:
        entry = parse_signed_entry(data)  # (1)
        check_case(entry, instance, cid)  # (2), (3)
        place = walk.place
        ensure(entry.seq == place.seq and equal(entry.prev, place.link), "chain_broken", f"entry {entry.seq}")  # (4)
        signers.append(check_signer(entry, keyring))  # (5), (6)
        ensure(entry.day >= place.day, "day_out_of_range", f"entry {entry.seq}")  # (7)
        speaks = entry.kind != COPY_ANSWERED  # who answers a copy knows nothing of the messages
        ensure(
            not speaks or message_count(entry.messages) >= place.count, "chain_broken", f"messages of entry {entry.seq}"
        )  # (8)
        walk.take(entry, signers[-1].role)  # (9)
        verified.append(entry)
    void = tuple(one.seq for one in verified if is_void(one.day, today))
    confirming = (
        n
        for n, one in enumerate(verified)
        if not signers[n].revoked and one.seq not in void and one.kind != COPY_ANSWERED  # nor of what came before it
    )
    last_confirming = max(confirming, default=-1)
    unconfirmed = tuple(one.seq for n, one in enumerate(verified) if signers[n].revoked and n > last_confirming)
    uncounted = {*unconfirmed, *void}
    last = walk.place
    counted = [one for one in verified if one.seq not in uncounted]
    if uncounted:
        roles = [signer.role for one, signer in zip(verified, signers, strict=True) if one.seq not in uncounted]
        walk = _walk_counted(counted, roles, start, keyring)
    place = resume(walk.place, today)
    state = shown_state(place.state, counted, messages)
    pending = tuple(link for link, one in walk.pending.items() if today <= one.day + lapse_days(one.state))
    asks = tuple(one for one in walk.asks.asked if today <= one.entry.until)
    changes = tuple(one for one in walk.changes.values() if today <= one.day + PROPOSAL_DAYS)
    return Chain(
        last.link,
        state,
        place.acknowledged,
        void,
        unconfirmed,
        tuple(verified),
        place,
        pending,
        walk.wrap or Z32,
        asks,
        tuple(walk.readers),
        changes,
        tuple(one for one in walk.withholdings if today <= one.until),
        tuple(walk.changed),
        tuple(one for one in walk.copies.values() if today <= one.until),
        walk.claimed or (),
        tuple(one for one in walk.erasing.values() if today <= one.day + PROPOSAL_DAYS),
        tuple(walk.nameless),
        walk.hold.until if walk.hold.stands(today) else 0,
        walk.hold.waiting(today),
        last,
    )


def _walk_counted(counted: Sequence[SignedEntry], roles: Sequence[int], start: Start, keyring: KeyringBody) -> Walk:
    """Without the entries that do not count, a later one may hang in the air: it changes nothing either."""
    walk = Walk(start, keyring)
    for entry, role in zip(counted, roles, strict=True):
        try:
            walk.take(entry, role)
        except ProtocolError:
            continue
    return walk


def shown_state(state: int, counted: Sequence[Entry], messages: Sequence[KnownMessage]) -> int:
    """SPEC 8.3: what the person wished stands before what staff signed, until an entry takes it up."""
    if state == ERASED:
        return ERASED
    cited = {entry.cited for entry in counted}
    open_lanes = {message.lane for message in messages if message.cid not in cited}
    if STOP_LANE in open_lanes:
        return SAFETY_HOLD
    return REVIEW if state == CLOSED and REVIEW_LANE in open_lanes else state


def is_void(day: Day, today: Day) -> bool:
    """SPEC 8.2: a day after tomorrow is nobody's."""
    return day > today + 1
