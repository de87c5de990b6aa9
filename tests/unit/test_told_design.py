"""docs/design.md names every address that the server answers and every column that it keeps, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import FastAPI

from service.api import casework, copies, opening, oversight, public, staff, submitters
from service.store.tables import MessageRow

DESIGN = (Path(__file__).resolve().parents[2] / "docs" / "design.md").read_text("utf-8")


def rows_of(title: str) -> list[list[str]]:
    """The cells of the table under this heading, without its first two lines."""
    part = DESIGN.partition(f"\n## {title}")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_route_is_told() -> None:
    app = FastAPI()
    for room in (public, submitters, staff, casework, opening, copies, oversight):
        app.include_router(room.router)
    there = {f"{method.upper()} {path}" for path, deeds in app.openapi()["paths"].items() for method in deeds}
    told = [cells[0] for cells in rows_of("Routes")]
    assert len(told) == len(set(told))
    assert set(told) == there


def test_every_column_is_told() -> None:
    told = {cells[0]: set(re.findall(r"[a-z_]+", cells[1])) for cells in rows_of("Tables")}
    there = MessageRow.metadata.tables
    assert set(told) == set(there)
    for name, table in there.items():
        assert {column.name for column in table.columns} - told[name] == set(), name
