"""What only the TypeScript can get wrong: generators, numbers, strings, views of memory (claims.node.ts)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.claims import claims_in, try_claims

CLAIMS = claims_in(Path(__file__).with_name("claims.node.ts"))


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    return try_claims(node, "claims")


@pytest.mark.parametrize("claim", CLAIMS)
def test_claim(claim: str, results: dict[str, str]) -> None:
    assert results[claim] == ""


def test_every_claim_is_listed(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
