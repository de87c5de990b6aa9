"""SPEC 7.6: the card, which says to which two inboxes the person's next message is sealed. Two members sign it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto.box import SealedBox, parse_box
from crypto.chain import Chain, is_void
from crypto.encoding import Day, decode, encode, equal, read_uint, u32
from crypto.entry import (
    APPROVAL,
    PROPOSAL,
    READERS_AGREED,
    READERS_PROPOSED,
    SignedEntry,
    check_case,
    parse_signed_entry,
    says_who_reads,
)
from crypto.errors import ProtocolError, ensure
from crypto.keyring import REVIEWER, SUPERVISOR, KeyringBody
from crypto.posts import PostedEntry, check_box
from crypto.primitives import KEM_PK, hash, is_low_order
from crypto.signer import check_signer
from crypto.walk import Start
from crypto.workflow import ASSIGNED, PROPOSAL_DAYS, RECEIVED, RETURNS, SCREENING, TRIAGED


@dataclass(frozen=True)
class Card:
    """`unit_pk` is empty while no unit has the case."""

    instance: bytes
    cid: bytes
    number: int
    intake_pk: bytes = field(repr=False)
    unit_pk: bytes = field(repr=False)


def encode_card(card: Card) -> bytes:
    return encode("card", card.instance, card.cid, u32(card.number), card.intake_pk, card.unit_pk)


def parse_card(data: bytes) -> Card:
    instance, cid, number, intake_pk, unit_pk = decode("card", [32, 32, 4, KEM_PK, None], data)
    ensure(len(unit_pk) in (0, KEM_PK), "malformed", "the unit's inbox")
    ensure(read_uint(number) > 0, "malformed", "number of a card")
    return Card(instance, cid, read_uint(number), intake_pk, unit_pk)


def check_card(data: bytes, proposal: SignedEntry, box: SealedBox, before: Card | None) -> Card:
    """SPEC 7.6: what a proposal may bring after the card `before`, for staff and server. The numbers are its steps."""
    card = _of_case(data, proposal)  # (1) to (3)
    number = before.number if before else 0
    ensure(card.number == number + 1, "bad_state", f"card {card.number} after {number}")  # (4)
    intake, unit = (before.intake_pk, before.unit_pk) if before else (b"", b"")
    if proposal.kind == READERS_PROPOSED:  # (5)
        # whoever read until now had the unit's key too
        known = bool(unit) and not equal(card.unit_pk, unit)
        ensure(not card.unit_pk or known, "wrong_case", "the unit's old inbox")
        ensure(not equal(card.intake_pk, intake), "wrong_case", "the readers' old inbox")
    else:
        known = not intake or equal(card.intake_pk, intake)
        named = any(equal(one.pk_hash, hash(card.intake_pk)) for one in box.recipients)
        ensure(known and named, "wrong_case", "another inbox of the readers")
        ensure(bool(card.unit_pk) and not equal(card.unit_pk, unit), "wrong_case", "the unit's old inbox")
    return card


def _of_case(data: bytes, proposal: SignedEntry) -> Card:
    card = parse_card(data)
    ensure(equal(card.instance, proposal.instance), "wrong_instance")
    ensure(equal(card.cid, proposal.cid), "wrong_case")
    ensure(not is_low_order(card.intake_pk) and not (card.unit_pk and is_low_order(card.unit_pk)), "low_order")
    ensure(equal(hash(data), proposal.cited), "hash_mismatch", "another card than was proposed")
    return card


@dataclass(frozen=True)
class SignedCard:
    """A card that took effect. `encoded` is what block 0 of the mailbox holds of it."""

    card: Card
    proposal: SignedEntry
    agreement: SignedEntry
    encoded: bytes = field(repr=False)


def cards(chain: Chain, posted: Sequence[PostedEntry]) -> list[SignedCard]:
    """The cards of a case that took effect, by its whole chain; one that does not follow is passed over."""
    found: list[SignedCard] = []
    for proposal, agreement in chain.changed:
        if proposal is None:
            continue
        data = posted[proposal.seq].card
        try:
            box = check_box(parse_box(posted[proposal.seq].box), proposal)
            card = check_card(data, proposal, box, found[-1].card if found else None)
        except ProtocolError:
            continue
        signed = [one.entry for one in (posted[proposal.seq], posted[agreement.seq])]
        found.append(SignedCard(card, proposal, agreement, encode("signed-card", data, *signed)))
    return found


def verify_card(
    instance: bytes, cid: bytes, keyring: KeyringBody, chain: Chain, data: bytes, today: Day, least: int = 0
) -> Card:
    """SPEC 9.4: by the person, who sees the newest entries alone. A number below `least` is an old card's.

    The numbers are its steps.
    """
    card_data, *signed = decode("signed-card", [None, None, None], data)  # (1)
    proposal, agreement = (parse_signed_entry(one) for one in signed)
    parse_card(card_data)
    for entry in (proposal, agreement):  # (2)
        check_case(entry, instance, cid)
        signer = check_signer(entry, keyring)
        ensure(not signer.revoked, "not_a_member", "a stolen key")
        ensure(signer.role in (REVIEWER, SUPERVISOR), "role_not_allowed", f"entry {entry.seq}")
        ensure(not is_void(entry.day, today), "day_out_of_range", f"entry {entry.seq}")
    card = _of_case(card_data, proposal)  # (3)
    # (4)
    handing = proposal.kind == PROPOSAL
    ensure(says_who_reads(proposal), "bad_state", "a proposal of something else")
    ensure(agreement.kind == (APPROVAL if handing else READERS_AGREED), "bad_state", "not agreed to")
    ensure(not handing or agreement.state == ASSIGNED, "bad_state", "not agreed to")
    ensure(equal(agreement.cited, proposal.link), "bad_state", "another proposal was agreed to")
    ensure(not equal(agreement.actor, proposal.actor), "role_not_allowed", "the own proposal")
    ensure(proposal.day <= agreement.day <= proposal.day + PROPOSAL_DAYS, "bad_state", "lapsed")
    _check_place(chain, proposal, agreement)  # (5)
    ensure(card.number >= least, "bad_state", f"card {card.number} after {least}")  # (6)
    return card


def _check_place(chain: Chain, proposal: SignedEntry, agreement: SignedEntry) -> None:
    """Where the chain shows these entries, they stand in it; and nothing changed who reads since."""
    first = chain.entries[0].seq if chain.entries else chain.place.seq
    shown = {one.seq: one.link for one in chain.entries}
    for entry in (proposal, agreement):
        ensure(entry.seq < first or equal(shown.get(entry.seq, b""), entry.link), "chain_broken", f"entry {entry.seq}")
    newest = chain.changed[-1][1] if chain.changed else agreement
    ensure(equal(newest.link, agreement.link), "bad_state", "who reads was changed since")


def unit_reads(place: Start) -> bool:
    """SPEC 7.6: whether a unit has the case where it stands: the card names its inbox for longer."""
    state = place.back if place.state in RETURNS else place.state
    return state not in (RECEIVED, SCREENING, TRIAGED)


def inbox_pks(card: Card, place: Start) -> tuple[list[bytes], list[bytes]]:
    """SPEC 6.5: to whom the person's message goes: the inbox that gets the CEK, and the one that gets k0, if any."""
    return [card.intake_pk], [card.unit_pk] if card.unit_pk and unit_reads(place) else []
