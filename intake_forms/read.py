"""Forms and lists from TOML files (docs/forms.md). Every refusal names the file and, where there is one, the id."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NoReturn

from intake_forms import expressions
from intake_forms.model import (
    FORM_KEY,
    GROUPS,
    INJURIES,
    SEALS,
    SITES,
    TYPES,
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
_ID: Final = re.compile(r"[a-z0-9_]{1,32}")
_FORM_ID: Final = re.compile(r"[a-z0-9_]{1,24}")
_CHOICE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_OWN_COLUMNS: Final = ("id", "label", "from", "until", "draft", "source", "group")
_KEYS: Final = {
    "form": ("id", "title", "section"),
    "section": ("id", "title", "relevant", "quiet", "screen"),
    "screen": ("id", "title", "help", "relevant", "repeat", "repeat_title", "question"),
    "question": (
        "id", "type", "seal", "label", "help", "list", "relevant", "filter", "constraint", "constraint_message",
        "evidence",
    ),
}  # fmt: skip


class BadForm(ValueError):
    """A form or list that cannot be used: which file, which id, and what is wrong with it. Mend the file."""

    def __init__(self, file: str, id: str, fact: str) -> None:
        super().__init__(f"{file}: {id}: {fact}" if id else f"{file}: {fact}")
        self.file, self.id, self.fact = file, id, fact


def read_forms(extra: Path | None = None) -> Forms:
    """Ours and, over them, an operator's folder with forms/ and lists/: the same id replaces. Raises BadForm."""
    lists: dict[str, ChoiceList] = {}
    read: dict[str, tuple[str, Form]] = {}
    for folder in (HERE, *([extra] if extra else [])):
        found: dict[str, ChoiceList] = {}
        for path in sorted((folder / "lists").glob("*.toml")):
            for one in _lists(path.name, _toml(path)):
                if one.id in found:
                    raise BadForm(path.name, one.id, "another file has a list of this id")
                found[one.id] = one
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
    return forms


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
    if not _ID.fullmatch(id):
        raise BadForm(file, id, "a list's id is 1 to 32 of a-z 0-9 _")
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
    if not _CHOICE_ID.fullmatch(id):
        raise BadForm(file, where, "a choice's id is 1 to 32 of A-Z a-z 0-9 _ -")
    if not label:
        raise BadForm(file, where, "no label")
    for key in ("from", "until"):
        try:
            if row.get(key):
                date.fromisoformat(str(row[key]))
        except ValueError:
            raise BadForm(file, where, f"{key} {row[key]}, not a day like 2026-05-01") from None
    columns = {key: str(value) for key, value in row.items() if key not in _OWN_COLUMNS}
    return Choice(
        id, label, columns, str(row.get("from", "")), str(row.get("until", "")), bool(row.get("draft", False)),
        str(row.get("source", "")), str(row.get("group", "")),
    )  # fmt: skip


def read_form(file: str, table: Mapping[str, Any]) -> Form:
    """One form as a file holds it. `check` says what only the whole shows."""
    return _Reader(file).form(table)


class _Reader:
    """One file's tables into a form."""

    def __init__(self, file: str) -> None:
        self.file = file

    def refuse(self, id: str, fact: str) -> NoReturn:
        raise BadForm(self.file, id, fact)

    def known(self, kind: str, table: Mapping[str, Any], id: str) -> None:
        if more := sorted(set(table) - set(_KEYS[kind])):
            self.refuse(id, f"a {kind} has no {more[0]}")

    def id_of(self, kind: str, table: Mapping[str, Any], pattern: re.Pattern[str] = _ID) -> str:
        id = table.get("id", "")
        if not isinstance(id, str) or not pattern.fullmatch(id):
            self.refuse(str(id), f"a {kind}'s id is letters of a-z 0-9 _")
        self.known(kind, table, id)
        return id

    def text(self, table: Mapping[str, Any], key: str, id: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self.refuse(id, f"{key} is not a text")
        return " ".join(value.split())

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
        id = self.id_of("form", table, _FORM_ID)
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
        return Section(id, title, screens, self.expression(table, "relevant", id), self.yes(table, "quiet", id))

    def screen(self, table: Mapping[str, Any]) -> Screen:
        id = self.id_of("screen", table)
        repeat = self.text(table, "repeat", id)
        if repeat and not _ID.fullmatch(repeat):
            self.refuse(id, "a repeat's id is letters of a-z 0-9 _")
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


def check(file: str, form: Form, lists: Mapping[str, ChoiceList]) -> None:
    """What only the whole form shows. Raises BadForm."""
    for kind, ids in (
        ("question", [question.id for question in form.questions()]),
        ("screen", [screen.id for screen in form.screens()]),
        ("section", [section.id for section in form.sections]),
    ):
        for id in ids:
            if ids.count(id) > 1:
                raise BadForm(file, id, f"two of one {kind} id")
    for question in form.questions():
        if question.list and question.list not in lists:
            raise BadForm(file, question.id, f"no list {question.list}")
        if question.type == "body" and not {SITES, INJURIES} <= set(lists):
            raise BadForm(file, question.id, f"a body question needs the lists {SITES} and {INJURIES}")
        if (question.constraint is None) != (question.constraint_message == ""):
            raise BadForm(file, question.id, "a constraint and its message go together")
        known = (
            {column for choice in lists[question.list].choices for column in choice.columns} if question.list else set()
        )
        for column in sorted(expressions.looks_at(question.filter, "column") - known):
            raise BadForm(file, question.id, f"filter: no choice of {question.list} has a column {column}")
    _check_names(file, form)
    _check_repeats(file, form)


def check_lists(file: str, lists: Mapping[str, ChoiceList]) -> None:
    """Headings are choices of their own list. Raises BadForm."""
    headings = {choice.id for choice in lists[GROUPS].choices} if GROUPS in lists else set()
    for one in lists.values():
        for choice in one.choices:
            if choice.group and choice.group not in headings:
                raise BadForm(file, f"{one.id}/{choice.id}", f"no heading {choice.group} in the list {GROUPS}")


def _check_names(file: str, form: Form) -> None:
    """`${id}` is a question, and one that can be seen from there: of the form, or of the same repeat."""
    home = {question.id: screen.repeat for screen in form.screens() for question in screen.questions}
    asked = [(section.id, "", section.relevant) for section in form.sections]
    for screen in form.screens():
        asked.append((screen.id, screen.repeat, screen.relevant))
        for question in screen.questions:
            asked += [
                (question.id, screen.repeat, one) for one in (question.relevant, question.filter, question.constraint)
            ]
    for id, repeat, expression in asked:
        for name in sorted(expressions.named(expression)):
            if name not in home:
                raise BadForm(file, id, f"${{{name}}} is no question of this form")
            if home[name] not in ("", repeat):
                raise BadForm(file, id, f"${{{name}}} is asked in the repeat {home[name]}, which this is no part of")


def _check_repeats(file: str, form: Form) -> None:
    """The screens of a repeat stand together, in one section."""
    seen: set[str] = set()
    for section in form.sections:
        last = ""
        for screen in section.screens:
            if screen.repeat and screen.repeat != last and screen.repeat in seen:
                raise BadForm(file, screen.id, f"the screens of {screen.repeat} do not stand together")
            seen.add(screen.repeat)
            last = screen.repeat
