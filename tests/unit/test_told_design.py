"""docs/design.md names every room, module, address and column that there is, and no other."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from fastapi import FastAPI

from service.api import casework, copies, opening, oversight, public, staff, submitters
from service.store.tables import MessageRow

ROOT = Path(__file__).resolve().parents[2]
DESIGN = (ROOT / "docs" / "design.md").read_text("utf-8")


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


def test_every_module_of_the_protocol_is_told_with_names_that_are_there() -> None:
    told = {cells[0]: re.findall(r"`(\w+)`", cells[2]) for cells in rows_of("The crypto package")}
    there = {path.stem for path in (ROOT / "crypto").glob("*.py")} - {"__init__"}
    assert set(told) == there
    for module, names in told.items():
        assert names, module
        assert [name for name in names if not hasattr(import_module(f"crypto.{module}"), name)] == [], module


def test_every_room_of_the_service_is_told() -> None:
    rooms = DESIGN.partition("## Rooms")[2].partition("\n## ")[0]
    for path in (ROOT / "service").glob("*"):
        if path.suffix == ".py" and path.name not in ("__init__.py", "cli.py"):
            assert path.name in rooms or (path.stem.startswith("dossier") and "dossier*.py" in rooms), path.name
        elif path.is_dir() and list(path.glob("*.py")):
            assert f"service/{path.name}/" in rooms, path.name
