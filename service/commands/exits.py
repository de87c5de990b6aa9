"""How a command ends when it does not succeed."""

from __future__ import annotations

REFUSED = 1  # read, checked and refused
USAGE = 2  # the command line itself; typer's own code
WRONG_PASSPHRASE = 3
UNREADABLE = 4  # cut, altered, of another kind, absent
OTHER_INSTANCE = 5
OUT_OF_DATE = 6  # expired, rolled back, forked
INTERNAL = 70  # a fault of this program
INTERRUPTED = 130


class Refused(Exception):
    """A command that stops with a fact, an advice and an exit code."""

    def __init__(self, fact: str, advice: str = "", code: int = REFUSED) -> None:
        super().__init__(fact)
        self.fact, self.advice, self.code = fact, advice, code
