"""The adapters as programs: one answer to each line, whatever it is, and the same of both (SPEC 14)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.vectors.lines import Lines

HASH = '{"op":"hash","in":{"data":""}}'
NO_REQUESTS = [
    "", " ", "\t", "\r", "{", "null", "[]", "1", '"x"', "{}", f"{HASH} {HASH}", HASH.replace("}}", "}"),
    "\ufeff" + HASH, "[" * 100_000,
    HASH.replace("}}", '},"more":NaN}'), HASH.replace("}}", '},"more":-Infinity}'),
    '{"op":1}', '{"op":"hash"}', '{"op":"hash","in":[]}', '{"op":"hash","in":{"data":1}}',
    HASH.replace('""', '"0"'), HASH.replace('""', '"AB"'),
    '{"op":"\\ud800"}', '{"op":"hash\x00"}', '{"op":"__proto__"}',
]  # fmt: skip


@pytest.fixture(scope="module")
def python() -> Iterator[Lines]:
    program = Lines(sys.executable, "-m", "crypto.conformance")
    yield program
    program.close()


@pytest.mark.parametrize("line", NO_REQUESTS, ids=range(len(NO_REQUESTS)))
def test_what_is_no_request_gets_one_answer_and_the_next_line_its_own(
    line: str, python: Lines, typescript: Lines
) -> None:
    for program in (python, typescript):
        assert program.raw(line)["error"] in ("bad_request", "unknown_op")
    assert python.raw(line) == typescript.raw(line)
    assert python.raw(HASH) == typescript.raw(HASH)
    assert "ok" in python.raw(HASH)
