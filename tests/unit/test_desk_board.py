"""Areas while a copy of a PDF is made: each claim is one of board.node.ts, about viewer-pdf-redact.ts."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = (Path(__file__).parent / "board.node.ts").read_text("utf-8")
CLAIMS = re.findall(r'^  "(.+)": async \(\) => \{$', SOURCE, re.MULTILINE)


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    program = [str(node), str(ROOT / "build" / "board.mjs")]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("claim", CLAIMS)
def test_board(results: dict[str, str], claim: str) -> None:
    assert results[claim] == ""


def test_every_claim_was_found(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
