"""ApproxTime: a time as a person remembers it, and the span of UTC minutes that it can mean. docs/forms.md.

The twin is ts/approx.ts; tests/vectors/safeguards.json holds both to one meaning. All arithmetic is in whole minutes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Precision = Literal["exact", "hour", "part_of_day", "day", "week", "month", "season", "year"]
PRECISIONS: tuple[str, ...] = get_args(Precision)

YEARS = (1940, 2199)  # before, zones were local mean times with odd seconds
# Where no zone is known, any clock on Earth may be meant.
FARTHEST_EAST, FARTHEST_WEST = 14 * 60, -12 * 60

_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})")
_ZONE = re.compile(
    r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)(?:/[A-Z][A-Za-z_+-]*)+|UTC"
)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (a wall clock: no zone is meant)


class BadTime(ValueError):
    """A text that is no ApproxTime. Show the person's own words as they are, and compute nothing from it."""


class Span(NamedTuple):
    """From the first to the last minute that is possible; `latest` None: no end."""

    earliest: int
    latest: int | None


@dataclass(frozen=True)
class ApproxTime:
    """`earliest` and `latest` are wall-clock minutes since 1970-01-01T00:00, None where there are only words.

    `zone` is None while no country was known. `never`: it has not happened, or not yet; all else is then empty.
    """

    earliest: int | None = None
    latest: int | None = None
    precision: Precision | None = None
    zone: str | None = None
    words: str = ""
    never: bool = False

    def __str__(self) -> str:
        if self.never:
            return "never"
        if self.earliest is None or self.latest is None:
            return f"-/- - - {self.words}"
        text = f"{_written(self.earliest)}/{_written(self.latest)} {self.precision} {self.zone or '-'}"
        return f"{text} {self.words}" if self.words else text


def parse_time(text: str) -> ApproxTime:
    """Raises BadTime. A zone that this machine does not know is kept: it counts as none."""
    if text == "never":
        return ApproxTime(never=True)
    head, *rest = text.split(" ", 3)
    if len(rest) < 2:
        raise BadTime("not EARLIEST/LATEST PRECISION ZONE")
    precision, zone = rest[0], rest[1]
    words = rest[2] if len(rest) > 2 else ""
    if len(rest) > 2 and not words:
        raise BadTime("a space and no words after it")
    if head == "-/-":
        if precision != "-" or zone != "-" or not words:
            raise BadTime("no time, so only words")
        return ApproxTime(words=words)
    if precision not in PRECISIONS:
        raise BadTime("precision not of the list")
    if zone != "-" and not _ZONE.fullmatch(zone):
        raise BadTime("not a zone's name")
    first, slash, last = head.partition("/")
    if not slash:
        raise BadTime("one time where two are meant")
    earliest, latest = _minutes(first), _minutes(last)
    if latest < earliest:
        raise BadTime("latest before earliest")
    if precision == "exact" and earliest != latest:
        raise BadTime("exact, and two times")
    return ApproxTime(earliest, latest, precision, None if zone == "-" else zone, words)  # type: ignore[arg-type]


def span_of(time: ApproxTime, zones: tuple[str, ...] = ()) -> Span | None:
    """The UTC minutes (since 1970-01-01T00:00Z) that the time can mean; None where there are only words, or never.

    A time without a zone is read in each of `zones`, and where there are none in every zone on Earth. A wall clock that
    shows a minute twice, or leaves it out, as where a country changes its offset, gives the wider span.
    """
    if time.earliest is None or time.latest is None:
        return None
    known = [zone for zone in ((time.zone,) if time.zone else zones) if _zone(zone)]
    if not known:
        return Span(time.earliest - FARTHEST_EAST, time.latest - FARTHEST_WEST)
    return Span(
        min(time.earliest - max(offsets(time.earliest, zone)) for zone in known),
        max(time.latest - min(offsets(time.latest, zone)) for zone in known),
    )


def offsets(local: int, zone: str) -> tuple[int, int]:
    """Minutes east of UTC of the zone's wall clock at that local minute, twice; where the clock changes, both."""
    wall = (_EPOCH + timedelta(minutes=local)).replace(tzinfo=_zone(zone))
    first, second = (wall.replace(fold=fold).utcoffset() or timedelta(0) for fold in (0, 1))
    return first // timedelta(minutes=1), second // timedelta(minutes=1)


def zone_known(zone: str) -> bool:
    return _zone(zone) is not None


def day_of(utc_minute: int) -> str:
    """The UTC day, as 2026-05-01."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=utc_minute)).date().isoformat()


def _minutes(text: str) -> int:
    match = _TIME.fullmatch(text)
    if not match:
        raise BadTime("not a time like 2026-05-01T06:00")
    year, month, day, hour, minute = map(int, match.groups())
    if not YEARS[0] <= year <= YEARS[1]:
        raise BadTime(f"year {year}, not {YEARS[0]} to {YEARS[1]}")
    try:
        wall = datetime(year, month, day, hour, minute)  # noqa: DTZ001
    except ValueError:
        raise BadTime("no such day or hour") from None
    return (wall - _EPOCH) // timedelta(minutes=1)


def _written(local: int) -> str:
    return (_EPOCH + timedelta(minutes=local)).isoformat(timespec="minutes")


@cache
def _zone(name: str) -> ZoneInfo | None:
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        return None
