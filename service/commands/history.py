"""`panah history verify`: every signed history of an instance, or of a backup of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from service import clock
from service.commands.exits import Refused
from service.commands.refusals import refusals
from service.commands.terminal import out, steps

app = typer.Typer(no_args_is_help=True)


@app.callback()
def history() -> None:
    """The signed histories of all cases."""


@app.command()
def verify(
    data: Annotated[Path, typer.Option(help="the data folder, or a backup of it")] = Path("./data"),
    database: Annotated[str, typer.Option(help="its address, if it is not SQLite in the data folder")] = "",
) -> None:
    """Verify each chain from its first entry. Reads only; nothing is opened. Ends with 1 if one does not hold."""
    with refusals():
        from service.actions.oversee import verify_histories
        from service.keyrings import Keyrings
        from service.settings import Settings
        from service.store.database import make_engine

        settings = Settings(data=data, database_url=database)
        if not database and not (data / "panah.sqlite3").is_file():
            raise Refused("there is no database in this folder", "give --data, or --database for PostgreSQL")
        keyrings = Keyrings(settings.instance_dir)
        engine = make_engine(settings.database)
        try:
            watched = partial(track, description="verifying", console=steps(), transient=True)
            found = verify_histories(keyrings, engine, clock.today(), watched)
        finally:
            engine.dispose()
        out().print(f"histories       {found.histories}")
        out().print(f"entries         {found.entries}")
        for one in found.broken:
            out().print(f"BROKEN          {one.cid.hex()}   {one.slug}")
        if found.broken:
            raise Refused(f"{len(found.broken)} of them do not hold", "keep this database as it is, and tell oversight")
        out().print("all of them hold")
