"""Copies from which something was taken out: each claim is one of redact.node.ts, about what makes them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CLAIMS = re.findall(
    r'^  "(.+)": \(\) => \{$', (Path(__file__).parent / "redact.node.ts").read_text("utf-8"), re.MULTILINE
)


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    program = [str(node), str(ROOT / "build" / "redact.mjs")]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("claim", CLAIMS)
def test_redact(results: dict[str, str], claim: str) -> None:
    assert results[claim] == ""


def test_every_claim_was_found(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
