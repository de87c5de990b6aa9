"""`make test` starts no further batch once somebody has pressed Ctrl-C."""

from __future__ import annotations

import signal

import pytest

from tests.run import Batch, run_batches


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

    def run_one(mark: str) -> Batch:
        asked.append(mark)
        return ended, [said]

    done = run_batches(("first", "second"), run_one)
    assert asked == run
    assert done == {mark: (ended, [said]) for mark in run}
