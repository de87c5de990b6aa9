"""The search for leaks must itself be able to fail: each planted form is found."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.leaks import search_files, search_memory

WORD = "Құпия-сөз-7391"

PLANTED = {
    "utf8": WORD.encode(),
    "utf16le": WORD.encode("utf-16-le"),
    "utf16be": WORD.encode("utf-16-be"),
    "base64 at 0": base64.b64encode((WORD + "tail").encode()),
    "base64 at 1": base64.b64encode(("x" + WORD + "tail").encode()),
    "base64 at 2": base64.b64encode(("xx" + WORD + "tail").encode()),
    "base64 of utf16 at 1": base64.b64encode(b"x" + WORD.encode("utf-16-le") + b"tail"),
    "base64url": base64.urlsafe_b64encode(("y" + WORD + "tail").encode()),
}


@pytest.mark.parametrize("form", PLANTED)
def test_a_planted_word_in_a_file_is_found(tmp_path: Path, form: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file.bin").write_bytes(os.urandom(1000) + PLANTED[form] + os.urandom(1000))
    assert search_files([tmp_path], [WORD])


def test_a_planted_word_across_two_blocks_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.leaks.CHUNK", 64)
    (tmp_path / "file.bin").write_bytes(b"a" * 60 + WORD.encode() + b"b" * 100)
    assert search_files([tmp_path], [WORD])


def test_a_word_in_a_file_name_is_found(tmp_path: Path) -> None:
    (tmp_path / f"{WORD}.txt").write_bytes(b"")
    assert search_files([tmp_path], [WORD])


def test_random_files_hold_no_word(tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_bytes(os.urandom(1_000_000))
    assert not search_files([tmp_path], [WORD])


@pytest.mark.parametrize("planted", [True, False])
def test_a_planted_word_in_memory_is_found_and_no_other(planted: bool) -> None:
    code = (
        "import sys; data = sys.stdin.buffer.readline(); kept = bytes(b ^ 0x55 for b in bytes.fromhex(data.decode()));"
        "print('up', flush=True); sys.stdin.buffer.readline()"
    )
    # The word travels masked, so that only the unmasked copy can be what is found.
    masked = bytes(b ^ (0x55 if planted else 0x54) for b in WORD.encode()).hex()
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        process.stdin.write(masked.encode() + b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"up\n"
        leaks = search_memory(process.pid, [WORD])
        process.stdin.write(b"\n")
        process.stdin.flush()
    assert bool(leaks) is planted
