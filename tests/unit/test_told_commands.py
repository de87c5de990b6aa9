"""What the documents and the program's own advice tell somebody to type is there, with these options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from service.commands.panah import app
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMMAND = typer.main.get_command(app)
DOCUMENTS = [ROOT / "README.md", ROOT / "Dockerfile", *sorted((ROOT / "docs").glob("*.md"))]
PROGRAM = sorted((ROOT / "service").rglob("*.py"))
IN_PROGRAM = re.compile(r"`panah ([^`\"]+)`|\"panah ((?:site|keyring|forms) [^\"]+)\"")


def told() -> Iterator[tuple[str, list[str]]]:
    for path in DOCUMENTS:
        for line in path.read_text("utf-8").replace("\\\n", " ").splitlines():
            if re.match(r" +(adduser|chown|docker|install|runuser -u postgres) ", line):
                continue  # there it is a user, a folder, an image
            for found in re.finditer(r"(?:^|[ `/])panah ((?:--)?[a-z][^`#|]*)(?=[`#|]|$)", line):
                yield path.name, re.sub(r"^(-- )?panah ", "", found[1]).split()
    for path in PROGRAM:
        for found in IN_PROGRAM.finditer(path.read_text("utf-8")):
            yield path.name, (found[1] or found[2]).split()


def missing(words: list[str]) -> str:
    """The first word that leads nowhere, or nothing."""
    command: Any = COMMAND
    for word in words:
        known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        if hasattr(command, "commands") and not word.startswith("-"):
            if word == "..":
                return ""
            if word not in command.commands:
                return word
            command = command.commands[word]
        elif word.startswith("--") and word != "--help" and word.split("=")[0] not in known:
            return word
    return ""


def test_what_is_told_can_be_typed() -> None:
    calls = list(told())
    assert len(calls) > 60, "the documents are not read any more"
    assert [(name, words) for name, words in calls if missing(words)] == []
    assert missing(["keyring", "renew", "x", "--instanse", "y"]) == "--instanse"
    assert missing(["keyrings", "verify"]) == "keyrings"


@pytest.mark.parametrize(
    "path", [ROOT / "docs" / "operator.md", ROOT / "docs" / "deployment.md"], ids=lambda one: one.name
)
def test_every_setting_that_is_named_is_one(path: Path) -> None:
    named = set(re.findall(r"PANAH_([A-Z_]*[A-Z])", path.read_text("utf-8")))
    known = {name.upper() for name in Settings.model_fields} | {"TRACEBACK"}
    assert named <= known
    if path.name == "operator.md":
        assert known <= named, "a setting that the table lacks"
