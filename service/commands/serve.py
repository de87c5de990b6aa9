"""`panah serve`: a real instance."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from service.commands.exits import USAGE, Refused
from service.commands.refusals import refusals
from service.commands.terminal import plain
from service.instance import is_demo, keyring_versions, read_instance
from service.settings import Settings


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
            raise Refused(
                "the pages are not built yet", f"panah site build {settings.instance_dir} {settings.site_dir}"
            )
        run(settings)


def read_settings(**given: Any) -> Settings:
    """Options over the environment; refused by the name of the setting, without its value."""
    from pydantic import ValidationError

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        names = ", ".join(sorted({f"PANAH_{str(fault['loc'][0]).upper()}" for fault in error.errors() if fault["loc"]}))
        raise Refused(f"settings that cannot be: {names}", "see docs/operator.md for what each may be", USAGE) from None


def run(settings: Settings) -> None:
    """Until Ctrl-C or SIGTERM; both are a clean end."""
    from service.serve import serve as serve_until_stopped
    from service.static_pages import SiteRefused
    from service.store.database import DatabaseRefused

    os.umask(0o077)  # the database, its log and the server key are for this account alone
    try:
        serve_until_stopped(settings)
    except SiteRefused as error:
        raise Refused(plain(str(error)), f"panah site build {settings.instance_dir} {settings.site_dir}") from None
    except DatabaseRefused as error:
        raise Refused(plain(str(error)), "see docs/operator.md, the database") from None
    except KeyboardInterrupt:
        return
