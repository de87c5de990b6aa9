"""SPEC 5.10 and 5.11: what a member declares is what is read, by whom it is sealed to, and nobody else."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from crypto.conflict import (
    MAX_READERS,
    Told,
    declare,
    name_token,
    open_declarations,
    parse_declaration,
    seal_declarations,
    unit_token,
    vetting_hash,
)
from crypto.encoding import NEVER, Z32
from crypto.keyring import REVIEWER, SUPERVISOR
from crypto.names import folds_of
from crypto.primitives import kem_keypair
from tests.unit.crypto_world import DAY
from tests.unit.slugs import slug_of
from tests.world import World

W = World(today=DAY)
TOLD = Told(
    posts=[("TJ_mia", "", 5, NEVER), ("KZ_knb", "Отдел 2", 1, 9)], regions=["KZ-75", "KG-B"], names=["Иванов", "Li"]
)


def test_a_declaration_is_read_as_it_was_told() -> None:
    made = declare(W.instance, b"m" * 16, TOLD, b"the record")
    assert made == parse_declaration(W.instance, made.encoded)
    posts = [(one.agency, one.unit, one.first, one.last) for one in made.posts]
    assert sorted(posts) == [("KZ_knb", unit_token(made.key, "отдел 2"), 1, 9), ("TJ_mia", b"", 5, NEVER)]
    assert sorted(made.regions) == ["KG-B", "KZ-75"]
    assert set(made.names) == {name_token(made.key, one) for name in TOLD.names for one in folds_of(name)}
    assert made.vetting == vetting_hash(made.salt, b"the record")


def test_the_hash_of_a_record_is_salted_and_there_is_none_of_no_record() -> None:
    one, two = (declare(W.instance, b"m" * 16, Told(), b"the record") for _ in range(2))
    assert len({one.vetting, two.vetting, vetting_hash(one.salt, b"another")}) == 3
    assert one.vetting != Z32
    assert declare(W.instance, b"m" * 16, Told()).vetting == Z32


def test_each_reader_opens_what_the_keyring_vouches_for() -> None:
    readers = [*W.of(REVIEWER), *W.of(SUPERVISOR)]
    told = {one.id: declare(W.instance, one.id, TOLD) for one in readers}
    vouched = [replace(one, annex_hash=told[one.id].hash if one.id in told else Z32) for one in W.keyring.members]
    sealed = seal_declarations(W.instance, [one.key.pk for one in readers], list(told.values()))
    for one in readers:
        assert open_declarations(W.instance, sealed, one.key, vouched) == told
    assert open_declarations(W.instance, sealed, readers[0].key, W.keyring.members) == {}


@pytest.mark.parametrize("many", [0, MAX_READERS + 1])
def test_it_is_sealed_to_somebody_and_not_to_everybody(many: int) -> None:
    pk = W.of(REVIEWER)[0].key.pk
    assert slug_of(seal_declarations, W.instance, [pk] * many, []) == "no_readers"
    assert seal_declarations(W.instance, [pk], [])
    assert seal_declarations(W.instance, [kem_keypair(os.urandom(32)).pk for _ in range(MAX_READERS)], [])


def test_a_file_for_one_opens_for_no_other() -> None:
    one, other = W.of(REVIEWER)[:2]
    sealed = seal_declarations(W.instance, [one.key.pk], [declare(W.instance, one.id, TOLD)])
    assert slug_of(open_declarations, W.instance, sealed, other.key, []) == "not_a_recipient"
