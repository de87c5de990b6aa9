"""The forms in every language: no sentence missing, none stale, none left in English, none that hurts."""

from __future__ import annotations

import re

import pytest

from intake_forms.read import read_forms
from intake_forms.words import LANGUAGES, FormWords, sentences
from service.instance import LANGUAGES as OF_PAGES
from service.site.words import Words
from tests.unit.test_site_words import NEVER

FORMS = read_forms()
ENGLISH = [text for _, text in sentences(FORMS)]
# as they are said everywhere
KEPT = {"LGBTI", "UNHCR", "IVS", "SIZO", "KNB", "GKNB", "AFM", "GAI", "NPM"}


def test_the_languages_are_those_of_the_pages() -> None:
    assert {*LANGUAGES, "en"} == set(OF_PAGES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_sentence_is_missing_and_none_is_stale(code: str) -> None:
    words = FormWords(code)
    assert words.missing(FORMS) == []
    assert words.stale(FORMS) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_english_is_left(code: str) -> None:
    said = [FormWords(code).translate(text) for text in ENGLISH]
    if code == "uz-Latn":  # the same letters
        same = {text for text, own in zip(ENGLISH, said, strict=True) if text == own}
        assert same <= {"LGBTI", "Migrant", "Ombudsman", "Bishkek", "Dushanbe"}
    else:
        assert {word for text in said for word in re.findall("[A-Za-z]+", text)} <= KEPT


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_hurts(code: str) -> None:
    for text in ENGLISH:
        if "itizen" in text:  # whose passport somebody has; nobody is addressed so
            continue
        assert not re.search(NEVER[code], FormWords(code).translate(text), re.IGNORECASE), text


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_button_that_a_form_names_is_called_so_on_the_page(code: str) -> None:
    (text,) = (one for one in ENGLISH if "“I already have a code”" in one)
    assert Words(code).gettext("I already have a code") in FormWords(code).translate(text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_choices_of_one_list_are_told_apart(code: str) -> None:
    words = FormWords(code)
    for one in FORMS.lists.values():
        if one.id in {question.list for form in FORMS.forms.values() for question in form.questions()}:
            for columns in {tuple(sorted(choice.columns.items())) for choice in one.choices}:
                said = [
                    words.translate(choice.label)
                    for choice in one.choices
                    if tuple(sorted(choice.columns.items())) == columns
                ]
                assert len(said) == len(set(said)), (one.id, [text for text in said if said.count(text) > 1])
