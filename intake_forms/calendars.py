"""Working days of a country: its holidays as dated data with a source, from calendars/*.toml, spelled out day by day.

A holiday that moves makes the next working day free where it falls on a free day. What is spelled out is all that both
languages need to count with (SPEC 8.6): which days from Monday to Friday are free, and which others are worked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(__file__).resolve().parent / "calendars"
FIRST_YEAR, LAST_YEAR = 2020, 2035
SATURDAY = 5  # of date.weekday()
_EPOCH = date(1970, 1, 1)


class BadCalendar(ValueError):
    """A file of holidays that cannot be read: which file, which entry, what is wrong with it. Mend the file."""

    def __init__(self, file: str, entry: str, fact: str) -> None:
        super().__init__(f"{file}: {entry}: {fact}")


@dataclass(frozen=True)
class Calendar:
    """Days since 1970. `off`: free though Monday to Friday; `work`: worked though Saturday or Sunday.

    `known`: the last day up to which dated holidays were looked up; after it only those of every year are counted.
    `draft`: something in it is not confirmed by local counsel.
    """

    id: str
    off: tuple[int, ...]
    work: tuple[int, ...]
    known: int
    draft: bool


def read_calendars(folder: Path = HERE) -> dict[str, Calendar]:
    """By country. Raises BadCalendar."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BadCalendar(path.name, "", str(error)) from None
        calendar = _Reader(path.name, table).calendar()
        if calendar.id != path.stem:
            raise BadCalendar(path.name, "id", f"{calendar.id}, not the file's name")
        found[calendar.id] = calendar
    return found


def compiled(calendars: Mapping[str, Calendar]) -> dict[str, Any]:
    """As the desk's page reads them, ready for json.dumps."""
    return {
        one.id: {"off": one.off, "work": one.work, "known": one.known, "draft": one.draft} for one in calendars.values()
    }


_KEYS = {
    "holiday": {"name", "days", "moves", "source"},
    "dated": {"name", "days", "source"},
    "moved": {"off", "work", "source"},
}
_MORE = {"holiday": {"from", "until", "draft"}, "dated": {"draft"}, "moved": {"draft"}}


class _Reader:
    """One file, spelled out; every refusal names the file and the entry."""

    def __init__(self, file: str, table: dict[str, Any]) -> None:
        self.file, self.table = file, table

    def calendar(self) -> Calendar:
        for key in self.table.keys() - {"id", "known", *_KEYS}:
            self.refuse(key, "not a key of a calendar")
        rows = [(kind, row) for kind in _KEYS for row in self.rows(kind)]
        fixed = {day for kind, row in rows if kind == "dated" for day in self.days(row)}
        moving = set[date]()
        for kind, row in rows:
            if kind == "holiday":
                (moving if row["moves"] else fixed).update(self.every_year(row))
        off = moving | fixed
        for day in sorted(moving):
            if day.weekday() >= SATURDAY or day in fixed:  # it gives the next working day instead
                while day.weekday() >= SATURDAY or day in off:
                    day += timedelta(days=1)
                off.add(day)
        work = set[date]()
        for kind, row in rows:
            if kind == "moved":
                free, worked = self.day(row["off"], row["off"]), self.day(row["work"], row["work"])
                if free.weekday() >= SATURDAY or free in off or worked.weekday() < SATURDAY:
                    self.refuse(f"moved {free}", "the one is free already, or the other worked")
                off.add(free)
                work.add(worked)
        return Calendar(
            id=str(self.table.get("id", "")),
            off=tuple(sorted(_number(day) for day in off if day.weekday() < SATURDAY)),
            work=tuple(sorted(_number(day) for day in work)),
            known=_number(self.day(self.table.get("known"), "known")),
            draft=any(row.get("draft", False) for _, row in rows),
        )

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        rows = self.table.get(kind, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.refuse(kind, "not a list of tables")
        for number, row in enumerate(rows, start=1):
            where = f"{kind} {number}"
            for key in row.keys() - _KEYS[kind] - _MORE[kind]:
                self.refuse(f"{where} {key}", "not a key")
            for key in sorted(_KEYS[kind] - row.keys()):
                self.refuse(f"{where} {key}", "missing")
            if not isinstance(row["source"], str) or not row["source"]:
                self.refuse(f"{where} source", "not a text")
            if any(type(row.get(key, False)) is not bool for key in ("moves", "draft")):
                self.refuse(where, "not true or false")
            if kind != "moved" and not isinstance(row["days"], list):
                self.refuse(f"{where} days", "not a list")
            yield row

    def days(self, row: dict[str, Any]) -> set[date]:
        return {self.day(one, row["name"]) for one in row["days"]}

    def every_year(self, row: dict[str, Any]) -> Iterator[date]:
        """A holiday on its days, in the years of which its own bounds hold."""
        first, until = (self.day(row[key], row["name"]) if key in row else None for key in ("from", "until"))
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            for month_day in row["days"]:
                day = self.day(f"{year}-{month_day}", row["name"])
                if (first is None or first <= day) and (until is None or day <= until):
                    yield day

    def day(self, text: object, where: str) -> date:
        try:
            found = date.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:
            found = None
        if found is None or found.isoformat() != text:
            self.refuse(where, f"{text}: not a day like 2026-05-01")
        return found

    def refuse(self, entry: str, fact: str) -> NoReturn:
        raise BadCalendar(self.file, entry, fact)


def _number(day: date) -> int:
    return (day - _EPOCH).days
