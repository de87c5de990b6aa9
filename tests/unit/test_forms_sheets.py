"""Forms from spreadsheets: what is read, what is left out with a note, and every error by sheet and row."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from intake_forms import expressions
from intake_forms.model import ChoiceList, Form, Forms, Question, Screen, Section
from intake_forms.read import read_forms
from intake_forms.words import FormWords
from intake_forms.xlsform.check import check_with_pyxform
from intake_forms.xlsform.export import export_form
from intake_forms.xlsform.files import ListTaken, write_folder
from intake_forms.xlsform.import_ import Imported, import_form
from intake_forms.xlsform.sheets import BadSheet, column_of
from tests.unit.sheets import CHOICES, END, GROUP, ROLE, SCREEN, SETTINGS, book, small

SHIPPED = read_forms()


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


def test_pyxforms_own_errors_are_told() -> None:
    data = book(survey=[{"type": "text", "name": "a b", "label": "A"}], settings=SETTINGS)
    assert "[row : 2]" in check_with_pyxform(data).error


def test_a_list_of_ours_may_be_named_without_standing_in_the_sheet_and_is_told() -> None:
    rows = [{"type": f"select_one {name}", "name": name, "label": name} for name in ("country", "role")]
    for sheets in ({}, {"choices": CHOICES}):
        data = book(survey=rows if sheets else rows[:1], settings=SETTINGS, **sheets)
        assert "choices sheet" in check_with_pyxform(data).error
        said = check_with_pyxform(data, read_forms().lists)
        assert (said.error, said.warnings[-1]) == ("", "country: stands in no sheet; other tools need it there")
    unknown = [{"type": "select_one nowhere", "name": "a", "label": "A"}]
    data = book(survey=unknown, settings=SETTINGS, choices=CHOICES)
    assert "nowhere" in check_with_pyxform(data, read_forms().lists).error


def disordered(draw: random.Random) -> list[dict[str, str]]:
    """Rows that nearly are a form: most of them right, some of a wrong kind, name, place or expression."""
    rows: list[dict[str, str]] = []
    opened: list[str] = []
    for n in range(draw.randint(1, 10)):
        kinds = ["text", "integer", "select_one role", "select_one country", "note", "end_group", "calculate"]
        kinds += ["begin_group", "begin_group", "begin_repeat"] if len(opened) < 2 else []
        kind = draw.choice([*kinds, *(["end"] * 5 if opened else [])])
        if kind == "end":
            rows.append({"type": f"end_{opened.pop()}"})
            continue
        if kind.startswith("begin_"):
            opened.append(kind.removeprefix("begin_"))
        rows.append({"type": kind, "name": draw.choice([f"q{n}"] * 20 + ["q1", "form", "A b"]), "label": "Why?"})
        for column, texts in {
            "relevant": ["${q1} = 1 or ${q2} != ''", "not(${q0})", "${q0} ="],
            "choice_filter": ["draft = ${q0}", "country = 'x'"],
            "appearance": ["field-list"],
            "panah::type": ["when", "body", "poem"],
            "panah::seal": ["identity", "nobody"],
            "ru": ["Почему?", "Зачем?"],
        }.items():
            if draw.random() < 0.08:
                rows[-1][column] = draw.choice(texts)
    return rows + [{"type": f"end_{kind}"} for kind in reversed(opened)]


def test_rows_in_any_disorder_are_a_form_or_are_told_by_row() -> None:
    good = 0
    for seed in range(250):
        data = book(survey=disordered(random.Random(seed)), choices=CHOICES, settings=SETTINGS)
        try:
            found = import_form(data, SHIPPED.lists)
        except BadSheet as error:
            unplaced = [str(one) for one in error.problems if one.row < 1]
            assert not unplaced, (seed, unplaced)
            continue
        good += 1
        out = export_form(found.form, Forms({}, {**SHIPPED.lists, **found.lists}), found.words)
        assert import_form(out, SHIPPED.lists).form == found.form, seed
    assert good > 10
