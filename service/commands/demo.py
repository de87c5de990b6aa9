"""`panah demo`: a demonstration on this machine, ready in one step. Asks nothing."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
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
from service.commands.serve import read_settings, run
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
            _check_port(port)
            data.mkdir(parents=True, exist_ok=True)
            with _alone(data):
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


def _check_port(port: int) -> None:
    """Before minutes are spent on anything else."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(
                f"port {port} cannot be used: {error.strerror}", "choose another: make run PORT=8123, or --port 8123"
            ) from None


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One process a folder: a second one with another port would rebuild the pages under the first."""
    descriptor = os.open(data / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("another Panah uses this folder", "stop it, or name another folder with DATA=") from None
        yield
    finally:
        os.close(descriptor)


def _serve(data: Path, port: int) -> None:
    run(read_settings(data=data, port=port, host="127.0.0.1", demo=True))
