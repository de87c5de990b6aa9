"""`panah forms paper`: four pages in every alphabet, with the same bytes for the same instance."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.commands.exits import REFUSED, UNREADABLE
from service.commands.panah import app
from service.instance import LANGUAGES
from service.site.paper import make_paper
from tests.world import World

run = CliRunner().invoke


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("paper")
    World().write_instance(data)
    settings = data / "instance" / "instance.toml"
    languages = ", ".join(f'"{code}"' for code in LANGUAGES)
    settings.write_text(re.sub(r"languages = \[[^\]]*\]", f"languages = [{languages}]", settings.read_text()))
    return data / "instance"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_paper_has_four_pages_and_a_letter_for_each_sound(
    folder: Path, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        made = make_paper(folder, code)
    assert made.startswith(b"%PDF-")
    assert 2 <= len(re.findall(rb"/Type /Page\b(?!s)", made)) <= 4
    assert [one.getMessage() for one in caplog.records if "glyph" in one.getMessage()] == []
    assert made == make_paper(folder, code)


def test_a_letter_that_the_font_lacks_would_be_noticed(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The check above can fail."""
    from fpdf import FPDF

    from service.pdf import FONTS

    page = FPDF()
    page.add_font("Sans", "", FONTS / "SourceSansPro-Regular.ttf")
    page.set_font("Sans", "", 12)
    page.add_page()
    with caplog.at_level(logging.WARNING):
        page.cell(0, 5, "ქ")
        page.output()
    assert any("glyph" in one.getMessage() for one in caplog.records)


def test_it_is_written_once_and_only_in_a_language_of_the_instance(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "tg.pdf"
    for code, expected in (("tg", 0), ("tg", REFUSED), ("fr", REFUSED)):
        assert run(app, ["forms", "paper", str(folder), code, str(to)]).exit_code == expected
    assert to.read_bytes() == make_paper(folder, "tg")


def test_an_operators_form_without_a_question_of_the_paper_is_told(folder: Path, tmp_path: Path) -> None:
    own = folder / "forms" / "forms"
    own.mkdir(parents=True)
    source = (Path(__file__).parents[2] / "intake_forms" / "forms" / "main.toml").read_text("utf-8")
    (own / "main.toml").write_text(
        source.replace("could_undress", "could_undress_x").replace('id = "p_look"', 'id = "p_lock"')
    )
    try:
        done = run(app, ["forms", "paper", str(folder), "en", str(tmp_path / "en.pdf")])
    finally:
        (own / "main.toml").unlink()
    assert done.exit_code == UNREADABLE
    assert "p_look" in done.output
