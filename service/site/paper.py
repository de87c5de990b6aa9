"""The form on paper: filled in by hand, typed in by whoever copies it; a PDF of at most four pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from crypto.roots import fingerprint, parse_first_roots, parse_root_set
from intake_forms.answers import Step, choices_of
from intake_forms.model import Form, Forms, Question, Screen, Section
from intake_forms.read import read_forms
from intake_forms.words import FormWords
from service.instance import Instance, read_instance
from service.pdf import MARGIN, Sheet
from service.site.paper_questions import CONSENTS, FIRST, MORE, NAMES
from service.site.script_words import FORM, PAPER
from service.site.words import Words

SIZE: Final = 11  # points; large enough for tired eyes and for four pages
LINE: Final = 8  # mm, between lines to write on
HEADING: Final = 9  # mm, of a section
STRIP: Final = 38  # mm, to be cut off


class NotOnPaper(Exception):
    """The operator's own main form lacks a question that the paper asks; the words name it."""


@dataclass(frozen=True)
class Asked:
    """A question as it is printed."""

    section: str
    label: str
    choices: tuple[str, ...]
    lines: int


class Paper(Sheet):
    """One language, with lines and boxes for a pen."""

    section = ""

    def write_lines(self, count: int) -> None:
        for _ in range(count):
            self.ln(LINE)
            self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
        self.ln(2.5)

    def fill_with_lines(self) -> None:
        """To the foot of the page."""
        self.write_lines(max(1, int((self.room - 4) / LINE)))

    def columns_of(self, choices: Sequence[str]) -> list[list[str]]:
        """Rows as full as they fit."""
        self.set_font("Sans", "", SIZE)
        rows: list[list[str]] = []
        width = self.w - 2 * MARGIN
        left = 0.0
        for choice in choices:
            needed = self.get_string_width(choice) + 12
            if not rows or needed > left:
                rows.append([])
                left = width
            rows[-1].append(choice)
            left -= needed
        return rows

    def height_of(self, asked: Asked) -> float:
        label = self.text_height(asked.label, SIZE, "B")
        return label + len(self.columns_of(asked.choices)) * 6.2 + asked.lines * LINE + 3.5

    def ask(self, asked: Asked) -> None:
        """Whole, on this page or the next, under the name of its section where that is another."""
        anew = asked.section != self.section
        if self.height_of(asked) + anew * HEADING > self.room:
            self.add_page()
        if anew:
            self.section = asked.section
            self.ln(1.5)
            self.write_text(asked.section, 13, "B")
            self.ln(0.5)
        self.write_text(asked.label, SIZE, "B")
        for row in self.columns_of(asked.choices):
            for choice in row:
                self.tick_box()
                self.set_font("Sans", "", SIZE)
                self.cell(self.get_string_width(choice) + 6, 6.2, choice)
            self.ln(6.2)
        if asked.lines:
            self.write_lines(asked.lines)
        else:
            self.ln(2)

    def tick_box(self) -> None:
        self.rect(self.get_x() + 0.6, self.get_y() + 1.2, 3.6, 3.6)
        self.set_x(self.get_x() + 6)


def make_paper(instance_dir: Path, code: str) -> bytes:
    """Raises InstanceError, BadForm, WordsMissing. The same instance gives the same bytes."""
    instance = read_instance(instance_dir)
    own = instance_dir / "forms"
    extra = own if own.is_dir() else None
    forms, form_words, words = read_forms(extra), FormWords(code, extra), Words(code)
    made = date(1970, 1, 1) + timedelta(days=instance.build_day)
    form = forms.forms["main"]
    paper = Paper(code, words.gettext("Notes"), made, SIZE)
    say = {key: words.gettext(text) for key, text in PAPER.items()}

    def asked(id: str, lines: int) -> Asked:
        section, screen, question = _find(form, id)
        return Asked(
            form_words.translate(section.title),
            form_words.translate(question.label),
            _choices(forms, screen, question, form_words, words, made),
            lines,
        )

    paper.add_page()
    paper.write_text(say["paper_open"], SIZE, "B")
    paper.write_text(say["paper_how"])
    paper.ln(3)
    for id, lines in FIRST:
        paper.ask(asked(id, lines))
    paper.fill_with_lines()
    paper.add_page()
    for id, lines in MORE:
        paper.ask(asked(id, lines))
    paper.add_page()
    _print_consents(paper, forms, form, form_words, words, made)
    paper.ln(2)
    paper.write_text(say["paper_names"], 13, "B")
    for id, lines in NAMES:
        paper.ask(asked(id, lines))
    _print_strip(paper, instance, say)
    return bytes(paper.output())


def _find(form: Form, id: str) -> tuple[Section, Screen, Question]:
    for section in form.sections:
        for screen in section.screens:
            for question in screen.questions:
                if question.id == id:
                    return section, screen, question
    raise NotOnPaper(f"the form main has no question {id}, which the paper asks")


def _choices(
    forms: Forms, screen: Screen, question: Question, form_words: FormWords, words: Words, made: date
) -> tuple[str, ...]:
    """None where there would be too many to tick: then there are lines."""
    if question.type == "yesno":
        return tuple(words.gettext(FORM[word]) for word in ("yes", "no", "dont_know"))
    if question.type not in ("one", "many"):
        return ()
    day = made.isoformat()
    offered = [one for one in choices_of(forms, question, Step(screen, 0), {}) if one.offered(day)]
    return tuple(form_words.translate(one.label) for one in offered) if len(offered) <= 14 else ()


def _print_consents(paper: Paper, forms: Forms, form: Form, form_words: FormWords, words: Words, made: date) -> None:
    section = next(one for one in form.sections if one.id == CONSENTS)
    rows = [(screen, one) for screen in section.screens for one in screen.questions if one.type == "one"]
    heads = _choices(forms, *rows[0], form_words, words, made)
    wide = (paper.w - 2 * MARGIN) * 0.47
    narrow = (paper.w - 2 * MARGIN - wide) / len(heads)
    paper.write_text(form_words.translate(section.title), 13, "B")
    paper.write_text(words.gettext(PAPER["paper_consent"]))
    paper.ln(1)
    top = paper.get_y()
    tall = max(paper.text_height(head, 8.5, width=narrow - 1) for head in heads)
    for n, head in enumerate(heads):
        paper.set_xy(MARGIN + wide + n * narrow, top)
        paper.write_text(head, 8.5, width=narrow - 1)
    paper.set_xy(MARGIN, top + tall + 1)
    for _, question in rows:
        top = paper.get_y()
        paper.write_text(form_words.translate(question.label), 10, width=wide - 2)
        bottom = max(paper.get_y(), top + 5.2)
        for n in range(len(heads)):
            paper.rect(MARGIN + wide + n * narrow + 2, top + 0.8, 3.6, 3.6)
        paper.line(MARGIN, bottom + 0.4, paper.w - MARGIN, bottom + 0.4)
        paper.set_xy(MARGIN, bottom + 1)


def _print_strip(paper: Paper, instance: Instance, say: dict[str, str]) -> None:
    """At the foot of the last page: given back to the person, with the code."""
    if paper.get_y() > paper.h - MARGIN - STRIP:
        paper.add_page()
    top = paper.h - MARGIN - STRIP
    paper.set_dash_pattern(dash=2, gap=2)
    paper.line(0, top, paper.w, top)
    paper.set_dash_pattern()
    paper.set_xy(MARGIN, top + 3)
    paper.write_text(say["paper_strip"], 10)
    top = paper.get_y() + 2
    for group in range(6):
        for digit in range(4):
            paper.rect(MARGIN + group * 29 + digit * 6.4, top, 6.4, 8.5)
    paper.set_xy(MARGIN, top + 11)
    first = parse_first_roots(instance.first_roots)
    places = " · ".join(one for one in (instance.origins[0], instance.onion) if one)
    paper.write_text(f"{say['paper_read']} {places}", 9)
    paper.write_text(f"{say['paper_number']} {fingerprint(first.instance, parse_root_set(instance.roots))}", 9)
