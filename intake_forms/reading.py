"""How a reader sees answers: section, question and value in words, in the order of the form. Nothing is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from intake_forms.answers import Answers, shown
from intake_forms.approx import BadTime, parse_time
from intake_forms.model import FORM_KEY, INJURIES, SITES, Form, Forms, Question

Translate = Callable[[str], str]
SayDay = Callable[[str], str]  # a day, given as 2026-05-01, as the reader writes it

# What the types add to the lists, and the parts of a mark that no list holds.
WORDS: Final = {
    "yes": "Yes",
    "no": "No",
    "dont_know": "I do not know",
    "prefer_not": "I prefer not to say",
    "left": "left",
    "right": "right",
    "both": "both sides",
    "seen": "still to be seen",
    "not_seen": "no longer to be seen",
    "never": "It did not happen, or not yet",
    "no_zone": "no zone known",
    "exact": "exact",
    "hour": "hour",
    "part_of_day": "part of day",
    "day": "day",
    "week": "week",
    "month": "month",
    "season": "season",
    "year": "year",
}


@dataclass(frozen=True)
class Read:
    """`section` is empty, and the label is the key, for an answer that the form, as it was answered, did not ask."""

    section: str
    label: str
    value: str
    key: str
    row: int = 0  # of a repeat, from 1


def read_answers(forms: Forms, form: Form, answers: Answers, say: Translate = str, say_day: SayDay = str) -> list[Read]:
    """`say` translates both the form's sentences and WORDS."""
    found, seen = [], {FORM_KEY}
    for section, step, question in shown(form, answers):
        key = step.key(question.id)
        if answers.get(key):
            seen.add(key)
            value = shown_value(forms, question, answers[key], say, say_day)
            found.append(Read(say(section.title), say(question.label), value, key, step.row))
    return found + [Read("", key, text, key) for key, text in answers.items() if key not in seen]


def shown_value(forms: Forms, question: Question, text: str, say: Translate = str, say_day: SayDay = str) -> str:
    """In words; what is not of the question's type stays as it was written."""
    if question.type in ("one", "many", "yesno"):
        return "; ".join(_choice(forms, question, one, say) for one in text.split(" "))
    if question.type == "when":
        return shown_time(text, say, say_day)
    if question.type == "body":
        return "; ".join(_mark(forms, one, say) for one in text.split(" "))
    return text


def _choice(forms: Forms, question: Question, id: str, say: Translate) -> str:
    label = forms.lists[question.list].label(id) if question.list else None
    return say(label or WORDS[id]) if label or id in WORDS else id


def _mark(forms: Forms, text: str, say: Translate) -> str:
    parts = text.split(".")
    if len(parts) != 4:
        return text
    site, side, injury, seen = parts
    words = [
        forms.lists[SITES].label(site) or site,
        WORDS.get(side, ""),
        "" if injury == "-" else forms.lists[INJURIES].label(injury) or injury,
        {"yes": WORDS["seen"], "no": WORDS["not_seen"]}.get(seen, ""),
    ]
    return ", ".join(say(one) for one in words if one)


def shown_time(text: str, say: Translate = str, say_day: SayDay = str) -> str:
    """`2026-05-01 00:00 – 06:00 (part of day, Asia/Bishkek): around dusk`."""
    try:
        time = parse_time(text)
    except BadTime:
        return text
    if time.never:
        return say(WORDS["never"])
    if time.earliest is None:
        return time.words
    first, last = text.split(" ")[0].replace("T", " ").split("/")
    begins, ends = (say_day(at[:10]) + at[10:] for at in (first, last))
    until = last[11:] if first[:10] == last[:10] else ends
    span = begins if first == last else f"{begins} – {until}"
    how = f"{say(WORDS[str(time.precision)])}, {time.zone or say(WORDS['no_zone'])}"
    return f"{span} ({how})" + (f": {time.words}" if time.words else "")
