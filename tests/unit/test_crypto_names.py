"""SPEC 5.10, decision 11: which names fold alike. The names stand in tests/names."""

from __future__ import annotations

from itertools import combinations

import pytest

from crypto import names
from crypto.names import folds_of, skeletons_of
from tests.vectors.attack_conflict import lines_of

ALIKE, APART, MISSED, TAKEN = (
    [tuple(line.split(" | ")) for line in lines_of(listed)] for listed in ("alike", "apart", "missed", "taken")
)
SURNAMES = [name for line in lines_of("surnames") for name in line.split()]
UNITS = (("РОВД Щучинский", "ROVD Shchuchinskii"), ("ИВС Озёрный", "ИВС Озерный"), ("SIZO Chui", "СИЗО Чуй"))
MOST_BY_ACCIDENT = 0.00021  # of all pairs of frequent surnames; most of those are one name in two languages
TABLES = ("READINGS", "PAIRS", "FEMININE", "PATRONYMIC", "SURNAME", "SHORT", "MERGED", "VOWEL", "ARABIC")


def alike(one: str, other: str) -> bool:
    return not set(folds_of(one)).isdisjoint(folds_of(other))


def unlike() -> list[tuple[str, str]]:
    """Of what must fold alike: what does not."""
    units = [pair for pair in UNITS if skeletons_of(pair[0]) != skeletons_of(pair[1])]
    return [(first, other) for first, *others in ALIKE for other in others if not alike(first, other)] + units


def test_one_name_folds_alike_in_every_spelling() -> None:
    assert unlike() == []
    assert sum(len(family) - 1 for family in ALIKE) >= 850


def test_two_names_do_not_fold_alike() -> None:
    assert [pair for pair in APART if alike(*pair)] == []
    assert len(APART) >= 150


def test_what_is_not_matched_and_what_is_by_accident_is_as_the_lists_say() -> None:
    assert [pair for pair in MISSED if alike(*pair)] == []
    assert [pair for pair in TAKEN if not alike(*pair)] == []


def test_of_frequent_surnames_few_pairs_fold_alike_by_accident() -> None:
    folded = [set(folds_of(name)) for name in SURNAMES]
    pairs = len(SURNAMES) * (len(SURNAMES) - 1) // 2
    assert sum(not one.isdisjoint(other) for one, other in combinations(folded, 2)) <= MOST_BY_ACCIDENT * pairs


@pytest.mark.parametrize(
    "ending", ["уулу", "улы", "ұлы", "угли", "ўғли", "oʻgʻli", "оглы", "кызы", "qyzy", "зода", "заде"]
)
def test_a_word_for_son_daughter_or_born_of_is_no_name(ending: str) -> None:
    assert folds_of(ending) == []
    assert folds_of(f"Асан {ending}") == folds_of("Асан")


@pytest.mark.parametrize(
    ("table", "row"), [(table, row) for table in TABLES for row in range(len(getattr(names, table)))]
)
def test_each_rule_is_needed(table: str, row: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = getattr(names, table)
    monkeypatch.setattr(names, table, rules[:row] + rules[row + 1 :])
    assert unlike(), rules[row]


@pytest.mark.parametrize("text", ["Ка\u0300рим", "Ка\u036fрим", " . " * 500 + "Карим", "'Карим'", "Карим '"])
def test_marks_blanks_and_quotes_are_no_letters(text: str) -> None:
    assert folds_of(text) == folds_of("Карим")


def test_a_short_root_is_no_word_of_its_own() -> None:
    """`Алиев` is `Ализода`; but whoever is called Али, or writes `бел`, bars nobody."""
    assert alike("Алиев", "Ализода")
    assert not alike("Алиев", "Али")
    assert not alike("Белов", "бел")


def test_a_unit_has_one_token_however_its_words_can_be_read() -> None:
    for one, other in UNITS:
        assert skeletons_of(one) == skeletons_of(other)
    assert skeletons_of("ИВС А") == skeletons_of("ИВС") != []
    assert folds_of("ИВС Озёрный") != folds_of("ИВС Озерный")
