"""Both implementations give the answer that each vector expects; and the files are what the generator writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crypto.conformance import answer
from crypto.errors import SLUGS
from tests.vectors import rules
from tests.vectors.cases import BLOBS, EXAMPLES, case_files, load_blobs, load_cases
from tests.vectors.examples import GUIDE, SPEC, in_spec
from tests.vectors.generate import write_all
from tests.vectors.lines import Lines

CASES = load_cases(load_blobs())
NAMES = [case["name"] for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_python_gives_the_expected_answer(case: dict[str, Any]) -> None:
    assert answer({"op": case["op"], "in": case["in"]}) == case["expect"]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_typescript_in_node_gives_the_expected_answer(case: dict[str, Any], typescript: Lines) -> None:
    assert typescript.answer(case["op"], **case["in"]) == case["expect"]


def test_names_are_unique() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_no_case_is_the_copy_of_another() -> None:
    asked = {json.dumps([case["op"], case["in"]], sort_keys=True) for case in CASES}
    assert len(asked) == len(CASES)


def test_every_class_that_a_construct_can_give_has_a_vector() -> None:
    by_network_or_writer = {"missing_key", "random_failed", "too_large"}
    met = {case["expect"]["error"] for case in CASES if "error" in case["expect"]}
    assert set(SLUGS) - by_network_or_writer <= met


def test_the_files_are_what_the_generator_writes(tmp_path: Path, typescript_seals: Lines) -> None:
    write_all(tmp_path, typescript_seals)
    kept = [*case_files(), BLOBS, EXAMPLES]
    for path in kept:
        assert json.loads((tmp_path / path.name).read_text()) == json.loads(path.read_text()), path.name
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in kept}


def test_the_tables_of_the_spec_are_the_rules() -> None:
    assert rules.write(SPEC.read_text()) == SPEC.read_text()
    assert rules.write_guide(GUIDE.read_text()) == GUIDE.read_text()


def test_the_examples_in_the_spec_are_those_of_the_vectors() -> None:
    spec = SPEC.read_text()
    assert in_spec(spec, json.loads(EXAMPLES.read_text())) == spec
