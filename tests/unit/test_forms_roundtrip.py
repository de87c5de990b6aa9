"""A form that goes out as a spreadsheet comes back the same, with its words; pyxform reads it on the way."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_forms.model import TYPES, Choice, ChoiceList, Form, Forms, Question, Screen, Section
from intake_forms.read import read_form, read_forms
from intake_forms.words import sentences
from intake_forms.xlsform.check import check_with_pyxform
from intake_forms.xlsform.export import export_form
from intake_forms.xlsform.files import form_toml
from intake_forms.xlsform.import_ import import_form
from tests.unit.test_forms_vectors import FORMS

SHIPPED = read_forms()
LANGUAGES = ("ru", "tg", "uz-Latn", "uz-Cyrl")


def text() -> st.SearchStrategy[str]:
    letters = st.characters(categories=["L", "N", "P", "Sm", "Sc", "Zs"], exclude_characters="$")
    return st.text(letters, min_size=1, max_size=30).map(lambda one: " ".join(one.split())).filter(bool)


IDS = st.from_regex(r"[a-z_][a-z0-9_]{0,12}", fullmatch=True).filter(lambda one: one not in ("form", "yes_no"))


@st.composite
def expressions_of(draw: Any, ids: list[str]) -> Any:
    term = st.one_of(
        st.sampled_from(ids).map(lambda one: ["$", one]),
        st.sampled_from(["x", "don't", "да", ""]),
        st.integers(0, 999),
    )
    compare = st.tuples(st.sampled_from(["=", "!=", "<", ">="]), st.sampled_from(ids), term).map(
        lambda one: [one[0], ["$", one[1]], one[2]]
    )
    return draw(
        st.recursive(
            compare,
            lambda inner: st.one_of(
                st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(list), inner.map(lambda one: ["not", one])
            ),
            max_leaves=4,
        )
    )


@st.composite
def drawn_forms(draw: Any) -> tuple[Forms, Form]:
    lists = {}
    for id in draw(st.lists(IDS, min_size=1, max_size=3, unique=True)):
        choices = draw(
            st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True), min_size=1, max_size=4, unique=True)
        )
        choices = [one for one in choices if one not in ("dont_know", "prefer_not")] or ["a"]
        lists[id] = ChoiceList(
            id,
            tuple(
                Choice(one, draw(text()), {"country": draw(st.sampled_from(["KZ", "1"]))}, draft=draw(st.booleans()))
                for one in choices
            ),
        )
    ids = draw(st.lists(IDS, min_size=1, max_size=6, unique=True))
    screens, asked = [], list(ids)
    while asked:
        taken, asked = asked[:2], asked[2:]
        screens.append(
            (
                taken[0] if draw(st.booleans()) else f"s_{taken[0]}",
                [draw_question(draw, one, ids, lists) for one in taken],
            )
        )
    relevant = st.none() | expressions_of(ids)
    built = tuple(
        Screen(id, tuple(some), draw(st.just("") | text()), draw(st.just("") | text()), draw(relevant))
        for id, some in screens
    )
    cut = draw(st.integers(1, len(built)))
    parts = [one for one in (built[:cut], built[cut:]) if one]
    sections = [
        Section(f"part{n}", draw(text()), one, draw(relevant), draw(st.booleans())) for n, one in enumerate(parts)
    ]
    form = Form("drawn", draw(text()), tuple(sections))
    return Forms({"drawn": form}, lists), form


def draw_question(draw: Any, id: str, ids: list[str], lists: Mapping[str, ChoiceList]) -> Question:
    kind = draw(st.sampled_from([one for one in TYPES if one != "body"]))
    constrained = draw(st.booleans())
    return Question(
        id,
        kind,
        draw(text()),
        draw(st.sampled_from(["account", "identity", "intake"])),
        draw(st.just("") | text()),
        draw(st.sampled_from(sorted(lists))) if kind in ("one", "many") else "",
        draw(st.none() | expressions_of(ids)),
        ["=", ["column", "country"], ["$", draw(st.sampled_from(ids))]] if kind in ("one", "many") else None,
        ["<=", ["."], 120] if constrained else None,
        draw(text()) if constrained else "",
        kind == "file" and draw(st.booleans()),
    )


def translated(forms: Forms, form: Form) -> dict[str, dict[str, str]]:
    own = Forms({form.id: form}, {id: forms.lists[id] for id in forms.lists_of(form)})
    return {code: {one: f"{code} {one}" for _, one in sentences(own)} for code in LANGUAGES}


@given(drawn_forms())
@settings(max_examples=60, deadline=None)
def test_export_and_import_give_the_same_form_and_the_same_words(drawn: tuple[Forms, Form]) -> None:
    forms, form = drawn
    words = translated(forms, form)
    found = import_form(export_form(form, forms, words))
    assert found.form == form
    assert found.lists == {id: forms.lists[id] for id in forms.lists_of(form)}
    assert found.words == words
    assert found.notes == ()


@given(drawn_forms())
@settings(max_examples=15, deadline=None)
def test_pyxform_reads_what_we_export(drawn: tuple[Forms, Form]) -> None:
    forms, form = drawn
    said = check_with_pyxform(export_form(form, forms, translated(forms, form)))
    assert said.error == ""
    assert [one for one in said.warnings if "language" in one.lower()] == []


@pytest.mark.parametrize("id", sorted(SHIPPED.forms))
def test_a_form_that_is_shipped_goes_out_and_comes_back_and_pyxform_reads_it(id: str) -> None:
    form = SHIPPED.forms[id]
    data = export_form(form, SHIPPED, translated(SHIPPED, form))
    found = import_form(data)
    assert found.form == form
    assert all(SHIPPED.lists[id] == one for id, one in found.lists.items() if id != "groups")
    assert check_with_pyxform(data).error == ""


def test_the_form_of_the_table_survives_repeats_quiet_sections_and_equal_names() -> None:
    form = FORMS.forms["small"]
    data = export_form(form, FORMS, {})
    assert import_form(data).form == form
    names = [row[1].value for row in openpyxl.load_workbook(io.BytesIO(data))["survey"].iter_rows()]
    assert names.count("papers") == 1  # a question; the screen of that id has another name there


@given(drawn_forms())
@settings(max_examples=30, deadline=None)
def test_a_form_written_as_toml_is_read_as_the_same(drawn: tuple[Forms, Form]) -> None:
    assert read_form("drawn.toml", tomllib.loads(form_toml(drawn[1]))) == drawn[1]
