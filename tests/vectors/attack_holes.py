"""SPEC 6.12 and 8.13: a message without its old slots, who may let them go, and what a server could try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crypto.box import intake_inbox
from crypto.chain import KnownMessage
from crypto.encoding import decode, encode
from crypto.entry import NAME_ERASURE_AGREED, NAME_ERASURE_PROPOSED, NOTE_ENTRY, OPENED, READERS_AGREED
from crypto.keyring import CUSTODIAN, SUPERVISOR
from crypto.message import SealedMessage, drop_identity, drop_slots, open_custodian_slot, open_message, parse_sealed
from crypto.primitives import hash
from tests.carded import Carded
from tests.vectors.attack_keyring import DAY, world
from tests.vectors.attack_message import sealed, submitter


def holes_sheet(sheet: Any) -> None:
    w = world()
    made = Carded(w, submitter(), [sealed()], day=DAY)
    _message(sheet, made)
    _slots(sheet, made)
    _names(sheet, Carded(w, made.me, [sealed()], day=DAY))


def _field(data: bytes, n: int, value: bytes) -> bytes:
    fields = decode("sealed-message", [None] * 12, data)
    return encode("sealed-message", *fields[:n], value, *fields[n + 1 :])


def _blob(sheet: Any, data: bytes) -> Any:
    return sheet.blob(f"holes:{hash(data).hex()[:8]}", data)


def _message(sheet: Any, made: Carded) -> None:
    instance, opened = made.world.instance, made.opened
    whole = made.first
    slim, nameless = drop_slots(whole), drop_identity(whole)
    both = drop_identity(parse_sealed(instance, slim))
    reader, custodian = made.me.readers()[0], made.world.of(CUSTODIAN)[0]
    half, key = opened.half, open_custodian_slot(whole, custodian.key)

    def given(data: bytes) -> dict[str, Any]:
        return {"instance": instance, "message": _blob(sheet, data)}

    for name, data in (("slots", slim), ("identity", nameless), ("both", both)):
        found = sheet.ok(f"without_{name}_it_is_the_same_message", "message.parse", **given(data))
        assert found["cid"] == whole.cid.hex()
        sheet.ok(f"without_{name}_opened_by_the_cek", "message.open_with", **given(data), cek=opened.cek)
    sheet.ok("without_identity_opened_by_a_slot", "message.open", **given(nameless), kem_seed=reader.kem_seed,
             keyring_hash="")  # fmt: skip
    sheet.fails("without_slots_by_whoever_was_drawn", "not_a_recipient", "message.open", **given(slim),
                kem_seed=reader.kem_seed, keyring_hash="")  # fmt: skip
    sheet.ok("without_slots_a_custodian_still_opens_theirs", "message.custodian", **given(slim),
             kem_seed=custodian.kem_seed)  # fmt: skip
    sheet.fails("without_identity_by_a_custodian", "not_a_recipient", "message.custodian", **given(nameless),
                kem_seed=custodian.kem_seed)  # fmt: skip
    sheet.fails("without_identity_by_both_halves", "not_a_recipient", "identity.open", **given(nameless), half=half,
                key=key)  # fmt: skip
    other = _field(slim, 3, b"".join([whole.slot_hashes[1], whole.slot_hashes[0], *whole.slot_hashes[2:]]))
    sheet.fails("slot_hashes_in_another_order", "commitment_mismatch", "message.open_with", **given(other),
                cek=opened.cek)  # fmt: skip
    exchanged = _field(nameless, 7, bytes(32))
    sheet.fails("another_hash_of_the_identity", "bad_signature", "message.parse", **given(exchanged))
    exchanged = _field(nameless, 5, bytes(32))
    sheet.fails("another_hash_of_the_custodian_slots", "bad_signature", "message.parse", **given(exchanged))
    sheet.fails("seven_slot_hashes", "malformed", "message.parse", **given(_field(slim, 3, bytes(224))))
    sheet.fails("custodian_slots_gone_and_the_identity_there", "malformed", "message.parse",
                **given(_field(whole.encoded, 5, bytes(32))))  # fmt: skip
    sheet.fails("identity_gone_and_custodian_slots_there", "malformed", "message.parse",
                **given(_field(whole.encoded, 7, bytes(32))))  # fmt: skip
    sheet.fails("account_gone", "malformed", "message.parse", **given(_field(whole.encoded, 6, bytes(32))))


def _slots(sheet: Any, made: Carded) -> None:
    """One defect each: who opened, by what, how much, and which message lost its slots."""
    w, instance = made.world, made.world.instance
    one, two, three, leaves = made.me.readers()[:4]
    watching = w.of(SUPERVISOR)[0]
    slim = drop_slots(made.first)

    def holes(name: str, slug: str, case: Carded, *messages: bytes) -> None:
        _holes(sheet, name, slug, case, messages)

    made.post(one, OPENED)
    made.post(leaves, OPENED)
    holes("nothing_is_gone", "", made, made.sealed[0])
    holes("slots_gone_before_anybody_was_named", "chain_broken", made, slim)
    link = made.propose_readers(one, [one, two, three, watching])
    early = made.copy()
    for by in (one, two):
        early.post(by, OPENED, cited=link)
    holes("slots_gone_by_a_proposal", "chain_broken", early, slim)
    early.post(two, READERS_AGREED, cited=link)
    holes("opened_before_the_agreement", "", early, slim)
    made.post(two, READERS_AGREED, cited=link)
    holes("slots_gone_before_anybody_opened", "chain_broken", made, slim)
    made.post(two, OPENED, cited=link)
    made.post(two, OPENED, cited=link)
    holes("slots_gone_when_one_opened_twice", "chain_broken", made, slim)
    other = made.copy()
    other.post(three, OPENED, cited=made.first.cid)
    other.post(three, NOTE_ENTRY, box=other.note(three), cited=link)
    holes("an_opening_of_something_else", "chain_broken", other, slim)
    made.post(three, OPENED, cited=link)
    holes("slots_gone_when_two_opened", "", made, slim)
    holes("slots_that_are_still_there", "", made, made.sealed[0])
    later = made.write()
    known = parse_sealed(instance, later)
    made.case.messages.append(KnownMessage(known.cid, 0))
    made.sealed.append(later)
    holes("a_later_message_has_its_own", "", made, slim, later)
    holes("a_later_message_lost_them_too", "chain_broken", made, slim, drop_slots(known))
    holes("the_later_message_alone_lost_them", "chain_broken", made, made.sealed[0], drop_slots(known))
    for by in (two, three):
        made.post(by, OPENED, cited=link)
    holes("an_opening_counts_a_message_that_the_wrap_does_not", "chain_broken", made, slim, drop_slots(known))
    assert _reads(made, slim)


def _names(sheet: Any, made: Carded) -> None:
    """The identity is gone of the messages of an agreement, and of no other."""
    one, two = made.me.readers()[:2]
    nameless = drop_identity(made.first)

    def holes(name: str, slug: str, *messages: bytes) -> None:
        _holes(sheet, name, slug, made, messages)

    made.post(one, OPENED)
    holes("an_identity_gone_that_nobody_erased", "chain_broken", nameless)
    link = made.post(one, NAME_ERASURE_PROPOSED, box=made.note(one), cited=made.first.cid)
    holes("an_identity_gone_by_a_proposal", "chain_broken", nameless)
    made.post(two, NAME_ERASURE_AGREED, box=made.note(two), cited=link)
    holes("an_identity_gone_when_two_agreed", "", nameless)
    holes("slots_gone_when_two_agreed_to_erase_the_identity", "chain_broken", drop_slots(made.first))
    later = made.me.seal("ещё")
    known = parse_sealed(made.world.instance, later)
    made.case.messages.append(KnownMessage(known.cid, 0))
    holes("the_identity_of_a_later_message_stays", "", nameless, later)
    holes("the_identity_of_a_later_message_is_gone_too", "chain_broken", nameless, drop_identity(known))


def _holes(sheet: Any, name: str, slug: str, case: Carded, messages: Sequence[bytes]) -> None:
    w = case.world
    inputs = {
        "instance": w.instance, "cid": case.first.cid, "keyring": sheet.blob("keyring:older", w.keyring.encoded),
        "entries": case.case.entries, "messages": [_blob(sheet, one) for one in messages], "today": DAY,
    }  # fmt: skip
    if slug:
        sheet.fails(name, slug, "chain.holes", **inputs)
    else:
        sheet.ok(name, "chain.holes", **inputs)


def _reads(made: Carded, slim: bytes) -> SealedMessage:
    """The inbox of the first message is found without a slot too."""
    message = parse_sealed(made.world.instance, slim)
    opened = open_message(made.first, made.me.readers()[0].key)
    assert intake_inbox(opened.cek, message.header_hash).pk == made.inbox0.pk
    return message
