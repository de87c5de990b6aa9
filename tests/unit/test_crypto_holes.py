"""SPEC 8.13: by what a server knows which messages an entry counts, and what it does not try."""

from __future__ import annotations

import os
from itertools import combinations, islice

import pytest

from crypto.entry import messages_head
from crypto.holes import MAX_GUESSES, StoredMessage, counted_messages, is_slotless
from crypto.message import drop_identity, drop_slots, parse_sealed
from tests.unit.crypto_world import DAY, ME, W

FIRST, *LATER = [StoredMessage(os.urandom(32), DAY, 0) for _ in range(13)]
SOME = [tuple(one.cid for one in some) for some in islice(combinations(LATER, 6), MAX_GUESSES + 1)]  # of one day


def test_of_one_day_so_many_sets_are_tried_and_no_more() -> None:
    last, beyond = SOME[-2:]
    assert counted_messages(messages_head([FIRST.cid, *last]), [FIRST, *LATER]) == (FIRST.cid, *last)
    assert counted_messages(messages_head([FIRST.cid, *beyond]), [FIRST, *LATER]) == ()


@pytest.mark.parametrize("words", ["слово", "слово " * 3000, "слово " * 12000])
def test_the_length_of_a_stored_message_says_whether_its_slots_are_there(words: str) -> None:
    whole = parse_sealed(W.instance, ME.seal(words))
    slotless = parse_sealed(W.instance, drop_slots(whole))
    kept = {len(whole.encoded), len(drop_identity(whole))}
    gone = {len(slotless.encoded), len(drop_identity(slotless))}
    assert [is_slotless(one) for one in (*kept, *gone)] == [False, False, True, True]
