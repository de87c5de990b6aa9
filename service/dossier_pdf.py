"""A dossier on paper: for a court, a lawyer, a body of the United Nations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from intake_forms.reading import SayDay
from service.differences import day_text
from service.dossier import Dossier, Part
from service.dossier_words import say_day_in
from service.pdf import Sheet

SIZE: Final = 11


def print_dossier(
    one: Dossier, code: str, made: date, words: Mapping[str, str], role_names: Mapping[str, str], kinds: Sequence[str]
) -> bytes:
    """`words`: the fixed sentences of the paper, by key. Days are written as in `code`, the language of the paper."""
    say_day = say_day_in(code)
    sheet = Sheet(code, words["title"], made, SIZE)
    sheet.set_auto_page_break(True, 22)
    sheet.add_page()
    sheet.write_text(words["title"], 18, "B")
    sheet.ln(2)
    facts = [
        (words["case"], one.case),
        (words["for"], words[one.scope]),
        (words["consent"], f"{words[one.level]} ({say_day(day_text(one.allowed))})"),
        *([(words["agreed"], say_day(day_text(one.agreed)))] if one.agreed is not None else []),
        (words["made"], say_day(made.isoformat())),
        (words["state"], words[f"state {one.state}"]),
    ]
    for label, value in facts:
        sheet.write_text(label, 9, "B")
        sheet.write_text(value)
    sheet.ln(2)
    sheet.write_text(words["what"], 9)
    for part in one.parts:
        _print_part(sheet, part, kinds[part.kind], words, say_day)
    if one.steps:
        sheet.ln(4)
        sheet.write_text(words["history"], 14, "B")
        for seq, day, kind, role in one.steps:
            sheet.write_text(f"{seq}. {say_day(day_text(day))} {kind}, {role_names.get(role, '')}", 9)
        sheet.write_text(f"{words['head']} {one.head}", 8)
    return bytes(sheet.output())


def _print_part(sheet: Sheet, part: Part, kind: str, words: Mapping[str, str], say_day: SayDay) -> None:
    sheet.ln(4)
    sheet.write_text(f"{kind}, {say_day(day_text(part.day))}", 14, "B")
    section = ""
    for line in part.lines:
        heading = f"{line.section} {line.row}" if line.row else line.section
        if heading != section:
            section = heading
            sheet.ln(2)
            sheet.write_text(section, 12, "B")
        if line.label:
            sheet.write_text(line.label, 9, "B")
        sheet.write_text(line.value)
        sheet.ln(1)
    if part.files:
        sheet.ln(2)
        sheet.write_text(words["files"], 12, "B")
    for n, one in enumerate(part.files, 1):
        what = f"{one.what}: " if one.what else ""
        sheet.write_text(f"{n}. {what}{one.out.type}, {one.out.size} B, SHA-256 {one.out.sha256}", 9)
        if one.out.copy_of:
            sheet.write_text(f"{words['copy_of']} {one.out.copy_of}", 9)
