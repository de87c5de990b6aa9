"""What is asked, as data: languages and fields. Knows neither the protocol nor the service."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Language:
    code: str
    name: str  # as its speakers write it
    folder: str  # of its pages' addresses: as long as every other's


# UTF-8 bytes of answers that a message takes, by who opens them. The page says so before sending; the padding
# (crypto/SPEC.md 6.1: 262144, 4096, 4096) would refuse more after; the person's keys need the rest.
MOST_BYTES = {"account": 255_000, "identity": 3_900, "intake": 3_900}


def languages() -> tuple[Language, ...]:
    table = tomllib.loads((HERE / "languages.toml").read_text("utf-8"))
    return tuple(Language(one["code"], one["name"], one.get("folder", one["code"])) for one in table["language"])
