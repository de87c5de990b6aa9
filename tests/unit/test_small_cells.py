"""Nobody finds a number below ten among those that are told, by taking them from the sums that are known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.domain.small_cells import SMALLEST, hide_parts, hide_small, hide_sum

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), max_size=8)


def test_a_small_number_alone_takes_the_smallest_that_is_told_with_it() -> None:
    assert hide_small({"a": 12, "b": 30, "c": 3}, 45) == {"a": None, "b": 30, "c": None}
    assert hide_small({"a": 12, "b": 30, "c": 3, "d": 7}, 52) == {"a": 12, "b": 30, "c": None, "d": None}
    assert hide_small({"a": 12, "b": 30, "c": 0}, 42) == {"a": 12, "b": 30, "c": None}
    assert hide_small({"a": 12, "c": 3}, 15) == {"a": None, "c": None}
    assert hide_small({"a": 12, "c": 3}, None) == {"a": 12, "c": None}


def test_how_many_there_are_of_all_is_not_told_below_ten_either() -> None:
    assert [hide_sum(n) for n in (0, 1, SMALLEST - 1, SMALLEST)] == [None, None, None, SMALLEST]


def test_small_numbers_that_can_only_be_nine_each_take_one_more_with_them() -> None:
    assert hide_small({"a": 10, "b": 9, "c": 9, "d": 30}, 58) == {"a": None, "b": None, "c": None, "d": 30}
    assert hide_small({"a": 10, "b": 9, "c": 8}, 27) == {"a": 10, "b": None, "c": None}


def test_a_part_is_not_told_where_the_others_of_the_whole_are_few() -> None:
    wholes = {"a": 12, "b": 30, "c": 14, "d": 25}
    parts = {"a": 10, "b": 12, "c": 14, "d": 3}
    assert hide_parts(parts, wholes, hide_small(wholes, 81)) == {"a": None, "b": 12, "c": 14, "d": None}
    assert hide_parts({"a": 12}, {"a": 12}, {"a": None}) == {"a": None}


@given(COUNTS, st.integers(0, 40))
def test_what_is_left_of_a_known_sum_is_nobody_or_ten_at_least(cells: dict[str, int], others: int) -> None:
    total = sum(cells.values()) + others
    told = hide_small(cells, total)
    shown = [n for n in told.values() if n is not None]
    assert all(n >= SMALLEST for n in shown)
    left, hidden = total - sum(shown), len(told) - len(shown)
    assert not shown or left == 0 or (left >= SMALLEST and left != 9 * hidden)
    assert all(n is None or n == cells[name] for name, n in told.items())
