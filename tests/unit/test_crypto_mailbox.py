"""SPEC 9: mailboxes that look alike, and what is put into them: forged, forwarded, of another case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crypto.box import BoxFields, parse_box, seal_box, withhold_slots
from crypto.encoding import Z32, encode, encode_list, u32
from crypto.entry import messages_head, parse_signed_entry, sign_entry
from crypto.keyring import KeyringBody
from crypto.mailbox import (
    BLOCKS,
    MAX_LINES,
    Mailbox,
    OpenedMailbox,
    StatusFields,
    _status_ad,
    _status_key,
    dummy_block,
    open_mailbox,
    seal_reply,
    seal_status,
    unveil,
    veil,
)
from crypto.primitives import N0, aead_seal, kem_encapsulate, sign
from crypto.walk import BEGINNING, Start
from crypto.workflow import SCREENING
from tests.casework import Casework
from tests.unit.crypto_world import (
    CID,
    COLLEAGUE,
    DAY,
    LEFT,
    ME,
    READER,
    SERVER,
    W,
    after,
    desk,
    plain,
    ring_with,
    verify,
)
from tests.unit.slugs import slug_of
from tests.world import Desk, Person, Submitter


def opened(
    *blocks: bytes, person: Submitter = ME, ring: KeyringBody = W.keyring, today: int = DAY
) -> OpenedMailbox | None:
    mine = person.receipt
    filled = [*blocks, *(dummy_block(SERVER, mine.lookup, n) for n in range(len(blocks), BLOCKS))]
    return open_mailbox(W.instance, mine.request_pk, mine.mailbox_seed, mine.veil_key, ring, filled, today)


def reply(entry: bytes, box: bytes | None = None, precede: int = 0) -> bytes:
    mailbox = desk().mailbox
    sealed = desk().boxes[parse_signed_entry(entry).box_hash] if box is None else box
    return seal_reply(W.instance, precede, entry, withhold_slots(sealed, mailbox.mailbox_pk), mailbox)


def status(**changes: Any) -> StatusFields:
    made = desk()
    honest = StatusFields(
        W.instance, CID, made.first.write_signature, (CID,), BEGINNING, made.chain().entries, DAY, READER.id
    )
    return replace(honest, **changes)


def sealed_status(by: Person = READER, **changes: Any) -> bytes:
    return seal_status(status(**changes), by.signing_seed, desk().mailbox)


def test_unknown_burnt_and_unanswered_look_alike() -> None:
    """By size and by what opens; noise to whoever lacks the code, and stable, so that polling tells nothing."""
    for person in (ME, Submitter(W)):
        assert opened(person=person) is None
        blocks = [dummy_block(SERVER, person.receipt.lookup, n) for n in range(BLOCKS)]
        assert len(set(blocks)) == BLOCKS and {len(block) for block in blocks} == {16384}
        assert blocks == [dummy_block(SERVER, person.receipt.lookup, n) for n in range(BLOCKS)]
    assert {len(block) for block in (sealed_status(), reply(desk().entries[1]))} == {16384}


def test_a_dummy_is_of_its_lookup_id_place_and_server() -> None:
    """Else two unknown codes would get the same noise, and a known one would show."""
    made = {dummy_block(key, lookup, n) for key in (SERVER, Z32) for lookup in (bytes(16), b"\1" * 16) for n in (0, 1)}
    assert len(made) == 8


def test_a_mailbox_says_what_was_answered() -> None:
    found = opened(sealed_status(), reply(desk().entries[2], precede=1), reply(desk().entries[1]))
    assert found is not None
    assert [(one.seq, one.text, one.precede, one.revoked) for one in found.replies] == [
        (2, "two", 1, False),
        (1, "one", 0, False),
    ]
    assert (found.state, found.acknowledged, found.refused, found.day) == (SCREENING, True, (), DAY)


def test_real_blocks_are_noise_to_who_lacks_the_code() -> None:
    """Every byte value is about as likely in a real block as in a dummy: no ML-KEM ciphertext shows through."""
    blocks = b"".join(sealed_status() for _ in range(40))
    counts = [blocks.count(bytes([n])) for n in range(256)]
    expected = len(blocks) / 256
    assert sum((count - expected) ** 2 / expected for count in counts) < 400


def test_another_code_opens_nothing() -> None:
    assert opened(sealed_status(), reply(desk().entries[1]), person=Submitter(W)) is None


def test_a_reader_can_unveil_a_block_but_not_open_the_status() -> None:
    data = unveil(desk().mailbox.veil_key, W.instance, ME.receipt.lookup, sealed_status())
    assert CID not in data and READER.id not in data


def test_a_status_of_another_persons_case_is_refused() -> None:
    """A reader of both cases seals the status of one into the mailbox of the other."""
    other = Desk(W, READER, [Submitter(W).seal("other")])
    other.post_opened()
    foreign = replace(
        status(), cid=other.first.cid, write_signature=other.first.write_signature, messages=tuple(other.cids),
        entries=other.chain().entries,
    )  # fmt: skip
    block = seal_status(foreign, READER.signing_seed, desk().mailbox)
    assert slug_of(opened, block) == "wrong_case"


def test_an_old_status_shows_an_old_state_and_its_day() -> None:
    found = opened(sealed_status(entries=(), day=DAY - 1))
    assert found is not None
    assert (found.state, found.day) == (0, DAY - 1)


def test_a_status_begins_where_its_sealer_vouches() -> None:
    chain = desk().chain()
    start = Start(2, chain.entries[1].link, SCREENING, True)
    found = opened(sealed_status(start=start, entries=chain.entries[2:]), reply(desk().entries[1]))
    assert found is not None
    assert (found.state, found.acknowledged, [one.seq for one in found.replies]) == (SCREENING, True, [1])
    wrong = replace(start, link=Z32)
    assert slug_of(opened, sealed_status(start=wrong, entries=chain.entries[2:])) == "bad_signature"


def test_forty_entries_fit_into_a_status_and_no_more() -> None:
    lines = (desk().chain().entries * 20)[:MAX_LINES]
    assert len(sealed_status(entries=lines)) == 16384
    assert slug_of(sealed_status, entries=(*lines, lines[0])) == "too_large"


def test_a_refused_reply_hides_no_other() -> None:
    noise = veil(desk().mailbox.veil_key, W.instance, ME.receipt.lookup, encode("reply-block", b""))
    found = opened(sealed_status(), noise, reply(desk().entries[1]))
    assert found is not None
    assert ([one.text for one in found.replies], [one.slug for one in found.refused]) == (["one"], ["malformed"])


STOLEN = ring_with(replace(LEFT, compromised_since=DAY + 30))


def by_colleague(**changes: Any) -> bytes:
    return seal_status(status(author=COLLEAGUE.id, **changes), COLLEAGUE.signing_seed, desk().mailbox)


def test_a_reply_by_a_stolen_key_is_shown_only_once_another_has_confirmed_it() -> None:
    alone = opened(by_colleague(), reply(desk().entries[1]), ring=STOLEN)
    assert alone is not None
    assert (alone.replies, [one.slug for one in alone.refused]) == ((), ["not_a_member"])
    going_on = tuple(parse_signed_entry(one) for one in after(desk().entries, COLLEAGUE))
    confirmed = opened(by_colleague(entries=going_on), reply(desk().entries[1]), ring=STOLEN)
    assert confirmed is not None
    assert [one.revoked for one in confirmed.replies] == [True]
    unlisted = opened(by_colleague(entries=()), reply(desk().entries[1]), ring=STOLEN)
    assert unlisted is not None
    assert (unlisted.replies, [one.slug for one in unlisted.refused]) == ((), ["not_a_member"])


def test_a_status_by_a_stolen_key_is_refused_on_whatever_day() -> None:
    for day in (DAY - 30, DAY):
        assert slug_of(opened, sealed_status(entries=(), day=day), ring=STOLEN) == "not_a_member"


def test_a_status_or_reply_of_the_day_after_tomorrow_is_refused() -> None:
    assert opened(sealed_status(day=DAY + 1)) is not None
    assert slug_of(opened, sealed_status(day=DAY + 2)) == "day_out_of_range"
    late = sign_entry(replace(plain(desk().entries[1]), day=DAY + 2), READER.signing_seed)
    fields = BoxFields(W.instance, CID, 1, Z32, READER.id, DAY + 2, W.keyring.hash)
    box = seal_box(fields, READER.signing_seed, [desk().mailbox.mailbox_pk], "en", "later")
    late = sign_entry(replace(plain(late), box_hash=parse_box(box).hash), READER.signing_seed)
    found = opened(sealed_status(entries=()), reply(late, box))
    assert found is not None
    assert (found.replies, [one.slug for one in found.refused]) == ((), ["day_out_of_range"])


def test_a_block_with_wrong_padding_hides_no_other() -> None:
    """Every reader holds the veil key, so every reader can make one."""
    mailbox = desk().mailbox
    nonce = bytes(24)
    bad = nonce + aead_seal(mailbox.veil_key, nonce, encode("block", W.instance, mailbox.lookup), b"\xff" * 16344)
    found = opened(sealed_status(), bad, reply(desk().entries[1]))
    assert found is not None
    assert ([one.text for one in found.replies], [one.slug for one in found.refused]) == (["one"], ["bad_padding"])


def refused(*blocks: bytes) -> list[str]:
    found = opened(sealed_status(), *blocks)
    assert found is not None
    return [one.slug for one in found.refused]


def test_a_reply_is_of_this_case_entry_and_author() -> None:
    entry = desk().entries[1]
    box = desk().boxes[parse_signed_entry(entry).box_hash]
    assert refused(reply(entry, desk().boxes[parse_signed_entry(desk().entries[2]).box_hash])) == ["hash_mismatch"]
    fork = sign_entry(replace(plain(entry), until=DAY), READER.signing_seed)
    assert refused(reply(fork, box)) == ["chain_broken"]
    by_colleague = sign_entry(replace(plain(entry), actor=COLLEAGUE.id), COLLEAGUE.signing_seed)
    assert refused(reply(by_colleague, box)) == ["wrong_case"]
    elsewhere = sign_entry(replace(plain(entry), cid=Z32), READER.signing_seed)
    assert refused(reply(elsewhere, box)) == ["wrong_case"]
    abroad = sign_entry(replace(plain(entry), instance=Z32), READER.signing_seed)
    assert refused(reply(abroad, box)) == ["wrong_instance"]


def test_a_window_that_begins_after_a_proposal_is_taken_at_its_word_and_no_further() -> None:
    """SPEC 8.2: the approval is shown, though the proposal before the window is not."""
    case = Casework(W, CID, day=DAY)
    case.hand_off()
    entries = tuple(parse_signed_entry(one) for one in case.entries)
    for first in range(1, len(entries) + 1):
        before = verify(case.entries[:first], messages=[])
        start = replace(before.place, link=before.head, seq=first, day=0, count=0)
        block = sealed_status(start=start, entries=entries[first:])
        found = opened(block)
        assert found is not None
        assert (found.state, found.chain.place.priority) == (4, 3)
    fourth = replace(verify(case.entries[:1], messages=[]).place, seq=3, link=entries[2].link, day=0, count=0)
    assert slug_of(opened, sealed_status(start=fourth, entries=entries[3:])) == "bad_state"  # not triaged: not so


def status_with(**parts: bytes) -> bytes:
    """A status of the honest author with other fields."""
    names = "instance cid write card messages seq link state acknowledged".split()
    names += "back priority until since hold lines day author".split()
    honest = [
        W.instance, CID, desk().first.write_signature, b"", messages_head([CID]), u32(0), Z32, b"\0", b"\0",
        b"\0", b"\5", u32(0), u32(0), u32(0), encode_list("lines", []), u32(DAY), READER.id,
    ]  # fmt: skip
    body = encode("status", *[parts.get(name, field) for name, field in zip(names, honest, strict=True)])
    mailbox: Mailbox = desk().mailbox
    made = kem_encapsulate(mailbox.mailbox_pk)
    key = _status_key(made.shared, W.instance, mailbox.lookup, made.ct, mailbox.mailbox_pk)
    signed = encode("signed-status", body, sign(READER.signing_seed, body))
    sealed = aead_seal(key, N0, _status_ad(W.instance, mailbox.lookup), signed)
    return veil(mailbox.veil_key, W.instance, mailbox.lookup, encode("sealed-status", made.ct, sealed))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"instance": Z32}, "wrong_instance"),
        ({"state": b"\x12"}, "malformed"),
        ({"acknowledged": b"\2"}, "malformed"),
        ({"back": b"\x11"}, "malformed"),
        ({"priority": b"\6"}, "malformed"),
        ({"lines": encode_list("lines", [b""])}, "malformed"),
        ({"author": bytes(16)}, "not_a_member"),
        ({"day": u32(DAY + 2)}, "day_out_of_range"),
        ({"day": u32(DAY + 366)}, "not_a_member"),
        ({"cid": Z32}, "wrong_case"),
    ],
)
def test_a_status_that_is_a_little_wrong_is_refused(parts: dict[str, bytes], expected: str) -> None:
    assert opened(status_with()) is not None
    assert slug_of(opened, status_with(**parts)) == expected


def test_a_card_that_is_wrong_spoils_nothing_else_of_the_status() -> None:
    honest, found = opened(status_with()), opened(status_with(card=b"\1"))
    assert honest is not None and found is not None
    assert (honest.card, honest.card_fault) == (None, None)
    assert (found.card, found.card_fault and found.card_fault.slug, found.state) == (None, "malformed", honest.state)


def test_a_block_has_one_size() -> None:
    receipt = ME.receipt
    assert slug_of(unveil, receipt.veil_key, W.instance, receipt.lookup, bytes(16383)) == "malformed"
    assert slug_of(veil, receipt.veil_key, W.instance, receipt.lookup, bytes(16341)) == "too_large"
    other = veil(receipt.veil_key, W.instance, bytes(16), b"x")
    assert slug_of(unveil, receipt.veil_key, W.instance, receipt.lookup, other) == "decryption_failed"
