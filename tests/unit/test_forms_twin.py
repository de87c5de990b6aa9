"""The browser's twin of expressions and answers says what the table says: tests/vectors/forms.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bundles import run_bundle
from tests.unit.test_forms_vectors import TABLE

EXPECTED = {"expressions": "value", "visible": "shown", "choices": "offered", "sealed": "streams"}


@pytest.fixture(scope="module")
def found(node: Path) -> dict[str, list[Any]]:
    answers: dict[str, list[Any]] = run_bundle(node, "forms", given=json.dumps(TABLE))
    return answers


@pytest.mark.parametrize("part", EXPECTED)
def test_the_twin_says_what_the_table_says(found: dict[str, list[Any]], part: str) -> None:
    told = {case["name"]: case[EXPECTED[part]] for case in TABLE[part]}
    said = {case["name"]: one for case, one in zip(TABLE[part], found[part], strict=True)}
    assert said == told
    assert all(isinstance(said[name], bool) == isinstance(value, bool) for name, value in told.items())


def test_the_twin_reads_a_packed_form(found: dict[str, list[Any]]) -> None:
    assert found["forms"] == [case["read"] for case in TABLE["forms"]]


def test_a_row_that_is_taken_away_and_put_back_changes_nothing(found: dict[str, list[Any]]) -> None:
    """Only pages take rows away: no twin of intake_forms/ts/rows.ts is needed."""
    for case, (left, back) in zip(TABLE["rows"], found["rows"], strict=True):
        assert left == case["left"], case["name"]
        assert back == case["answers"], case["name"]
