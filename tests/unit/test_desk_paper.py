"""A case on paper: each claim is one of paper.node.ts, about desk-paper.ts; and a dossier leaves out the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.dossier import ABOUT_THE_PERSON, ASKED_ABOUT_THE_PERSON, NEVER, NEVER_ASKED, OWN_WORDS, SCOPES
from tests.bundles import run_bundle
from tests.claims import claims_in

CLAIMS = claims_in(Path(__file__).with_name("paper.node.ts"))


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, Any]:
    found: dict[str, Any] = run_bundle(node, "paper")
    return found


@pytest.mark.parametrize("claim", CLAIMS)
def test_paper(results: dict[str, Any], claim: str) -> None:
    assert results["claims"][claim] == ""


def test_every_claim_was_found(results: dict[str, Any]) -> None:
    assert sorted(results["claims"]) == sorted(CLAIMS)


def test_paper_and_dossier_leave_the_same_out(results: dict[str, Any]) -> None:
    lists = {name: sorted(values) for name, values in results["lists"].items()}
    assert lists == {
        "SCOPES": sorted(SCOPES),
        "NEVER": sorted(NEVER),
        "ABOUT_THE_PERSON": sorted(ABOUT_THE_PERSON),
        "NEVER_ASKED": sorted(NEVER_ASKED),
        "ASKED_ABOUT_THE_PERSON": sorted(ASKED_ABOUT_THE_PERSON),
        "OWN_WORDS": sorted(OWN_WORDS),
    }
