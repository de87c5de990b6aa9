"""`make test` starts no further batch once somebody has pressed Ctrl-C."""

from __future__ import annotations

import signal
from collections import deque

import pytest

from tests.run import LATER, ROOT, Batch, run_batches


@pytest.mark.parametrize(
    ("ended", "said", "run"),
    [
        (0, "1 passed", ["first", "second"]),
        (0, "KeyboardInterrupt, said by what a test interrupted", ["first", "second"]),
        (1, "1 failed", ["first", "second"]),
        (2, "!!! Interrupted: 1 error during collection !!!", ["first", "second"]),
        (2, "!!! KeyboardInterrupt !!!", ["first"]),
        (-signal.SIGINT, "", ["first"]),
        (-signal.SIGKILL, "", ["first"]),
    ],
)
def test_a_batch_follows_one_that_failed_and_none_that_was_interrupted(ended: int, said: str, run: list[str]) -> None:
    asked: list[str] = []
    shared = deque(["second"])

    def run_one(name: str) -> Batch:
        asked.append(name)
        return ended, [said]

    done = run_batches(deque(["first"]), shared, run_one)
    assert asked == run
    assert done == {name: (ended, [said]) for name in run}
    assert not shared  # nor does the other core


def test_two_that_share_run_each_once() -> None:
    shared = deque(["a", "b", "c"])
    other: dict[str, Batch] = {}

    def run_one(name: str) -> Batch:
        if name == "a":
            other.update(run_batches(deque(), shared, lambda name: (0, [name])))
        return 0, [name]

    assert [*run_batches(deque(["own"]), shared, run_one), *other] == ["own", "a", "b", "c"]


def test_every_file_that_waits_is_there() -> None:
    assert all((ROOT / name).is_file() for name in LATER)
