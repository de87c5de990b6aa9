"""Incidents, the funnel of convictions and the routes of a referral: each claim is one of patterns.node.ts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intake_forms.countries import compiled, read_countries
from tests.claims import claims_in, try_claims

CLAIMS = claims_in(Path(__file__).with_name("patterns.node.ts"))


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    return try_claims(node, "patterns", given=json.dumps(compiled(read_countries())))


@pytest.mark.parametrize("claim", CLAIMS)
def test_patterns(results: dict[str, str], claim: str) -> None:
    assert results[claim] == ""


def test_every_claim_was_found(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
