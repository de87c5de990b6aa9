"""`panah history verify`: every signed history of an instance, or of a backup of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from service import clock
from service.commands.exits import UNREADABLE, Refused
from service.commands.refusals import refusals
from service.commands.serve import read_settings
from service.commands.terminal import out, plain, steps

app = typer.Typer(no_args_is_help=True)


@app.callback()
def history() -> None:
    """The signed histories of all cases."""


@app.command()
def verify(
    data: Annotated[
        Path | None, typer.Option(help="the data folder, or a backup of it; PANAH_DATA when left out")
    ] = None,
    database: Annotated[
        str,
        typer.Option(help="its address, if it is not SQLite in that folder; a password is safer in PANAH_DATABASE_URL"),
    ] = "",
) -> None:
    """Verify each chain from its first entry. Reads only; nothing is opened. Ends with 1 if one does not hold."""
    with refusals():
        from service.actions.agreed_more import count_agreed
        from service.actions.oversee import verify_histories
        from service.keyrings import Keyrings
        from service.store.database import DatabaseRefused, make_engine, name_of
        from service.store.migrations import check_newest

        # a folder that is named is meant with the database in it, whatever the environment says of the live one
        settings = read_settings(data=data, database_url=database if database or data else None)
        if not settings.database_url and not (settings.data / "panah.sqlite3").is_file():
            fact = f"there is no database in {plain(str(settings.data))}"
            raise Refused(fact, "give --data; for PostgreSQL --database or PANAH_DATABASE_URL", UNREADABLE)
        keyrings = Keyrings(settings.instance_dir)
        try:
            engine = make_engine(settings.database, looks=True)
            out().print(f"database        {plain(name_of(engine))}")
            check_newest(engine)
            watched = partial(track, description="verifying", console=steps(), transient=True)
            found = verify_histories(keyrings, engine, clock.today(), watched)
            more = count_agreed(keyrings, engine)
            engine.dispose()
        except DatabaseRefused as error:
            raise Refused(plain(str(error)), "see docs/deployment.md, The database", UNREADABLE) from None
        out().print(f"histories       {found.histories}")
        out().print(f"entries         {found.entries}")
        for one in found.broken:
            out().print(f"BROKEN          {one.cid.hex()}   {one.slug}")
        if more.broken:
            out().print(f"NOT SIGNED      {more.broken} askings to open more cases, or answers to them")
        if found.broken:
            raise Refused(f"{len(found.broken)} of them do not hold", "keep this database as it is, and tell oversight")
        if more.broken:
            raise Refused("not all of them are signed", "keep this database as it is, and tell oversight")
        out().print("all of them hold")
