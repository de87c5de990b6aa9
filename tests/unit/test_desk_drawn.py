"""What the desk draws of a case: each claim is one of drawn/*.ts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.claims import claims_in, try_claims

CLAIMS = claims_in(*sorted(Path(__file__).with_name("drawn").glob("*.ts")))


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    return try_claims(node, "drawn")


@pytest.mark.parametrize("claim", CLAIMS)
def test_drawn(results: dict[str, str], claim: str) -> None:
    assert results[claim] == ""


def test_every_claim_was_found(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
