"""What a command writes is whole or not there, and what it asks of a terminal that is not there it says."""

from __future__ import annotations

import errno
import getpass
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from service.commands.exits import USAGE, WRONG_PASSPHRASE, Refused
from service.commands.refusals import refusals
from service.commands.terminal import SECRET, ask_passphrase, confirm, out, shown_once, write_new


def make(key: Path) -> None:
    with shown_once() as write:
        write(key, b"a key", SECRET)
        print("seven words")


def test_a_key_whose_passphrase_nobody_saw_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "mine.panahkey"
    there.write_bytes(b"an older key")
    with Path("/dev/full").open("w") as full, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", full)
        with pytest.raises(OSError, match="No space left"):
            make(tmp_path / "new.panahkey")
        with pytest.raises(Refused, match="is there already"):
            make(there)
        with pytest.raises(OSError, match="No space left"):
            full.close()
    assert [path.name for path in tmp_path.iterdir()] == [there.name]
    assert there.read_bytes() == b"an older key"


def test_a_full_disk_leaves_no_half_file_and_is_called_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_new(tmp_path / "page.html", b"half")
    assert not list(tmp_path.iterdir())
    with pytest.raises(typer.Exit), refusals():
        write_new(tmp_path / "page.html", b"half")
    said = capsys.readouterr().err
    assert (f"{tmp_path / 'page.html'}: No space left" in said, "make room" in said) == (True, True)


def test_without_a_terminal_it_says_what_to_give_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)  # as `<&-` does
    monkeypatch.setattr(sys, "stdout", None)
    for ask, advice in (
        (lambda: ask_passphrase("me.panahkey", None), "--passphrase-file"),
        (lambda: confirm("Sign?", "give --fingerprint DIGITS"), "--fingerprint"),
        (out, "run it where"),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert (refused.value.code, advice in refused.value.advice) == (USAGE, True)


@pytest.mark.parametrize("typed", [EOFError(), UnicodeDecodeError("utf-8", b"\xff", 0, 1, ""), "\udcff"])
def test_what_is_typed_and_is_no_passphrase_is_no_fault_of_the_program(
    typed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(_: str) -> str:
        if isinstance(typed, Exception):
            raise typed
        return str(typed)

    monkeypatch.setattr(getpass, "getpass", answer)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    with pytest.raises(Refused) as refused:
        ask_passphrase("me.panahkey", None)
    assert refused.value.code == WRONG_PASSPHRASE
