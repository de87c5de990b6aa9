"""What the chain alone does not say of a new entry: whom its box may name, and who sees or has the case after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from crypto.box import COPY, WRAP_INTAKE, WRAP_UNIT, SealedBox, parse_box
from crypto.card import SignedCard, cards, check_card
from crypto.chain import Chain
from crypto.claiming import check_claim
from crypto.copies import check_answer, check_copy
from crypto.entry import (
    APPROVAL,
    CLAIMED,
    COPY_ANSWERED,
    GRANT,
    IDENTITY_AGREED,
    IDENTITY_GRANTED,
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    RECUSAL,
    STEP,
    WITHHOLDING,
    SignedEntry,
    parse_signed_entry,
    says_who_reads,
    withheld_from,
)
from crypto.errors import ensure, refuse
from crypto.keeping import find_holders
from crypto.keyring import KeyringBody
from crypto.posts import Post, PostedEntry
from crypto.primitives import hash
from crypto.withholding import check_given, check_withholding
from crypto.workflow import ASSIGNED
from crypto.wraps import check_kept, check_readers, check_secret, check_wrap, is_named, left_since, readers_wraps
from service.store.commands import Effects


@dataclass(frozen=True)
class Posting:
    """An entry as it came. `before`: what was posted before it. `chain` is verified, and ends with it.

    `unit_before`: of a grant, the hash of the wrap that it replaces.
    """

    post: Post
    entry: SignedEntry
    box: SealedBox | None
    before: list[PostedEntry]
    chain: Chain
    keyring: KeyringBody
    unit_before: bytes = b""

    @cached_property
    def whole(self) -> list[PostedEntry]:
        return [*self.before, self.post]

    @cached_property
    def held(self) -> list[SignedCard]:
        """The cards that took effect before it, the newest last."""
        changed = tuple(one for one in self.chain.changed if one[1].seq < self.entry.seq)
        return cards(replace(self.chain, changed=changed), self.before)


def check_posting(one: Posting) -> None:
    """Raises ProtocolError. SPEC 7.3 to 7.7, 8.7, 8.8, 8.10 to 8.12."""
    entry = one.entry
    _check_named(one)
    if entry.kind == READERS_AGREED or (entry.kind == APPROVAL and entry.state == ASSIGNED):
        _check_agreed(one)
    check_given(one.chain, one.whole, one.keyring, entry)  # SPEC 8.7, 8.8
    if entry.kind == WITHHOLDING:
        check_withholding(one.chain, one.whole, one.keyring, entry)  # SPEC 8.10
    if entry.kind == CLAIMED:
        check_claim(one.chain, one.whole, one.keyring, entry)  # SPEC 8.12


def _check_named(one: Posting) -> None:
    """Whom its own box names."""
    box, entry, keyring = one.box, one.entry, one.keyring
    if box is None:
        return
    if entry.kind == GRANT:
        _check_grant(one, box)
    elif entry.kind == READERS_KEPT:
        _check_kept(one, box)
    elif entry.kind in (IDENTITY_AGREED, IDENTITY_GRANTED):
        ask = next((asked.entry for asked in one.chain.asks if asked.entry.link == entry.cited), None)
        if ask is None:
            refuse("bad_state", "nobody asked")
        check_secret(box, keyring, ask, entry.day)
    elif entry.kind == COPY_ANSWERED:
        check_answer(box, entry, _copy_answered(one), keyring)
    elif box.kind == WRAP_UNIT:
        check_wrap(box, keyring, entry.day)  # SPEC 7.3
    elif box.kind == WRAP_INTAKE:
        check_readers(box, keyring, entry.day)  # SPEC 7.5
    elif box.kind == COPY:
        check_copy(box, keyring, entry.day)  # SPEC 8.11
    if says_who_reads(entry):
        check_card(one.post.card, entry, box, one.held[-1].card if one.held else None)  # SPEC 7.6


def _check_agreed(one: Posting) -> None:
    """SPEC 7.6, 8.8: what was proposed still follows the newest card, and is for members of this day.

    Other readers: by one whom the wrap names.
    """
    entry, keyring = one.entry, one.keyring
    proposal = next((proposed for proposed, agreement in one.chain.changed if agreement.link == entry.link), None)
    if proposal is None:
        refuse("bad_state", "nothing was proposed")
    box = parse_box(one.before[proposal.seq].box)
    check_card(one.before[proposal.seq].card, proposal, box, one.held[-1].card if one.held else None)
    if proposal.kind != READERS_PROPOSED:
        check_wrap(box, keyring, entry.day)
        return
    check_readers(box, keyring, entry.day)
    ensure(is_named(box, keyring, entry.actor, entry.day), "role_not_allowed", "whoever agrees stays")


def _check_grant(one: Posting, box: SealedBox) -> None:
    """SPEC 7.3: to the members of the wrap that it replaces but who stepped back, and to the readers' newest inbox."""
    live = next((wrap for wrap in _unit_wraps(one.before) if wrap.hash == one.unit_before), None)
    left = left_since(one.chain, one.keyring, one.entry, live)
    check_wrap(box, one.keyring, one.entry.day, handed_on=True)
    inboxes = [hash(signed.card.intake_pk) for signed in one.held]
    ensure(live is not None and bool(inboxes), "wrong_case", "nothing to grant to")
    same = live is not None and _named(live) - {*inboxes} - left == _named(box) - {*inboxes} - left
    ensure(same and _named(box) & {*inboxes} == {inboxes[-1]}, "wrong_case", "a grant to other readers")


def _check_kept(one: Posting, box: SealedBox) -> None:
    """SPEC 8.8."""
    wrapped = readers_wraps(replace(one.chain, readers=one.chain.readers[:-1]), one.before, one.keyring)
    live = wrapped[-1] if wrapped else None
    left = left_since(one.chain, one.keyring, one.entry, live)
    check_readers(box, one.keyring, one.entry.day, kept=True, handed_on=live is not None)
    check_kept(box, one.keyring, one.entry, live, left)


def _copy_answered(one: Posting) -> SealedBox:
    """The chain has verified that it is cited and waits."""
    copied = next(posted for posted in one.before if parse_signed_entry(posted.entry).link == one.entry.cited)
    return parse_box(copied.box)


def find_effects(one: Posting) -> Effects:
    entry = one.entry
    return Effects(
        readers=_readers(one),
        withheld=entry.actor if entry.kind == RECUSAL else None,
        asked_until=max((asked.entry.until for asked in one.chain.asks if not asked.granted), default=0),
        holders=find_holders(one.chain, one.whole, one.keyring),
        withholding=(withheld_from(entry), entry.until) if entry.kind == WITHHOLDING else None,
        copies=_copies(one),
    )


def _readers(one: Posting) -> frozenset[bytes] | None:
    """Whom the wraps of the unit and of the readers name after this entry; None where it changes nothing."""
    if one.entry.kind not in (APPROVAL, STEP, GRANT, READERS_AGREED, READERS_KEPT):
        return None
    units = [_named(wrap) for wrap in _unit_wraps(one.whole) if wrap.hash == one.chain.wrap]
    return frozenset[bytes]().union(
        *units, *(_named(wrap) for wrap in readers_wraps(one.chain, one.whole, one.keyring)[-1:])
    )


def _copies(one: Posting) -> tuple[tuple[int, bytes, int], ...]:
    """Those that wait: the number of the entry, whose KEM hash, up to which day."""
    found = []
    for copied in one.chain.copies:
        asked = {member.kem_hash for member in one.keyring.members} & _named(parse_box(one.whole[copied.seq].box))
        found += [(copied.seq, kem_hash, copied.until) for kem_hash in asked]
    return tuple(found)


def _unit_wraps(posted: Sequence[PostedEntry]) -> list[SealedBox]:
    boxes = [parse_box(one.box) for one in posted if one.box]
    return [box for box in boxes if box.kind == WRAP_UNIT]


def _named(box: SealedBox) -> frozenset[bytes]:
    return frozenset(one.pk_hash for one in box.recipients)
