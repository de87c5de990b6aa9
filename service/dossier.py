"""What of a case may leave for one body: what the person allowed it, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crypto.account import Content
from crypto.case import OpenedCase
from crypto.encoding import Day
from crypto.entry import message_count
from crypto.keyring import Former, Member
from crypto.message import OpenedMessage
from crypto.workflow import SAFETY_HOLD, STATE_NAMES, WITHDRAWN
from intake_forms.answers import shown
from intake_forms.model import FORM_KEY, Forms
from intake_forms.reading import SayDay, Translate, shown_value
from service.consent import AGAIN, ASK, ASKING, COOLING_DAYS, DAYS, FACTS, OPEN, WHOLE, Consent, consent_for
from service.custody import Outgoing, outgoing
from service.differences import day_text
from service.message_files import question_of

# By the question of the form that asks whether they may have it: consent_COURT.
SCOPES: Final = (
    *("lawyer_ngo", "medic", "npm", "ombudsman", "prosecutor", "court", "un_sp", "cat_or_hrc", "diplomatic", "media"),
)
# What a wider answer still lacks (SPEC 5.13), in words.
LACKING: Final = {
    OPEN: "nobody has opened that message at the desk yet",
    ASKING: f"ask the person in the mailbox first; it counts {COOLING_DAYS} days after that",
    DAYS: "it counts from {day} on, unless they allow less before",
    AGAIN: "an answer that allows less came along with it, and which came last is not known; ask, and export it again",
}
# What is between the person and us, and what would endanger: never, whatever was allowed.
NEVER: Final = frozenset({"risk", "wishes_", "consent", "reply", "reprisal_"})
# Who the person is, as far as it stands in the account: only where the person allowed that too.
ABOUT_THE_PERSON: Final = frozenset({"start", "person", "witnesses"})
# The same of single questions in sections that go else, by their ids. The twin is service/web/src/desk-paper.ts.
NEVER_ASKED: Final = frozenset({"safe_now", "m_needs", "rt_consent_un_now", "cp_want_visit", "cp_never_say_from_us"})
ASKED_ABOUT_THE_PERSON: Final = frozenset(
    {"urgent", "ip_report", "c_ref"}
    | {"m_person", "ms_last_contact"}
    | {"rt_person", "rt_how_known", "rt_decision_docs", "rt_nationality", "rt_unhcr_ref", "rt_others_returned"}
    | {"rt_health", "rt_children", "cp_reporter_role", "cp_inside_now"}
)
# Where nothing goes to anybody, whatever was allowed before.
STOPPED: Final = {
    SAFETY_HOLD: "the case rests, as the person asked or as one of us saw danger: nothing leaves while it does",
    WITHDRAWN: "the person took the complaint back: nothing leaves",
}
Leaving = Mapping[str, tuple[Outgoing, ...]]  # by the upload id in hex

OWN_WORDS: Final = {"story": "account", "file_note": "evidence_"}  # answers of the page itself


class NotAllowed(Exception):
    """The person has not allowed it; the words say what was answered."""


@dataclass(frozen=True)
class Line:
    section: str
    label: str
    value: str = field(repr=False)
    row: int = 0


@dataclass(frozen=True)
class PartFile:
    out: Outgoing = field(repr=False)
    what: str  # the question that it answers, in words; empty where the person did not say


@dataclass(frozen=True)
class Part:
    """One message of the person, as far as it may be read there."""

    kind: int
    day: Day
    language: str
    lines: tuple[Line, ...] = field(repr=False)
    files: tuple[PartFile, ...] = field(repr=False)


@dataclass(frozen=True)
class Dossier:
    case: str
    scope: str
    level: str  # what the person allows them today
    allowed: Day  # of the newest message that says so
    agreed: Day | None  # where the person wanted to be asked each time: the day of the yes
    parts: tuple[Part, ...]
    state: str
    steps: tuple[tuple[int, Day, str, str], ...]  # number, day, kind, role
    head: str  # the link that vouches for all steps before it


def check_allowed(consent: Consent, agreed: Day | None) -> None:
    """Raises NotAllowed. `agreed`: where the person wants to be asked each time, the day of the yes."""
    if consent.level in (FACTS, WHOLE) or (consent.level == ASK and agreed is not None):
        return
    why = ["the person wants to be asked each time: ask, then give the day of the answer"] * (consent.level == ASK)
    for wait in consent.waits[:1]:
        lacking = LACKING[wait.lacks].format(day=day_text(wait.until))
        why.append(f"what the person allowed them later does not count yet: {lacking}")
    raise NotAllowed("; ".join(why) or "the person has not allowed that this body gets anything")


def make_dossier(
    opened: OpenedCase,
    forms: Forms,
    say: Translate,
    scope: str,
    agreed: Day | None,
    kinds: Mapping[int, str],
    say_day: SayDay = str,
) -> Dossier:
    """Raises NotAllowed. `kinds`: entries of the chain in words; `say_day`: of the days in answers."""
    if opened.chain.state in STOPPED:
        raise NotAllowed(STOPPED[opened.chain.state])
    if any(message_count(entry.messages) > len(opened.messages) for entry in opened.chain.entries):
        raise NotAllowed(
            "a message that members signed for is not in this file: in it the person may have taken it back"
        )
    consent = consent_for(opened, scope)
    check_allowed(consent, agreed)
    whole = consent.level == WHOLE
    body = opened.keyring.body
    everyone: list[Member | Former] = [*body.members, *body.formers]
    roles = {one.id: one.role for one in everyone}
    steps = [
        (entry.seq, entry.day, kinds[entry.kind], str(roles.get(entry.actor, 0)))
        for entry in opened.chain.entries
        if entry.seq not in (*opened.chain.void, *opened.chain.unconfirmed)
    ]
    leaving = outgoing(opened)
    parts = [_part(message, forms, say, say_day, whole, leaving) for message in opened.messages]
    return Dossier(
        opened.cid.hex(),
        scope,
        consent.level,
        opened.messages[consent.at].account.content.day,
        agreed,
        tuple(one for one in parts if one.lines or one.files),
        STATE_NAMES[opened.chain.state],
        tuple(steps),
        opened.chain.head.hex(),
    )


def _part(message: OpenedMessage, forms: Forms, say: Translate, say_day: SayDay, whole: bool, leaving: Leaving) -> Part:
    content = message.account.content
    left = NEVER if whole else NEVER | ABOUT_THE_PERSON
    left_out = NEVER_ASKED if whole else NEVER_ASKED | ASKED_ABOUT_THE_PERSON
    answers = dict(content.answers)
    lines: list[Line] = []
    told: set[str] = set()  # what is asked later may hang on them
    named = [one for one in answers.get(FORM_KEY, "").split(" ") if one in forms.forms] or ["main"]
    for form in (forms.forms[one] for one in named):
        for section, step, question in shown(form, answers):
            key = step.key(question.id)
            goes = section.id not in left and question.id not in left_out and question.seal == "account"
            if goes and question.type != "file" and answers.get(key) and key not in told:
                told.add(key)
                value = shown_value(forms, question, answers[key], say, say_day)
                lines.append(Line(say(section.title), say(question.label), value, step.row))
    titles = {section.id: section.title for section in forms.forms["main"].sections}
    for key, section_id in OWN_WORDS.items():
        if answers.get(key) and key not in told:
            lines.insert(0, Line(say(titles[section_id]), "", answers[key]))
    files = _files(content, forms, say, left | left_out, leaving)
    return Part(content.kind, content.day, content.language, tuple(lines), files)


def _files(
    content: Content, forms: Forms, say: Translate, left: frozenset[str], leaving: Leaving
) -> tuple[PartFile, ...]:
    """What every reader opens. A file that is sealed with the identity, or for intake alone, is in no account.

    A paper that says who the person is (`left`: sections and questions) goes as the copies that were chosen, or not;
    what is for us alone does not go as a copy either.
    """
    asked = {
        question.id: (section.id, question.label)
        for form in forms.forms.values()
        for section in form.sections
        for screen in section.screens
        for question in screen.questions
        if question.type == "file"
    }
    found = []
    for one in content.evidence:
        question = question_of(one, content.answers)
        section, label = asked.get(question, ("", ""))
        for out in leaving[one.upload_id.hex()]:
            if question not in NEVER_ASKED and section not in left and (question not in left or out.copy_of):
                found.append(PartFile(out, say(label) if label else ""))
    return tuple(found)


def file_table(one: PartFile) -> dict[str, Any]:
    """`copy_of` only where it is one: the SHA-256 of the file that stays with us."""
    out = one.out
    made = {"type": out.type, "bytes": out.size, "sha256": out.sha256, "question": one.what}
    return made | ({"copy_of": out.copy_of} if out.copy_of else {})


def as_table(one: Dossier, role_names: Mapping[str, str], kinds: Sequence[str]) -> dict[str, Any]:
    """For programs of whoever gets it; keys are the format, version 1."""
    return {
        "format": 1,
        "case": one.case,
        "for": one.scope,
        "consent": {"level": one.level, "day": day_text(one.allowed)},
        "agreed": day_text(one.agreed) if one.agreed is not None else None,
        "state": one.state,
        "messages": [
            {
                "kind": kinds[part.kind],
                "day": day_text(part.day),
                "language": part.language,
                "answers": [
                    {"section": line.section, "question": line.label, "row": line.row, "answer": line.value}
                    for line in part.lines
                ],
                "files": [file_table(one) for one in part.files],
            }
            for part in one.parts
        ],
        "history": [
            {"number": seq, "day": day_text(day), "step": kind, "role": role_names.get(role, "")}
            for seq, day, kind, role in one.steps
        ],
        "history_head": one.head,
    }
