"""Incidents, the funnel of convictions and the routes of a referral: each claim is one of patterns.node.ts."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from intake_forms.countries import compiled, read_countries

ROOT = Path(__file__).resolve().parent.parent.parent
CLAIMS = re.findall(
    r'^  "(.+)": \(\) => \{$', (Path(__file__).parent / "patterns.node.ts").read_text("utf-8"), re.MULTILINE
)


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    program = [str(node), str(ROOT / "build" / "patterns.mjs")]
    facts = json.dumps(compiled(read_countries()))
    done = subprocess.run(program, cwd=ROOT, input=facts, capture_output=True, text=True, check=True, timeout=120)
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("claim", CLAIMS)
def test_patterns(results: dict[str, str], claim: str) -> None:
    assert results[claim] == ""


def test_every_claim_was_found(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
