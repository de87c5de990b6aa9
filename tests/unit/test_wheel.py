"""What `pip install .` gives: complete, the same wherever it is built, and nothing that does not belong."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LEFT_OUT = {".git", ".venv", "node_modules", "build", "data", "dist", "dist.new", "out", "__pycache__"}
NOT_SHIPPED = ("crypto/ts/", "intake_forms/ts/", "service/web/src/")  # their bundles are


def build_elsewhere(folder: Path, *, bundles: bool = False) -> Path:
    """The wheel, from a copy of the sources in `folder`, with the npm packages, or the bundles too, that are here."""
    shutil.copytree(ROOT, folder, ignore=lambda _, names: [n for n in names if n in LEFT_OUT or n.endswith("_cache")])
    if bundles:
        shutil.copytree(ROOT / "service" / "web" / "dist", folder / "service" / "web" / "dist")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir=out", "."],
        cwd=folder,
        check=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    return next((folder / "out").glob("panah-*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_elsewhere(tmp_path_factory.mktemp("one") / "src")


def test_a_wheel_has_all_that_the_service_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    here = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    rooms = ("crypto/", "intake_forms/", "service/")
    meant = {n for n in here if n.startswith(rooms) and not n.startswith(NOT_SHIPPED)}
    meant |= {"service/migrations/" + n.removeprefix("alembic/") for n in here if n.startswith("alembic/")}
    meant |= {f"service/web/dist/{n.stem}.js" for n in (ROOT / "service/web/dist").glob("*.js")}
    assert not {n for n in meant if (ROOT / n).exists()} - names
    assert not meant - names - set(here)


def test_a_wheel_has_nothing_else(wheel: Path) -> None:
    names = [n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n]
    assert not [n for n in names if not n.startswith(("crypto/", "intake_forms/", "service/"))]
    assert not [n for n in names if n.endswith((".ts", ".map", ".pyc")) or "tsconfig" in n or "node_modules" in n]


def test_the_same_sources_give_the_same_wheel_anywhere(wheel: Path, tmp_path: Path) -> None:
    """One with bundles made on the way, the other with those that this checkout made: they are the same."""
    other = build_elsewhere(tmp_path / "another" / "longer" / "path", bundles=True)
    assert hashlib.sha256(other.read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()
