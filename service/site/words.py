"""The fixed words of the pages in one language, from gettext catalogues. English is what the templates say."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

SOURCE: Final = "en"
LOCALES: Final = Path(__file__).resolve().parent.parent / "web" / "locales"


class WordsMissing(Exception):
    """A page would mix two languages. Translate the words named in service/web/locales/LANGUAGE.po."""


class Words:
    """Also keeps what was asked for: a test compares that with the catalogue."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.asked: set[str] = set()
        self._catalog = None if language == SOURCE else read_catalog(language)

    def gettext(self, text: str) -> str:
        self.asked.add(text)
        return text if self._catalog is None else _whole(self._found(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        self.asked.add(one)
        if self._catalog is None:
            return one if count == 1 else many
        forms = self._found(one)
        if isinstance(forms, str):
            raise WordsMissing(f"{self.language}: no plural of {one!r}")
        return forms[plural_form(self.language, count)]

    def _found(self, text: str) -> str | tuple[str, ...]:
        assert self._catalog is not None
        message = self._catalog.get(text)
        if message is None or message.fuzzy or not message.string or not all(_as_tuple(message.string)):
            raise WordsMissing(f"{self.language}: {text!r}")
        found: str | tuple[str, ...] = message.string if isinstance(message.string, str) else tuple(message.string)
        return found


@cache
def read_catalog(language: str) -> Catalog:
    data = (LOCALES / f"{language}.po").read_bytes()
    return read_po(io.BytesIO(data), locale=locale_of(language), charset="utf-8", abort_invalid=True)


def locale_of(language: str) -> str:
    """As Babel names it."""
    return language.replace("-", "_")


def plural_form(language: str, count: int) -> int:
    """The index of the form, as the Plural-Forms of our catalogues say it."""
    if language != "ru":
        return int(count != 1)
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2


def _whole(found: str | tuple[str, ...]) -> str:
    return found if isinstance(found, str) else found[0]


def _as_tuple(found: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(found)
