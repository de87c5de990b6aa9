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


@dataclass(frozen=True)
class Field:
    """One question. `stream` says who opens the answer: everybody who reads, or reviewer and custodian together."""

    id: str
    stream: str
    most_bytes: int  # UTF-8; the page says so before sending, the padding would refuse it after


def languages() -> tuple[Language, ...]:
    table = tomllib.loads((HERE / "languages.toml").read_text("utf-8"))
    return tuple(Language(one["code"], one["name"], one.get("folder", one["code"])) for one in table["language"])


def fields() -> tuple[Field, ...]:
    table = tomllib.loads((HERE / "complaint.toml").read_text("utf-8"))
    return tuple(Field(one["id"], one["stream"], one["most_bytes"]) for one in table["field"])
