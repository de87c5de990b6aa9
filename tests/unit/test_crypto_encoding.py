"""SPEC 2: one meaning, one encoding: what is written is read again, and no other form is read."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crypto.account import (
    Account,
    Content,
    EvidenceItem,
    encode_account,
    encode_answers,
    pad,
    parse_account,
    parse_answers,
    unpad,
)
from crypto.canonical import CANONICAL
from crypto.encoding import (
    LARGEST,
    NEVER,
    ascending,
    cut,
    decode,
    decode_list,
    encode,
    encode_list,
    read_uint,
    read_utf8,
    u8,
    u16,
    u32,
    u64,
    utf8,
)
from crypto.entry import Entry, parse_signed_entry, sign_entry
from crypto.errors import ensure
from crypto.keyring import Former, Group, Member, Policy, encode_keyring
from crypto.roots import Root, encode_root_set, parse_root_set
from tests.unit.slugs import slug_of

FEW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(max_examples=200, deadline=None)


fields = st.lists(st.binary(max_size=40), max_size=6)


@MANY
@given(fields)
def test_what_is_encoded_is_decoded(given_: list[bytes]) -> None:
    assert decode("tag", [len(one) for one in given_], encode("tag", *given_)) == given_
    assert decode_list("tag", 6, encode_list("tag", given_)) == given_


@MANY
@given(fields, fields)
def test_two_meanings_have_two_encodings(one: list[bytes], other: list[bytes]) -> None:
    assume(one != other)
    assert encode("tag", *one) != encode("tag", *other)
    assert encode_list("tag", one) != encode_list("tag", other)


@MANY
@given(fields, st.data())
def test_no_other_form_is_decoded(given_: list[bytes], data: st.DataObject) -> None:
    whole = encode("tag", *given_)
    widths: list[int | None] = [None] * len(given_)
    assert slug_of(decode, "tag", widths, whole[: data.draw(st.integers(0, len(whole) - 1))]) == "malformed"
    assert slug_of(decode, "tag", widths, whole + data.draw(st.binary(min_size=1, max_size=3))) == "malformed"
    assert slug_of(decode, "gat", widths, whole) == "malformed"
    assert slug_of(decode, "tag", [*widths, None], whole) == "malformed"
    assert slug_of(decode, "ta", widths, whole) == "malformed"


def test_a_length_beyond_the_end_costs_nothing() -> None:
    for length in (1, 2**31, 2**32 - 1):
        assert slug_of(decode, "x", [None], b"\1x" + u32(length)) == "malformed"


def test_a_count_that_lies_is_refused() -> None:
    for count in (0, 1, 3, 0xFFFF):
        assert slug_of(decode_list, "l", 9, encode("l", u16(count), b"a", b"b")) == "malformed"
    assert slug_of(decode_list, "l", 9, encode("l", u8(2), b"a", b"b")) == "malformed"
    assert slug_of(decode_list, "l", 9, encode("l")) == "malformed"
    assert slug_of(decode_list, "l", 1, encode_list("l", [b"a", b"b"])) == "malformed"


def test_lists_rise_strictly() -> None:
    def same(one: bytes) -> bytes:
        return one

    assert decode_list("l", 2, encode_list("l", [b"a", b"b"]), same) == [b"a", b"b"]
    for items in ([b"b", b"a"], [b"a", b"a"], [b"a\0", b"a"]):
        assert slug_of(decode_list, "l", 2, encode_list("l", items), same) == "malformed"
    assert slug_of(ascending, [b"a", b"a"], same) == "malformed"


def test_numbers_are_exact_up_to_the_largest_and_refused_beyond() -> None:
    for n in (0, 1, 2**32, LARGEST):
        assert read_uint(u64(n)) == n
    assert slug_of(u64, LARGEST + 1) == "too_large"
    assert slug_of(u64, -1) == "too_large"
    assert [slug_of(width, most) for width, most in ((u8, 2**8), (u16, 2**16), (u32, 2**32))] == ["too_large"] * 3
    assert slug_of(read_uint, (LARGEST + 1).to_bytes(8, "big")) == "malformed"


def test_pieces_add_up() -> None:
    assert cut(b"abc", 1, 2) == [b"a", b"bc"]
    assert slug_of(cut, b"abc", 1, 1) == slug_of(cut, b"abc", 2, 2) == "malformed"


@MANY
@given(st.text(alphabet=st.characters(codec=None, exclude_categories=())))
def test_text_is_neither_mended_nor_normalised(text: str) -> None:
    lone = any(0xD800 <= ord(one) <= 0xDFFF for one in text)
    assert lone or read_utf8(utf8(text)) == text


@pytest.mark.parametrize("bad", ["ff", "c080", "eda080", "f4908080", "e282", "80"])
def test_invalid_utf8_is_refused(bad: str) -> None:
    assert slug_of(read_utf8, bytes.fromhex(bad)) == "malformed"


@MANY
@given(st.binary(max_size=200))
def test_padding_comes_off_and_nothing_else_does(data: bytes) -> None:
    padded = pad(data, 64, 256)
    assert len(padded) == (64 if len(data) <= 60 else 256)
    assert unpad(padded) == data
    if len(data) < len(padded) - 4:
        assert slug_of(unpad, padded[:-1] + b"\1") == "bad_padding"
    assert slug_of(unpad, u32(len(padded) - 3) + padded[4:]) == "bad_padding"


def test_padding_that_is_no_length_is_refused() -> None:
    assert slug_of(unpad, b"\0\0\0") == "bad_padding"
    assert slug_of(pad, bytes(253), 64, 256) == "too_large"


# --- structures ------------------------------------------------------------------------------------------------------

text = st.text(max_size=30, alphabet=st.characters(exclude_categories=("Cs",)))
id16, h32 = st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32)
day = st.integers(0, NEVER)
answers = st.dictionaries(st.from_regex(r"[a-z0-9_.]{1,64}", fullmatch=True), text, max_size=8)
evidence = st.builds(EvidenceItem, id16, h32, h32, h32, st.integers(0, LARGEST), text, text)
contents = st.builds(
    Content,
    st.integers(0, 5),
    day,
    st.from_regex(r"[A-Za-z-]{2,12}", fullmatch=True),
    answers,
    st.lists(evidence, max_size=3, unique_by=lambda one: one.upload_id).map(
        lambda items: tuple(sorted(items, key=lambda one: one.upload_id))
    ),
)
accounts = st.builds(Account, h32, st.binary(min_size=1216, max_size=1216), h32, contents)


@FEW
@given(accounts)
def test_an_account_is_read_as_it_was_written(account: Account) -> None:
    assert parse_account(encode_account(account)) == account


@FEW
@given(answers)
def test_answers_are_read_as_they_were_written_whatever_their_order(given_: dict[str, str]) -> None:
    assert parse_answers(encode_answers(given_)) == given_
    assert encode_answers(dict(reversed(given_.items()))) == encode_answers(given_)


entries = st.builds(
    Entry, h32, h32, st.integers(0, NEVER), h32, st.just(2), st.integers(0, 16), day, day, id16,
    h32.filter(any), h32, h32, st.binary(min_size=36, max_size=36),
)  # fmt: skip


@FEW
@given(entries, h32)
def test_an_entry_is_read_as_it_was_written(entry: Entry, seed: bytes) -> None:
    found = parse_signed_entry(sign_entry(entry, seed))
    assert Entry(**{name: getattr(found, name) for name in Entry.__dataclass_fields__}) == entry


@FEW
@given(st.lists(st.builds(Root, h32, text.filter(lambda one: 1 <= len(one.encode()) <= 80)), max_size=9), st.data())
def test_a_root_set_is_read_as_it_was_written(roots: list[Root], data: st.DataObject) -> None:
    assume(len({root.pk for root in roots}) == len(roots))
    threshold = data.draw(st.integers(0, 10))
    sound = threshold >= 2 and threshold <= len(roots) < 2 * threshold
    if sound:
        made = encode_root_set(7, threshold, roots)
        assert parse_root_set(made.encoded) == made
    else:
        assert slug_of(encode_root_set, 7, threshold, roots) == "malformed"


groups = [Group("abroad", 0, ("KZ", "UZ")), Group("home", 0, ()), Group("unit-a", 1, ())]
GROUP_OF = {1: "home", 3: "unit-a"}
members = st.builds(
    lambda id_, role, flags, pk, kem, annex, days: Member(
        id_, role, GROUP_OF.get(role, ""), flags, pk, kem, annex, *days
    ),
    id16, st.integers(1, 7), st.integers(0, 1), h32, h32, h32, st.tuples(day, day).map(lambda pair: sorted(pair)),
)  # fmt: skip
formers = st.builds(Former, id16, st.integers(1, 7), h32, day, day, day)


@FEW
@given(
    st.lists(members, max_size=5, unique_by=lambda one: one.id),
    st.lists(formers, max_size=3, unique_by=lambda one: one.signing_pk),
)
def test_a_keyring_is_read_as_it_was_written(people: list[Member], gone: list[Former]) -> None:
    made = encode_keyring(
        instance=bytes(32), version=1, not_before=5, expires=6, prev=bytes(32), roots_hash=bytes(32),
        policy=Policy(1, 5, 4, 30), groups=groups, members=people, formers=gone,
    )  # fmt: skip
    assert list(made.members) == sorted(people, key=lambda one: one.id)
    assert list(made.formers) == sorted(gone, key=lambda one: one.signing_pk)
    assert CANONICAL["keyring"](made.encoded) == made.encoded


def test_a_check_stands_without_assertions() -> None:
    assert slug_of(ensure, False, "malformed") == "malformed"
