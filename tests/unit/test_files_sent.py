"""What the page of the person asks of a form, and how files go into messages: each claim is one of files.node.ts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from intake_forms.compile import compile_form
from intake_forms.read import read_forms
from tests.claims import claims_in, try_claims

CLAIMS = claims_in(Path(__file__).with_name("files.node.ts"))


@pytest.fixture(scope="module")
def results(node: Path) -> dict[str, str]:
    forms = read_forms()
    compiled = compile_form(forms.forms["main"], forms, str, date(2026, 5, 1))
    return try_claims(node, "files", given=compiled.decode())


@pytest.mark.parametrize("claim", CLAIMS)
def test_files(results: dict[str, str], claim: str) -> None:
    assert results[claim] == ""


def test_every_claim_was_found(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
