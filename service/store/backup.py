"""A copy of SQLite's file as of one moment, while the server goes on writing."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import make_url

from service.store.database import DatabaseRefused, is_sqlite, telling_causes


def copy_database(url: str, to: Path) -> None:
    """`to` is new. Free pages stay behind; what stood in the log alone comes along. Raises DatabaseRefused.

    The database appends its messages; in the copy nothing tells in which order they came (decision 0029), nor an hour.
    """
    if not is_sqlite(url):
        raise DatabaseRefused("the database is PostgreSQL, which has tools of its own: pg_dump")
    path = Path(make_url(url).database or "").resolve()
    with telling_causes(), tempfile.TemporaryDirectory(dir=to.parent) as folder:
        appended = Path(folder) / "appended.sqlite3"
        with contextlib.closing(sqlite.connect(f"{path.as_uri()}?mode=rw", uri=True)) as db:
            # one read transaction: writers do not wait, and it does not begin anew
            db.execute("VACUUM INTO ?", (str(appended),))
        with contextlib.closing(sqlite.connect(str(appended), isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = OFF")  # nobody needs this file but the next line
            db.execute("UPDATE message SET id = random() & 0x3fffffffffffffff")
            for hours in ("DELETE FROM spent_nonce", "DELETE FROM staff_session"):  # staff sign in again
                db.execute(hours)
            db.execute("VACUUM INTO ?", (str(to),))  # writes them by their new ids
    with telling_causes(), contextlib.closing(sqlite.connect(f"{to.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DatabaseRefused("the database is damaged, or the disk of the copy: keep both as they are")
