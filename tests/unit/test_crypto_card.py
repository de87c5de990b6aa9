"""SPEC 7.6 and 6.5: what a card says, to whom a message goes by it, and what whoever left keeps of it."""

from __future__ import annotations

import os

import pytest

from crypto.box import parse_box
from crypto.card import Card, encode_card, inbox_pks, parse_card, unit_reads
from crypto.entry import READERS_PROPOSED, parse_signed_entry
from crypto.errors import ProtocolError
from crypto.keyring import SUPERVISOR
from crypto.message import open_message, open_unit_slot, parse_sealed
from crypto.primitives import hash, kem_keypair
from crypto.walk import BEGINNING, Start
from crypto.workflow import (
    ASSIGNED,
    CLOSED,
    INQUIRY,
    RECEIVED,
    REFERRED,
    REOPENED,
    SAFETY_HOLD,
    SCREENING,
    SUSPENDED,
    TRIAGED,
    WITHDRAWN,
)
from tests.carded import Carded
from tests.world import Submitter, World

INTAKE, UNIT = (kem_keypair(os.urandom(32)).pk for _ in range(2))


@pytest.mark.parametrize("unit", [UNIT, b""])
def test_a_card_is_read_as_it_was_written(unit: bytes) -> None:
    card = Card(os.urandom(32), os.urandom(32), 7, INTAKE, unit)
    assert parse_card(encode_card(card)) == card


@pytest.mark.parametrize(
    ("state", "back", "reads"),
    [
        (RECEIVED, RECEIVED, False), (SCREENING, RECEIVED, False), (TRIAGED, RECEIVED, False),
        (ASSIGNED, RECEIVED, True), (INQUIRY, RECEIVED, True), (CLOSED, RECEIVED, True), (REOPENED, RECEIVED, True),
        (WITHDRAWN, TRIAGED, False), (REFERRED, SCREENING, False), (SAFETY_HOLD, INQUIRY, True),
        (SUSPENDED, INQUIRY, True),
    ],
)  # fmt: skip
def test_the_units_inbox_is_sealed_to_while_a_unit_has_the_case(state: int, back: int, reads: bool) -> None:
    place = Start(state=state, back=back)
    assert unit_reads(place) == reads
    card = Card(bytes(32), bytes(32), 1, INTAKE, UNIT)
    assert inbox_pks(card, place) == ([INTAKE], [UNIT] if reads else [])
    assert inbox_pks(Card(bytes(32), bytes(32), 1, INTAKE, b""), place) == ([INTAKE], [])
    assert not unit_reads(BEGINNING)


def test_who_leaves_has_neither_key_of_what_is_written_after() -> None:
    """The old inboxes, which they hold, are in no slot and in no wrap from then on."""
    world = World()
    made = Carded(world, (me := Submitter(world)), [me.seal("слово")], day=world.today)
    one, two, three = me.readers()[:3]
    watching = world.of(SUPERVISOR)[0]
    made.hand_off(one, two)
    old = [made.inbox0, made.unit]
    made.change_readers(one, two, [one, two, watching])
    written = parse_sealed(world.instance, made.write())
    assert open_message(written, made.intake).account.content.answers == {"story": "Ещё одно."}
    assert open_unit_slot(written, made.unit)
    for key in (*old, three.key, one.key):
        for opens in (open_message, open_unit_slot):
            with pytest.raises(ProtocolError, match="not_a_recipient"):
                opens(written, key)
    entries = [parse_signed_entry(one.entry) for one in made.posted]
    wraps = [parse_box(p.box) for p, entry in zip(made.posted, entries, strict=True) if entry.kind == READERS_PROPOSED]
    named = {one.pk_hash for wrap in wraps for one in wrap.recipients}
    assert named == {hash(one.key.pk) for one in (one, two, watching)}
