"""An XLSForm spreadsheet to a form, its lists and its translations. docs/forms-authoring.md says what authors write.

Every problem is gathered with its sheet and row, and told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from intake_forms.checks import check, check_lists
from intake_forms.model import GROUPS, WITHOUT_ANSWER, BadForm, ChoiceList, Form
from intake_forms.read import CHOICE_ID, FORM_ID, ID, headings, read_form, read_list
from intake_forms.xlsform.gathering import CHOICES, SETTINGS, SURVEY, YES, Gathered
from intake_forms.xlsform.sheets import TRANSLATED, Problem, Row, read_sheets
from intake_forms.xlsform.survey import COLUMNS, Survey, Table

_READ: Final = {SURVEY: COLUMNS, SETTINGS: ("form_id", "default_language", "version")}
_CHOICE_KEYS: Final = {"panah_from": "from", "panah_until": "until", "panah_source": "source", "panah_group": "group"}


@dataclass(frozen=True)
class Imported:
    form: Form
    lists: Mapping[str, ChoiceList]  # those that the sheet itself holds and the form needs
    words: Mapping[str, Mapping[str, str]]  # by language, English to the translation
    notes: tuple[Problem, ...]  # what was left out


def import_form(data: bytes, known: Mapping[str, ChoiceList] | None = None) -> Imported:
    """`known`: lists that a form may name without holding them. Raises BadSheet."""
    gathered = Gathered(read_sheets(data))
    for name in (SURVEY, SETTINGS):
        if name not in gathered.sheets:
            gathered.wrong(name, 0, "the sheet is missing")
    gathered.stop()
    _note_columns(gathered)
    id, title = _settings(gathered)
    table: Table = {"id": id, "title": title, "section": []}
    lists = _Lists(gathered, known or {}, Survey(gathered, table).read()).read()
    gathered.stop()
    every = {**(known or {}), **lists}
    if GROUPS in lists:
        every[GROUPS] = headings((known or {}).get(GROUPS), lists[GROUPS])
    form = _whole(gathered, table, every)
    words = {code: {text: said for text, (said, _) in found.items()} for code, found in gathered.words.items()}
    return Imported(form, lists, words, tuple(gathered.notes))


def _note_columns(gathered: Gathered) -> None:
    for sheet in gathered.sheets.values():
        for column in sheet.foreign:
            gathered.note(sheet.name, 1, f"column {column}: no language of the pages")
        read = _READ.get(sheet.name)
        for column in dict.fromkeys(column for row in sheet.rows for column in row.cells):
            used = column in read if read else sheet.name != CHOICES or ID.fullmatch(column)
            if not used and column.split("::")[0] not in TRANSLATED:
                gathered.note(sheet.name, 1, f"column {column} is not used")


def _settings(gathered: Gathered) -> tuple[str, str]:
    row = next(iter(gathered.of(SETTINGS)), Row(2, {}))
    id, title = row.get("form_id"), gathered.said(SETTINGS, row, "form_title")
    if not FORM_ID.fullmatch(id):
        gathered.wrong(SETTINGS, row.number, f"form_id {id!r}: 1 to 24 of a-z 0-9 _, no digit at the beginning")
    if not title:
        gathered.wrong(SETTINGS, row.number, "no form_title")
    gathered.rows["form", id] = Problem(SETTINGS, row.number, "")
    return id, title


@dataclass
class _Lists:
    """The choices sheet: what it holds of the lists that are used. The rest must be known."""

    gathered: Gathered
    known: Mapping[str, ChoiceList]
    used: Mapping[str, Row]  # by id, with the survey's row that names it first

    def read(self) -> dict[str, ChoiceList]:
        tables = self._tables()
        lists: dict[str, ChoiceList] = {}
        wanted = dict(self.used)
        if any("group" in choice for id in wanted for _, choice in tables.get(id, ())) and GROUPS in tables:
            wanted.setdefault(GROUPS, tables[GROUPS][0][0])
        for id, row in wanted.items():
            if id in tables:
                if found := self._list(id, tables[id]):
                    lists[id] = found
            elif id not in self.known:
                self.gathered.wrong(SURVEY, row.number, f"no list {id} in the sheet {CHOICES}")
        return lists

    def _tables(self) -> dict[str, list[tuple[Row, Table]]]:
        tables: dict[str, list[tuple[Row, Table]]] = {}
        for row in self.gathered.of(CHOICES):
            id, name = row.get("list_name"), row.get("name")
            if not ID.fullmatch(id):
                fact = f"list_name {id!r}: 1 to 32 of a-z 0-9 _, no digit at the beginning"
                self.gathered.wrong(CHOICES, row.number, fact)
            elif name in WITHOUT_ANSWER:
                self.gathered.note(CHOICES, row.number, f"{name} is offered by itself, and left out of the list")
            else:
                tables.setdefault(id, []).append((row, _choice(row)))
        return tables

    def _list(self, id: str, rows: list[tuple[Row, Table]]) -> ChoiceList | None:
        before = len(self.gathered.problems)
        self.gathered.rows["list", id] = Problem(CHOICES, rows[0][0].number, "")
        for row, choice in rows:
            choice["label"] = self.gathered.said(CHOICES, row, "label")
            if fact := self._wrong_in(id, row, choice):
                self.gathered.wrong(CHOICES, row.number, fact)
        if len(self.gathered.problems) > before:
            return None
        return read_list(CHOICES, {"id": id, "choice": [choice for _, choice in rows]})

    def _wrong_in(self, id: str, row: Row, choice: Table) -> str:
        where = self.gathered.rows.setdefault(("choice", f"{id}/{choice['id']}"), Problem(CHOICES, row.number, ""))
        if where.row != row.number:
            return f"{choice['id']} is in the list {id} already, in row {where.row}"
        if not CHOICE_ID.fullmatch(choice["id"]):
            return f"name {choice['id']!r}: 1 to 48 of A-Z a-z 0-9 _ -"
        try:
            read_list(CHOICES, {"id": id, "choice": [choice]})
        except BadForm as error:
            return error.fact
        return ""


def _choice(row: Row) -> Table:
    choice: Table = {"id": row.get("name")}
    for column, text in row.cells.items():
        if column in _CHOICE_KEYS:
            choice[_CHOICE_KEYS[column]] = text
        elif column == "panah_draft":
            choice["draft"] = text.lower() in YES
        elif column not in ("list_name", "name") and ID.fullmatch(column):
            choice[column] = text
    return choice


def _whole(gathered: Gathered, table: Table, lists: Mapping[str, ChoiceList]) -> Form:
    """What only the whole shows, led back to its row."""
    try:
        form = read_form(SURVEY, table)
        check_lists(CHOICES, lists)
        check(SURVEY, form, lists)
    except BadForm as error:
        kinds = (error.kind,) if error.kind else ("choice", "question", "screen", "section", "form", "list")
        where = next((gathered.rows[kind, error.id] for kind in kinds if (kind, error.id) in gathered.rows), None)
        gathered.wrong(where.sheet if where else SURVEY, where.row if where else 0, f"{error.id}: {error.fact}")
        gathered.stop()
        raise
    return form
