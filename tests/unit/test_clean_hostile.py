"""Hostile and broken files end quickly and are not called clean: each claim is one of cleanhostile.node.ts."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.claims import claims_in, try_claims
from tests.unit import planted

CLAIMS = claims_in(Path(__file__).with_name("cleanhostile.node.ts"))
SEED = "20240506"  # another finds other mutants; this one is so that a red run can be run again


def bomb() -> bytes:
    """A document of 100 kB whose author stands before 100 MB of nothing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("docProps/core.xml", "w") as entry:
            entry.write(b"<dc:creator>planted-author</dc:creator>")
            for _ in range(100):
                entry.write(b" " * 1_000_000)
    return out.getvalue()


@pytest.fixture(scope="module")
def results(node: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("hostile")
    for name, made in planted.every().items():
        (folder / name).write_bytes(made.data)
    (folder / "bomb.docx").write_bytes(bomb())
    return try_claims(node, "cleanhostile", folder, SEED, seconds=240)


@pytest.mark.parametrize("claim", CLAIMS)
def test_hostile(results: dict[str, str], claim: str) -> None:
    assert results[claim] == ""


def test_every_claim_was_found(results: dict[str, str]) -> None:
    assert sorted(results) == sorted(CLAIMS)
