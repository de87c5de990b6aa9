"""The ceremony as trustees live it: five machines, one folder on the server, a file that is passed on."""

from __future__ import annotations

import copy
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crypto.primitives import Argon2Work
from service import clock
from service.commands.panah import app

CHEAP = Argon2Work(memory=19456, time=2, lanes=1)
TODAY = clock.today()


@dataclass
class Trustee:
    folder: Path
    key: Path
    public: Path
    passphrase: Path


class Ceremony:
    """Each trustee has a folder of an own; only files named `passed` and public parts move between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.instance = folder / "server" / "instance"
        self.trustees = [self.trustee(letter) for letter in "ABCDE"]

    def copy(self, folder: Path) -> Ceremony:
        """The same trustees, elsewhere on disk."""
        shutil.copytree(self.folder, folder)
        other = copy.copy(self)
        other.folder, other.instance = folder, folder / "server" / "instance"
        other.trustees = [
            Trustee(*(folder / path.relative_to(self.folder) for path in vars(one).values())) for one in self.trustees
        ]
        return other

    def run(self, *arguments: object, code: int = 0) -> str:
        result = panah(*arguments)
        assert result.exit_code == code, f"{result.exit_code}: {result.output}"
        assert "Traceback" not in result.output
        return result.output

    def trustee(self, letter: str) -> Trustee:
        folder = self.folder / f"trustee-{letter}"
        folder.mkdir()
        key = folder / "mine.panahroot"
        said = self.run("keyring", "root-new", "--organisation", f"Organisation {letter}", "--out", key)
        passphrase = folder / "passphrase"
        passphrase.write_text(words_in(said))
        return Trustee(folder, key, folder / "mine.panahroot.root", passphrase)

    def begin(self) -> None:
        roots = [part for trustee in self.trustees for part in ("--root", trustee.public)]
        self.run(
            *("keyring", "init", *roots, "--threshold", 3, "--name", "Panah", "--origin", "https://panah.example"),
            *("--out", self.instance),
        )

    def member(self, name: str, role: str, *more: object) -> Path:
        """On the member's machine, with first-roots.bin and nothing else."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        key = folder / f"{len(list(folder.iterdir()))}.panahkey"
        pin = self.instance / "first-roots.bin"
        said = self.run("keys", "new", "--role", role, "--instance", pin, "--out", key, *more)
        (folder / "passphrase").write_text(words_in(said))
        return key.with_name(key.name + ".enrolment")

    def draft_first(self) -> Path:
        members = [self.member(f"reviewer-{n}", "reviewer", "--group", "abroad") for n in range(4)]
        members += [self.member(f"custodian-{n}", "custodian") for n in range(2)]
        passed = self.folder / "server" / "1.ceremony"
        adds = [part for path in members for part in ("--add", path)]
        self.run("keyring", "enrol", passed, "--instance", self.instance, "--panel", "abroad=", *adds)
        return passed

    def sign(self, passed: Path, *numbers: int, code: int = 0, more: tuple[str, ...] = ()) -> str:
        """In turn: each copies the file to the own folder, compares the digits, signs, passes it on."""
        said = ""
        for number in numbers:
            trustee = self.trustees[number]
            own = trustee.folder / passed.name
            own.write_bytes(passed.read_bytes())
            digits = fingerprint_in(self.run("keyring", "show", own))
            said = self.run(
                *("keyring", "sign", own, "--key", trustee.key, "--passphrase-file", trustee.passphrase),
                *("--fingerprint", digits, *more),
                code=code,
            )
            passed.write_bytes(own.read_bytes())
        return said

    def publish(self, *passed: Path, code: int = 0) -> str:
        return self.run("keyring", "publish", *passed, "--instance", self.instance, code=code)

    def publish_with(self, change: Path, code: int = 0) -> str:
        """Renews under the root set that `change` brings, has it signed by trustees of the new set, publishes."""
        passed = self.folder / "server" / "after.ceremony"
        passed.unlink(missing_ok=True)
        said = self.run("keyring", "renew", passed, "--instance", self.instance, "--rotated", change, code=code)
        if code:
            return said
        self.sign(passed, 0, 3, 5)
        return self.publish(passed)


def panah(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def words_in(said: str) -> str:
    found = re.search(r"passphrase +((?:[a-z]+ ){6}[a-z]+)", said)
    assert found
    return found[1]


def fingerprint_in(said: str) -> str:
    found = re.search(r"fingerprint +((?:\d{5} ){5}\d{5}) +\(all trustees", said)
    assert found
    return found[1]


def at_day(monkeypatch: pytest.MonkeyPatch, ahead: int) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY + ahead)
