"""`make test` and `make lint`: every check, one summary, and pytest's own closing line last.

    python -m tests.run [--lint] [arguments of pytest]

A check that fails does not stop the others; as many run at once as there are cores. Each one's output is kept in
build/logs. What is marked `alongside` (by tests/conftest.py) needs no browser: it runs beside those that do, on the
other core. The files of LATER wait for whichever core is through first, so that both have as much to do.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "logs"
PYTHON_ROOMS = [room for room in ("crypto", "intake_forms", "service", "alembic", "tests") if (ROOT / room).is_dir()]
CLOSING_LINE = re.compile(r"^=*\s*((?:\d+ [a-z]+(?:, )?)+) in ([\d.]+)s(?: \([\d:]+\))?\s*=*$")
ALONGSIDE, AFTER = "alongside", "later"  # marks
THE_REST = f"not {ALONGSIDE} and not {AFTER}"
LATER = tuple(  # the longest first: the shorter the last one, the shorter one core waits for the other
    f"tests/browser/test_{name}.py"
    for name in ("viewer", "redaction", "reach_pages", "malicious_server", "workbench", "erasing", "upload", "card")
)
INTERRUPTED = 2  # pytest's status after Ctrl-C, and where something could not be collected
TAIL = 60  # lines of a failed check that are shown; all of them are in its log


Batch = tuple[int, list[str]]  # how it ended, and what it said


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    why: str


def lints() -> list[Check]:
    tool = [sys.executable, "-m"]
    typed = [room for room in PYTHON_ROOMS if room not in ("alembic", "tests")]
    return [
        Check("ruff", [*tool, "ruff", "check", "hatch_build.py", *PYTHON_ROOMS], "Python: mistakes and style"),
        Check(
            "format", [*tool, "ruff", "format", "--check", "hatch_build.py", *PYTHON_ROOMS], "`make format` mends it"
        ),
        Check("mypy", [*tool, "mypy", *typed], "Python: types, strict"),
        Check("imports", [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"], "who may know whom"),
        Check("tsc", [sys.executable, "hatch_build.py", "types"], "TypeScript: types, strict"),
        Check("eslint", [sys.executable, "hatch_build.py", "lint"], "TypeScript: what is banned, and what to use"),
    ]


@dataclass(frozen=True)
class Result:
    name: str
    passed: bool
    seconds: float


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell runs behind; tests press Ctrl-C
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a hundred processes start, and each would compile the service
    only_lint = "--lint" in arguments
    LOGS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    subprocess.run([sys.executable, "hatch_build.py", "npm"], cwd=ROOT, check=False)  # once, for two of the checks
    with ThreadPoolExecutor(os.cpu_count()) as together:  # each works on one core
        results = list(together.map(run, lints()))
    failed = [result.name for result in results if not result.passed]
    if only_lint:
        print(f"lint: {len(results) - len(failed)} passed, {len(failed)} failed" + "".join(f" {n}" for n in failed))
        return 1 if failed else 0

    status, counts = run_tests([argument for argument in arguments if argument != "--lint"])
    print(
        "\n".join(
            [
                "",
                "checks:",
                *(f"  {'passed' if r.passed else 'FAILED':7} {r.name} ({r.seconds:.1f} s)" for r in results),
            ]
        )
    )
    print(closing_line(counts, len(failed), len(results) - len(failed), time.monotonic() - start))
    bad = counts.get("failed", 0) + counts.get("errors", 0) + counts.get("error", 0)
    return 1 if failed or status != 0 or bad else 0


def run(check: Check) -> Result:
    start = time.monotonic()
    log = LOGS / f"{check.name}.log"
    with log.open("wb") as out:
        status = subprocess.run(check.command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
    seconds = time.monotonic() - start
    print(f"{'ok    ' if status == 0 else 'FAILED'} {check.name:8} {seconds:6.1f} s  {check.why}", flush=True)
    if status != 0:
        lines = log.read_text(errors="replace").splitlines()
        cut = [f"... {len(lines) - TAIL} lines more in {log.relative_to(ROOT)}"] if len(lines) > TAIL else []
        print("\n".join(f"       {line}" for line in [*cut, *lines[-TAIL:]]), flush=True)
    return Result(check.name, status == 0, seconds)


def run_tests(arguments: list[str]) -> tuple[int, dict[str, int]]:
    """Everything; or, with arguments, what they choose, one after the other."""
    if arguments:
        return run_pytest(arguments)
    subprocess.run([sys.executable, "hatch_build.py", "pages", "tests"], cwd=ROOT, check=True)
    os.environ["BUNDLES_ARE_BUILT"] = "1"  # so that the two do not build over each other
    waiting = deque(LATER)
    with ThreadPoolExecutor(1) as other:
        beside = other.submit(run_batches, deque([ALONGSIDE]), waiting, run_beside)
        status, counts = run_pytest(["-m", THE_REST])
        done = run_batches(deque(), waiting, run_beside)
    done = beside.result() | done
    for name, (ended, said) in done.items():
        print("\n".join(["", f"{name}:", *said[-TAIL:]]), flush=True)
        found = next((one for line in reversed(said) if (one := CLOSING_LINE.match(line.strip()))), None)
        for number, what in re.findall(r"(\d+) ([a-z]+)", found[1] if found else "1 errors"):
            what = {"warning": "warnings", "error": "errors"}.get(what, what)  # of one
            counts[what] = counts.get(what, 0) + int(number)
        status = status or ended
    for name in (ALONGSIDE, *LATER):
        if name not in done:
            print(f"\n{name}: not run", flush=True)
            counts["errors"] = counts.get("errors", 0) + 1
    counts.pop("deselected", None)
    return status, counts


def run_batches(own: deque[str], shared: deque[str], run_one: Callable[[str], Batch]) -> dict[str, Batch]:
    """Its own, then what nobody has taken of what is shared; none after one that was interrupted or killed: Ctrl-C
    means all of them."""
    done: dict[str, Batch] = {}
    for name in taken(own, shared):
        done[name] = run_one(name)
        ended, said = done[name]
        if ended < 0 or (ended == INTERRUPTED and any("KeyboardInterrupt" in line for line in said[-TAIL:])):
            shared.clear()
            break
    return done


def taken(*queues: deque[str]) -> Iterator[str]:
    for queue in queues:
        with contextlib.suppress(IndexError):
            while True:
                yield queue.popleft()


def run_beside(name: str) -> Batch:
    """What is so marked, or a file; its output goes to a log, and comes back by lines."""
    command = [sys.executable, "-m", "pytest", "-q", "--color=no", "--tb=short"]
    command += ["-m", name] if name == ALONGSIDE else [name]
    with (LOGS / f"{Path(name).stem}.log").open("w+") as log:
        ended = subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode
        log.seek(0)
        return ended, log.read().splitlines()


def run_pytest(arguments: list[str]) -> tuple[int, dict[str, int]]:
    """Run pytest, its output shown as it comes; its counts, read from its closing line, which is held back."""
    command = [sys.executable, "-m", "pytest", "--color=no", "--tb=short", *arguments]
    counts: dict[str, int] = {}
    with (
        (LOGS / "pytest.log").open("w") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            closing = CLOSING_LINE.match(line.strip())
            if closing:
                counts = {name: int(number) for number, name in re.findall(r"(\d+) ([a-z]+)", closing[1])}
            else:
                print(line, end="", flush=True)
    if process.returncode != 0 and not {"failed", "error", "errors"} & counts.keys():
        # Stopped before it could count: no test run, or killed.
        counts["errors"] = 1
    return process.returncode, counts


def closing_line(tests: dict[str, int], lints_failed: int, lints_passed: int, seconds: float) -> str:
    counts = dict(tests)
    counts["failed"] = counts.get("failed", 0) + lints_failed
    counts["passed"] = counts.get("passed", 0) + lints_passed
    order = ["failed", "passed", *(name for name in counts if name not in ("failed", "passed"))]
    said = ", ".join(f"{counts[name]} {name}" for name in order if counts[name])
    return f" {said} in {seconds:.2f}s ".center(80, "=")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
