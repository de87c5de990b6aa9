"""SPEC 7.6, 9.4: who reads what the person writes next, and what a server, a former member or one alone could try."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from crypto.card import Card, SignedCard, cards, encode_card
from crypto.case import encode_case
from crypto.chain import Chain, KnownMessage
from crypto.encoding import decode, encode
from crypto.entry import (
    APPROVAL,
    OPENED,
    PROPOSAL,
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    STEP,
    TEXT_ENTRY,
    parse_signed_entry,
)
from crypto.keyring import INVESTIGATOR, SUPERVISOR
from crypto.mailbox import Mailbox, StatusFields, seal_status
from crypto.message import open_unit_slot, parse_sealed
from crypto.posts import PostedEntry, encode_posted_entries
from crypto.primitives import hash, kem_keypair
from crypto.walk import BEGINNING
from crypto.workflow import ASSIGNED, INQUIRY, REFERRED, TRIAGED
from tests.carded import Carded
from tests.casework import Casework
from tests.vectors.attack_keyring import DAY, world
from tests.vectors.attack_members import PASSPHRASE, keyfile_of
from tests.vectors.attack_message import sealed, submitter
from tests.vectors.attack_primitives import low_order
from tests.world import Person


def card_sheet(sheet: Any) -> None:
    w = world()
    made = Carded(w, submitter(), [sealed()], day=DAY)
    one, two, three = made.me.readers()[:3]
    watching = w.of(SUPERVISOR)[0]
    leaves = made.me.readers()[3]
    made.post(one, OPENED)
    made.change_readers(one, two, [one, two, three, watching])
    first = made.cards()[-1]
    made.hand_off(one, two)
    second = made.cards()[-1]
    made.claim()
    made.post(w.of(INVESTIGATOR)[0], STEP, INQUIRY, box=made.note(w.of(INVESTIGATOR)[0]))
    before = made.copy()
    made.change_readers(two, watching, [two, three, watching])
    third = made.cards()[-1]
    made.change_unit(two, watching)
    fourth = made.cards()[-1]
    _listed(sheet, made)
    _verified(sheet, made, [first, second, third, fourth])
    _forged(sheet, made, before, third)
    _messages(sheet, made, leaves, first, third)
    _mailboxes(sheet, made, third, fourth)
    _review(sheet, made)


def _mailboxes(sheet: Any, made: Carded, old: SignedCard, newest: SignedCard) -> None:
    """Block 0 with a card. A bad one spoils nothing else of the status."""
    w, mine, by = made.world, made.me.receipt, made.me.readers()[1]
    chain = made.case.chain()
    mailbox = Mailbox(mine.lookup, mine.mailbox_pk, mine.veil_key)
    given = {
        "instance": w.instance, "request_seed": mine.request_seed, "mailbox_seed": mine.mailbox_seed,
        "veil_key": mine.veil_key, "keyring": sheet.blob("keyring:older", w.keyring.encoded), "today": DAY,
    }  # fmt: skip

    def opened(name: str, card: bytes, number: int, fault: str = "", shown: Chain = chain) -> None:
        fields = StatusFields(
            w.instance, made.first.cid, made.first.write_signature, (made.first.cid,),
            BEGINNING, shown.entries, DAY, by.id, card,
        )  # fmt: skip
        block = seal_status(fields, by.signing_seed, mailbox)
        found = sheet.ok(name, "mailbox.open", **given, blocks=[sheet.blob(f"block:{name}", block)])
        assert (found["card"], found["card_fault"]) == (number, fault), (name, found)
        assert found["state"] == shown.state

    opened("mailbox_with_a_card", newest.encoded, 4)
    opened("mailbox_with_a_card_left_out", b"", 0, "bad_state")
    opened("mailbox_with_an_old_card", old.encoded, 0, "bad_state")
    opened("mailbox_with_a_card_cut", newest.encoded[:-1], 0, "malformed")
    before = made.copy()
    del before.case.entries[1:]
    opened("mailbox_with_a_card_that_its_chain_does_not_hold", newest.encoded, 0, "chain_broken", before.case.chain())
    opened("mailbox_without_a_card_where_none_was_made", b"", 0, "", before.case.chain())


def _inputs(sheet: Any, made: Carded, card: bytes, **changes: Any) -> dict[str, Any]:
    w = made.world
    keyring = sheet.blob("keyring:older", w.keyring.encoded)
    return {
        "instance": w.instance, "cid": made.first.cid, "keyring": keyring, "entries": list(made.case.entries),
        "card": card, "shown": 40, "today": DAY, "least": 0,
    } | changes  # fmt: skip


def _listed(sheet: Any, made: Carded) -> None:
    """Staff and server: the numbers rise by one, each change brings its own inbox and leaves the other's."""

    def lists(name: str, posted: list[PostedEntry], numbers: list[int]) -> None:
        inputs = _inputs(sheet, made, b"")
        given = {key: inputs[key] for key in ("instance", "cid", "keyring", "today")}
        found = sheet.ok(name, "cards.list", **given, posted=encode_posted_entries(posted))
        assert [one["number"] for one in found["cards"]] == numbers, (name, found)

    lists("cards_of_a_case", made.posted, [1, 2, 3, 4])
    proposals = [n for n, one in enumerate(made.posted) if one.card]

    def swapped(n: int, card: bytes) -> list[PostedEntry]:
        at = proposals[n]
        return [*made.posted[:at], replace(made.posted[at], card=card), *made.posted[at + 1 :]]

    forged = Card(made.world.instance, made.first.cid, 1, kem_keypair(os.urandom(32)).pk, b"")
    lists("a_card_made_by_the_server_is_passed_over", swapped(0, encode_card(forged)), [])
    lists("a_card_left_out", swapped(3, b""), [1, 2, 3])
    fresh = Carded(made.world, made.me, made.sealed, day=DAY)
    one, two, three = made.me.readers()[:3]
    named = [one, two, three, made.world.of(SUPERVISOR)[0]]
    fresh.change_readers(one, two, named, number=2)
    lists("a_card_whose_number_is_left_out", fresh.posted, [])
    fresh.change_readers(one, two, named)
    lists("a_card_after_one_that_did_not_count", fresh.posted, [1])
    fresh.change_readers(one, two, named, intake_pk=fresh.cards()[-1].card.intake_pk)
    lists("other_readers_with_the_old_inbox", fresh.posted, [1])
    fresh.change_readers(one, two, named, unit_pk=kem_keypair(os.urandom(32)).pk)
    lists("readers_who_name_an_inbox_for_a_unit", fresh.posted, [1])
    fresh.seeds = fresh.seeds[:2]  # the two that did not count are nobody's
    handed = fresh.copy()
    handed.hand_off(one, two)
    handed.change_readers(one, two, named, unit_pk=handed.unit.pk)
    lists("other_readers_with_the_old_inbox_of_the_unit", handed.posted, [1, 2])
    handed.seeds.pop()
    handed.unit_seeds.pop()
    handed.change_unit(one, two, unit_pk=handed.unit.pk)
    lists("other_investigators_with_the_old_inbox", handed.posted, [1, 2])
    handed.change_unit(one, two, unit_pk=b"")
    lists("other_investigators_without_an_inbox", handed.posted, [1, 2])
    handed.change_readers(one, two, named)
    lists("other_readers_with_a_new_inbox_of_the_unit", handed.posted, [1, 2, 3])
    fresh.hand_off(one, two, intake_pk=kem_keypair(os.urandom(32)).pk)
    lists("a_hand_off_that_names_another_inbox_of_the_readers", fresh.posted, [1])
    late = Carded(made.world, made.me, made.sealed, day=DAY)
    link = late.propose_readers(one, named)
    late.change_readers(two, one, named)
    late.post(two, READERS_AGREED, cited=link)
    lists("two_proposals_of_one_number_the_first_counts", late.posted, [1])


def _verified(sheet: Any, made: Carded, signed: list[SignedCard]) -> None:
    """The person: the newest one, with its two signatures, where the chain shows them or does not reach back so far."""
    newest = signed[-1].encoded
    found = sheet.ok("card", "card.verify", **_inputs(sheet, made, newest))
    assert found["number"] == 4 and found["unit_reads"], found
    sheet.ok("card_seen_before", "card.verify", **_inputs(sheet, made, newest, least=4))
    sheet.ok("card_whose_proposal_is_not_shown", "card.verify", **_inputs(sheet, made, newest, shown=1))
    at_hand_off = made.copy()
    del at_hand_off.case.entries[signed[1].agreement.seq + 1 :]
    found = sheet.ok("card_of_a_hand_off", "card.verify", **_inputs(sheet, at_hand_off, signed[1].encoded))
    assert (found["number"], found["unit_reads"]) == (2, True)
    later = made.copy()
    for _ in range(3):
        later.post(later.world.of(SUPERVISOR)[0], OPENED)
    sheet.ok("card_from_before_what_is_shown", "card.verify", **_inputs(sheet, later, newest, shown=2))
    for n, one in enumerate(signed[:-1], 1):
        sheet.fails(f"card_{n}_after_it_was_replaced", "bad_state", "card.verify", **_inputs(sheet, made, one.encoded))
    hidden = _inputs(sheet, later, signed[2].encoded, shown=2, least=4)
    sheet.fails("card_rolled_back_below_what_was_seen", "bad_state", "card.verify", **hidden)
    back = made.copy()
    unit = back.world.of(INVESTIGATOR)[0]
    back.post(unit, STEP, TRIAGED, box=back.note(unit))
    given_back = sheet.ok("card_after_the_unit_gave_the_case_back", "card.verify", **_inputs(sheet, back, newest))
    assert not given_back["unit_reads"]
    for shown in (0, 1):
        sheet.ok(f"card_of_a_case_given_back_{shown}", "card.verify", **_inputs(sheet, back, newest, shown=shown))


def _forged(sheet: Any, made: Carded, before: Carded, third: SignedCard) -> None:
    """What a server, one member alone, or somebody of another case could put in the place of a card."""
    w, cid = made.world, made.first.cid
    data, proposal, agreement = decode("signed-card", [None, None, None], third.encoded)
    cut = before.copy()
    cut.case.entries[:] = made.case.entries[: third.agreement.seq + 1]
    cut.posted[:] = made.posted[: third.agreement.seq + 1]

    def fails(name: str, slug: str, card: bytes, at: Carded = cut, **changes: Any) -> None:
        sheet.fails(name, slug, "card.verify", **_inputs(sheet, at, card, **changes))

    def built(card: bytes = data, one: bytes = proposal, two: bytes = agreement) -> bytes:
        return encode("signed-card", card, one, two)

    sheet.ok("third_card", "card.verify", **_inputs(sheet, cut, built()))
    mine = third.card
    servers = kem_keypair(os.urandom(32)).pk
    fails("card_with_an_inbox_of_the_server", "hash_mismatch", built(encode_card(replace(mine, intake_pk=servers))))
    fails("card_with_a_unit_of_the_server", "hash_mismatch", built(encode_card(replace(mine, unit_pk=servers))))
    fails("card_without_its_unit", "hash_mismatch", built(encode_card(replace(mine, unit_pk=b""))))
    fails("card_with_a_higher_number", "hash_mismatch", built(encode_card(replace(mine, number=9))))
    fails("card_of_another_case", "wrong_case", built(encode_card(replace(mine, cid=bytes(32)))))
    fails("card_of_another_instance", "wrong_instance", built(encode_card(replace(mine, instance=bytes(32)))))
    fails("card_of_number_0", "malformed", built(encode_card(replace(mine, number=0))))
    fails("card_with_a_short_unit", "malformed", built(encode_card(replace(mine, unit_pk=servers[:-1]))))
    fails("card_with_a_short_inbox", "malformed", built(encode_card(replace(mine, intake_pk=servers[:-1]))))
    low = servers[:-32] + low_order(1)
    fails("card_with_a_low_order_inbox", "low_order", built(encode_card(replace(mine, intake_pk=low))))
    fails("card_with_a_low_order_unit", "low_order", built(encode_card(replace(mine, unit_pk=low))))
    fails("card_trailing", "malformed", third.encoded + b"\0")
    fails("card_with_one_signature", "malformed", encode("signed-card", data, proposal))
    fails("card_with_one_signature_twice", "bad_state", built(two=proposal))
    other = made.case.entries[0]
    fails("card_agreed_to_by_an_opening", "bad_state", built(two=other))
    fails("card_not_in_the_chain_that_is_shown", "chain_broken", built(), before)

    def alone(
        name: str, slug: str, by: Person, again: Person, day: int = DAY, kind: int = READERS_AGREED, **changes: Any
    ) -> None:
        """On a chain of its own, which no verifier shows: only the card's own entries are here to be judged."""
        stray = before.copy()
        link = stray.propose_readers(by, [by, *before.me.readers()[2:4], w.of(SUPERVISOR)[0]])
        stray.case.day = day
        entry = stray.case.make(again, kind, **{"cited": link} | changes)
        fails(name, slug, built(stray.posted[-1].card, stray.case.entries[-1], entry), stray, today=day)

    reader, second = before.me.readers()[:2]
    alone("card_agreed_to_by_who_proposed_it", "role_not_allowed", reader, reader)
    alone("card_agreed_to_by_the_unit", "role_not_allowed", reader, w.of(INVESTIGATOR)[0])
    alone("card_agreed_to_after_15_days", "bad_state", reader, second, day=DAY + 15)
    impostor = replace(second, signing_seed=os.urandom(32))
    alone("card_agreed_to_in_a_members_name", "bad_signature", reader, impostor)
    alone("card_agreed_to_another_proposal", "bad_state", reader, second, cited=third.proposal.link)
    alone("card_agreed_to_by_keeping", "bad_state", reader, second, kind=READERS_KEPT)
    foreign = Carded(w, made.me, made.sealed, day=DAY)
    foreign.case = Casework(w, os.urandom(32), day=DAY)
    foreign.case.messages = [KnownMessage(cid, 0)]
    foreign.change_readers(reader, second, [reader, second, w.of(SUPERVISOR)[0]], cid=foreign.case.cid)
    moved = [one.entry for one in foreign.posted]
    fails("card_whose_entries_are_of_another_case", "wrong_case", built(foreign.posted[0].card, *moved))
    fails("card_cut_with_entries_of_another_case", "malformed", built(foreign.posted[0].card[:-1], *moved))
    fork = before.copy()
    fork.change_readers(before.me.readers()[1], w.of(SUPERVISOR)[0], [*before.me.readers()[1:3], w.of(SUPERVISOR)[0]])
    fails("card_of_a_forked_chain", "chain_broken", fork.cards()[-1].encoded)
    _other_deeds(before, built, fails)
    plain = parse_signed_entry(made.case.entries[0])
    assert plain.kind not in (READERS_AGREED, TEXT_ENTRY)


def _other_deeds(before: Carded, built: Any, fails: Any) -> None:
    """Two signatures, but on something else than who reads: entries of no chain, judged by what they say."""
    one, two = before.me.readers()[:2]
    card = before.card_of(kem_keypair(os.urandom(32)).pk, kem_keypair(os.urandom(32)).pk)

    def signed(name: str, kind: int, state: int | None, agreed: int, after: int | None) -> None:
        stray = before.copy()
        proposal = stray.case.make(one, kind, state, cited=hash(card))
        agreement = stray.case.make(two, agreed, after, cited=parse_signed_entry(proposal).link)
        fails(name, "bad_state", built(card, proposal, agreement), stray)

    signed("card_on_what_is_kept", READERS_KEPT, None, READERS_AGREED, None)
    signed("card_on_a_referral", PROPOSAL, REFERRED, APPROVAL, REFERRED)
    signed("card_on_a_hand_off_approved_as_a_referral", PROPOSAL, ASSIGNED, APPROVAL, REFERRED)
    signed("card_on_a_hand_off_agreed_to_as_readers", PROPOSAL, ASSIGNED, READERS_AGREED, None)
    signed("card_on_readers_approved_as_a_step", READERS_PROPOSED, None, APPROVAL, ASSIGNED)


def _messages(sheet: Any, made: Carded, leaves: Person, first: SignedCard, third: SignedCard) -> None:
    """Who opens what the person wrote by a card."""
    w = made.world
    assert hash(third.card.intake_pk) == hash(made.intake.pk)
    written = made.write()
    by_card = {"instance": w.instance, "message": sheet.blob("message:card", written)}
    intake, unit = made.seeds[-1], made.unit_seeds[-1]
    found = sheet.ok("readers_open_by_the_card", "message.open", **by_card, kem_seed=intake, keyring_hash=b"")
    granted = sheet.ok("unit_opens_by_the_card", "message.unit", **by_card, kem_seed=unit)
    assert granted["account"] == found["account"] and granted["k0"] != found["cek"]
    # k0 is no CEK: neither what is for intake alone nor the half of the way to the name follows from it
    k0 = open_unit_slot(parse_sealed(w.instance, written), made.unit)
    fails = sheet.fails
    fails("unit_opens_as_a_reader", "commitment_mismatch", "message.open", **by_card, kem_seed=unit, keyring_hash=b"")
    fails("unit_takes_k0_for_the_cek", "commitment_mismatch", "message.open_with", **by_card, cek=k0)
    fails("unit_opens_the_name", "commitment_mismatch", "identity.open", **by_card, half=k0, key=k0)
    fails("reader_opens_as_the_unit", "commitment_mismatch", "message.unit", **by_card, kem_seed=intake)
    for name, seed in (("a_former_reader", leaves.kem_seed), ("the_old_inbox", made.seeds[0]), ("no_one", bytes(32))):
        fails(f"{name}_opens_by_no_card", "not_a_recipient", "message.open", **by_card, kem_seed=seed, keyring_hash=b"")
    fails("the_former_unit_opens_nothing", "not_a_recipient", "message.unit", **by_card, kem_seed=made.unit_seeds[0])
    late = {"instance": w.instance, "message": sheet.blob("message:old_card", made.write(first.card))}
    sheet.ok("message_to_an_old_card", "message.open", **late, kem_seed=made.seeds[0], keyring_hash=b"")
    _exported(sheet, made, written, late["message"])
    fails(
        "message_to_an_old_card_by_the_new_inbox",
        "not_a_recipient",
        "message.open",
        **late,
        kem_seed=intake,
        keyring_hash=b"",
    )


def _exported(sheet: Any, made: Carded, written: bytes, late: Any) -> None:
    """A case in a file: what was sealed to the new inbox, and to an old one, opens for who is named since."""
    w, readers = made.world, made.me.readers()
    late_bytes = bytes.fromhex(sheet.blobs[late["blob"]])
    file = encode_case(w.instance, [w.signed(w.keyring)], [*made.sealed, written, late_bytes], made.posted)

    def given(name: str, person: Person) -> dict[str, Any]:
        keyfile = sheet.blob(f"case:{name}", keyfile_of(person))
        case = sheet.blob("case:carded", file)
        return {"keyfile": keyfile, "passphrase": PASSPHRASE.encode(), "case": case, "device_day": DAY}

    found = sheet.ok("case_by_who_reads_by_the_card", "case.open", **given("named", readers[2]))
    assert len(found["accounts"]) == 3
    assert len(found["texts"]) == 3
    sheet.fails("case_by_who_left_before_the_card", "not_a_recipient", "case.open", **given("left", readers[0]))


def _review(sheet: Any, made: Carded) -> None:
    """A wish for review goes to reviewers without a deed, whatever the card says; to all where nobody else is left."""
    w = made.world
    draw = {"keyring": sheet.blob("keyring:older", w.keyring.encoded), "today": DAY, "country": "", "left_out": []}
    draw |= {"k0": made.me.k0}
    drawn = [bytes.fromhex(one) for one in sheet.ok("draw_once_more", "keyring.draw", **draw)["readers"]]
    found = sheet.ok("draw_for_a_review", "keyring.draw_review", **draw, acted=drawn[:2])["readers"]
    assert not {one.hex() for one in drawn[:2]} & set(found)
    everybody = [one.id for one in made.reviewers()]
    found = sheet.ok("draw_for_a_review_when_all_acted", "keyring.draw_review", **draw, acted=everybody)["readers"]
    assert [bytes.fromhex(one) for one in found] == drawn
    assert cards(made.case.chain(), made.posted)[-1].card.number == 4
