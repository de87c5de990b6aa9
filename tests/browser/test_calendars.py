"""The desk counts by the working days of the country of the case, and says when nobody has confirmed them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect

from crypto.workflow import Calendar, add_working_days
from intake_forms.calendars import read_calendars
from service import clock
from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo
from tests.browser.desk import WORDS, desk_of, open_case
from tests.browser.person import Person


@pytest.mark.parametrize(("country", "words"), [("TJ", "Tajikistan: a draft"), ("", "country is not known")])
def test_by_when_is_counted_in_the_working_days_of_the_country(
    shared: Demo, chromium: Browser, country: str, words: str
) -> None:
    person = Person(shared)
    person.write(WORDS, answers={"country": country} if country else {})
    page = desk_of(chromium, shared, next(key for key in shared.keys("reviewer") if person.reads(key)))
    open_case(page, person.cid.hex())
    expect(page.locator("#counted")).to_contain_text(words, timeout=SLOW)
    days = read_calendars().get(country)
    calendar = Calendar(frozenset(days.off), frozenset(days.work)) if days else Calendar()
    due = date(1970, 1, 1) + timedelta(days=add_working_days(clock.today(), 5, calendar))
    expect(page.locator("section[aria-labelledby=head-due]")).to_contain_text(f"{due.day} ")
