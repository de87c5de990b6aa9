"""The cells of an XLSForm spreadsheet, with their rows: every later error names sheet and row."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from intake_forms import languages

MOST_BYTES: Final = 10 << 20  # of a file
MOST_UNPACKED: Final = 100 << 20  # a spreadsheet is a zip: a small one can unpack to very much
MOST_ROWS: Final = 20_000
SOURCE: Final = "en"
TRANSLATED: Final = ("label", "hint", "constraint_message", "form_title")
_ALIASES: Final = {"relevance": "relevant", "list name": "list_name", "calculate": "calculation"}
# As a column names them. A form may be translated before the pages are.
_LANGUAGES: Final = {
    "en": "English", "ru": "Русский", "kk": "Қазақша", "ky": "Кыргызча", "tg": "Тоҷикӣ", "uz-Latn": "Oʻzbekcha",
    "uz-Cyrl": "Ўзбекча",
}  # fmt: skip
_NAMES: Final = {"russian": "ru", "kazakh": "kk", "kyrgyz": "ky", "tajik": "tg"}


@dataclass(frozen=True)
class Problem:
    """`row` as the spreadsheet counts, from 1; 0: the whole sheet."""

    sheet: str
    row: int
    fact: str

    def __str__(self) -> str:
        return f"{self.sheet}, row {self.row}: {self.fact}" if self.row else f"{self.sheet}: {self.fact}"


class BadSheet(ValueError):
    """A spreadsheet that is no form of ours yet. Mend each row that it names; nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Row:
    number: int
    cells: Mapping[str, str]  # by column; a translated one as `label::ru`

    def get(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: tuple[Row, ...] = ()
    foreign: tuple[str, ...] = field(default=())  # columns of languages that the pages do not have


def read_sheets(data: bytes) -> dict[str, Sheet]:
    """Raises BadSheet."""
    import openpyxl

    _check_size(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return {sheet.title.strip().lower(): _read(sheet.title.strip().lower(), sheet) for sheet in book.worksheets}
    except BadSheet:
        raise
    except Exception as error:  # openpyxl's own are many and untyped
        raise BadSheet(
            [Problem("the file", 0, f"not a spreadsheet of Excel 2007 or later ({type(error).__name__})")]
        ) from None


def _check_size(data: bytes) -> None:
    try:
        unpacked = sum(one.file_size for one in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except (zipfile.BadZipFile, ValueError):
        raise BadSheet([Problem("the file", 0, "not a spreadsheet of Excel 2007 or later (.xlsx)")]) from None
    if len(data) > MOST_BYTES or unpacked > MOST_UNPACKED:
        raise BadSheet([Problem("the file", 0, "larger than a form can be")])


def _read(name: str, sheet: Any) -> Sheet:
    columns: list[str] = []
    rows = []
    foreign: list[str] = []
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MOST_ROWS:
            raise BadSheet([Problem(name, number, f"more than {MOST_ROWS} rows")])
        texts = [_text(value) for value in values]
        if not columns:  # the first row that says anything
            if any(texts):
                columns = [column_of(text, foreign) for text in texts]
                _check_columns(name, number, columns)
            continue
        cells = {column: text for column, text in zip(columns, texts, strict=False) if column and text}
        if cells:
            rows.append(Row(number, cells))
    return Sheet(name, tuple(rows), tuple(foreign))


def _check_columns(name: str, number: int, columns: list[str]) -> None:
    for column in columns:
        if column and columns.count(column) > 1:
            raise BadSheet([Problem(name, number, f"two columns are {column}")])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())


def column_of(header: str, foreign: list[str] | None = None) -> str:
    """`label::Русский (ru)` is `label::ru`, and so is `label::ru`; `label` alone is the source language's."""
    base, *rest = (part.strip() for part in header.split("::"))
    base = _ALIASES.get(base.lower(), base.lower())
    if base == "panah" and rest[:1] == ["title"]:  # XLSForm knows no translation of the title
        base, rest = "form_title", rest[1:]
    if base not in TRANSLATED:
        return "::".join([base, *(part.lower() for part in rest)])
    if not rest:
        return f"{base}::{SOURCE}"
    code = language_of(rest[-1])
    if code is None:
        if foreign is not None:
            foreign.append(header)
        return ""
    return f"{base}::{code}"


def language_of(text: str) -> str | None:
    """The code of a language as a column names it: `Русский (ru)`, `ru` or `Русский`."""
    named = re.fullmatch(r".*\(([A-Za-z-]+)\)", text)
    asked = (named[1] if named else text).strip().lower()
    names = language_names()
    codes = {code.lower(): code for code in names}
    by_name = {name.lower(): code for code, name in names.items()} | _NAMES
    return codes.get(asked) or (None if named else by_name.get(asked))


def column_in(base: str, code: str) -> str:
    """The header of a translated column."""
    if base == "form_title":
        return base if code == SOURCE else f"panah::title::{language_in(code)}"
    return f"{base}::{language_in(code)}"


def language_in(code: str) -> str:
    return f"{language_names()[code]} ({code})"


def language_names() -> dict[str, str]:
    """By code, as their speakers write them."""
    return _LANGUAGES | {one.code: one.name for one in languages()}
