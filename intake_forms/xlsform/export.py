"""A form with its lists and translations as an XLSForm spreadsheet, which `import_` reads back to the same."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from intake_forms import expressions
from intake_forms.model import GROUPS, SEALS, Choice, ChoiceList, Expression, Form, Forms, Question, Screen, Section
from intake_forms.xlsform.gathering import CHOICES, SETTINGS, SURVEY
from intake_forms.xlsform.sheets import SOURCE, TRANSLATED, column_in, language_in
from intake_forms.xlsform.survey import YES_NO

Words = Mapping[str, Mapping[str, str]]  # by language, English to the translation
Cells = dict[str, str]  # by column, a translated one by its base

_BASES: Final = {
    "text": "text", "long": "text", "when": "text", "place": "text", "body": "text", "number": "integer",
    "file": "file",
}  # fmt: skip
_TOLD: Final = ("long", "yesno", "when", "place", "body")  # what the base alone does not say
_SURVEY: Final = (
    "type", "name", "label", "hint", "relevant", "constraint", "constraint_message", "choice_filter", "appearance",
    "panah::type", "panah::seal", "panah::quiet", "panah::evidence", "panah::id",
)  # fmt: skip
_CHOICES: Final = ("list_name", "name", "label")
_OWN: Final = ("panah_from", "panah_until", "panah_draft", "panah_source", "panah_group")
_SETTINGS: Final = ("form_id", "form_title", "default_language")


def export_form(form: Form, forms: Forms, words: Words) -> bytes:
    """In English and the languages of `words`; a sentence without a translation leaves its cell empty."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    codes = (SOURCE, *(code for code in words if code != SOURCE))
    lists = [forms.lists[id] for id in forms.lists_of(form)]
    used = {choice.group for one in lists for choice in one.choices}
    if any(used) and GROUPS not in forms.lists_of(form):
        heads = (one for one in forms.lists[GROUPS].choices if one.id in used)
        lists.append(ChoiceList(GROUPS, tuple(heads)))
    rows = list(_choice_rows(form, lists))
    filters = dict.fromkeys(column for row in rows for column in row if column not in (*_CHOICES, *_OWN))
    title = {"form_id": form.id, "form_title": form.title, "default_language": language_in(SOURCE)}
    for name, columns, cells in (
        (SURVEY, _SURVEY, _Survey(form).rows()),
        (CHOICES, (*_CHOICES, *filters, *_OWN), rows),
        (SETTINGS, _SETTINGS, [title]),
    ):
        _write(book.create_sheet(name), columns, cells, codes, words)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _choice_rows(form: Form, lists: Iterable[ChoiceList]) -> Iterable[Cells]:
    for one in lists:
        yield from (_choice(one.id, choice) for choice in one.choices)
    if any(question.type == "yesno" for question in form.questions()) and all(one.id != YES_NO for one in lists):
        yield {"list_name": YES_NO, "name": "yes", "label": "Yes"}
        yield {"list_name": YES_NO, "name": "no", "label": "No"}


def _choice(id: str, choice: Choice) -> Cells:
    return {
        "list_name": id,
        "name": choice.id,
        "label": choice.label,
        **choice.columns,
        "panah_from": choice.first,
        "panah_until": choice.until,
        "panah_draft": "yes" if choice.draft else "",
        "panah_source": choice.source,
        "panah_group": choice.group,
    }


@dataclass
class _Survey:
    form: Form
    taken: set[str] = field(default_factory=set)  # names: one that an expression may mean stands once

    def rows(self) -> Iterable[Cells]:
        self.taken = {question.id for question in self.form.questions()}
        for section in self.form.sections:
            yield from self._section(section)

    def _section(self, section: Section) -> Iterable[Cells]:
        yield {
            "type": "begin_group",
            **self._named(section.id, "section"),
            "label": section.title,
            "relevant": _written(section.relevant),
            "panah::quiet": "yes" if section.quiet else "",
        }
        for repeat, group in groupby(section.screens, key=lambda one: one.repeat):
            screens = list(group)
            if repeat:
                yield {"type": "begin_repeat", **self._named(repeat, "repeat"), "label": screens[0].repeat_title}
            for screen in screens:
                yield from self._screen(screen)
            if repeat:
                yield {"type": "end_repeat"}
        yield {"type": "end_group"}

    def _screen(self, screen: Screen) -> Iterable[Cells]:
        yield {
            "type": "begin_group",
            **self._named(screen.id, "screen"),
            "label": screen.title,
            "relevant": _written(screen.relevant),
            "appearance": "field-list",
        }
        if screen.help:
            yield {"type": "note", "name": self._free(f"{screen.id}_help"), "label": screen.help}
        yield from (_question(question) for question in screen.questions)
        yield {"type": "end_group"}

    def _named(self, id: str, kind: str) -> Cells:
        name = self._free(id, f"_{kind}")
        return {"name": name} if name == id else {"name": name, "panah::id": id}

    def _free(self, name: str, more: str = "_") -> str:
        while name in self.taken:
            name += more
        self.taken.add(name)
        return name


def _question(question: Question) -> Cells:
    chosen = {"one": f"select_one {question.list}", "many": f"select_multiple {question.list}"}
    base = f"select_one {YES_NO}" if question.type == "yesno" else chosen.get(question.type)
    told = question.type in _TOLD or question.list == YES_NO
    return {
        "type": base or _BASES[question.type],
        "name": question.id,
        "label": question.label,
        "hint": question.help,
        "relevant": _written(question.relevant),
        "constraint": _written(question.constraint),
        "constraint_message": question.constraint_message,
        "choice_filter": _written(question.filter),
        "appearance": "multiline" if question.type == "long" else "",
        "panah::type": question.type if told else "",
        "panah::seal": question.seal if question.seal != SEALS[0] else "",
        "panah::evidence": "yes" if question.evidence else "",
    }


def _written(expression: Expression) -> str:
    return "" if expression is None else expressions.write(expression)


def _write(sheet: Any, columns: Iterable[str], rows: Iterable[Cells], codes: Iterable[str], words: Words) -> None:
    headers = []
    for column in columns:
        several = codes if column in TRANSLATED else ()
        headers += [(column_in(column, code), column, code) for code in several] or [(column, column, SOURCE)]
    sheet.append([_cell(sheet, header) for header, _, _ in headers])
    for row in rows:
        found = []
        for _, column, code in headers:
            text = row.get(column, "")
            found.append(_cell(sheet, text if code == SOURCE else words[code].get(text, "")))
        sheet.append(found)


def _cell(sheet: Any, text: str) -> Any:
    """A text is never a formula, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=text or None)
    if cell.data_type != "n":
        cell.data_type = "s"
    return cell
