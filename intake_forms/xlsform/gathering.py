"""What reading a spreadsheet gathers: problems with their rows, what was left out, and translations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from intake_forms.xlsform.sheets import SOURCE, BadSheet, Problem, Row, Sheet

SURVEY: Final = "survey"
CHOICES: Final = "choices"
SETTINGS: Final = "settings"
YES: Final = ("yes", "true", "1")


@dataclass
class Gathered:
    sheets: Mapping[str, Sheet]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    words: dict[str, dict[str, tuple[str, Problem]]] = field(default_factory=dict)  # language, English, translation
    rows: dict[tuple[str, str], Problem] = field(default_factory=dict)  # where each kind and id stands

    def wrong(self, sheet: str, row: int, fact: str) -> None:
        self.problems.append(Problem(sheet, row, fact))

    def note(self, sheet: str, row: int, fact: str) -> None:
        self.notes.append(Problem(sheet, row, fact))

    def stop(self) -> None:
        """Raises BadSheet where there is a problem so far."""
        if self.problems:
            raise BadSheet(sorted(self.problems, key=lambda one: (one.sheet != SURVEY, one.sheet, one.row)))

    def of(self, sheet: str) -> tuple[Row, ...]:
        return self.sheets[sheet].rows if sheet in self.sheets else ()

    def said(self, sheet: str, row: Row, base: str) -> str:
        """The English text; its translations are kept. One English text has one translation in a language."""
        english = row.get(f"{base}::{SOURCE}")
        for column, text in row.cells.items():
            name, _, code = column.partition("::")
            if name != base or code == SOURCE:
                continue
            if not english:
                self.wrong(sheet, row.number, f"{column}, and no {base} in English")
                return ""
            old, where = self.words.setdefault(code, {}).setdefault(english, (text, Problem(sheet, row.number, "")))
            if old != text:
                there = f"{where.sheet}, row {where.row}"
                self.wrong(sheet, row.number, f"{column}: {english!r} is {text!r} here and {old!r} in {there}")
        return english
