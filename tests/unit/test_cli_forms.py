"""`panah forms`: a spreadsheet becomes an operator's form, ours become spreadsheets, and refusals say what to mend."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
from typer.testing import CliRunner

import intake_forms
from intake_forms.read import read_forms
from intake_forms.xlsform.import_ import import_form
from service import clock
from service.commands.exits import REFUSED, UNREADABLE, USAGE
from service.commands.panah import app
from service.demo import make_demo
from service.site.offline import render_offline
from tests.unit.sheets import CHOICES, small

run = CliRunner().invoke


def test_an_import_is_read_with_the_instances_forms(tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    path.write_bytes(small({"type": "text", "name": "town", "label": "Which town?", "ru": "Какой город?"}))
    to = tmp_path / "instance" / "forms"
    done = run(app, ["forms", "import", str(path), "--to", str(to)])
    assert done.exit_code == 0, done.output
    assert "note     the list role replaces ours, with which main ask" in done.output
    assert [one.id for one in read_forms(to).forms["small"].questions()] == ["role", "town"]

    again = run(app, ["forms", "import", str(path), "--to", str(to)])
    assert again.exit_code == REFUSED
    assert run(app, ["forms", "import", str(path), "--to", str(to), "--replace"]).exit_code == 0

    told = run(app, ["forms", "check", str(tmp_path / "instance")])
    assert told.exit_code == 0, told.output
    assert "form     small: 1 sections, 1 screens, 2 questions" in told.output


def test_a_form_is_not_put_where_no_page_finds_it(tmp_path: Path) -> None:
    path, instance = tmp_path / "small.xlsx", tmp_path / "instance"
    path.write_bytes(small({"type": "text", "name": "town", "label": "Which town?"}))
    instance.mkdir()
    (instance / "first-roots.bin").write_bytes(b"")
    for place in (instance, instance / "forms" / "forms"):
        done = run(app, ["forms", "import", str(path), "--to", str(place)])
        assert done.exit_code == USAGE, done.output
        assert f"--to {instance / 'forms'}" in done.output
    assert [one.name for one in instance.iterdir()] == ["first-roots.bin"]


def test_a_changed_sentence_with_the_translation_of_the_old_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "minute.xlsx"
    assert run(app, ["forms", "export", "minute", str(path)]).exit_code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["survey"]
    columns = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "text")
    old = row[columns.index("label::English (en)")].value
    row[columns.index("label::English (en)")].value = "What is new?"
    row[columns.index("label::Русский (ru)")].value = "Что нового?"
    book.save(path)
    done = run(app, ["forms", "check", str(path)])
    assert done.exit_code == 0, done.output
    assert f"kk: “What is new?” has the translation of “{old}”" in done.output
    assert "note     ru" not in done.output


def test_every_row_to_mend_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    path.write_bytes(small({"type": "text", "name": "town"}, {"type": "text", "label": "x\u202e"}))
    done = run(app, ["forms", "import", str(path), "--to", str(tmp_path / "out")])
    assert done.exit_code == UNREADABLE
    assert "survey, row 5: no label" in done.output
    assert "survey, row 6: name ''" in done.output
    assert not (tmp_path / "out").exists()


def test_a_list_that_would_break_a_form_of_ours_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    row = {"type": "select_one agency", "name": "who_did", "label": "Who did it?"}
    path.write_bytes(small(row, choices=[*CHOICES, {"list_name": "agency", "name": "x", "label": "X"}]))
    done = run(app, ["forms", "import", str(path), "--to", str(tmp_path / "out")])
    assert done.exit_code == REFUSED
    assert "the list agency would replace ours" in done.output
    assert not (tmp_path / "out").exists()


def test_a_question_that_would_bring_a_sealed_name_into_the_account_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    path.write_bytes(small({"type": "text", "name": "v_name", "label": "Your name"}))
    done = run(app, ["forms", "import", str(path), "--to", str(tmp_path / "out")])
    assert done.exit_code == REFUSED
    assert "v_name: the form main asks it too, with seal identity" in done.output
    assert not (tmp_path / "out").exists()


def test_a_form_of_ours_goes_out_is_checked_and_comes_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "minute.xlsx"
    assert run(app, ["forms", "export", "minute", str(path)]).exit_code == 0
    done = run(app, ["forms", "check", str(path)])
    assert done.exit_code == 0, done.output
    assert "good     minute: " in done.output
    assert "pyxform" not in done.output
    assert import_form(path.read_bytes()).form == read_forms().forms["minute"]

    over = run(app, ["forms", "export", "minute", str(path)])
    assert over.exit_code == REFUSED
    assert "is there already" in over.output


def test_an_id_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path) -> None:
    done = run(app, ["forms", "export", "poem", str(tmp_path / "x.xlsx")])
    assert done.exit_code == REFUSED
    assert "main" in done.output
    assert not (tmp_path / "x.xlsx").exists()


def test_what_is_not_confirmed_is_told() -> None:
    done = run(app, ["forms", "check"])
    assert done.exit_code == 0, done.output
    drafts = [choice for one in read_forms().lists.values() for choice in one.choices if choice.draft]
    assert drafts
    assert done.output.count("confirm  ") == len(drafts)


def test_neither_the_server_nor_the_other_commands_load_a_library_of_spreadsheets() -> None:
    program = "import sys, service.commands.panah, service.app; print({'openpyxl', 'pyxform'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"


POEM = """id = "poem"
title = "Poem & song"
[[section]]
id = "s"
title = "Song"
[[section.screen]]
id = "heard"
[[section.screen.question]]
id = "song"
type = "text"
label = "Which song?"
"""


def test_a_form_of_a_new_id_stands_on_the_pages_that_open_forms(tmp_path: Path) -> None:
    make_demo(tmp_path / "data", 8123, clock.today())
    instance, site = tmp_path / "data" / "instance", tmp_path / "site"
    own = instance / "forms" / "forms"
    own.mkdir(parents=True)
    (own / "poem.toml").write_text(POEM, "utf-8")
    shutil.copy(Path(intake_forms.__file__).parent / "forms" / "minute.toml", own)  # in the place of ours
    assert run(app, ["site", "build", str(instance), str(site)]).exit_code == 0
    pages = [(site / "en" / below / "index.html").read_text("utf-8") for below in ("", "check")]
    for html in [*pages, render_offline(instance, "en").html.decode()]:
        assert re.findall(r'data-form="poem"[^>]*>([^<]*)<', html) == ["Poem &amp; song"]
        assert html.count('data-form="minute"') == (html not in pages[1:])
    assert (site / "s" / "form-poem.en.json").is_file()
    for html in [(site / "ru" / "index.html").read_text("utf-8"), render_offline(instance, "ru").html.decode()]:
        assert html.count('data-form="minute"') == 1
        assert 'data-form="poem"' not in html, "it is not translated"
    there = (site / "s" / "form-poem.ru.json").read_text("utf-8")
    assert "Which song?" in there, "who changes the language in it reads on in one that it has"
    assert "январ" in there, "what the page itself says stays as it was"
    assert '"forms":"en"' in (site / "desk" / "ru" / "index.html").read_text("utf-8"), "where every form is"


def test_a_form_that_is_wrong_stops_the_build_with_its_file_and_question(tmp_path: Path) -> None:
    make_demo(tmp_path / "data", 8123, clock.today())
    own = tmp_path / "data" / "instance" / "forms" / "forms"
    own.mkdir(parents=True)
    (own / "poem.toml").write_text('id = "poem"\ntitle = "Poem"\n[[section]]\nid = "s"\n', "utf-8")
    done = run(app, ["site", "build", str(tmp_path / "data" / "instance"), str(tmp_path / "site")])
    assert done.exit_code == UNREADABLE, done.output
    assert "poem.toml: s: no title" in done.output
