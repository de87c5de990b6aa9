"""The pages are built anew where something that they are made of changed, and swapped in as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

import service.site
from service import built_site
from service.built_site import build_whole, made_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("instance/keyrings", "web/src", "web/__pycache__"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "instance" / "one").write_text("1")
    (tmp_path / "web" / "page").write_text("2")
    monkeypatch.setattr(built_site, "MADE_OF", (tmp_path / "web",))
    monkeypatch.setattr(built_site, "SOURCES", tmp_path / "web" / "src")
    return tmp_path


def test_what_is_told_apart_is_every_file_by_its_name_and_its_content(folder: Path) -> None:
    instance = folder / "instance"
    seen = [made_of(instance)]
    (instance / "one").write_text("another")
    seen.append(made_of(instance))
    (instance / "one").rename(instance / "two")
    seen.append(made_of(instance))
    (folder / "web" / "page").write_text("another")
    seen.append(made_of(instance))
    assert len(set(seen)) == 4
    # the day follows from the rest; sources stand in the bundles; what Python keeps for itself is nobody's page
    for other in (instance / "build", folder / "web" / "src" / "a.ts", folder / "web" / "__pycache__" / "a.pyc"):
        other.write_text("3")
    assert made_of(instance) == seen[-1]


def test_a_build_that_fails_leaves_the_pages_that_were_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(instance: Path, to: Path) -> None:
        to.mkdir()
        (to / "page").write_text("new")

    def fail(instance: Path, to: Path) -> None:
        build(instance, to)
        raise OSError(28, "No space left on device")

    real, link = folder / "real", folder / "site"
    real.mkdir()
    (real / "page").write_text("old")
    link.symlink_to(real)
    monkeypatch.setattr(service.site, "build_site", fail)
    with pytest.raises(OSError, match="No space"):
        build_whole(folder / "instance", link)
    assert (link / "page").read_text() == "old"
    monkeypatch.setattr(service.site, "build_site", build)
    build_whole(folder / "instance", link)
    assert link.is_symlink()
    assert (real / "page").read_text() == "new"
    assert sorted(one.name for one in folder.iterdir()) == ["instance", "real", "site", "web"]
