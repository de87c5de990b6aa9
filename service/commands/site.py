"""`panah site build`: the pages of an instance, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.commands.refusals import refusals
from service.commands.terminal import out, steps

app = typer.Typer(no_args_is_help=True, help="The pages that people see.")


@app.callback()
def site() -> None:
    """The pages that people see."""


@app.command()
def build(
    instance: Annotated[Path, typer.Argument(help="the instance folder")],
    to: Annotated[Path, typer.Argument(metavar="OUT", help="where the pages go")],
) -> None:
    """Render every page in every language, with the manifest. The same input gives the same bytes."""
    with refusals():
        from service.site import build_site

        with steps().status("building the pages"):
            build_site(instance, to)
        out().print(f"built {to}")
