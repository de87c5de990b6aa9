"""Of every form, what goes to another body is decided section by section, and question by question where words name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from intake_forms.read import read_forms
from service.dossier import ABOUT_THE_PERSON, ASKED_ABOUT_THE_PERSON, NEVER, NEVER_ASKED, OWN_WORDS

# Somebody has read each of these and found that it says what happened, and not who the person is. A new section or
# question stands here, or in one of the lists of service/dossier.py and its twin, before a form can have it.
GOES: Final = {
    *("account", "where", "safeguards", "methods_", "sexual_", "injuries_", "medical", "perpetrators", "evidence_"),
    *("statement", "complaints", "now", "missing_", "death_", "return_who", "return_why"),
    *("cp_place", "cp_how", "cp_visits"),
}
WORDS_THAT_GO: Final = {
    *("said_to_you", "room_detail", "objects", "positions", "duration", "sexual_words", "official_explanation"),
    *("p_name", "p_nick", "p_rank", "p_badge", "p_vehicle", "p_look", "p_speech", "p_unit", "files", "c_reason_given"),
    *("m_by", "m_said", "ms_forces", "ms_steps", "de_marks", "rt_to_country", "cp_register_problems"),
}
DESK: Final = Path(__file__).resolve().parents[2] / "service" / "web" / "locales"
NAMES: Final = {"text", "long", "file"}  # types whose answer can name somebody
SECTIONS: Final = [(form.id, section) for form in read_forms(None).forms.values() for section in form.sections]
QUESTIONS: Final = [
    (section.id, question) for _, section in SECTIONS for screen in section.screens for question in screen.questions
]


def test_every_section_of_every_form_has_a_verdict() -> None:
    verdicts = (GOES, NEVER, ABOUT_THE_PERSON)
    assert {
        (form, section.id): sum(section.id in one for one in verdicts)
        for form, section in SECTIONS
        if sum(section.id in one for one in verdicts) != 1
    } == {}
    assert {one for verdict in verdicts for one in verdict} <= {section.id for _, section in SECTIONS}


def test_every_question_whose_answer_can_name_somebody_has_a_verdict() -> None:
    verdicts = (WORDS_THAT_GO, NEVER_ASKED, ASKED_ABOUT_THE_PERSON, OWN_WORDS)
    named = {
        question.id
        for section, question in QUESTIONS
        if question.type in NAMES and question.seal == "account" and section in GOES
    }
    assert {id for id in named if sum(id in one for one in verdicts) != 1} == set()
    assert named >= WORDS_THAT_GO
    assert "safe_now" in NEVER_ASKED, "whether the person is in danger is between them and us"
    assert {question.id for _, question in QUESTIONS} >= NEVER_ASKED | ASKED_ABOUT_THE_PERSON


def test_a_persons_own_words_are_asked_for_by_a_form_and_have_a_name_at_the_desk() -> None:
    asked = {question.id: section for section, question in QUESTIONS}
    assert {one: asked.get(one) for one in OWN_WORDS} == OWN_WORDS
    for language in ("en", "ru"):
        words = json.loads((DESK / f"desk.{language}.json").read_text("utf-8"))
        assert {f"answer.{one}" for one in OWN_WORDS} <= words.keys()
