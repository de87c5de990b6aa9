"""Forms from spreadsheets and into them: nothing is lost on the way, and every error names its sheet and row."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_forms import expressions
from intake_forms.model import TYPES, Choice, ChoiceList, Form, Forms, Question, Screen, Section
from intake_forms.read import read_form, read_forms
from intake_forms.words import FormWords, sentences
from intake_forms.xlsform.check import check_with_pyxform
from intake_forms.xlsform.export import export_form
from intake_forms.xlsform.files import ListTaken, form_toml, write_folder
from intake_forms.xlsform.import_ import Imported, import_form
from intake_forms.xlsform.sheets import BadSheet, column_of
from tests.unit.sheets import CHOICES, END, GROUP, ROLE, SCREEN, SETTINGS, book, small
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


def problems(data: bytes, known: Mapping[str, ChoiceList] | None = None) -> list[str]:
    with pytest.raises(BadSheet) as caught:
        import_form(data, known)
    assert all(one.row > 0 for one in caught.value.problems)
    return [str(one) for one in caught.value.problems]


ERRORS: dict[str, tuple[dict[str, Any], str]] = {
    "no type": ({"name": "a", "label": "A"}, "no type"),
    "a type of no form": ({"type": "geopoint", "name": "a", "label": "A"}, "type geopoint is none of"),
    "the device's number": ({"type": "deviceid", "name": "a"}, "type deviceid tells who writes, when or where"),
    "a place of a telephone": ({"type": "start-geopoint", "name": "a"}, "tells who writes, when or where"),
    "no name": ({"type": "text", "label": "A"}, "name ''"),
    "a capital in a name": ({"type": "text", "name": "Age", "label": "A"}, "name 'Age'"),
    "a name twice": ({"type": "text", "name": "role", "label": "A"}, "a question role stands in row 4 already"),
    "the form's own name": ({"type": "text", "name": "form", "label": "A"}, "the form's own id"),
    "no label": ({"type": "text", "name": "a"}, "no label"),
    "an answer in a label": ({"type": "text", "name": "a", "label": "Why ${role}?"}, "label: an answer cannot stand"),
    "a translation alone": ({"type": "text", "name": "a", "ru": "Да"}, "label::ru, and no label in English"),
    "a list that is missing": ({"type": "select_one nowhere", "name": "a", "label": "A"}, "no list nowhere"),
    "or_other": ({"type": "select_one role or_other", "name": "a", "label": "A"}, "one list's name comes after"),
    "a broken expression": (
        {"type": "text", "name": "a", "label": "A", "relevant": "${role} ="},
        "relevant: letter 10:",
    ),
    "a question that does not exist": (
        {"type": "text", "name": "a", "label": "A", "relevant": "${rule} = 'x'"},
        "${rule} is no question of this form",
    ),
    "a filter by a column that no choice has": (
        {"type": "select_one role", "name": "a", "label": "A", "choice_filter": "land = ${role}"},
        "no choice of role has a column land",
    ),
    "a constraint without a message": (
        {"type": "integer", "name": "a", "label": "A", "constraint": ". < 5"},
        "a constraint and its message go together",
    ),
    "a type that does not go with its base": (
        {"type": "integer", "name": "a", "label": "A", "panah::type": "when"},
        "panah::type when does not go with integer",
    ),
    "a seal of nobody": ({"type": "text", "name": "a", "label": "A", "panah::seal": "police"}, "seal police"),
    "a group in a screen": ({"type": "begin_group", "name": "a"}, "a group in a screen"),
    "a repeat in a screen": ({"type": "begin_repeat", "name": "a"}, "a repeat stands in a section"),
    "an end of another kind": ({"type": "end_repeat"}, "end_repeat, but the screen of row 3 is open"),
    "a late note": ({"type": "note", "name": "a", "label": "A"}, "a note is the help of a screen"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_names_the_sheet_and_the_row(name: str) -> None:
    row, fact = ERRORS[name]
    assert any(one.startswith("survey, row 5: ") and fact in one for one in problems(small(row))), problems(small(row))


def test_all_errors_are_told_at_once() -> None:
    found = problems(small({"type": "text", "name": "a"}, {"type": "rank role", "name": "b", "label": "B"}))
    assert [one.split(":")[0] for one in found] == ["survey, row 5", "survey, row 6"]


@pytest.mark.parametrize(
    ("row", "fact"),
    [
        ({"list_name": "role", "name": "victim", "label": "Again"}, "victim is in the list role already, in row 2"),
        ({"list_name": "role", "name": "a b", "label": "A"}, "name 'a b'"),
        ({"list_name": "role", "name": "a"}, "no label"),
        ({"list_name": "role", "name": "a", "label": "A", "panah_from": "in May"}, "from in May, not a day"),
        ({"list_name": "role", "name": "a", "label": "A", "panah_group": "blows"}, "no heading blows"),
        ({"list_name": "", "name": "a", "label": "A"}, "list_name ''"),
        (
            {"list_name": "role", "name": "a", "label": "Who are you?", "ru": "Ты кто?"},
            "is 'Ты кто?' here and 'Кто вы?'",
        ),
    ],
)
def test_an_error_of_the_choices_names_its_row(row: dict[str, str], fact: str) -> None:
    found = problems(small(choices=[*CHOICES, row]))
    assert any(one.startswith("choices, row 4: ") and fact in one for one in found), found


def test_a_group_without_an_end_names_where_it_begins() -> None:
    found = problems(book(survey=[GROUP, SCREEN, ROLE, END], choices=CHOICES, settings=SETTINGS))
    assert found == ["survey, row 2: this section has no end"]


@pytest.mark.parametrize(("sheet", "fact"), [("survey", "survey"), ("settings", "settings")])
def test_a_sheet_that_is_missing_is_named(sheet: str, fact: str) -> None:
    sheets = {"survey": [GROUP, SCREEN, ROLE, END, END], "choices": CHOICES, "settings": SETTINGS}
    with pytest.raises(BadSheet, match=f"{fact}: the sheet is missing"):
        import_form(book(**{name: rows for name, rows in sheets.items() if name != sheet}))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and nothing", b"name,type\n"])
def test_a_file_that_is_no_spreadsheet_is_refused(data: bytes) -> None:
    with pytest.raises(BadSheet, match="not a spreadsheet"):
        import_form(data)


def test_a_small_file_that_unpacks_to_very_much_is_refused_unread() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for n in range(11):
            packed.writestr(f"xl/{n}.xml", bytes(10 << 20))
    assert len(out.getvalue()) < 1 << 20
    with pytest.raises(BadSheet, match="larger than a form can be"):
        import_form(out.getvalue())


def imported(*rows: Mapping[str, Any]) -> Imported:
    return import_form(book(survey=rows, choices=CHOICES, settings=SETTINGS))


def test_a_form_of_another_tool_without_groups_is_read_question_by_question() -> None:
    found = imported(ROLE, {"type": "date", "name": "day", "label": "When?", "required": "yes"})
    assert [[screen.id for screen in one.screens] for one in found.form.sections] == [["role", "day"]]
    assert [question.type for question in found.form.questions()] == ["one", "when"]
    assert [(one.row, one.fact) for one in found.notes] == [
        (2, "in no group: it opens a section part_1"),
        (3, "required: no question is"),
    ]


def test_a_repeat_that_is_relevant_makes_its_screens_so() -> None:
    rows = [
        {"type": "begin_repeat", "name": "people", "label": "Person", "relevant": "${role} = 'victim'"},
        {"type": "begin group", "name": "one", "relevant": "${role} = 'x' or ${role} = 'y'"},
        {"type": "text", "name": "look", "label": "How did they look?"},
        {"type": "end group"},
        {"type": "integer", "name": "many", "label": "How many?"},
        {"type": "end_repeat"},
    ]
    one, many = imported(GROUP, ROLE, *rows, END).form.sections[0].screens[1:]
    assert expressions.write(one.relevant) == "${role} = 'victim' and (${role} = 'x' or ${role} = 'y')"
    assert expressions.write(many.relevant) == "${role} = 'victim'"
    assert (one.repeat, one.repeat_title, many.repeat, many.repeat_title) == ("people", "Person", "people", "")


def test_do_not_know_is_no_choice_of_a_list_and_the_note_says_so() -> None:
    found = import_form(small(choices=[*CHOICES, {"list_name": "role", "name": "dont_know", "label": "No idea"}]))
    assert [choice.id for choice in found.lists["role"].choices] == ["victim", "relative"]
    assert [(one.sheet, one.row) for one in found.notes] == [("choices", 4)]


def test_a_list_that_we_ship_need_not_stand_in_the_sheet() -> None:
    row = {"type": "select_one country", "name": "land", "label": "Where?"}
    assert import_form(small(row), SHIPPED.lists).lists.keys() == {"role"}
    assert problems(small(row)) == ["survey, row 5: no list country in the sheet choices"]


def test_a_text_that_begins_like_a_formula_stays_a_text() -> None:
    form = Form("f", "=1+1", (Section("s", "+s", (Screen("c", (Question("q", "text", "=SUM(A1)"),)),)),))
    data = export_form(form, Forms({}, {}), {})
    assert import_form(data).form == form
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("label::Русский (ru)", "label::ru"),
        ("Label::ru", "label::ru"),
        ("label::Russian", "label::ru"),
        ("label", "label::en"),
        ("hint::Oʻzbekcha (uz-Latn)", "hint::uz-Latn"),
        ("label::Français (fr)", ""),
        ("panah::title::Русский (ru)", "form_title::ru"),
        ("panah::Seal", "panah::seal"),
        ("relevance", "relevant"),
    ],
)
def test_how_a_column_names_its_language(header: str, column: str) -> None:
    assert column_of(header) == column


def test_an_imported_form_is_one_of_the_instances_with_its_words(tmp_path: Path) -> None:
    write_folder(import_form(small()), tmp_path, {})
    forms = read_forms(tmp_path)
    assert forms.forms["small"] == import_form(small()).form
    assert FormWords("ru", tmp_path).translate("Who are you?") == "Кто вы?"
    assert forms.forms.keys() > SHIPPED.forms.keys()


def test_a_second_form_keeps_the_words_of_the_first(tmp_path: Path) -> None:
    write_folder(import_form(small()), tmp_path, {})
    other = [{"form_id": "other", "form_title": "Other"}]
    row = {"type": "text", "name": "a", "label": "Why?", "ru": "Почему?"}
    write_folder(import_form(book(survey=[row], settings=other)), tmp_path, {})
    words = FormWords("ru", tmp_path)
    assert (words.translate("Who are you?"), words.translate("Why?")) == ("Кто вы?", "Почему?")


def test_two_forms_cannot_mean_two_lists_by_one_name(tmp_path: Path) -> None:
    write_folder(import_form(small()), tmp_path, {})
    other = [{"form_id": "other", "form_title": "Other"}]
    data = book(survey=[ROLE], choices=CHOICES[:1], settings=other)
    with pytest.raises(ListTaken, match=r"role stands in small\.toml"):
        write_folder(import_form(data), tmp_path, {})
    assert not (tmp_path / "forms" / "other.toml").exists()


@given(drawn_forms())
@settings(max_examples=30, deadline=None)
def test_a_form_written_as_toml_is_read_as_the_same(drawn: tuple[Forms, Form]) -> None:
    assert read_form("drawn.toml", tomllib.loads(form_toml(drawn[1]))) == drawn[1]


def test_pyxforms_own_errors_are_told() -> None:
    data = book(survey=[{"type": "text", "name": "a b", "label": "A"}], settings=SETTINGS)
    assert "[row : 2]" in check_with_pyxform(data).error
