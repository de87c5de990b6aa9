"""DATA/site, swapped in as a whole; for a demonstration only when something that it is made of has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from service.folders import half_made
from service.instance import write_build_day, write_whole

HERE = Path(__file__).resolve().parent
# what a page is made of beside the instance: code that renders, bundles, templates, catalogues, questions
MADE_OF = (HERE / "site", HERE / "web", HERE.parent / "intake_forms")
SOURCES = HERE / "web" / "src"  # already in the bundles


def build_if_changed(instance: Path, to: Path, today: int) -> bool:
    """True: built."""
    stamp, now = to.with_name(".site-made-of"), made_of(instance)
    if to.is_dir() and stamp.is_file() and stamp.read_text() == now:
        return False
    write_build_day(instance, today)
    build_whole(instance, to)
    write_whole(stamp, now.encode())
    return True


def build_whole(instance: Path, to: Path) -> None:
    """Swaps in a whole new folder: a build that failed, or was interrupted, leaves the pages that were there.

    Raises what `build_site` raises.
    """
    from service.site import build_site  # here: templates and compression are not needed where nothing changed

    to = to.resolve()  # of a link the folder that it leads to
    to.parent.mkdir(parents=True, exist_ok=True)
    with half_made(to.parent, f".{to.name}-") as half:
        build_site(instance, half / "new")
        if to.exists():
            to.rename(half / "old")
        (half / "new").rename(to)


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
