"""A form as it is read: what docs/forms.md says of sections, screens, questions and lists, in English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# A compiled expression: a text, a number, or an array that begins with the operation's name.
Expression = Any

TYPES: Final = ("text", "long", "one", "many", "yesno", "number", "when", "place", "body", "file")
SEALS: Final = ("account", "identity", "intake")
WITHOUT_ANSWER: Final = ("dont_know", "prefer_not")
FORM_KEY: Final = "form"  # the answer that says which form it was
MANIFEST_KEY: Final = "evidence_list"  # the answer that holds files which are sealed apart (crypto/SPEC.md 6.3)
GROUPS: Final = "groups"  # the list of headings
SITES: Final = "body_site"
INJURIES: Final = "injury"


class BadForm(ValueError):
    """A form or list that cannot be used: which file, which id, and what is wrong with it. Mend the file."""

    def __init__(self, file: str, id: str, fact: str, kind: str = "") -> None:
        super().__init__(f"{file}: {id}: {fact}" if id else f"{file}: {fact}")
        self.file, self.id, self.fact = file, id, fact
        self.kind = kind  # question, screen, section; or empty: a choice, LIST/CHOICE, or a list


@dataclass(frozen=True)
class Choice:
    id: str
    label: str
    columns: Mapping[str, str] = field(default_factory=dict)  # for filters
    first: str = ""  # the days on which it is offered, 2026-05-01; empty: no bound
    until: str = ""
    draft: bool = False  # not confirmed by local counsel
    source: str = ""
    group: str = ""  # a choice of the list `groups`

    def offered(self, day: str) -> bool:
        return (not self.first or self.first <= day) and (not self.until or day <= self.until)


@dataclass(frozen=True)
class ChoiceList:
    id: str
    choices: tuple[Choice, ...]

    def label(self, id: str) -> str | None:
        return next((one.label for one in self.choices if one.id == id), None)


@dataclass(frozen=True)
class Question:
    id: str
    type: str
    label: str
    seal: str = "account"
    help: str = ""
    list: str = ""
    relevant: Expression = None  # None: always
    filter: Expression = None
    constraint: Expression = None
    constraint_message: str = ""
    evidence: bool = False


@dataclass(frozen=True)
class Screen:
    id: str
    questions: tuple[Question, ...]
    title: str = ""
    help: str = ""
    relevant: Expression = None
    repeat: str = ""
    repeat_title: str = ""


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    screens: tuple[Screen, ...]
    relevant: Expression = None
    quiet: bool = False


@dataclass(frozen=True)
class Form:
    id: str
    title: str
    sections: tuple[Section, ...]

    def screens(self) -> Iterator[Screen]:
        for section in self.sections:
            yield from section.screens

    def questions(self) -> Iterator[Question]:
        for screen in self.screens():
            yield from screen.questions

    def repeats(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(screen.repeat for screen in self.screens() if screen.repeat))


@dataclass(frozen=True)
class Forms:
    """Every form and list of an instance."""

    forms: Mapping[str, Form]
    lists: Mapping[str, ChoiceList]

    def lists_of(self, form: Form) -> tuple[str, ...]:
        """The ids of the lists that its questions need, in their order."""
        found = dict.fromkeys(question.list for question in form.questions() if question.list)
        if any(question.type == "body" for question in form.questions()):
            found |= dict.fromkeys((SITES, INJURIES))
        return tuple(found)
