"""SPEC 4.1, 4.2 and 11.1: what a person types."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import ProtocolError
from crypto.members import read_passphrase
from crypto.receipt import new_code, read_code, show_code
from tests.unit.slugs import slug_of

MANY = settings(max_examples=300, deadline=None)
ZEROS = (0x30, 0x660, 0x6F0, 0xFF10)
BETWEEN = (
    "\t\n\r \u00a0\u2007\u2008\u2009\u200a\u202f\u200b\u2060\ufeff-\u2010\u2011\u2012\u2013\u2014\u2015\u2212()+./"
)
READ = {*BETWEEN, *(chr(zero + n) for zero in ZEROS for n in range(10))}


@MANY
@given(st.data())
def test_one_code_in_any_digits_and_spacing_is_one_code(data: st.DataObject) -> None:
    code = new_code()
    typed = "".join(
        chr(data.draw(st.sampled_from(ZEROS)) + int(digit)) + data.draw(st.text(alphabet=BETWEEN, max_size=2))
        for digit in code
    )
    assert read_code(typed) == read_code(show_code(code)) == code


def test_a_code_is_shown_in_six_groups_of_four() -> None:
    assert [len(group) for group in show_code(new_code()).split(" ")] == [4] * 6


@MANY
@given(st.integers(0, 23), st.integers(1, 9))
def test_one_wrong_digit_is_told_at_once(at: int, by: int) -> None:
    code = new_code()
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    assert slug_of(read_code, wrong) == "bad_check_digit"


def test_neighbours_exchanged_are_told_but_for_few() -> None:
    told = tried = 0
    for n in range(2000):
        code = new_code()
        at = n % 22
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        if swapped != code:
            tried += 1
            told += _is_told(swapped)
    assert told > 0.95 * tried


def _is_told(code: str) -> bool:
    try:
        read_code(code)
    except ProtocolError:
        return True
    return False


@MANY
@given(st.characters().filter(lambda one: one not in READ))
def test_any_other_character_is_no_code(character: str) -> None:
    assert slug_of(read_code, new_code() + character) == "bad_code"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("alpha bravo", "alpha bravo"),
        ("  Alpha--BRAVO\r\n", "alpha bravo"),
        ("alpha\t-\n bravo", "alpha bravo"),
        ("AZ", "az"),
        ("É alpha", "É alpha"),  # A to Z only
        ("\u212a", "\u212a"),  # the sign for kelvin, which lower() makes a k
        ("alpha\u00a0bravo", "alpha\u00a0bravo"),
        ("@[`{", "@[`{"),
        ("", ""),
    ],
)
def test_a_passphrase_is_read_as_words(typed: str, read: str) -> None:
    assert read_passphrase(typed) == read.encode()
