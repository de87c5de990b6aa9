"""A form in one language, as the pages read it: compact JSON, the same bytes for the same input. docs/forms.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from intake_forms.model import GROUPS, SEALS, Choice, Expression, Form, Forms, Question, Screen, Section

Translate = Callable[[str], str]  # English to the language; raises where a translation is missing


@dataclass(frozen=True)
class Controls:
    """In the form's language: sentences by key, and the months from January on."""

    words: dict[str, str]
    months: list[str]


def compile_form(form: Form, forms: Forms, translate: Translate, day: date, controls: Controls | None = None) -> bytes:
    """Choices that are not offered on `day` are left out. `controls`: what a page says around the questions."""
    texts = Texts(translate)
    compiled: dict[str, Any] = {
        "id": form.id,
        "title": texts.say(form.title),
        "lists": {id: _runs(_offered(forms, id, day), forms, texts) for id in forms.lists_of(form)},
        "sections": [_section(section, texts) for section in form.sections],
    }
    if controls:
        compiled |= {"words": " ".join(controls.words)}
        for text in (*controls.words.values(), *controls.months):
            texts.add(text)
    compiled["texts"] = texts.said
    return json.dumps(compiled, ensure_ascii=False, separators=(",", ":")).encode()


class Texts:
    """The form's texts one after the other, apart from what is the same in all languages: that packs smaller.

    In its place each leaves a 0; intake_forms/ts/compiled.ts puts them back, in the order in which they were said.
    """

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self.said: list[str] = []

    def say(self, text: str) -> int | None:
        """None for no text."""
        if not text:
            return None
        return self.add(self._translate(text))

    def add(self, translated: str) -> int:
        self.said.append(translated)
        return 0


def _offered(forms: Forms, id: str, day: date) -> list[Choice]:
    return [one for one in forms.lists[id].choices if one.offered(day.isoformat())]


def _runs(choices: list[Choice], forms: Forms, texts: Texts) -> list[list[Any]]:
    """Ids, joined by a space, of neighbours with the same columns and heading; then these, where there are any."""
    found = []
    for (columns, group), run in groupby(choices, lambda one: (dict(one.columns), one.group)):
        members = list(run)
        heading = texts.say(forms.lists[GROUPS].label(group) or "" if group else "")
        for one in members:
            texts.say(one.label)
        ids = " ".join(one.id for one in members)
        found.append(
            [ids] if heading is None and not columns else [ids, columns] if heading is None else [ids, columns, heading]
        )
    return found


def _section(section: Section, texts: Texts) -> dict[str, Any]:
    return _lean(
        id=section.id,
        title=texts.say(section.title),
        relevant=_rule(section.relevant),
        quiet=section.quiet,
        screens=[_screen(screen, texts) for screen in section.screens],
    )


def _screen(screen: Screen, texts: Texts) -> dict[str, Any]:
    return _lean(
        title=texts.say(screen.title),
        help=texts.say(screen.help),
        relevant=_rule(screen.relevant),
        repeat=screen.repeat,
        repeatTitle=texts.say(screen.repeat_title),
        questions=[_question(question, texts) for question in screen.questions],
    )


def _question(question: Question, texts: Texts) -> dict[str, Any]:
    """Every question has a label: the first of its texts, without a place of its own."""
    texts.say(question.label)
    return _lean(
        id=question.id,
        type=question.type,
        seal="" if question.seal == SEALS[0] else question.seal,
        help=texts.say(question.help),
        list="" if question.list == question.id else question.list,
        relevant=_rule(question.relevant),
        filter=_rule(question.filter),
        constraint=_rule(question.constraint),
        message=texts.say(question.constraint_message),
    )


def _rule(expression: Expression) -> Expression:
    """A constant that is false becomes an operation: what is empty is left out, and a 0 stands for a text."""
    return ["false"] if expression in ("", 0) else expression


def _lean(**facts: Any) -> dict[str, Any]:
    """Without what is empty. An expression that is `false` is kept, and so is the 0 in a text's place."""
    return {
        key: value for key, value in facts.items() if value is not None and value is not False and value not in ("", [])
    }
