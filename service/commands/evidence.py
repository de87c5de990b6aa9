"""`panah evidence view`: a saved file of evidence made visible, on a machine kept for that. Needs no network."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from service.commands.exits import UNREADABLE, USAGE, Refused
from service.commands.refusals import refusals
from service.commands.terminal import check_new, out, plain, read_file, write_secret
from service.pictures import FORMATS, PictureRefused, from_heic

app = typer.Typer(no_args_is_help=True)

MAX_FILE = 64 * 1024 * 1024


@app.callback()
def evidence() -> None:
    """Saved evidence."""


@app.command()
def view(
    file: Annotated[Path, typer.Argument(help="the picture as it was saved from the desk: HEIC")],
    to: Annotated[Path, typer.Argument(help="a new file, .png or .jpg")],
) -> None:
    """Make a picture of an iPhone into one that can be looked at. The saved file stays as it is: it is the evidence."""
    with refusals():
        ending = to.suffix.lower()
        if ending not in FORMATS:
            raise Refused("the name ends in .png or .jpg", code=USAGE)
        check_new(to)
        data = read_file(file, MAX_FILE)
        try:
            made = from_heic(data, ending)
        except PictureRefused as error:
            raise Refused(str(error), code=UNREADABLE) from None
        write_secret(to, made)
        out().print(f"read     {plain(str(file))}, SHA-256 {hashlib.sha256(data).hexdigest()}")
        out().print(f"written  {plain(str(to))}. Look at it here, and keep it nowhere else: it is no evidence.")
