"""`panah demo` as a person runs it: a real process, a real port, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FIRST_START = 240  # seconds at most; it builds every page in every language and compresses it
QUICK = "tests.quick"  # where the weight of the pages is not what matters
LATER_START = 5  # what is promised; of processor time, which a busy machine does not stretch


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Running:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line

    def worked(self) -> float:
        """Seconds of processor time until now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_ready(self, port: int, seconds: float) -> None:
        start = time.monotonic()
        while f"ready http://127.0.0.1:{port}\n" not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() - start < seconds, self.said
            time.sleep(0.05)

    def stop(self, by: signal.Signals) -> int:
        self.process.send_signal(by)
        code = self.process.wait(60)
        self._reader.join(60)
        return code


@contextmanager
def demo(data: Path, port: int, program: str = "service.cli") -> Iterator[Running]:
    process = subprocess.Popen(
        [sys.executable, "-m", program, "demo", "--port", str(port), "--data", str(data)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PANAH_")},
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made by the first test that needs it, in a path with a space."""
    return tmp_path_factory.mktemp("run") / "a folder"


def test_the_first_start_says_where_to_go_and_answers(data: Path) -> None:
    port = free_port()
    with demo(data, port) as running:
        running.wait_ready(port, FIRST_START)
        for place in re.findall(rf"http://127\.0\.0\.1:{port}/\S*", running.said):
            with urllib.request.urlopen(place, timeout=60) as answer:
                assert answer.status == 200
        assert running.stop(signal.SIGINT) == 0
    assert "Traceback" not in running.said
    assert "reviewer-in-country-1.panahkey" in running.said
    assert running.said.count(".panahkey") >= 5


def test_a_later_start_is_quick_and_builds_nothing(data: Path) -> None:
    port = free_port()
    with demo(data, port) as running:  # another port: the pages are built for it
        running.wait_ready(port, FIRST_START)
        building = running.worked()
        assert running.stop(signal.SIGINT) == 0
    built = (data / "site").stat().st_ino
    with demo(data, port) as running:
        running.wait_ready(port, FIRST_START)
        assert running.worked() < max(LATER_START, building / 2)  # of a slow processor, by what it takes to build
        assert running.stop(signal.SIGINT) == 0
    assert (data / "site").stat().st_ino == built


@pytest.mark.parametrize("after", [0.4, 1.2, 2.2])
def test_ctrl_c_at_any_moment_of_the_first_start_leaves_something_that_starts(tmp_path: Path, after: float) -> None:
    port = free_port()
    with demo(tmp_path, port, QUICK) as running:
        time.sleep(after)
        ended = running.stop(signal.SIGINT)
        ours = (tmp_path / ".lock").exists()  # before it Python itself was starting: 1, or a trace, is its own way
        assert ended in (0, 130, -signal.SIGINT) or (ended == 1 and not ours)
        assert "Traceback" not in running.said or not ours
    with demo(tmp_path, port, QUICK) as running:
        running.wait_ready(port, FIRST_START)
        running.stop(signal.SIGTERM)


def test_a_kill_in_the_middle_leaves_something_that_starts(tmp_path: Path) -> None:
    port = free_port()
    with demo(tmp_path, port, QUICK) as running:
        time.sleep(0.9)
        running.process.kill()
    with demo(tmp_path, port, QUICK) as running:
        running.wait_ready(port, FIRST_START)
        assert running.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert "Traceback" not in running.said
