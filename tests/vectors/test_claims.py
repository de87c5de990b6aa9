"""What only the TypeScript can get wrong: generators, numbers, strings, views of memory (claims.node.ts)."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.vectors.lines import ROOT

CLAIMS = re.findall(
    r'^  "(.+)": (?:async )?\(\) => \{$', Path(__file__).with_name("claims.node.ts").read_text(), re.MULTILINE
)


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    done = subprocess.run([node, ROOT / "build" / "claims.mjs"], capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("claim", CLAIMS)
def test_claim(claim: str, results: dict[str, str]) -> None:
    assert results[claim] == "ok"


def test_every_claim_is_listed(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
