"""Forms and lists from files: an operator's own over ours, and every refusal says which file and which id."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from intake_forms.compile import compile_form
from intake_forms.model import BadForm, Forms
from intake_forms.read import read_forms
from intake_forms.words import FormWords, FormWordsMissing, read_catalog, sentences, update, write_catalog

FORM = """
id = "own"
title = "Our form"
[[section]]
id = "one"
title = "First"
[[section.screen]]
id = "here"
[[section.screen.question]]
id = "land"
type = "one"
label = "In which land?"
list = "land"
[[section.screen.question]]
id = "why"
type = "long"
label = "Why?"
relevant = "${land} = 'sea'"
"""
LANDS = """
[[list]]
id = "land"
[[list.choice]]
id = "sea"
label = "The sea"
[[list.choice]]
id = "hill"
label = "A hill"
"""


def folder(to: Path, form: str = FORM, lists: str = LANDS, name: str = "own") -> Path:
    for part, text in (("forms", form), ("lists", lists)):
        (to / part).mkdir(exist_ok=True)
        (to / part / f"{name}.toml").write_text(text, "utf-8")
    return to


def test_an_operators_form_stands_beside_ours(tmp_path: Path) -> None:
    forms = read_forms(folder(tmp_path))
    assert forms.forms.keys() == read_forms().forms.keys() | {"own"}
    assert [question.id for question in forms.forms["own"].questions()] == ["land", "why"]


def test_an_operators_form_of_the_same_id_replaces_ours(tmp_path: Path) -> None:
    forms = read_forms(folder(tmp_path, FORM.replace('id = "own"', 'id = "minute"'), name="minute"))
    assert forms.forms["minute"].title == "Our form"


def test_headings_of_an_operator_add_to_ours(tmp_path: Path) -> None:
    lists = LANDS + 'group = "high"\n[[list]]\nid = "groups"\n[[list.choice]]\nid = "high"\nlabel = "High"\n'
    forms = read_forms(folder(tmp_path, lists=lists))
    assert forms.lists["groups"].label("high") == "High"
    assert len(forms.lists["groups"].choices) == len(read_forms().lists["groups"].choices) + 1


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({'id = "why"': 'id = "v_name"'}, "own.toml: v_name: the form main asks it too, with seal identity"),
        ({'id = "why"': 'id = "t_detained"'}, "own.toml: t_detained: the form main asks it too, with type when"),
        ({'id = "land"': 'id = "country"', "${land}": "${country}"}, "with list country"),
    ],
)
def test_one_id_in_two_forms_is_one_answer_with_one_seal(tmp_path: Path, change: dict[str, str], fact: str) -> None:
    """What was typed as a name for the sealed identity must not be sent in the account, because a form says so."""
    form = FORM
    for ours, theirs in change.items():
        form = form.replace(ours, theirs)
    with pytest.raises(BadForm, match=re.escape(fact)):
        read_forms(folder(tmp_path, form))


# what is changed in the form, and what the refusal must say
WRONG_FORMS = {
    "no toml": ("title = ", "title = =", "own.toml: "),
    "another file's name": ('id = "own"', 'id = "other"', "own.toml: other: not the file's name"),
    "a key that no question has": ('label = "Why?"', 'label = "Why?"\nrequired = true', "own.toml: why: .*no required"),
    "no label": ('label = "Why?"', 'help = "Why?"', "own.toml: why: no label"),
    "a type of nobody": ('"long"', '"poem"', "own.toml: why: type poem"),
    "a digit first": ('id = "why"', 'id = "1why"', "own.toml: 1why: "),
    "an id twice": ('id = "why"', 'id = "land"', "own.toml: land: two of one question id"),
    "a list that is nowhere": ('list = "land"', 'list = "nowhere"', "own.toml: land: no list nowhere"),
    "a list for a text": ('type = "long"', 'type = "long"\nlist = "land"', "own.toml: why: a list is for one and many"),
    "a broken expression": ("= 'sea'", "=", "own.toml: why: relevant: letter 10: "),
    "a constant": ("${land} = 'sea'", "'sea'", "own.toml: why: relevant: a text or number alone"),
    "a column in a relevance": ("${land} = 'sea'", "land = 'sea'", r"own.toml: why: relevant: land is a column"),
    "the answer itself in a relevance": ("${land} = 'sea'", ". = 'sea'", "own.toml: why: relevant: . stands only"),
    "a question of no form": ("${land}", "${sand}", r"own.toml: why: \$\{sand\} is no question"),
    "a screen of nothing": ('title = "First"', 'title = "First"\nscreen = []', "own.toml: "),
    "sections that are no tables": ("[[section]]", "[section]", "own.toml: own: section is written"),
    "a truth in words": ('title = "First"', 'title = "First"\nquiet = "no"', "one: quiet is true or false"),
    "an answer in a text": ('"Why?"', '"Why ${land}?"', "own.toml: why: label: an answer cannot stand in a text"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_FORMS)
def test_a_form_that_is_wrong_is_refused_by_file_and_id(tmp_path: Path, name: str) -> None:
    old, new, said = WRONG_FORMS[name]
    assert old in FORM
    with pytest.raises(BadForm, match=said):
        read_forms(folder(tmp_path, FORM.replace(old, new, 1)))


WRONG_LISTS = {
    "a choice twice": ('id = "hill"', 'id = "sea"', "own.toml: land/sea: twice in the list"),
    "no label": ('label = "A hill"', "", "own.toml: land/hill: no label"),
    "a day that is none": ('label = "A hill"', 'label = "A hill"\nfrom = "May"', "own.toml: land/hill: from May"),
    "a heading that is nowhere": ('label = "A hill"', 'label = "A hill"\ngroup = "xyz"', "land/hill: no heading xyz"),
    "no choices": (LANDS, '[[list]]\nid = "land"', "own.toml: land: a list without choices"),
    "a choice with a space": ('id = "hill"', 'id = "a hill"', "own.toml: land/a hill: "),
    "a sheet's column": ('label = "A hill"', 'label = "A hill"\nname = "x"', "land/hill: name cannot be a column"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_LISTS)
def test_a_list_that_is_wrong_is_refused_by_file_and_id(tmp_path: Path, name: str) -> None:
    old, new, said = WRONG_LISTS[name]
    assert old in LANDS
    with pytest.raises(BadForm, match=re.escape(said).replace("\\ ", " ")):
        read_forms(folder(tmp_path, lists=LANDS.replace(old, new, 1)))


REPEAT = """
[[section.screen]]
id = "again"
repeat = "rows"
[[section.screen.question]]
id = "inside"
type = "text"
label = "What?"
"""


def test_an_answer_of_a_repeat_is_not_seen_from_outside(tmp_path: Path) -> None:
    folder(tmp_path, FORM.replace("${land} = 'sea'", "${inside} = 'sea'") + REPEAT)
    with pytest.raises(BadForm, match=r"own.toml: why: \$\{inside\} is asked in the repeat rows"):
        read_forms(tmp_path)


def test_the_screens_of_a_repeat_stand_together(tmp_path: Path) -> None:
    between = '[[section.screen]]\nid = "between"\n[[section.screen.question]]\nid = "b"\ntype = "text"\nlabel = "B?"\n'
    again = REPEAT.replace('id = "again"', 'id = "later"').replace('id = "inside"', 'id = "inside2"')
    with pytest.raises(BadForm, match=r"own.toml: later: the screens of rows do not stand together"):
        read_forms(folder(tmp_path, FORM + REPEAT + between + again))


def own(tmp_path: Path) -> Forms:
    """The operator's form and list alone."""
    held = read_forms(folder(tmp_path))
    return Forms({"own": held.forms["own"]}, {"land": held.lists["land"]})


def test_a_form_is_never_of_two_languages(tmp_path: Path) -> None:
    forms = own(tmp_path)
    catalog = update(tmp_path / "locales", forms, "ru")
    for message in catalog:
        if message.id and message.id != "A hill":
            message.string = f"по-русски {message.id}"
    write_catalog(tmp_path / "locales" / "ru.po", catalog)
    words = FormWords("ru", tmp_path)
    assert words.missing(forms) == ["A hill"]
    with pytest.raises(FormWordsMissing, match="A hill"):
        compile_form(forms.forms["own"], forms, words.translate, date(2026, 5, 1))


def test_sentences_come_once_in_the_order_of_the_form_with_where_they_stand(tmp_path: Path) -> None:
    assert list(sentences(own(tmp_path))) == [
        ("own/", "Our form"),
        ("own/one", "First"),
        ("own/land", "In which land?"),
        ("own/why", "Why?"),
        ("land/sea", "The sea"),
        ("land/hill", "A hill"),
    ]


def test_an_update_keeps_translations_and_those_of_sentences_that_are_gone(tmp_path: Path) -> None:
    forms = own(tmp_path)
    path = tmp_path / "locales" / "ru.po"
    catalog = update(path.parent, forms, "ru")
    catalog["Why?"].string = "Почему?"
    catalog["First"].string = "Сначала"
    write_catalog(path, catalog)

    changed = Forms({"own": read_forms(folder(tmp_path, FORM.replace("First", "At first"))).forms["own"]}, forms.lists)
    write_catalog(path, update(path.parent, changed, "ru"))
    assert '#~ msgid "First"' in path.read_text("utf-8")
    kept = read_catalog(path.parent, "ru")
    assert kept["Why?"].string == "Почему?"
    assert kept["At first"].string == ""

    write_catalog(path, update(path.parent, forms, "ru"))
    assert read_catalog(path.parent, "ru")["First"].string == "Сначала"


def test_the_same_words_give_the_same_file(tmp_path: Path) -> None:
    forms, path = own(tmp_path), tmp_path / "locales" / "uz-Latn.po"
    write_catalog(path, update(path.parent, forms, "uz-Latn"))
    first = path.read_bytes()
    write_catalog(path, update(path.parent, forms, "uz-Latn"))
    assert path.read_bytes() == first


def test_texts_stand_apart_and_what_is_left_is_the_same_in_every_language() -> None:
    forms = read_forms()

    def compiled(code: str) -> dict[str, Any]:
        data = compile_form(forms.forms["main"], forms, FormWords(code).translate, date(2026, 5, 1))
        held: dict[str, Any] = json.loads(data)
        return held

    english, tajik = compiled("en"), compiled("tg")
    assert len(english["texts"]) == len(tajik["texts"]) > 500
    assert english.pop("texts") != tajik.pop("texts")
    assert english == tajik
