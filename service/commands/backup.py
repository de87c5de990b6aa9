"""`panah backup`: what a new machine needs to go on, as one folder that `panah history verify` reads."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from service.commands.exits import UNREADABLE, USAGE, Refused
from service.commands.refusals import refusals
from service.commands.serve import read_settings
from service.commands.terminal import check_new, out, plain, steps
from service.folders import half_made
from service.instance import read_instance, sync


def backup(
    to: Annotated[Path, typer.Argument(metavar="OUT", help="a new folder, best on another disk")],
    data: Annotated[Path | None, typer.Option(help="the data folder; PANAH_DATA when left out")] = None,
) -> None:
    """Copy the instance and its SQLite database, whole, while the server runs. Nothing in it is readable to us."""
    with refusals():
        from service.store.backup import copy_database
        from service.store.database import DatabaseRefused

        settings = read_settings(data=data)
        read_instance(settings.instance_dir)
        check_new(to)
        if not to.parent.is_dir():
            raise Refused(f"{plain(str(to.parent))} is not there", "make it first, or mount the disk", UNREADABLE)
        if settings.data.resolve() in to.resolve().parents:
            raise Refused(f"{plain(str(to))} lies in the data folder, and would be lost with it", code=USAGE)
        os.umask(0o077)  # a copy is for this account alone, as the database is
        try:
            with steps().status("copying"), half_made(to.parent, ".panah-backup-") as half:
                new = half / "new"
                shutil.copytree(settings.instance_dir, new / "instance")
                copy_database(settings.database, new / "panah.sqlite3")
                for path in (*new.rglob("*"), new):
                    sync(path)
                new.rename(to)
            sync(to.parent)
        except shutil.Error as error:  # of the first file that could not be copied
            raise Refused(
                plain(str(error.args[0][0][2])), "look at the disk and at the permissions", UNREADABLE
            ) from None
        except DatabaseRefused as error:
            raise Refused(plain(str(error)), "see docs/deployment.md, The database", UNREADABLE) from None
        size = (to / "panah.sqlite3").stat().st_size
        out().print(f"written  {plain(str(to))}: the instance, and a database of {size} bytes")
        out().print(f"next     panah history verify --data {plain(str(to))}")
