"""DATA/site, built again only when something that it is made of has changed."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from service.instance import read_instance, write_instance, write_whole

HERE = Path(__file__).resolve().parent
# what a page is made of beside the instance: code that renders, bundles, templates, catalogues, questions
MADE_OF = (HERE / "site", HERE / "web", HERE.parent / "intake_forms")
SOURCES = HERE / "web" / "src"  # already in the bundles


def build_if_changed(instance: Path, to: Path, today: int) -> bool:
    """Swaps in a whole new folder: a build that was interrupted leaves the old pages. True: built."""
    stamp, now = to.with_name(".site-made-of"), made_of(instance)
    if to.is_dir() and stamp.is_file() and stamp.read_text() == now:
        return False
    from service.site import build_site  # here: templates and compression are not needed where nothing changed

    write_instance(instance, replace(read_instance(instance), build_day=today))
    for half in to.parent.glob(".site-*.part"):  # of a build that was killed
        shutil.rmtree(half)
    fresh = Path(tempfile.mkdtemp(prefix=".site-", suffix=".part", dir=to.parent))
    try:
        build_site(instance, fresh / "new")
        if to.exists():
            to.rename(fresh / "old")
        (fresh / "new").rename(to)
        write_whole(stamp, now.encode())
    finally:
        shutil.rmtree(fresh)
    return True


def made_of(instance: Path) -> str:
    """One hash over names and contents; the day of the build is left out, it follows from the rest changing."""
    digest = hashlib.sha256()
    for root in (instance, *MADE_OF):
        for path in _files(root):
            if path == instance / "build":
                continue
            digest.update(f"\0{path.relative_to(root)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and SOURCES not in path.parents and "__pycache__" not in path.parts:
            yield path
