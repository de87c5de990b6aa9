"""What a person sees and types: a terminal that no file can take over, and passphrases that are not shown."""

from __future__ import annotations

import getpass
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from service.commands.exits import UNREADABLE, USAGE, WRONG_PASSPHRASE, Refused
from service.instance import sync

MAX_PASSPHRASE_FILE = 1024  # seven words are under 80 bytes
KEYBOARD = "the seven words are English: look at the language of the keyboard"
SECRET, PUBLIC = 0o600, 0o644  # who may read a new file


def out() -> Console:
    """Rich without markup and without guessing: what is printed is what was given. Made late: tests capture it."""
    if sys.stdout is None:
        raise Refused("standard output is closed", "run it where what it says can be read", USAGE)
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


def beside(path: Path, ending: str) -> Path:
    """The file that goes with it."""
    if not path.name:
        raise Refused(f"{plain(str(path))} is a folder", "name a file", USAGE)
    return path.with_name(path.name + ending)


def write_secret(path: Path, data: bytes) -> None:
    """A new file that only its owner reads."""
    write_new(path, data, SECRET)


def write_new(path: Path, data: bytes, mode: int = PUBLIC) -> None:
    """One that cannot be whole goes again. A file that is there is never overwritten: it may be the only copy of a key.

    Written in its place: on a memory stick there are no links, by which alone a name is taken and nothing overwritten.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise Refused(f"{plain(str(path))} is there already", "name another file; nothing is overwritten") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        path.unlink()
        if isinstance(error, OSError):
            error.filename = str(path)
        raise
    sync(path.parent)


@contextmanager
def shown_once() -> Iterator[Callable[[Path, bytes, int], None]]:
    """What writes new files that are of no use until their passphrase was seen: else they are taken away again."""
    made: list[Path] = []

    def write(path: Path, data: bytes, mode: int) -> None:
        write_new(path, data, mode)
        made.append(path)

    try:
        yield write
        sys.stdout.flush()
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def confirm(question: str, instead: str) -> bool:
    """`instead`: what to do where nobody can answer."""
    if sys.stdin is None:
        raise Refused("there is no terminal to answer at", instead, USAGE)
    return typer.confirm(question)


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
    if sys.stdin is None or not sys.stdin.isatty():
        raise Refused("there is no terminal to type a passphrase at", "give --passphrase-file FILE", USAGE)
    try:
        typed = getpass.getpass(f"Passphrase of {plain(of)} (not shown): ")
        typed.encode()
    except EOFError:  # Ctrl-D
        raise Refused("no passphrase was typed", code=WRONG_PASSPHRASE) from None
    except UnicodeError:  # of a terminal that speaks another encoding
        raise Refused("what was typed is not text", KEYBOARD, WRONG_PASSPHRASE) from None
    return typed
