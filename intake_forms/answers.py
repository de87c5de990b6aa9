"""Which questions a form asks given what was answered, what is odd in the answers, and how a reader sees them.

The twin of the first part is ts/answers.ts; tests/vectors/forms.json holds both to one meaning (docs/forms.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from intake_forms.approx import BadTime, parse_time
from intake_forms.expressions import Scope, truth
from intake_forms.model import (
    FORM_KEY,
    INJURIES,
    MANIFEST_KEY,
    SITES,
    WITHOUT_ANSWER,
    Choice,
    Form,
    Forms,
    Question,
    Screen,
    Section,
)

Answers = Mapping[str, str]  # by id, in a repeat REPEAT.N.ID; an empty answer is none
SIDES: Final = ("left", "right", "both", "none")


@dataclass(frozen=True)
class Step:
    """A screen as it comes in a section; `row` counts from 1 in a repeat, else 0."""

    screen: Screen
    row: int

    def key(self, id: str) -> str:
        return f"{self.screen.repeat}.{self.row}.{id}" if self.row else id


def _scope(answers: Answers, step: Step | None = None, text: str = "") -> Scope:
    def answer(id: str) -> str:
        own = answers.get(step.key(id)) if step and step.row else None
        return own if own is not None else answers.get(id, "")

    return Scope(answer, text)


def rows_of(repeat: str, answers: Answers) -> int:
    """How many rows of a repeat there are: the number of the last that holds an answer."""
    rows = [key.split(".")[1] for key in answers if re.fullmatch(rf"{repeat}\.[1-9][0-9]?\.[a-z0-9_]+", key)]
    return max((int(row) for row in rows), default=0)


def shown_sections(form: Form, answers: Answers) -> list[Section]:
    return [one for one in form.sections if truth(one.relevant, _scope(answers)) and steps_of(one, answers)]


def steps_of(section: Section, answers: Answers) -> list[Step]:
    """The screens that ask something; those of a repeat once for each row, and at least once."""
    steps = []
    for repeat, group in groupby(enumerate(section.screens), key=lambda one: one[1].repeat or str(one[0])):
        screens = [screen for _, screen in group]
        repeated = screens[0].repeat != ""
        rows = range(1, max(1, rows_of(repeat, answers)) + 1) if repeated else (0,)
        steps += [
            step
            for row in rows
            for step in (Step(screen, row) for screen in screens)
            if truth(step.screen.relevant, _scope(answers, step)) and shown_questions(step, answers)
        ]
    return steps


def shown_questions(step: Step, answers: Answers) -> list[Question]:
    return [one for one in step.screen.questions if truth(one.relevant, _scope(answers, step))]


def shown(form: Form, answers: Answers) -> Iterator[tuple[Section, Step, Question]]:
    """Everything that is asked, in the order of the page."""
    for section in shown_sections(form, answers):
        for step in steps_of(section, answers):
            for question in shown_questions(step, answers):
                yield section, step, question


def choices_of(forms: Forms, question: Question, step: Step, answers: Answers) -> list[Choice]:
    """The choices that the question's filter lets through, of all days."""
    found = forms.lists[question.list].choices if question.list else ()
    answer = _scope(answers, step).answer
    return [
        one
        for one in found
        if truth(question.filter, Scope(answer, column=lambda name, one=one: one.columns.get(name, "")))  # type: ignore[misc]
    ]


Oddity = Literal["not_of_this_form", "not_asked", "not_of_its_type", "constraint"]


@dataclass(frozen=True)
class Finding:
    """Something odd in an answer. It refuses nothing: a reader sees it, and may ask."""

    key: str
    what: Oddity
    message: str = ""


def findings(forms: Forms, form: Form, answers: Answers) -> list[Finding]:
    asked = {step.key(question.id): (step, question) for _, step, question in shown(form, answers)}
    known = {question.id for question in form.questions()}
    found = []
    for key, text in answers.items():
        if key in (FORM_KEY, MANIFEST_KEY):
            continue
        if key not in asked:
            found.append(Finding(key, "not_asked" if key.split(".")[-1] in known else "not_of_this_form"))
            continue
        step, question = asked[key]
        if not well_formed(forms, question, text):
            found.append(Finding(key, "not_of_its_type"))
        elif not truth(question.constraint, _scope(answers, step, text)):
            found.append(Finding(key, "constraint", question.constraint_message))
    return found


def well_formed(forms: Forms, question: Question, text: str) -> bool:
    """Whether the text is one that the type allows."""
    if text == "":
        return False
    if question.type in ("one", "many", "yesno") and text in WITHOUT_ANSWER:
        return True
    if question.type == "yesno":
        return text in ("yes", "no")
    if question.type in ("one", "many"):
        order = [choice.id for choice in forms.lists[question.list].choices]
        chosen = text.split(" ")
        if question.type == "one":
            return text in order
        return all(one in order for one in chosen) and chosen == sorted(set(chosen), key=order.index)
    if question.type == "number":
        return re.fullmatch(r"0|[1-9][0-9]{0,5}", text) is not None
    if question.type == "when":
        try:
            parse_time(text)
        except BadTime:
            return False
        return True
    if question.type == "body":
        return all(_mark(forms, one) for one in text.split(" "))
    if question.type == "file":
        return re.fullmatch(r"[0-9a-f]{32}( [0-9a-f]{32})*", text) is not None
    if question.type in ("text", "place"):
        return "\n" not in text
    return question.type == "long"


def _mark(forms: Forms, text: str) -> bool:
    site, *rest = text.split(".")
    if len(rest) != 3 or forms.lists[SITES].label(site) is None:
        return False
    side, injury, seen = rest
    return (
        side in SIDES
        and (injury == "-" or forms.lists[INJURIES].label(injury) is not None)
        and seen in ("yes", "no", "-")
    )


def sealed(form: Form, answers: Answers) -> dict[str, dict[str, str]]:
    """Every answer to a question that is shown, by who may open it; rows of a repeat counted without gaps."""
    streams: dict[str, dict[str, str]] = {"account": {}, "identity": {}, "intake": {}}
    rows: dict[tuple[str, int], int] = {}
    for _, step, question in shown(form, answers):
        text = answers.get(step.key(question.id), "")
        if not text:
            continue
        repeat = step.screen.repeat
        row = rows.setdefault((repeat, step.row), 1 + sum(one == repeat for one, _ in rows)) if step.row else 0
        streams[question.seal][Step(step.screen, row).key(question.id)] = text
    return streams
