"""The working days of countries: holidays that come back, that move, that were moved; and files that cannot be read."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from crypto.workflow import Calendar, add_working_days
from intake_forms import calendars
from intake_forms.calendars import FIRST_YEAR, LAST_YEAR, BadCalendar, compiled, read_calendars

ALL = read_calendars()
EPOCH = date(1970, 1, 1)


def number(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH).days


def free(country: str, first: str, last: str) -> list[str]:
    """The days from Monday to Friday on which nobody works."""
    return [
        (EPOCH + timedelta(days=day)).isoformat()[5:]
        for day in ALL[country].off
        if number(first) <= day <= number(last)
    ]


def after(country: str, day: str, count: int) -> str:
    calendar = Calendar(frozenset(ALL[country].off), frozenset(ALL[country].work))
    return (EPOCH + timedelta(days=add_working_days(number(day), count, calendar))).isoformat()


def test_nauryz_moves_on_where_it_falls_on_a_weekend() -> None:
    assert free("KZ", "2026-03-15", "2026-03-31") == ["03-23", "03-24", "03-25"]
    assert free("KZ", "2025-03-15", "2025-03-31") == ["03-21", "03-24", "03-25"]
    assert free("KZ", "2027-03-15", "2027-03-31") == ["03-22", "03-23", "03-24"]
    assert free("TJ", "2026-03-15", "2026-03-31") == ["03-20", "03-23", "03-24", "03-25", "03-26"]
    assert free("KG", "2026-03-15", "2026-03-31") == ["03-20", "03-23"]


def test_days_that_a_decree_moved_are_off_and_worked() -> None:
    assert after("KZ", "2024-05-03", 1) == "2024-05-04"
    assert after("KZ", "2024-05-07", 1) == "2024-05-10"
    assert after("KZ", "2024-12-31", 1) == "2025-01-05"
    assert after("KG", "2024-12-31", 1) == "2025-01-02"


def test_a_new_year_is_not_skipped_and_not_counted_twice() -> None:
    assert free("KZ", "2025-12-29", "2026-01-09") == ["01-01", "01-02", "01-07"]
    assert free("KZ", "2022-12-26", "2023-01-09") == ["01-02", "01-03"]  # 1 January was a Sunday, and 7 a Saturday
    assert after("KZ", "2025-12-31", 2) == "2026-01-06"


def test_what_does_not_move_gives_no_day_instead() -> None:
    assert free("KZ", "2024-06-10", "2024-06-21") == []  # Kurban Ait on a Sunday
    assert free("KZ", "2025-06-02", "2025-06-13") == ["06-06"]


def test_a_holiday_holds_from_its_first_year_to_its_last() -> None:
    assert "12-01" in free("KZ", "2021-11-25", "2021-12-31")
    assert "12-01" not in free("KZ", "2022-11-25", "2022-12-31")
    assert free("KZ", "2021-10-20", "2021-10-30") == []
    assert free("KZ", "2022-10-20", "2022-10-30") == ["10-24", "10-25"]


@pytest.mark.parametrize("country", ALL)
def test_every_year_has_its_holidays_and_no_weekend_is_listed_as_free(country: str) -> None:
    one = ALL[country]
    assert all((EPOCH + timedelta(days=day)).weekday() < 5 for day in one.off)
    assert all((EPOCH + timedelta(days=day)).weekday() >= 5 for day in one.work)
    assert list(one.off) == sorted(set(one.off))
    years = [(EPOCH + timedelta(days=day)).year for day in one.off]
    assert all(7 <= years.count(year) <= 20 for year in range(FIRST_YEAR, LAST_YEAR + 1))


def test_what_is_not_confirmed_says_so() -> None:
    assert all(one.draft for one in ALL.values())
    assert set(ALL) == {"KZ", "KG", "TJ"}
    for path in calendars.HERE.glob("*.toml"):
        text = path.read_text("utf-8")
        for entry in text.split("\n[[")[1:]:
            assert ("general knowledge" in entry or "not confirmed" in entry) <= ("draft = true" in entry) or (
                "announced each year by" in entry
            ), entry


def test_they_are_plain_data_for_the_page() -> None:
    told = json.loads(json.dumps(compiled(ALL)))
    assert set(told["KZ"]) == {"off", "work", "known", "draft"}
    assert told["KZ"]["known"] == number("2026-12-31")


GOOD = 'id = "XX"\nknown = "2026-01-01"\n'
HOLIDAY = '[[holiday]]\nname = "x"\ndays = ["05-01"]\nmoves = true\nsource = "s"\n'


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("id = ", "Invalid value"),
        (GOOD.replace("XX", "YY"), "not the file's name"),
        (GOOD + "weekend = 1", "not a key of a calendar"),
        (GOOD.replace("2026-01-01", "2026-1-1"), "not a day like"),
        ('id = "XX"', "None: not a day like"),
        (GOOD + HOLIDAY.replace('source = "s"\n', ""), "source: missing"),
        (GOOD + HOLIDAY.replace("05-01", "02-30"), "02-30: not a day like"),
        (GOOD + HOLIDAY.replace("moves = true", 'moves = "yes"'), "not true or false"),
        (GOOD + HOLIDAY + "until_when = 1", "not a key"),
        (GOOD + "holiday = 1", "not a list of tables"),
        (GOOD + '[[moved]]\noff = "2026-05-02"\nwork = "2026-05-09"\nsource = "s"', "free already"),
        (GOOD + '[[moved]]\noff = "2026-05-04"\nwork = "2026-05-05"\nsource = "s"', "or the other worked"),
        (GOOD + HOLIDAY + '[[moved]]\noff = "2026-05-01"\nwork = "2026-05-09"\nsource = "s"', "free already"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_is_wrong(tmp_path: Path, text: str, fact: str) -> None:
    (tmp_path / "XX.toml").write_text(text)
    with pytest.raises(BadCalendar, match=r"^XX\.toml: ") as told:
        read_calendars(tmp_path)
    assert fact in str(told.value)
