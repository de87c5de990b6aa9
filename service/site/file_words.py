"""The sentences of the part that handles files, with the questions of the forms that a file can answer."""

from __future__ import annotations

from typing import Final

from intake_forms.model import Forms, Question
from intake_forms.words import FormWords
from service.site.script_words import EVIDENCE
from service.site.words import Words

ANY: Final = "files"  # the question that every file answers: on the page "something else"


def file_questions(forms: Forms) -> list[tuple[str, Question]]:
    """With the form that asks; a question that several forms have, once."""
    found: dict[str, tuple[str, Question]] = {}
    for form in forms.forms.values():
        for question in form.questions():
            if question.type == "file" and question.id != ANY:
                found.setdefault(question.id, (form.id, question))
    return list(found.values())


def evidence_words(words: Words, questions: list[tuple[str, Question]], form_words: FormWords) -> dict[str, str]:
    """By key. `file_questions` names them as ID:SEAL:FORM, and `file_ID` is what each asks for."""
    return {
        **{key: words.gettext(text) for key, text in EVIDENCE.items()},
        "file_questions": " ".join(f"{question.id}:{question.seal}:{form}" for form, question in questions),
        **{f"file_{question.id}": form_words.translate(question.label) for _, question in questions},
    }
