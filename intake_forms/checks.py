"""What only a whole form or all lists together show: names that exist, ids that are there once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from intake_forms import expressions
from intake_forms.model import GROUPS, INJURIES, SITES, BadForm, ChoiceList, Form


def check(file: str, form: Form, lists: Mapping[str, ChoiceList]) -> None:
    """What only the whole form shows. Raises BadForm."""
    for kind, ids in (
        ("question", [question.id for question in form.questions()]),
        ("screen", [screen.id for screen in form.screens()]),
        ("section", [section.id for section in form.sections]),
    ):
        for id in ids:
            if ids.count(id) > 1:
                raise BadForm(file, id, f"two of one {kind} id", kind)
    for question in form.questions():
        if question.list and question.list not in lists:
            raise BadForm(file, question.id, f"no list {question.list}", "question")
        if question.type == "body" and not {SITES, INJURIES} <= set(lists):
            raise BadForm(file, question.id, f"a body question needs the lists {SITES} and {INJURIES}", "question")
        if (question.constraint is None) != (question.constraint_message == ""):
            raise BadForm(file, question.id, "a constraint and its message go together", "question")
        known = (
            {column for choice in lists[question.list].choices for column in choice.columns} if question.list else set()
        )
        for column in sorted(expressions.looks_at(question.filter, "column") - known):
            raise BadForm(file, question.id, f"filter: no choice of {question.list} has a column {column}", "question")
    _check_names(file, form)
    _check_repeats(file, form)


def check_together(forms: Iterable[tuple[str, Form]]) -> None:
    """By file. What several forms ask under one id is one answer: it has one meaning, and one circle of readers.

    Raises BadForm.
    """
    asked: dict[str, tuple[str, tuple[str, ...]]] = {}
    for file, form in forms:
        for screen in form.screens():
            for one in screen.questions:
                here = (one.seal, one.type, one.list, screen.repeat)
                first, there = asked.setdefault(one.id, (form.id, here))
                for name, ours, theirs in zip(("seal", "type", "list", "repeat"), here, there, strict=True):
                    if ours != theirs:
                        fact = f"the form {first} asks it too, with {name} {theirs or 'none'}: give it another id"
                        raise BadForm(file, one.id, fact, "question")


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
    asked = [("section", section.id, "", section.relevant) for section in form.sections]
    for screen in form.screens():
        asked.append(("screen", screen.id, screen.repeat, screen.relevant))
        for question in screen.questions:
            asked += [
                ("question", question.id, screen.repeat, one)
                for one in (question.relevant, question.filter, question.constraint)
            ]
    for kind, id, repeat, expression in asked:
        for name in sorted(expressions.named(expression)):
            if name not in home:
                raise BadForm(file, id, f"${{{name}}} is no question of this form", kind)
            if home[name] not in ("", repeat):
                raise BadForm(
                    file, id, f"${{{name}}} is asked in the repeat {home[name]}, which this is no part of", kind
                )


def _check_repeats(file: str, form: Form) -> None:
    """The screens of a repeat stand together, in one section."""
    seen: set[str] = set()
    for section in form.sections:
        last = ""
        for screen in section.screens:
            if screen.repeat and screen.repeat != last and screen.repeat in seen:
                raise BadForm(file, screen.id, f"the screens of {screen.repeat} do not stand together", "screen")
            seen.add(screen.repeat)
            last = screen.repeat
