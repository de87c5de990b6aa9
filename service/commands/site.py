"""`panah site build`: the pages of an instance, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crypto.keyring import KeyringBody
from service import clock
from service.commands.exits import OUT_OF_DATE, UNREADABLE, Refused
from service.commands.refusals import about, refusals
from service.commands.terminal import out, plain, steps
from service.differences import day_text
from service.instance import read_instance, write_build_day

app = typer.Typer(no_args_is_help=True, help="The pages that people see.")


@app.callback()
def site() -> None:
    """The pages that people see."""


@app.command()
def build(
    instance: Annotated[Path, typer.Argument(help="the instance folder")],
    to: Annotated[Path, typer.Argument(metavar="OUT", help="where the pages go")],
    today: Annotated[
        bool, typer.Option("--today", help="first write today into the instance as the day of the build")
    ] = False,
) -> None:
    """Render every page in every language, with the manifest. The same input gives the same bytes."""
    with refusals():
        from intake_forms.model import BadForm
        from service.built_site import build_whole
        from service.site.build import read_newest
        from service.site.words import WordsMissing

        held = read_instance(instance)
        _check_out(to)
        if today:
            with about(instance):
                _check_clock(read_newest(instance, held).body)
            write_build_day(instance, clock.today())

        with steps().status("building the pages"):
            try:
                with about(instance):
                    build_whole(instance, to)
            except WordsMissing as error:
                raise Refused(plain(str(error)), "a catalogue of this installation is not complete") from None
            except BadForm as error:
                raise Refused(
                    plain(str(error)), "mend that file, then `panah forms check INSTANCE`", UNREADABLE
                ) from None
        out().print(f"built {to}")


def _check_clock(newest: KeyringBody) -> None:
    """By a day that is wrong every browser would be told that its own is: with one ahead nobody could send."""
    today, last = clock.today(), newest.expires + newest.policy.grace
    if not newest.not_before - 1 <= today <= last:
        raise Refused(
            f"this computer says {day_text(today)}, the newest keyring is for {day_text(newest.not_before)} to "
            f"{day_text(newest.expires)}",
            "set the clock, or have the keyring renewed first; without --today the pages keep the day that they have",
            OUT_OF_DATE,
        )


def _check_out(to: Path) -> None:
    """The folder is replaced as a whole: one that holds anything but pages is not touched."""
    pages = all((to / name).is_file() for name in ("manifest.json", "headers.json"))
    if to.exists() and not pages and (not to.is_dir() or any(to.iterdir())):
        raise Refused(f"{plain(str(to))} holds something else than pages", "name a new or an empty folder")
