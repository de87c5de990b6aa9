"""What expressions and answers mean, by the table that the browser's twin is held to: tests/vectors/forms.json."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from intake_forms import answers, expressions
from intake_forms.checks import check, check_lists
from intake_forms.compile import compile_form
from intake_forms.expressions import BadExpression, Scope, evaluate
from intake_forms.model import Form, Forms
from intake_forms.read import read_form, read_list
from intake_forms.reading import read_answers, shown_time, shown_value

TABLE: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).resolve().parent.parent / "vectors" / "forms.json").read_text("utf-8")
)


def forms_of_table() -> Forms:
    lists = {one["id"]: read_list("forms.json", one) for one in TABLE["lists"]}
    read = [read_form("forms.json", one["source"]) for one in TABLE["forms"]]
    return Forms({one.id: one for one in read}, lists)


FORMS = forms_of_table()


def cases(part: str) -> Callable[..., Any]:
    return pytest.mark.parametrize("case", TABLE[part], ids=lambda case: case.get("name", case.get("text")))


def scope_of(case: dict[str, Any]) -> Scope:
    """As answers.py makes one, with the row named by the case."""
    given, row, columns = case.get("answers", {}), case.get("row"), case.get("columns", {})

    def answer(id: str) -> str:
        return str(given.get(f"{row}.{id}", given.get(id, "")) if row else given.get(id, ""))

    return Scope(answer, case.get("self", ""), lambda name: columns.get(name, ""))


@cases("expressions")
def test_an_expression_means_what_the_table_says(case: dict[str, Any]) -> None:
    compiled = expressions.parse(case["expression"])
    assert compiled == case["compiled"]
    assert expressions.parse(expressions.write(compiled)) == compiled
    found = evaluate(compiled, scope_of(case))
    assert found == case["value"]
    assert isinstance(found, bool) == isinstance(case["value"], bool)


@cases("errors")
def test_an_error_says_at_which_letter(case: dict[str, Any]) -> None:
    with pytest.raises(BadExpression) as caught:
        expressions.parse(case["expression"])
    assert caught.value.at == case["at"], str(caught.value)
    assert str(caught.value).startswith(f"letter {case['at']}: ")


@pytest.mark.parametrize("text", ["(" * 3000, "not(" * 200 + "${a}" + ")" * 200, "${a} and " * 500 + "${a}"])
def test_a_very_deep_or_long_expression_is_an_error_and_no_crash(text: str) -> None:
    with pytest.raises(BadExpression):
        expressions.parse(text)


@pytest.mark.parametrize("case", TABLE["forms"], ids=lambda case: case["source"]["id"])
def test_a_form_compiles_to_what_the_table_says(case: dict[str, Any]) -> None:
    form = FORMS.forms[case["source"]["id"]]
    check_lists("forms.json", FORMS.lists)
    check("forms.json", form, FORMS.lists)
    compiled = compile_form(form, FORMS, str, date.fromisoformat(case["day"]))
    assert json.loads(compiled) == case["compiled"]
    assert compiled == compile_form(form, FORMS, str, date.fromisoformat(case["day"]))


@cases("approx_times")
def test_a_time_is_one_or_is_none(case: dict[str, Any]) -> None:
    question = next(one for one in form_of({"form": "small"}).questions() if one.type == "when")
    assert answers.well_formed(FORMS, question, case["text"]) == case["valid"]
    assert shown_time(case["text"]) == case.get("shown", case["text"])


@cases("marks")
def test_a_mark_is_one_or_is_none(case: dict[str, Any]) -> None:
    question = next(one for one in form_of({"form": "small"}).questions() if one.type == "body")
    assert answers.well_formed(FORMS, question, case["text"]) == case["valid"]
    if case["valid"]:
        assert shown_value(FORMS, question, case["text"]) == case["shown"]


def form_of(case: dict[str, Any]) -> Form:
    return FORMS.forms[case["form"]]


@cases("visible")
def test_the_questions_that_are_asked(case: dict[str, Any]) -> None:
    shown = [step.key(question.id) for _, step, question in answers.shown(form_of(case), case["answers"])]
    assert shown == case["shown"]


@cases("choices")
def test_the_choices_that_are_offered(case: dict[str, Any]) -> None:
    form = form_of(case)
    screen, question = next(
        (screen, one) for screen in form.screens() for one in screen.questions if one.id == case["question"]
    )
    found = answers.choices_of(FORMS, question, answers.Step(screen, 0), case["answers"])
    assert [one.id for one in found] == case["offered"]


@cases("sealed")
def test_who_may_open_an_answer(case: dict[str, Any]) -> None:
    assert answers.sealed(form_of(case), case["answers"]) == case["streams"]


@cases("odd")
def test_what_is_odd_in_answers(case: dict[str, Any]) -> None:
    found = answers.findings(FORMS, form_of(case), case["answers"])
    assert {one.key: one.what for one in found} == case["odd"]


def test_a_reader_sees_every_answer_in_words_and_in_the_order_of_the_form() -> None:
    given = {"poem": "x", "age": "30", "episode.2.ep_agency": "police", "methods": "slap bag", "role": "relative"}
    given |= {"form": "small", "own_name": "Ayna", "country": "dont_know", "fainted": "yes"}
    read = read_answers(FORMS, FORMS.forms["small"], given)
    assert [(one.section, one.label, one.value, one.row) for one in read] == [
        ("About you", "Who are you?", "I am a relative", 0),
        ("About you", "What is your name?", "Ayna", 0),
        ("About you", "In which country?", "I do not know", 0),
        ("About you", "How old are you?", "30", 0),
        ("What happened", "Who did it?", "Police", 2),
        ("The hardest part", "Did you faint?", "Yes", 0),
        ("", "poem", "x", 0),
        ("", "methods", "slap bag", 0),
    ]
