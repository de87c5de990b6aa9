"""Claims that Node tries: the sentences of a NAME.node.ts, each with what tests/claims.ts found against it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.bundles import run_bundle

CLAIM = re.compile(r'^  "(.+)": (?:async )?\(\) => \{$', re.MULTILINE)


def claims_in(*sources: Path) -> list[str]:
    """The sentences in the order of the sources: read before Node runs, so that each is a test of its own."""
    return [claim for source in sources for claim in CLAIM.findall(source.read_text("utf-8"))]


def try_claims(node: Path, name: str, *arguments: str | Path, given: str = "", seconds: int = 120) -> dict[str, str]:
    """What is wrong with each claim of NAME.node.ts; "" where nothing is."""
    found: dict[str, str] = run_bundle(node, name, *arguments, given=given, seconds=seconds)
    return found
