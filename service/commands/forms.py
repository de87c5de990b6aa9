"""`panah forms`: what is asked, from a spreadsheet and into one. The server itself reads no spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands import offline
from service.commands.exits import UNREADABLE, USAGE, Refused
from service.commands.refusals import refusals
from service.commands.terminal import check_new, out, plain, read_file, write_new

if TYPE_CHECKING:
    from intake_forms.model import Form, Forms
    from intake_forms.xlsform.import_ import Imported

MOST_BYTES = 10 << 20  # of a spreadsheet

app = typer.Typer(no_args_is_help=True, help="What is asked: forms as spreadsheets (XLSForm), and for a memory card.")
app.command("offline")(offline.make)
app.command("paper")(offline.paper)
app.command("sign")(offline.sign)
app.command("verify")(offline.verify)
Instance = Annotated[Path | None, typer.Option("--instance", help="an instance folder, for its own forms and words")]


@app.callback()
def forms() -> None:
    """What is asked: forms as spreadsheets (XLSForm)."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="the spreadsheet")],
    to: Annotated[Path, typer.Option("--to", help="the folder that gets forms/, lists/ and locales/: INSTANCE/forms")],
    replace: Annotated[
        bool, typer.Option("--replace", help="write over the form of the same id in that folder")
    ] = False,
) -> None:
    """Check a spreadsheet, and write it as a form, its lists and its translations. `panah site build` then shows it."""
    with refusals():
        from intake_forms.xlsform.files import ListTaken, write_folder

        _check_folder(to)
        known = _read(None)
        found = _imported(file, known)
        form = to / "forms" / f"{found.form.id}.toml"
        if form.exists() and not replace:
            raise Refused(f"{plain(str(form))} is there already", "give --replace to write over it")
        _check_others(found, known)
        try:
            written = write_folder(found, to, known.lists)
        except ListTaken as error:
            raise Refused(plain(str(error)), "give the list another name in one of the spreadsheets") from None
        _tell_notes(found)
        for path in written:
            out().print(f"written  {plain(str(path))}")
        out().print("next     panah forms check INSTANCE, then panah site build")


def _check_folder(to: Path) -> None:
    """Beside INSTANCE/forms a form would be written, and never be asked."""
    for above in (to, *to.resolve().parents):
        if (above / "first-roots.bin").is_file() and to.resolve() != (above / "forms").resolve():
            raise Refused(
                f"in {plain(str(to))} no page would find this form", f"--to {plain(str(above / 'forms'))}", USAGE
            )


@app.command()
def export(
    id: Annotated[str, typer.Argument(metavar="ID", help="the form: `panah forms check` lists them")],
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="a new file")],
    instance: Instance = None,
) -> None:
    """Write a form with its lists and all translations that there are as a spreadsheet."""
    with refusals():
        from intake_forms.words import LANGUAGES, FormWords, sentences
        from intake_forms.xlsform.export import export_form

        extra = instance / "forms" if instance else None
        held = _read(extra)
        if id not in held.forms:
            raise Refused(f"no form {plain(id)}", f"one of: {', '.join(sorted(held.forms))}")
        check_new(file)
        texts = {text for _, text in sentences(held)} | {"Yes", "No"}
        words = {}
        for code in LANGUAGES:
            known = FormWords(code, extra).known(texts)
            if known:
                words[code] = known
        write_new(file, export_form(held.forms[id], held, words))
        out().print(f"written  {plain(str(file))}: English {' '.join(words)}".rstrip())


@app.command()
def check(
    place: Annotated[
        Path | None,
        typer.Argument(metavar="FILE.xlsx|FOLDER", help="a spreadsheet or an instance; else what is shipped"),
    ] = None,
) -> None:
    """Say what is wrong with a spreadsheet, or with all forms; what is not translated, and not confirmed."""
    with refusals():
        if place is None or place.is_dir():
            _check_all(place)
        else:
            _check_sheet(place)


def _check_sheet(file: Path) -> None:
    from intake_forms.xlsform.check import check_with_pyxform

    held = _read(None)
    found = _imported(file, held)
    _tell_notes(found)
    said = check_with_pyxform(read_file(file, MOST_BYTES), held.lists)
    for warning in said.warnings:
        out().print(f"pyxform  {plain(warning)}")
    if said.error:
        raise Refused(f"pyxform: {plain(said.error)}", "we read it, other tools that take XLSForm may not: mend it")
    out().print(f"good     {found.form.id}: {_size_of(found.form)}; {_languages(found)}")


def _languages(found: Imported) -> str:
    return f"English {' '.join(found.words)}".rstrip()


def _check_all(place: Path | None) -> None:
    from intake_forms.words import LANGUAGES, FormWords

    extra = place if place is None or not (place / "forms" / "forms").is_dir() else place / "forms"
    held = _read(extra)
    for form in held.forms.values():
        out().print(f"form     {form.id}: {_size_of(form)}")
    for code in LANGUAGES:
        missing = FormWords(code, extra).missing(held)
        out().print(f"words    {code}: {f'{len(missing)} sentences are not translated' if missing else 'complete'}")
    for found in held.lists.values():
        for choice in found.choices:
            if choice.draft:
                source = f" ({choice.source})" if choice.source else ""
                out().print(f"confirm  {found.id}/{choice.id}: {plain(choice.label)}{plain(source)}")


def _size_of(form: Form) -> str:
    return f"{len(form.sections)} sections, {len([*form.screens()])} screens, {len([*form.questions()])} questions"


def _read(extra: Path | None) -> Forms:
    from intake_forms.model import BadForm
    from intake_forms.read import read_forms

    try:
        return read_forms(extra)
    except BadForm as error:
        raise Refused(plain(str(error)), "mend that file, or import its spreadsheet again", UNREADABLE) from None


def _imported(file: Path, known: Forms) -> Imported:
    from intake_forms.xlsform.import_ import import_form
    from intake_forms.xlsform.sheets import BadSheet

    try:
        return import_form(read_file(file, MOST_BYTES), known.lists)
    except BadSheet as error:
        lines = "".join(f"\n  {plain(str(problem))}" for problem in error.problems)
        fact = f"{plain(str(file))} is not a form yet{lines}"
        raise Refused(fact, "mend these rows; docs/forms-authoring.md says how a form is written", UNREADABLE) from None


def _check_others(found: Imported, known: Forms) -> None:
    """What it shares with our forms, by their ids: a list replaces ours, an answer has one meaning and one seal."""
    from intake_forms.checks import check, check_together
    from intake_forms.model import GROUPS, BadForm

    beside = [(form.id, form) for form in known.forms.values() if form.id != found.form.id]
    try:
        check_together([*beside, (found.form.id, found.form)])
    except BadForm as error:
        raise Refused(plain(str(error)), "give the question another name in the spreadsheet") from None
    for id in found.lists:
        users = [form for form in known.forms.values() if id in known.lists_of(form) and form.id != found.form.id]
        if not users or id == GROUPS or known.lists[id] == found.lists[id]:
            continue
        for form in users:
            try:
                check(form.id, form, {**known.lists, id: found.lists[id]})
            except BadForm as error:
                raise Refused(
                    f"the list {id} would replace ours: {plain(str(error))}", "give the list another name"
                ) from None
        out().print(f"note     the list {id} replaces ours, with which {', '.join(one.id for one in users)} ask")


def _tell_notes(found: Imported) -> None:
    for note in (*found.notes, *_left_behind(found)):
        out().print(f"note     {plain(str(note))}")


def _left_behind(found: Imported) -> Iterator[str]:
    """Where a sentence of ours was changed, and its translations were not: people would read what was there before."""
    from intake_forms.words import FormWords, sentences

    ours = {text for _, text in sentences(_read(None))}
    for code, words in found.words.items():
        known = FormWords(code).known(ours)
        before = {translation: english for english, translation in known.items()}
        for english, translation in words.items():
            if english not in known and translation in before:
                yield f"{code}: “{english}” has the translation of “{before[translation]}”: translate it anew"
