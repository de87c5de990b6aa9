"""Forms and lists from TOML files (docs/forms.md). Every refusal names the file and, where there is one, the id."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NoReturn

from intake_forms import expressions
from intake_forms.checks import check, check_lists, check_together
from intake_forms.model import (
    FORM_KEY,
    GROUPS,
    MANIFEST_KEY,
    SEALS,
    TYPES,
    BadForm,
    Choice,
    ChoiceList,
    Expression,
    Form,
    Forms,
    Question,
    Screen,
    Section,
)

HERE: Final = Path(__file__).resolve().parent
ID: Final = re.compile(r"[a-z_][a-z0-9_]{0,31}")
FORM_ID: Final = re.compile(r"[a-z_][a-z0-9_]{0,23}")
CHOICE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,48}")
EXPRESSIONS: Final = ("relevant", "filter", "constraint")
_OWN_COLUMNS: Final = ("id", "label", "from", "until", "draft", "source", "group")
# In a spreadsheet these columns of a choice are something else.
SHEET_COLUMNS: Final = ("list_name", "name", "hint", "image", "audio", "video", "media", "order", "note")
_KEYS: Final = {
    "form": ("id", "title", "section"),
    "section": ("id", "title", "relevant", "quiet", "screen"),
    "screen": ("id", "title", "help", "relevant", "repeat", "repeat_title", "question"),
    "question": (
        "id", "type", "seal", "label", "help", "list", "relevant", "filter", "constraint", "constraint_message",
        "evidence",
    ),
}  # fmt: skip


def read_forms(extra: Path | None = None) -> Forms:
    """Ours and, over them, an operator's folder with forms/ and lists/: the same id replaces, but headings add up.

    Raises BadForm.
    """
    lists: dict[str, ChoiceList] = {}
    read: dict[str, tuple[str, Form]] = {}
    for folder in (HERE, *([extra] if extra else [])):
        found: dict[str, ChoiceList] = {}
        for path in sorted((folder / "lists").glob("*.toml")):
            for one in _lists(path.name, _toml(path)):
                if one.id == GROUPS:
                    one = headings(found.get(GROUPS), one)
                elif one.id in found:
                    raise BadForm(path.name, one.id, "another file has a list of this id")
                found[one.id] = one
        if GROUPS in found:
            found[GROUPS] = headings(lists.get(GROUPS), found[GROUPS])
        lists |= found
        for path in sorted((folder / "forms").glob("*.toml")):
            form = read_form(path.name, _toml(path))
            if form.id != path.stem:
                raise BadForm(path.name, form.id, "not the file's name")
            read[form.id] = (path.name, form)
    forms = Forms({id: form for id, (_, form) in read.items()}, lists)
    check_lists("lists", forms.lists)
    for file, form in read.values():
        check(file, form, forms.lists)
    check_together(read.values())
    return forms


def headings(ours: ChoiceList | None, more: ChoiceList) -> ChoiceList:
    """Any file may bring headings of its own; the same id is the later one's."""
    if ours is None:
        return more
    return ChoiceList(GROUPS, tuple({one.id: one for one in (*ours.choices, *more.choices)}.values()))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadForm(path.name, "", str(error)) from None


def tables(file: str, table: Mapping[str, Any], key: str, id: str = "") -> list[dict[str, Any]]:
    """The `[[key]]` tables of a table; none where there is no such key."""
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadForm(file, id, f"{key} is written [[{key}]]")
    return found


def _lists(file: str, table: Mapping[str, Any]) -> Iterator[ChoiceList]:
    if set(table) - {"list"}:
        raise BadForm(file, "", f"unknown key {sorted(set(table) - {'list'})[0]}")
    for one in tables(file, table, "list"):
        yield read_list(file, one)


def read_list(file: str, table: Mapping[str, Any]) -> ChoiceList:
    id = str(table.get("id", ""))
    if not ID.fullmatch(id):
        raise BadForm(file, id, "a list's id is 1 to 32 of a-z 0-9 _, and begins with no digit")
    choices: dict[str, Choice] = {}
    for row in tables(file, table, "choice", id):
        choice = _choice(file, id, row)
        if choice.id in choices:
            raise BadForm(file, f"{id}/{choice.id}", "twice in the list")
        choices[choice.id] = choice
    if not choices:
        raise BadForm(file, id, "a list without choices")
    return ChoiceList(id, tuple(choices.values()))


def _choice(file: str, list_id: str, row: Mapping[str, Any]) -> Choice:
    id, label = str(row.get("id", "")), " ".join(str(row.get("label", "")).split())
    where = f"{list_id}/{id}"
    if not CHOICE_ID.fullmatch(id):
        raise BadForm(file, where, "a choice's id is 1 to 48 of A-Z a-z 0-9 _ -")
    if not label:
        raise BadForm(file, where, "no label")
    for key in ("from", "until"):
        try:
            if row.get(key):
                date.fromisoformat(str(row[key]))
        except ValueError:
            raise BadForm(file, where, f"{key} {row[key]}, not a day like 2026-05-01") from None
    columns = {key: str(value) for key, value in row.items() if key not in _OWN_COLUMNS}
    for column in columns:
        if not ID.fullmatch(column) or column in SHEET_COLUMNS or column.startswith("panah_"):
            raise BadForm(file, where, f"{column} cannot be a column's name")
    return Choice(
        id, label, columns, str(row.get("from", "")), str(row.get("until", "")), bool(row.get("draft", False)),
        str(row.get("source", "")), str(row.get("group", "")),
    )  # fmt: skip


def read_form(file: str, table: Mapping[str, Any]) -> Form:
    """One form as a file holds it. `check` says what only the whole shows."""
    return _Reader(file).form(table)


def read_question(file: str, table: Mapping[str, Any]) -> Question:
    return _Reader(file).question(table)


class _Reader:
    """One file's tables into a form."""

    def __init__(self, file: str) -> None:
        self.file = file

    def refuse(self, id: str, fact: str) -> NoReturn:
        raise BadForm(self.file, id, fact)

    def known(self, kind: str, table: Mapping[str, Any], id: str) -> None:
        if more := sorted(set(table) - set(_KEYS[kind])):
            self.refuse(id, f"a {kind} has no {more[0]}")

    def id_of(self, kind: str, table: Mapping[str, Any], pattern: re.Pattern[str] = ID) -> str:
        id = table.get("id", "")
        if not isinstance(id, str) or not pattern.fullmatch(id):
            self.refuse(str(id), f"a {kind}'s id is letters of a-z 0-9 _, and begins with no digit")
        self.known(kind, table, id)
        return id

    def text(self, table: Mapping[str, Any], key: str, id: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self.refuse(id, f"{key} is not a text")
        text = " ".join(value.split())
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
            self.refuse(id, f"{key} holds a control character")
        if "${" in text and key not in EXPRESSIONS:
            self.refuse(id, f"{key}: an answer cannot stand in a text")
        return text

    def expression(self, table: Mapping[str, Any], key: str, id: str) -> Expression:
        text = self.text(table, key, id)
        try:
            found = expressions.parse(text) if text else None
        except expressions.BadExpression as error:
            self.refuse(id, f"{key}: {error}")
        if found is not None and not isinstance(found, list):
            self.refuse(id, f"{key}: a text or number alone; true() and false() are the constants")
        if key != "constraint" and expressions.looks_at(found, "."):
            self.refuse(id, f"{key}: . stands only in a constraint")
        if key != "filter" and (columns := sorted(expressions.looks_at(found, "column"))):
            self.refuse(
                id, f"{key}: {columns[0]} is a column, and stands only in a filter; an answer is ${{{columns[0]}}}"
            )
        return found

    def yes(self, table: Mapping[str, Any], key: str, id: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.refuse(id, f"{key} is true or false")
        return value

    def form(self, table: Mapping[str, Any]) -> Form:
        id = self.id_of("form", table, FORM_ID)
        title = self.text(table, "title", id)
        if not title:
            self.refuse(id, "no title")
        return Form(id, title, tuple(self.section(one) for one in tables(self.file, table, "section", id)))

    def section(self, table: Mapping[str, Any]) -> Section:
        id = self.id_of("section", table)
        title = self.text(table, "title", id)
        if not title:
            self.refuse(id, "no title")
        screens = tuple(self.screen(one) for one in tables(self.file, table, "screen", id))
        if not screens:
            self.refuse(id, "a section without screens")
        return Section(id, title, screens, self.expression(table, "relevant", id), self.yes(table, "quiet", id))

    def screen(self, table: Mapping[str, Any]) -> Screen:
        id = self.id_of("screen", table)
        repeat = self.text(table, "repeat", id)
        if repeat and not ID.fullmatch(repeat):
            self.refuse(id, "a repeat's id is letters of a-z 0-9 _, and begins with no digit")
        questions = tuple(self.question(one) for one in tables(self.file, table, "question", id))
        if not questions:
            self.refuse(id, "a screen without questions")
        return Screen(
            id, questions, self.text(table, "title", id), self.text(table, "help", id),
            self.expression(table, "relevant", id), repeat, self.text(table, "repeat_title", id),
        )  # fmt: skip

    def question(self, table: Mapping[str, Any]) -> Question:
        id = self.id_of("question", table)
        if id == FORM_KEY:
            self.refuse(id, "this id holds the form's own id among the answers")
        if id == MANIFEST_KEY:
            self.refuse(id, "this id holds the keys of files among the answers")
        type_, seal, label = (self.text(table, key, id) for key in ("type", "seal", "label"))
        if type_ not in TYPES:
            self.refuse(id, f"type {type_ or 'missing'}, not one of {', '.join(TYPES)}")
        if (seal or SEALS[0]) not in SEALS:
            self.refuse(id, f"seal {seal}, not one of {', '.join(SEALS)}")
        if not label:
            self.refuse(id, "no label")
        list_ = self.text(table, "list", id)
        if (type_ in ("one", "many")) != bool(list_):
            self.refuse(id, "a list is for one and many, and they need one")
        if table.get("filter") and not list_:
            self.refuse(id, "a filter is for one and many")
        if table.get("evidence") and type_ != "file":
            self.refuse(id, "evidence is for files")
        return Question(
            id, type_, label, seal or SEALS[0], self.text(table, "help", id), list_,
            self.expression(table, "relevant", id), self.expression(table, "filter", id),
            self.expression(table, "constraint", id), self.text(table, "constraint_message", id),
            self.yes(table, "evidence", id),
        )  # fmt: skip
