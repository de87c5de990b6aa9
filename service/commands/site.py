"""`panah site build`: the pages of an instance, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service import clock
from service.commands.exits import UNREADABLE, Refused
from service.commands.refusals import about, refusals
from service.commands.terminal import out, plain, steps
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
        from service.site.words import WordsMissing

        read_instance(instance)
        _check_out(to)
        if today:
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


def _check_out(to: Path) -> None:
    """The folder is replaced as a whole: one that holds anything but pages is not touched."""
    pages = all((to / name).is_file() for name in ("manifest.json", "headers.json"))
    if to.exists() and not pages and (not to.is_dir() or any(to.iterdir())):
        raise Refused(f"{plain(str(to))} holds something else than pages", "name a new or an empty folder")
