"""Folders that one process has alone, and folders that are there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Until this process ends, however it does. Raises BlockingIOError where another has it."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def half_made(parent: Path, prefix: str) -> Iterator[Path]:
    """A hidden folder for this account alone: what is whole is moved out of it, the rest goes with it.

    Those that a killed process left go first, so what they hold does not stay for ever.
    """
    for left in parent.glob(f"{escape(prefix)}*.part"):
        with suppress(OSError), locked(left):  # one that is at work stays, and one of another account
            shutil.rmtree(left)
    half = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        with locked(half):
            half = half.rename(f"{half}.part")  # only now may others look whether it is at work
            yield half
    finally:
        shutil.rmtree(half, ignore_errors=True)
