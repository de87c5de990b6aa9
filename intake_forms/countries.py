"""What is so in a country, and from when until when: dated facts with a source, read from countries/*.toml.

Nothing here is code on purpose: change a date in a file, and the routing changes. A day is text, `2026-05-01`; an empty
one has no bound. `from` is the first day on which a fact holds, `until` the last.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar, get_args

from intake_forms.approx import zone_known

HERE = Path(__file__).resolve().parent / "countries"
STANDARD = "standard"  # what every case is measured by, in the same form as a country

Known = Literal["yes", "no", "unknown"]
Visits = Literal["yes", "no", "disputed", "unknown"]
Status = Literal["none", "runs", "unknown"]
RULES = ("unregistered_hours", "no_or_late_lawyer", "no_admission_exam", "late_judge_std", "late_judge_law")


class BadCountry(ValueError):
    """A file of facts that cannot be read: which file, which key, and what is wrong with it. Mend the file."""

    def __init__(self, file: str, key: str, fact: str) -> None:
        super().__init__(f"{file}: {key}: {fact}")
        self.file, self.key, self.fact = file, key, fact


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`draft`: not confirmed; it is shown as such until local counsel has confirmed it."""

    source: str
    first: str = ""
    until: str = ""
    draft: bool = False

    def holds(self, day: str) -> bool:
        return (not self.first or self.first <= day) and (not self.until or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Holds where the answer to `question` is one of `values`; may hold where it is one of `maybe`.

    The empty text stands for no answer, "don't know" and "prefer not to say".
    """

    question: str
    values: tuple[str, ...]
    maybe: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Limit(Fact):
    """Hours after the detention began. Of a rule's limits, the first whose conditions all hold is the one."""

    rule: str
    hours: int
    alert_hours: int | None = None
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Party(Fact):
    """Whether the country is bound by OPCAT."""

    party: bool


@dataclass(frozen=True, kw_only=True)
class Limitation(Fact):
    """Whether time runs out for prosecuting torture. `unknown` is never to be shown as time-barred."""

    status: Status


@dataclass(frozen=True, kw_only=True)
class BodyStatus(Fact):
    funded: Known
    office: Known
    operating: Known


@dataclass(frozen=True, kw_only=True)
class Body(Fact):
    """An oversight body, a preventive mechanism or an investigator, for as long as it exists."""

    id: str
    name: str
    kind: str
    successor: str = ""
    status: tuple[BodyStatus, ...] = ()

    def status_on(self, day: str) -> BodyStatus | None:
        return _only(self.status, day)


@dataclass(frozen=True, kw_only=True)
class Coverage(Fact):
    """Whether the preventive mechanism may enter these types of place."""

    places: tuple[str, ...]
    visits: Visits


@dataclass(frozen=True, kw_only=True)
class Examiner(Fact):
    """Whether who examines is employed by who detains."""

    examiner: str
    detaining: Known


@dataclass(frozen=True, kw_only=True)
class Country:
    """All facts, of all days: the history stays."""

    id: str
    name: str
    opcat: tuple[Party, ...]
    limitation: tuple[Limitation, ...]
    limits: tuple[Limit, ...]
    bodies: tuple[Body, ...]
    coverage: tuple[Coverage, ...]
    examiners: tuple[Examiner, ...]
    zones: Mapping[str, str]  # region (ISO 3166-2) -> IANA zone; `default` where no region is known

    def all_zones(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.zones.values())))

    def body(self, id: str) -> Body | None:
        """Of all days: an abolished body keeps its name in old cases."""
        return next((body for body in self.bodies if body.id == id), None)


@dataclass(frozen=True)
class Profile:
    """What holds in a country on one day."""

    country: Country
    day: str

    @property
    def opcat_party(self) -> bool | None:
        party = _only(self.country.opcat, self.day)
        return party.party if party else None

    @property
    def limitation(self) -> Limitation | None:
        return _only(self.country.limitation, self.day)

    @property
    def limits(self) -> tuple[Limit, ...]:
        return tuple(one for one in self.country.limits if one.holds(self.day))

    @property
    def bodies(self) -> tuple[Body, ...]:
        """Those that can be chosen on the day."""
        return tuple(one for one in self.country.bodies if one.holds(self.day))

    def successor_of(self, id: str) -> Body | None:
        """Who does the body's work on the day: itself, or the last of its successors that exists by then."""
        body, seen = self.country.body(id), set[str]()
        while body and not body.holds(self.day) and body.id not in seen:
            seen.add(body.id)
            body = self.country.body(body.successor)
        return body if body and body.holds(self.day) else None

    def npm_visits(self, place: str) -> Visits:
        found = _only((one for one in self.country.coverage if place in one.places), self.day)
        return found.visits if found else "unknown"


def profile_on(country: Country, day: str) -> Profile:
    """Raises ValueError where `day` is no day like 2026-05-01."""
    if not _is_day(day):
        raise ValueError(f"{day}: not a day like 2026-05-01")
    return Profile(country, day)


def read_countries(folder: Path = HERE) -> dict[str, Country]:
    """All files of the folder by country, and `standard`. Raises BadCountry."""
    countries = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BadCountry(path.name, "", str(error)) from None
        country = _Reader(path.name).country(table)
        if country.id != path.stem:
            raise BadCountry(path.name, "id", f"{country.id}, not the file's name")
        countries[country.id] = country
    return countries


def compiled(countries: Mapping[str, Country]) -> dict[str, Any]:
    """The same facts as the desk's page reads them (ts/countries.ts), ready for json.dumps."""
    return {id: asdict(country) for id, country in sorted(countries.items())}


F = TypeVar("F", bound=Fact)


def _only(facts: Iterable[F], day: str) -> F | None:
    return next((fact for fact in facts if fact.holds(day)), None)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


class _Reader:
    """One file's tables into facts; every refusal names the file and the key."""

    def __init__(self, file: str) -> None:
        self.file = file

    def country(self, table: dict[str, Any]) -> Country:
        is_standard = self.file == f"{STANDARD}.toml"
        known = {"id", "name", "opcat", "limitation", "limit", "body", "coverage", "examiner", "zones"}
        for key in table.keys() - known:
            self.refuse(key, "not a key of a country")
        [zones] = self.tables([table.get("zones", {})], "zones")
        for region, zone in zones.items():
            if not isinstance(zone, str) or not zone_known(zone):
                self.refuse(f"zones.{region}", f"{zone}: not a zone")
        if not is_standard and "default" not in zones:
            self.refuse("zones.default", "missing")
        country = Country(
            id=STANDARD if is_standard else self.text(table, "id", ""),
            name="" if is_standard else self.text(table, "name", ""),
            opcat=self.all(Party, table, "opcat"),
            limitation=self.all(Limitation, table, "limitation"),
            limits=self.all(Limit, table, "limit"),
            bodies=self.all(Body, table, "body"),
            coverage=self.all(Coverage, table, "coverage"),
            examiners=self.all(Examiner, table, "examiner"),
            zones=zones,
        )
        self.check(country)
        return country

    def check(self, country: Country) -> None:
        """One answer a day, and successors that exist."""
        self.apart("opcat", country.opcat)
        self.apart("limitation", country.limitation)
        for body in country.bodies:
            self.apart(f"body {body.id} status", body.status)
            if body.successor and not country.body(body.successor):
                self.refuse(f"body {body.id} successor", f"{body.successor}: no such body")
        for place in {place for one in country.coverage for place in one.places}:
            self.apart(f"coverage {place}", [one for one in country.coverage if place in one.places])
        for examiner in {one.examiner for one in country.examiners}:
            self.apart(f"examiner {examiner}", [one for one in country.examiners if one.examiner == examiner])
        for limit in country.limits:
            if limit.rule not in RULES:
                self.refuse("limit.rule", f"{limit.rule}: not one of {' '.join(RULES)}")

    def apart(self, key: str, facts: Iterable[Fact]) -> None:
        ordered = sorted(facts, key=lambda fact: fact.first)
        for before, after in pairwise(ordered):
            if not before.until or not after.first or before.until >= after.first:
                self.refuse(key, f"two facts on {after.first or before.until or 'every day'}")

    def all(self, kind: type[F], table: dict[str, Any], key: str) -> tuple[F, ...]:
        rows = self.tables(table.get(key, []), key)
        return tuple(self.one(kind, row, f"{key} {number}") for number, row in enumerate(rows, start=1))

    def one(self, kind: type[F], row: dict[str, Any], where: str) -> F:
        if "first" in row:
            self.refuse(f"{where} first", "not a key")
        row = {("first" if key == "from" else key): value for key, value in row.items()}
        self.text(row, "source", where)
        for key in ("first", "until"):
            self.day(row.get(key, ""), f"{where} {'from' if key == 'first' else key}")
        if row.get("first") and row.get("until") and row["until"] < row["first"]:
            self.refuse(f"{where} until", f"{row['until']} before {row['first']}")
        types = {field.name: str(field.type) for field in fields(kind)}
        for key in row.keys() - types.keys():
            self.refuse(f"{where} {key}", "not a key")
        needed = {field.name for field in fields(kind) if field.default is MISSING}
        for key in sorted(needed - row.keys()):
            self.refuse(f"{where} {key}", "missing")
        values = {key: self.value(types[key], value, f"{where} {key}") for key, value in row.items()}
        return kind(**values)

    def value(self, type_: str, value: Any, where: str) -> Any:
        closed = {"Known": get_args(Known), "Visits": get_args(Visits), "Status": get_args(Status)}
        if type_ in closed and value not in closed[type_]:
            self.refuse(where, f"{value}: not one of {' '.join(closed[type_])}")
        if type_.startswith("int") and (type(value) is not int or value < 0):
            self.refuse(where, "not a number of hours")
        if type_ == "bool" and type(value) is not bool:
            self.refuse(where, "not true or false")
        if type_ == "str" and not isinstance(value, str):
            self.refuse(where, "not a text")
        if type_ == "tuple[str, ...]":
            return self.texts(value, where)
        if type_ == "tuple[BodyStatus, ...]":
            return tuple(
                self.one(BodyStatus, row, f"{where} {number}")
                for number, row in enumerate(self.tables(value, where), 1)
            )
        if type_ == "tuple[Condition, ...]":
            return tuple(self.condition(row, where) for row in self.tables(value, where))
        return value

    def condition(self, row: dict[str, Any], where: str) -> Condition:
        for key in row.keys() - {"question", "is", "maybe"}:
            self.refuse(f"{where} {key}", "not a key")
        return Condition(
            question=self.text(row, "question", where),
            values=self.texts(row.get("is"), f"{where} is"),
            maybe=self.texts(row.get("maybe", []), f"{where} maybe"),
        )

    def tables(self, value: Any, where: str) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.refuse(where, "not a list of tables")
        return value

    def texts(self, value: Any, where: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.refuse(where, "not a list of texts")
        return tuple(value)

    def text(self, table: dict[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value:
            self.refuse(f"{where} {key}".strip(), "missing" if value is None else "not a text")
        return value

    def day(self, value: Any, where: str) -> None:
        if value != "" and not _is_day(value):
            self.refuse(where, f"{value}: not a day like 2026-05-01")

    def refuse(self, key: str, fact: str) -> NoReturn:
        raise BadCountry(self.file, key, fact)
