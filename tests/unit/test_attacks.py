"""docs/attacks.md names a test for each attack; each must be one."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LISTED = ROOT / "docs" / "attacks.md"


def known() -> set[str]:
    """Names of vectors and of tests, and the sentences of the claims."""
    names: set[str] = set()
    for file in (ROOT / "tests" / "vectors").glob("*.json"):
        cases = json.loads(file.read_text("utf-8"))
        names |= {case["name"] for case in cases if isinstance(case, dict) and "name" in case}
    for file in (ROOT / "tests").rglob("*.py"):
        names |= set(re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE))
    for file in (ROOT / "tests").rglob("*.ts"):
        names |= set(re.findall(r'^ {2}"([^"]+)": ', file.read_text("utf-8"), re.MULTILINE))
    return names


def held(listed: str) -> list[tuple[str, list[str]]]:
    """Each attack, and what is said to hold it off."""
    rows = [line.strip("| \n").split(" | ") for line in listed.splitlines() if line.startswith("| ")]
    return [
        (row[0], re.findall(r'`([a-z0-9_]+)`|"([^"]+)"', row[1]))
        for row in rows
        if row[0] != "attack"  # type: ignore[misc]
    ]


def absent(listed: str) -> list[str]:
    names = known()
    return [name or claim for _, found in held(listed) for name, claim in found if (name or claim) not in names]


def test_every_attack_is_held_off_by_tests_that_are_there() -> None:
    listed = LISTED.read_text("utf-8")
    attacks = held(listed)
    assert len(attacks) > 35
    assert [attack for attack, found in attacks if not found] == []
    assert absent(listed) == []


def test_a_test_that_was_taken_away_is_noticed() -> None:
    assert absent('| an attack | `entry_omitted`, `entry_that_never_was`, "a claim that never was" |') == [
        "entry_that_never_was",
        "a claim that never was",
    ]
