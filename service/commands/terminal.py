"""What a person sees and types: a terminal that no file can take over, and passphrases that are not shown."""

from __future__ import annotations

import getpass
import os
import sys
import unicodedata
from pathlib import Path

from rich.console import Console

from service.commands.exits import UNREADABLE, USAGE, Refused

MAX_PASSPHRASE_FILE = 1024  # seven words are under 80 bytes


def out() -> Console:
    """Rich without markup and without guessing: what is printed is what was given. Made late: tests capture it."""
    return Console(markup=False, highlight=False, emoji=False, soft_wrap=True)


def steps() -> Console:
    """For progress: to standard error, so that standard output can be piped."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def plain(text: str, lines: bool = False) -> str:
    """Text from a file, safe to print: control, escape and direction characters become visible signs.

    A complaint may be written by whoever wants to deceive its reader's terminal.
    """
    return "".join(_shown(c) if not (lines and c in "\n\t") else c for c in text.replace("\r\n", "\n"))


def _shown(character: str) -> str:
    # Cc controls and escapes, Cf direction marks and joiners, Cs lone surrogates, Co private use, Zl and Zp line breaks
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and character not in "\u200c\u200d":
        return f"<{ord(character):04X}>"
    return character


def speak_utf8() -> None:
    """Cyrillic must not end in a traceback on a terminal that claims another encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def read_file(path: Path, most: int) -> bytes:
    """A whole file, never more than such a file can be."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Refused(
            f"{plain(str(path))}: larger than such a file can be", "check that it is the right file", UNREADABLE
        )
    return data


def check_new(path: Path) -> None:
    """Before work that would be lost: nothing is ever overwritten."""
    if path.exists():
        raise Refused(f"{plain(str(path))} is there already", "name another file; nothing is overwritten")


def write_secret(path: Path, data: bytes) -> None:
    """A new file that only its owner reads. An old one is never overwritten: it may be the only copy of a key."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{plain(str(path))} is there already", "name another file; nothing is overwritten") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def ask_passphrase(of: str, file: Path | None) -> str:
    """From the file, or typed without being shown."""
    if file is not None:
        data = read_file(file, MAX_PASSPHRASE_FILE)
        try:
            return data.decode("utf-8").replace("\r", "\n")
        except UnicodeDecodeError:
            raise Refused(
                "the passphrase file is not text", "it holds the seven words and nothing else", USAGE
            ) from None
    if not sys.stdin.isatty():
        raise Refused("there is no terminal to type a passphrase at", "give --passphrase-file FILE", USAGE)
    return getpass.getpass(f"Passphrase of {plain(of)} (not shown): ")
