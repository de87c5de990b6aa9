"""A form in one language, as the pages read it: compact JSON, the same bytes for the same input. docs/forms.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake_forms.model import GROUPS, SEALS, Choice, Form, Forms, Question, Screen, Section

Translate = Callable[[str], str]  # English to the language; raises where a translation is missing


@dataclass(frozen=True)
class Controls:
    """In the form's language: sentences by key, and the months from January on."""

    words: dict[str, str]
    months: list[str]


def compile_form(form: Form, forms: Forms, translate: Translate, day: date, controls: Controls | None = None) -> bytes:
    """Choices that are not offered on `day` are left out. `controls`: what a page says around the questions."""
    compiled = {
        "id": form.id,
        "title": translate(form.title),
        "lists": {id: _choices(_offered(forms, id, day), forms, translate) for id in forms.lists_of(form)},
        "sections": [_section(section, translate) for section in form.sections],
    }
    if controls:
        compiled |= {"words": controls.words, "months": controls.months}
    return json.dumps(compiled, ensure_ascii=False, separators=(",", ":")).encode()


def _offered(forms: Forms, id: str, day: date) -> list[Choice]:
    return [one for one in forms.lists[id].choices if one.offered(day.isoformat())]


def _choices(choices: list[Choice], forms: Forms, translate: Translate) -> list[list[Any]]:
    """Each with its heading only where that is another than the one before it: said once, it costs a line less."""
    found, before = [], ""
    for choice in choices:
        heading = forms.lists[GROUPS].label(choice.group) if choice.group else None
        whole = [choice.id, translate(choice.label), dict(choice.columns)]
        if choice.group != before:
            whole.append(translate(heading) if heading else "")
        while not whole[-1] and len(whole) < 4:
            whole.pop()
        found.append(whole)
        before = choice.group
    return found


def _section(section: Section, translate: Translate) -> dict[str, Any]:
    return _lean(
        id=section.id,
        title=translate(section.title),
        relevant=section.relevant,
        quiet=section.quiet,
        screens=[_screen(screen, translate) for screen in section.screens],
    )


def _screen(screen: Screen, translate: Translate) -> dict[str, Any]:
    return _lean(
        title=_said(screen.title, translate),
        help=_said(screen.help, translate),
        relevant=screen.relevant,
        repeat=screen.repeat,
        repeatTitle=_said(screen.repeat_title, translate),
        questions=[_question(question, translate) for question in screen.questions],
    )


def _question(question: Question, translate: Translate) -> dict[str, Any]:
    return _lean(
        id=question.id,
        type=question.type,
        seal="" if question.seal == SEALS[0] else question.seal,
        label=translate(question.label),
        help=_said(question.help, translate),
        list="" if question.list == question.id else question.list,
        relevant=question.relevant,
        filter=question.filter,
        constraint=question.constraint,
        message=_said(question.constraint_message, translate),
    )


def _said(text: str, translate: Translate) -> str:
    return translate(text) if text else ""


def _lean(**facts: Any) -> dict[str, Any]:
    """Without what is empty. An expression that is `false` is kept."""
    return {key: value for key, value in facts.items() if value is not None and value not in ("", [], False)}
