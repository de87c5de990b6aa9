"""`panah serve`: a real instance."""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.exits import REFUSED, USAGE, Refused
from service.commands.refusals import refusals
from service.commands.terminal import plain
from service.folders import locked
from service.instance import is_demo, keyring_versions, read_instance
from service.settings import Settings

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def serve(
    data: Annotated[Path | None, typer.Option(help="the data folder: instance, pages, database")] = None,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    demo: Annotated[bool, typer.Option("--demo", help="serve a demonstration, whose keys are open to anybody")] = False,
) -> None:
    """Serve an instance. What is left out is taken from PANAH_DATA, PANAH_HOST, PANAH_PORT; other settings too."""
    with refusals():
        settings = read_settings(data=data, host=host, port=port, demo=demo or None)
        instance = read_instance(settings.instance_dir)
        if is_demo(instance) and not settings.demo:
            raise Refused(
                "this is a demonstration instance: anybody can open what is sent to it",
                "make a real instance with `panah keyring init`, or say --demo",
            )
        if not keyring_versions(settings.instance_dir):
            raise Refused(
                "there is no keyring yet, so nobody could read a complaint", "publish one with `panah keyring publish`"
            )
        if not settings.site_dir.is_dir():
            raise Refused("the pages are not built yet", _how_to_build(settings))
        check_port(settings.host, settings.port)
        # a newer Panah would bring SQLite's file up to date under an older one that still runs
        with nullcontext() if settings.database_url.startswith("postgres") else alone(settings.data):
            run(settings)


def check_port(host: str, port: int) -> None:
    """Before minutes are spent on anything else."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):  # the latter of a name with a part that is empty or too long
        raise Refused(f"{plain(host)} is no address", "look at --host and PANAH_HOST", USAGE) from None
    try:
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        fact = f"address {plain(host)}, port {port} cannot be used: {error.strerror}"
        raise Refused(fact, "stop what listens there, or choose another: --port 8123") from None


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """One process a folder: another would rebuild the pages, or change the database, under the first."""
    with ExitStack() as held:
        try:
            held.enter_context(locked(data))
        except BlockingIOError:
            raise Refused("another Panah uses this folder", "stop it, or name another folder") from None
        yield


def _how_to_build(settings: Settings) -> str:
    return shlex.join(["panah", "site", "build", "--today", str(settings.instance_dir), str(settings.site_dir)])


def read_settings(**given: Any) -> Settings:
    """Options over the environment; refused by the name of the setting, without its value."""
    from pydantic import ValidationError

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        names = ", ".join(sorted({_told(fault) for fault in error.errors() if fault["loc"]}))
        raise Refused(f"settings that cannot be: {names}", "see docs/operator.md for what each may be", USAGE) from None


def _told(fault: ErrorDetails) -> str:
    bounds = {"greater_than_equal": "at least", "less_than_equal": "at most"}
    bound = bounds.get(fault["type"])
    limit = f" ({bound} {next(iter(fault['ctx'].values()))})" if bound else ""
    return f"PANAH_{str(fault['loc'][0]).upper()}{limit}"


def run(settings: Settings) -> None:
    """Until Ctrl-C or SIGTERM; both are a clean end."""
    from service.serve import serve as serve_until_stopped
    from service.static_pages import SiteRefused
    from service.store.database import DatabaseRefused

    os.umask(0o077)  # the database, its log and the server key are for this account alone
    try:
        serve_until_stopped(settings)
    except SiteRefused as error:
        raise Refused(plain(str(error)), _how_to_build(settings)) from None
    except DatabaseRefused as error:
        raise Refused(plain(str(error)), "see docs/deployment.md, The database") from None
    except SystemExit:  # of a web server that could not begin, and has said why; its 3 is our "wrong passphrase"
        raise typer.Exit(REFUSED) from None
    except KeyboardInterrupt:
        return
