"""How the desk opens a case and answers it: each claim is one of casework/*.ts, about desk-read, -show, -compose."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.claims import claims_in, try_claims

CLAIMS = claims_in(*sorted(Path(__file__).with_name("casework").glob("*.ts")))


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    return try_claims(node, "casework", seconds=240)  # 40 of a core, and others work beside it


@pytest.mark.parametrize("claim", CLAIMS)
def test_casework(results: dict[str, str], claim: str) -> None:
    assert results[claim] == ""


def test_every_claim_was_found(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
