"""`panah serve`: a real instance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.commands.exits import Refused
from service.commands.refusals import refusals
from service.demo import is_demo
from service.instance import keyring_versions, read_instance


def serve(
    data: Annotated[Path, typer.Option(help="the data folder: instance, pages, database")] = Path("data"),
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="serve a demonstration, whose keys are open to anybody")] = False,
) -> None:
    """Serve an instance. Refuses a demonstration unless told that it is one."""
    with refusals():
        instance = read_instance(data / "instance")
        if is_demo(instance) and not demo:
            raise Refused(
                "this is a demonstration instance: anybody can open what is sent to it",
                "make a real instance with `panah keyring init`, or say --demo",
            )
        if not keyring_versions(data / "instance"):
            raise Refused(
                "there is no keyring yet, so nobody could read a complaint", "publish one with `panah keyring publish`"
            )
        raise Refused("serving is not built yet")
