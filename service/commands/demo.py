"""`panah demo`: a demonstration on this machine, ready in one step. Asks nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from service import clock
from service.built_site import build_if_changed
from service.commands.exits import Refused
from service.commands.refusals import refusals
from service.commands.serve import alone, check_port, read_settings, run
from service.commands.terminal import out, plain, steps
from service.demo import KeyFile, key_files, make_demo, renew_demo
from service.instance import read_instance, write_instance

WIDE = 160  # where nobody looks, in a log or a pipe, a passphrase stays on one line
SHOWN = ("reviewer-in-country-1", "reviewer-abroad-1", "investigator-north-1", "custodian-1", "supervisor-1")


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Annotated[Path, typer.Option(help="where it keeps everything; remove it to begin anew")] = Path("data"),
) -> None:
    """Serve a demonstration on this machine. Its keys are open to anybody: never for a real complaint."""
    with refusals():
        try:
            check_port("127.0.0.1", port)
            data.mkdir(parents=True, exist_ok=True)
            with alone(data):
                prepare(data, port)
                show(data, port)
                _serve(data, port)
        except KeyboardInterrupt:
            return  # Ctrl-C is how a demonstration ends


def prepare(data: Path, port: int) -> None:
    """Everything that must be there before the server starts; quick when it is."""
    folder = data / "instance"
    with steps().status("making a demonstration: trustees, staff and their keys") as status:
        if not folder.exists():
            if (data / "panah.sqlite3").exists():
                raise Refused(
                    "this folder holds a database whose instance is gone",
                    "put the instance back if it was a real one; remove the whole folder to begin a demonstration anew",
                )
            make_demo(data, port, clock.today())
        instance = read_instance(folder)
        if not instance.demo or not (data / "demo").is_dir():
            raise Refused(
                "this folder holds an instance that is not a demonstration",
                "serve it with `panah serve`, or name another folder for the demonstration",
            )
        renew_demo(data, clock.today())
        if instance.for_port(port) != instance:
            write_instance(folder, instance.for_port(port))
        status.update("building the pages")
        build_if_changed(folder, data / "site", clock.today())


def show(data: Path, port: int) -> None:
    """Where to go, and with which key."""
    console = out() if Console().is_terminal else Console(width=WIDE, markup=False, highlight=False, emoji=False)
    here = f"http://127.0.0.1:{port}"
    places = Table(
        box=SIMPLE, show_header=False, title="Panah, a demonstration: not for real complaints", title_justify="left"
    )
    places.add_row("to complain", f"{here}/")
    places.add_row("to check for an answer", f"{here}/check/")
    places.add_row("to work", f"{here}/desk/")
    places.add_row("to stop", "Ctrl-C")
    console.print(places)
    keys = Table(
        "key file", "passphrase", box=SIMPLE, title=f"in {plain(str(data / 'demo' / 'keys'))}", title_justify="left"
    )
    for file in _shown(data):
        keys.add_row(file.path.name, file.passphrase)
    console.print(keys)
    console.print(f"All of them: {plain(str(data / 'demo' / 'passphrases.txt'))}", soft_wrap=True)
    console.print("Up to five of the eight reviewers can open any one complaint: if one cannot, try another.")


def _shown(data: Path) -> list[KeyFile]:
    return [file for file in key_files(data) if file.path.stem in SHOWN]


def _serve(data: Path, port: int) -> None:
    run(read_settings(data=data, port=port, host="127.0.0.1", demo=True))
