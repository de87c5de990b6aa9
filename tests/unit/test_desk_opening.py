"""How many cases a member opens on a day: each claim is one of opening.node.ts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.claims import claims_in, try_claims

CLAIMS = claims_in(Path(__file__).with_name("opening.node.ts"))


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    return try_claims(node, "opening")


@pytest.mark.parametrize("claim", CLAIMS)
def test_opening(results: dict[str, str], claim: str) -> None:
    assert results[claim] == ""


def test_every_claim_was_found(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
