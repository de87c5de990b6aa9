"""Both implementations as programs: what they answer (SPEC 14), and what the TypeScript seals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vectors.lines import ROOT, Lines
from tests.vectors.made import World, make_world


@pytest.fixture(scope="session")
def typescript(node: Path) -> Iterator[Lines]:
    program = Lines(node, ROOT / "build" / "conformance.mjs")
    yield program
    program.close()


@pytest.fixture(scope="session")
def typescript_seals(node: Path) -> Iterator[Lines]:
    program = Lines(node, ROOT / "build" / "seals.mjs")
    yield program
    program.close()


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()
