"""A ceremony that has begun, and one whose first keyring is published: each test has a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

import crypto.members
import crypto.rootfile
from tests.ceremony import CHEAP, Ceremony


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of a key file is not what these tests are about."""
    monkeypatch.setattr(crypto.rootfile.seal_rootfile, "__defaults__", (CHEAP,))
    monkeypatch.setattr(crypto.members.seal_keyfile, "__defaults__", (CHEAP,))


MADE: dict[str, Ceremony] = {}  # once for all tests, each of which gets a copy


@pytest.fixture
def ceremony(cheap: None, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Ceremony:
    if "begun" not in MADE:
        MADE["begun"] = Ceremony(tmp_path_factory.mktemp("begun"))
        MADE["begun"].begin()
    return MADE["begun"].copy(tmp_path / "copy")


@pytest.fixture
def published(ceremony: Ceremony, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Ceremony:
    if "published" not in MADE:
        MADE["published"] = ceremony.copy(tmp_path_factory.mktemp("published") / "copy")
        passed = MADE["published"].draft_first()
        MADE["published"].sign(passed, 0, 2, 4)
        MADE["published"].publish(passed)
    return MADE["published"].copy(tmp_path / "published")
