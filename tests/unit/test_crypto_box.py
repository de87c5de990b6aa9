"""SPEC 6.11 and 7: files of evidence, boxes and drafts."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from crypto.box import TEXT, BoxFields, open_box, parse_box, seal_box, withhold_slots
from crypto.draft import open_draft, seal_draft
from crypto.encoding import Z32
from crypto.evidence import CHUNK, OVERHEAD, open_evidence, padme, seal_evidence
from crypto.message import SLOT
from crypto.primitives import KemKey, hash, kem_keypair, signing_pk
from tests.unit.slugs import slug_of

INSTANCE = hash(b"instance")
KEYS = [kem_keypair(hash(bytes([n]))) for n in range(4)]


# --- evidence --------------------------------------------------------------------------------------------------------


def test_chunks_of_two_files_or_attempts_do_not_mix() -> None:
    data = os.urandom(3 * CHUNK)
    one, two = seal_evidence(INSTANCE, data), seal_evidence(INSTANCE, data)
    step = CHUNK + OVERHEAD
    for n in range(3):
        mixed = one.blob[: n * step] + two.blob[n * step : (n + 1) * step] + one.blob[(n + 1) * step :]
        found = slug_of(open_evidence, INSTANCE, one.upload_id, one.key, len(data), mixed)
        assert found == "decryption_failed"


def test_a_blob_is_opened_only_as_the_manifest_says() -> None:
    made = seal_evidence(INSTANCE, b"data")

    def opened(blob: bytes, *hashes: bytes | None) -> bytes:
        return open_evidence(INSTANCE, made.upload_id, made.key, 4, blob, *hashes)

    assert opened(made.blob, made.blob_hash, made.plaintext_hash) == b"data"
    assert slug_of(opened, made.blob, Z32, made.plaintext_hash) == "hash_mismatch"
    assert slug_of(opened, made.blob, made.blob_hash, Z32) == "hash_mismatch"
    # a size that allocates nothing before it is refused
    assert slug_of(open_evidence, INSTANCE, made.upload_id, made.key, 2**53 - 1, made.blob) == "malformed"
    for size in (-1, 2**53):
        assert slug_of(open_evidence, INSTANCE, made.upload_id, made.key, size, made.blob) == "malformed"


@pytest.mark.parametrize(
    ("size", "padded"),
    [(0, 65536), (65536, 65536), (65537, 67584), (100_000, 100_352), (1_000_000, 1_015_808), (10**9, 1_006_632_960)],
)
def test_padme(size: int, padded: int) -> None:
    assert padme(size) == padded


# --- the box ---------------------------------------------------------------------------------------------------------

FIELDS_OF_BOX = BoxFields(INSTANCE, hash(b"cid"), TEXT, Z32, bytes(16), 5, Z32)
SEED = hash(b"author")


def boxed(*keys: KemKey, text: str = "text") -> bytes:
    return seal_box(FIELDS_OF_BOX, SEED, [key.pk for key in keys], "ru", text)


def open_mine(data: bytes, key: KemKey) -> str:
    return open_box(parse_box(data), INSTANCE, FIELDS_OF_BOX.cid, signing_pk(SEED), key).text


def test_each_named_recipient_opens_a_box_and_nobody_else() -> None:
    data = boxed(*KEYS[:3])
    assert [open_mine(data, key) for key in KEYS[:3]] == ["text"] * 3
    assert slug_of(open_mine, data, KEYS[3]) == "not_a_recipient"


def test_texts_of_a_box_have_one_size() -> None:
    assert len({len(boxed(KEYS[0], text=text)) for text in ("", "x", "x" * 12000)}) == 1
    assert slug_of(lambda: boxed(KEYS[0], text="x" * 12001)) == "too_large"
    assert slug_of(lambda: boxed(KEYS[0], text="ў" * 6001)) == "too_large"


def test_a_box_withheld_from_others_still_opens_and_leaks_no_slot() -> None:
    data = boxed(*KEYS[:3])
    mine = withhold_slots(data, KEYS[1].pk)
    assert len(mine) == len(data) - 2 * SLOT
    assert open_mine(mine, KEYS[1]) == "text"
    for key in (KEYS[0], KEYS[2]):
        assert slug_of(open_mine, mine, key) == "not_a_recipient"
    assert parse_box(mine).hash == parse_box(data).hash


@pytest.mark.parametrize("change", ["none", "twice", "65", "kind", "language"])
def test_a_box_that_a_reader_would_refuse_is_not_sealed(change: str) -> None:
    pks = {"none": [], "twice": [KEYS[0].pk] * 2, "65": [KEYS[0].pk] * 65}.get(change, [KEYS[0].pk])
    fields = replace(FIELDS_OF_BOX, kind=3) if change == "kind" else FIELDS_OF_BOX
    assert slug_of(seal_box, fields, SEED, pks, "r" if change == "language" else "ru", "") == "malformed"


def test_a_draft_opens_for_its_member_at_its_instance_only() -> None:
    draft = seal_draft(INSTANCE, bytes(16), KEYS[0].pk, "unsent")
    assert open_draft(INSTANCE, bytes(16), KEYS[0], draft) == "unsent"
    assert slug_of(open_draft, INSTANCE, b"\1" * 16, KEYS[0], draft) == "not_a_recipient"
    assert slug_of(open_draft, Z32, bytes(16), KEYS[0], draft) == "decryption_failed"
    assert slug_of(open_draft, INSTANCE, bytes(16), KEYS[1], draft) == "decryption_failed"
    relabelled = draft.replace(bytes(16), b"\1" * 16, 1)
    assert slug_of(open_draft, INSTANCE, b"\1" * 16, KEYS[0], relabelled) == "decryption_failed"
