"""SPEC 8: entries forged, dropped, moved, revived; the state as a function."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import Any

import pytest

from crypto.box import NOTE, parse_box
from crypto.chain import KnownMessage, shown_state, verify_chain
from crypto.encoding import Z32
from crypto.entry import TEXT_ENTRY, messages_head, parse_signed_entry, sign_entry
from crypto.message import STOP_LANE
from crypto.posts import Post, check_box, encode_post, parse_post
from crypto.walk import BEGINNING, Start, Walk
from crypto.workflow import INQUIRY, SAFETY_HOLD, SCREENING, STATE_NAMES
from tests.unit.crypto_world import (
    CID,
    COLLEAGUE,
    DAY,
    LEFT,
    READER,
    W,
    after,
    desk,
    first,
    plain,
    ring_with,
    verify,
)
from tests.unit.slugs import slug_of
from tests.vectors.attack_keyring import remake
from tests.world import Person

STOP = KnownMessage(b"\2" * 32, STOP_LANE)
PLAIN = KnownMessage(CID, 0)
OPEN, TEXT = plain(desk().entries[0]), plain(desk().entries[1])
STATES = {
    "nobody has opened": ([], [PLAIN], "received", False),
    "opened": ([OPEN], [PLAIN], "screening", False),
    "opened and answered": ([OPEN, TEXT], [PLAIN], "screening", True),
    "answered without an opening": ([TEXT], [PLAIN], "screening", True),
    "a stop before anybody opened": ([], [PLAIN, STOP], "safety_hold", False),
    "a stop after an answer": ([OPEN, TEXT], [PLAIN, STOP], "safety_hold", True),
    "a stop that an entry cites": ([OPEN, replace(TEXT, cited=STOP.cid)], [PLAIN, STOP], "screening", True),
    "two stops, one cited": (
        [replace(OPEN, cited=STOP.cid)],
        [STOP, KnownMessage(b"\3" * 32, STOP_LANE)],
        "safety_hold",
        False,
    ),
    "an urgent and a review message": ([], [KnownMessage(CID, 1), KnownMessage(Z32, 3)], "received", False),
}


@pytest.mark.parametrize("sentence", STATES)
def test_state(sentence: str) -> None:
    entries, messages, state, acknowledged = STATES[sentence]
    walk = Walk(BEGINNING, W.keyring)
    for entry in entries:
        walk.take(parse_signed_entry(sign_entry(entry, READER.signing_seed)), READER.role)
    found = shown_state(walk.place.state, entries, messages)
    assert (STATE_NAMES[found], walk.place.acknowledged) == (state, acknowledged)


def test_whoever_lacks_the_first_entries_is_told_of_no_wrap_and_of_nobody_who_has_the_case() -> None:
    chain = verify_chain(W.instance, CID, W.keyring, [], [], DAY, Start(5, Z32, INQUIRY))
    assert (chain.wrap, chain.claimed) == (Z32, ())


def test_a_stop_changes_what_is_shown_and_not_the_chain() -> None:
    entries = after(first())
    assert verify(entries, messages=[STOP]).state == SAFETY_HOLD
    assert verify(after(entries), messages=[STOP]).head == verify(after(entries)).head


# --- entries ---------------------------------------------------------------------------------------------------------


def test_the_first_failing_step_names_the_class() -> None:
    """One entry with every defect, mended in the order of SPEC 8.2."""
    stranger = replace(READER, id=os.urandom(16))
    custodian = next(one for one in W.people if one.role == 6)
    impostor = replace(READER, signing_seed=os.urandom(32))
    before = after(first(day=DAY), messages=messages_head([CID, Z32]))
    last = parse_signed_entry(before[-1])
    good = replace(plain(before[-1]), seq=2, prev=last.link)
    defects: list[tuple[str, Person, dict[str, Any]]] = [
        ("wrong_instance", stranger, {"instance": Z32}),
        ("wrong_case", stranger, {"cid": Z32}),
        ("chain_broken", stranger, {"seq": 1}),
        ("not_a_member", stranger, {}),
        ("role_not_allowed", custodian, {}),
        ("bad_signature", impostor, {}),
        ("day_out_of_range", READER, {"day": DAY - 1}),
        ("chain_broken", READER, {"messages": messages_head([CID])}),
        ("bad_state", READER, {"state": 9}),
    ]
    for step, (expected, by, _) in enumerate(defects):
        changes: dict[str, Any] = {}
        for _, _, change in reversed(defects[step:]):
            changes.update(change)
        entry = sign_entry(replace(good, actor=by.id, **changes), by.signing_seed)
        assert slug_of(verify, [*before, entry]) == expected
    assert len(verify([*before, sign_entry(good, READER.signing_seed)]).entries) == 3


def test_prev_alone_or_seq_alone_is_not_enough() -> None:
    one = first()
    last = parse_signed_entry(one[0])
    for change in ({"seq": 2, "prev": last.link}, {"seq": 1, "prev": Z32}, {"seq": 0, "prev": last.link}):
        entry = sign_entry(replace(plain(one[0]), **change), READER.signing_seed)
        assert slug_of(verify, [*one, entry]) == "chain_broken"


def test_the_server_can_refuse_an_entry_but_not_invent_drop_or_move_one() -> None:
    whole = after(after(desk().entries, COLLEAGUE))
    for n in range(len(whole) - 1):
        assert slug_of(verify, whole[:n] + whole[n + 1 :]) == "chain_broken"
    for n in range(len(whole) - 1):
        moved = [*whole]
        moved[n], moved[n + 1] = moved[n + 1], moved[n]
        assert slug_of(verify, moved) == "chain_broken"
    assert verify(whole[:-1]).head != verify(whole).head  # what is cut at the end is seen by the head only


def test_what_a_member_signed_stays_valid_after_leaving_and_within_the_days_only() -> None:
    assert verify(desk().entries, ring_with(LEFT)).acknowledged
    for change in ({"last": DAY - 1}, {"first": DAY + 1}):
        assert slug_of(verify, desk().entries, ring_with(replace(LEFT, **change))) == "not_a_member"


def test_a_rotated_key_signs_no_more_and_its_old_entries_stay() -> None:
    fresh = replace(READER, signing_seed=os.urandom(32))
    members = [fresh.listed(DAY) if one.id == READER.id else one for one in W.keyring.members]
    members = [replace(one, from_day=DAY + 1) if one.id == READER.id else one for one in members]
    ring = remake(W.keyring, members=members, formers=[LEFT])
    old = desk().entries
    assert verify(old, ring).acknowledged
    by_new = after(old, fresh)
    late = parse_signed_entry(old[-1])
    new = [*old, sign_entry(replace(plain(by_new[-1]), day=DAY + 1, prev=late.link), fresh.signing_seed)]
    assert len(verify(new, ring, today=DAY + 1).entries) == 4
    by_old = [*old, sign_entry(plain(new[-1]), READER.signing_seed)]
    assert slug_of(verify, by_old, ring, DAY + 1) == "bad_signature"


def test_an_entry_by_a_stolen_key_counts_only_once_another_has_linked_to_it() -> None:
    stolen = ring_with(replace(LEFT, compromised_since=DAY))
    alone = verify(desk().entries, stolen)
    assert (alone.unconfirmed, alone.state, alone.acknowledged) == ((0, 1, 2), 0, False)
    confirmed = verify(after(desk().entries, COLLEAGUE), stolen)
    assert (confirmed.unconfirmed, confirmed.state, confirmed.acknowledged) == ((), 1, True)
    after_it = verify(after(after(desk().entries, COLLEAGUE), READER), stolen)
    assert after_it.unconfirmed == (4,)


@pytest.mark.parametrize("since", [DAY - 300, DAY, DAY + 1, DAY + 300])
def test_a_thief_gains_nothing_by_writing_an_earlier_day(since: int) -> None:
    stolen = ring_with(replace(LEFT, compromised_since=since))
    assert verify(desk().entries, stolen).unconfirmed == (0, 1, 2)


def test_an_entry_that_is_void_confirms_nothing() -> None:
    stolen = ring_with(replace(LEFT, compromised_since=DAY))
    last = after(desk().entries, COLLEAGUE)
    void = [*last[:-1], sign_entry(replace(plain(last[-1]), day=DAY + 2), COLLEAGUE.signing_seed)]
    found = verify(void, stolen)
    assert (found.unconfirmed, found.void, found.acknowledged) == ((0, 1, 2), (3,), False)


def test_a_box_is_of_the_same_act_as_its_entry() -> None:
    entry = parse_signed_entry(desk().entries[1])
    box = parse_box(desk().boxes[entry.box_hash])
    assert check_box(box, entry) is box
    assert slug_of(check_box, replace(box, hash=Z32), entry) == "hash_mismatch"
    for change in ({"author": COLLEAGUE.id}, {"kind": NOTE}, {"day": DAY + 1}, {"keyring_hash": Z32}):
        assert slug_of(check_box, replace(box, **change), entry) == "wrong_case"


def test_a_stolen_key_does_not_lift_a_stop() -> None:
    stolen = ring_with(replace(LEFT, compromised_since=DAY))
    assert verify(first(cited=STOP.cid), stolen, messages=[STOP]).state == SAFETY_HOLD
    assert verify(first(cited=STOP.cid), messages=[STOP]).state == SCREENING


@pytest.mark.parametrize(("day", "void"), [(DAY, ()), (DAY + 1, ()), (DAY + 2, (0,)), (DAY + 300, (0,))])
def test_an_entry_after_tomorrow_is_void(day: int, void: tuple[int, ...]) -> None:
    found = verify(first(day=day))
    assert (found.void, found.state) == (void, 0 if void else 1)


def test_a_long_chain_is_verified_in_time() -> None:
    """4096 entries that do not count cost no more than entries that do."""
    many, link = [], Z32
    entry = plain(desk().entries[0])
    for seq in range(600):
        many.append(sign_entry(replace(entry, seq=seq, prev=link, day=DAY + 2), READER.signing_seed))
        link = parse_signed_entry(many[-1]).link
    start = time.process_time()  # what others do on the machine does not count
    assert len(verify(many).void) == 600
    assert time.process_time() - start < 3


def test_an_entry_has_a_box_exactly_when_it_is_a_text() -> None:
    assert slug_of(verify, first(box_hash=b"\1" * 32)) == "malformed"
    assert slug_of(verify, first(kind=TEXT_ENTRY, box_hash=Z32)) == "malformed"


def test_a_post_has_a_reply_exactly_when_it_is_a_text() -> None:
    opened, text = desk().entries[:2]
    block = bytes(16384)
    box = desk().boxes[parse_signed_entry(text).box_hash]
    good = [Post(opened, b"", block, b""), Post(opened, b"", b"", b""), Post(text, box, block, block)]
    for post in good:
        assert parse_post(encode_post(post)) == post
    bad = [Post(opened, b"", block, block), Post(text, box, block, b""), Post(opened, b"", block[:-1], b"")]
    for post in bad:
        assert slug_of(parse_post, encode_post(post)) == "malformed"
