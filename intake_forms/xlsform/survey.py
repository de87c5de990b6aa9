"""The survey sheet, row by row, into the sections, screens and questions of a form's TOML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from intake_forms import expressions
from intake_forms.model import INJURIES, SITES, WITHOUT_ANSWER, BadForm
from intake_forms.read import ID, read_question
from intake_forms.xlsform.gathering import CHOICES, SURVEY, YES, Gathered
from intake_forms.xlsform.sheets import Problem, Row

YES_NO: Final = "yes_no"

_TYPES: Final = {
    "text": "text", "string": "text", "integer": "number", "int": "number", "date": "when", "datetime": "when",
    "time": "when", "file": "file", "image": "file", "photo": "file", "audio": "file", "video": "file",
}  # fmt: skip
_OURS: Final = {  # the base that each panah::type needs
    "text": "text",
    "long": "text", "when": "text", "place": "text", "body": "text", "number": "number", "file": "file",
}  # fmt: skip
_CHOOSING: Final = ("select_one", "select_multiple")
_TELLING: Final = (
    "start", "end", "today", "deviceid", "username", "phonenumber", "email", "simserial", "subscriberid", "audit",
    "start-geopoint", "background-audio", "background-geopoint",
)  # fmt: skip
COLUMNS: Final = (
    "type", "name", "relevant", "constraint", "choice_filter", "appearance", "required",
    "panah::type", "panah::seal", "panah::quiet", "panah::evidence", "panah::id",
)  # fmt: skip

Table = dict[str, Any]


@dataclass
class Survey:
    """The survey sheet, row by row, into sections, screens and questions."""

    whole: Gathered
    form: Table
    used: dict[str, Row] = field(default_factory=dict)  # lists, and where they are first named
    open: list[tuple[str, Row]] = field(default_factory=list)  # section, repeat, screen
    section: Table | None = None
    repeat: tuple[str, str, Any] | None = None  # id, title, relevant
    screen: Table | None = None
    gathers: bool = False  # the section is one screen
    implied: int = 0

    def read(self) -> dict[str, Row]:
        row = Row(1, {})
        for row in self.whole.of(SURVEY):
            self._row(row)
        for kind, begun in reversed(self.open):
            self.wrong(begun, f"this {kind} has no end")
        if not self.form["section"] and not self.whole.problems:
            self.wrong(row, "no question")
        return self.used

    def wrong(self, row: Row, fact: str) -> None:
        self.whole.wrong(SURVEY, row.number, fact)

    def _row(self, row: Row) -> None:
        kind, *rest = row.get("type").lower().replace("begin ", "begin_").replace("end ", "end_").split() or [""]
        if kind == "begin_group":
            self._begin_group(row)
        elif kind == "begin_repeat":
            self._begin_repeat(row)
        elif kind in ("end_group", "end_repeat"):
            self._end(row, kind)
        elif kind == "note":
            self._note(row)
        elif kind in _TELLING:
            self.wrong(row, f"type {kind} tells who writes, when or where: it is never asked of anybody here")
        elif kind == "":
            self.wrong(row, "no type")
        else:
            self._question(row, kind, rest)

    def _begin_group(self, row: Row) -> None:
        holds = self.open[-1][0] if self.open else ""
        if holds == "screen" or (holds == "section" and self.gathers):
            self.wrong(row, "a group in a screen: the outer group is a section, the one in it a screen")
        if not self.open:
            self._section(row, self._id(row, "section"), self.whole.said(SURVEY, row, "label"))
            self.open.append(("section", row))
        else:
            title, help_ = self.whole.said(SURVEY, row, "label"), self.whole.said(SURVEY, row, "hint")
            self._screen(row, self._id(row, "screen"), {"title": title, "help": help_})
            self.open.append(("screen", row))

    def _begin_repeat(self, row: Row) -> None:
        title = self.whole.said(SURVEY, row, "label")
        id = self._id(row, "repeat")
        if self.repeat or self.screen is not None:
            self.wrong(row, "a repeat stands in a section, in no screen and no other repeat")
        if self.section is None:
            self._section(row, id, title or self.form["title"])
        if row.get("repeat_count"):
            self.wrong(row, "repeat_count: the person decides how many rows there are")
        self.repeat = (id, title, self._expression(row, "relevant"))
        self.open.append(("repeat", row))

    def _end(self, row: Row, kind: str) -> None:
        was, begun = self.open.pop() if self.open else ("", row)
        if (was == "repeat") != (kind == "end_repeat") or not was:
            self.wrong(
                row, f"{kind}, but the {was} of row {begun.number} is open" if was else f"{kind} without a begin"
            )
        if was == "screen" or (was == "section" and self.gathers):
            self._close_screen(begun)
        if was == "repeat":
            self.repeat = None
        if was == "section" or not self.open:
            if was == "section" and self.section is not None and not self.section["screen"]:
                self.wrong(begun, "a section without questions")
            self.section, self.gathers = None, False

    def _section(self, row: Row, id: str, title: str) -> None:
        if not title:
            self.wrong(row, "a section needs a label")
        self.whole.rows.setdefault(("section", id), Problem(SURVEY, row.number, ""))
        self.section = {"id": id, "title": title, "quiet": row.get("panah::quiet").lower() in YES, "screen": []}
        if relevant := self._expression(row, "relevant") if row.get("type").lower().endswith("group") else "":
            self.section["relevant"] = relevant
        self.form["section"].append(self.section)
        self.gathers = row.get("appearance") == "field-list"
        if self.gathers:
            self._screen(row, id, {}, own=False)

    def _screen(self, row: Row, id: str, table: Table, own: bool = True) -> None:
        assert self.section is not None
        self.whole.rows.setdefault(("screen", id), Problem(SURVEY, row.number, ""))
        relevant = self._expression(row, "relevant") if own else ""
        self.screen = {"id": id, "help": "", **table, "question": []}
        if self.repeat:
            repeat, title, also = self.repeat
            self.screen["repeat"] = repeat
            if not any(one.get("repeat") == repeat for one in self.section["screen"]):
                self.screen["repeat_title"] = title
            relevant = f"({also}) and ({relevant})" if also and relevant else also or relevant
        self.screen["relevant"] = relevant
        self.section["screen"].append(self.screen)

    def _close_screen(self, begun: Row) -> None:
        if self.screen is not None and not self.screen["question"]:
            self.wrong(begun, "a screen without questions")
        self.screen = None

    def _note(self, row: Row) -> None:
        text = self.whole.said(SURVEY, row, "label")
        if self.screen is None or self.screen["question"] or self.screen["help"] or row.get("relevant"):
            self.wrong(row, "a note is the help of a screen: one, first in its group, and without relevant")
        else:
            self.screen["help"] = text

    def _question(self, row: Row, kind: str, rest: list[str]) -> None:
        question = self._question_table(row, kind, rest)
        if question is None or not ID.fullmatch(question["id"]):
            return
        try:
            read_question(SURVEY, question)
        except BadForm as error:
            self.wrong(row, error.fact)
            return
        alone = self.screen is None
        if self.section is None:
            self.implied += 1
            self.whole.note(SURVEY, row.number, f"in no group: it opens a section part_{self.implied}")
            self._section(Row(row.number, {}), f"part_{self.implied}", self.form["title"])
        if alone:
            self._screen(Row(row.number, {}), question["id"], {})
        assert self.screen is not None
        self.screen["question"].append(question)
        if alone:
            self.screen = None

    def _question_table(self, row: Row, kind: str, rest: list[str]) -> Table | None:
        table: Table = {"id": self._id(row, "question"), "seal": row.get("panah::seal")}
        for base, key in (("label", "label"), ("hint", "help"), ("constraint_message", "constraint_message")):
            table[key] = self.whole.said(SURVEY, row, base)
        for column, key in (("relevant", "relevant"), ("choice_filter", "filter"), ("constraint", "constraint")):
            table[key] = row.get(column)
        table["evidence"] = row.get("panah::evidence").lower() in YES
        if row.get("required").lower() in YES:
            self.whole.note(SURVEY, row.number, "required: no question is")
        found = self._choosing(row, kind, rest) if kind in _CHOOSING else self._typed(row, kind, rest)
        return table | found if found else None

    def _choosing(self, row: Row, kind: str, rest: list[str]) -> Table | None:
        ours = row.get("panah::type")
        if len(rest) != 1 or not ID.fullmatch(rest[0]):
            self.wrong(row, f"{row.get('type')}: one list's name comes after {kind}, and no or_other")
            return None
        type_ = "many" if kind == "select_multiple" else "yesno" if rest[0] == YES_NO and self._yes_no() else "one"
        if ours not in ("", type_):
            self.wrong(row, f"panah::type {ours} does not go with {row.get('type')}")
            return None
        if type_ == "yesno":
            return {"type": type_}
        self.used.setdefault(rest[0], row)
        return {"type": type_, "list": rest[0]}

    def _typed(self, row: Row, kind: str, rest: list[str]) -> Table | None:
        ours = row.get("panah::type")
        if kind not in _TYPES or rest:
            known = ", ".join(sorted({*_TYPES, *_CHOOSING}))
            self.wrong(row, f"type {row.get('type')} is none of {known}")
            return None
        if ours and _OURS.get(ours) != _TYPES[kind]:
            self.wrong(row, f"panah::type {ours} does not go with {kind}")
            return None
        type_ = ours or ("long" if "multiline" in row.get("appearance") else _TYPES[kind])
        if type_ == "body":
            self.used.setdefault(SITES, row)
            self.used.setdefault(INJURIES, row)
        return {"type": type_}

    def _yes_no(self) -> bool:
        names = {row.get("name") for row in self.whole.of(CHOICES) if row.get("list_name") == YES_NO}
        return names <= {"yes", "no", *WITHOUT_ANSWER}

    def _id(self, row: Row, kind: str) -> str:
        id = row.get("panah::id") or row.get("name")
        if not ID.fullmatch(id):
            self.wrong(row, f"name {id!r}: 1 to 32 of a-z 0-9 _, no digit at the beginning")
        elif (kind, id) in self.whole.rows:
            self.wrong(row, f"a {kind} {id} stands in row {self.whole.rows[kind, id].row} already")
        else:
            self.whole.rows[kind, id] = Problem(SURVEY, row.number, "")
        return id

    def _expression(self, row: Row, column: str) -> str:
        text = row.get(column)
        try:
            found = expressions.parse(text) if text else None
        except expressions.BadExpression as error:
            self.wrong(row, f"{column}: {error}")
            return ""
        if found is not None and not isinstance(found, list):
            self.wrong(row, f"{column}: a text or number alone; true() and false() are the constants")
            return ""
        return text
