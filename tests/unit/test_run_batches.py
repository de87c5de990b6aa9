"""`make test` starts no further batch once somebody has pressed Ctrl-C."""

from __future__ import annotations

import signal

import pytest

from tests.run import INTERRUPTED, Batch, run_batches


@pytest.mark.parametrize(
    ("ended", "run"),
    [
        (0, ["first", "second"]),
        (1, ["first", "second"]),
        (INTERRUPTED, ["first"]),
        (-signal.SIGINT, ["first"]),
        (-signal.SIGKILL, ["first"]),
    ],
)
def test_a_batch_follows_one_that_failed_and_none_that_was_interrupted(ended: int, run: list[str]) -> None:
    asked: list[str] = []

    def run_one(mark: str) -> Batch:
        asked.append(mark)
        return ended, [mark]

    done = run_batches(("first", "second"), run_one)
    assert asked == run
    assert done == {mark: (ended, [mark]) for mark in run}
