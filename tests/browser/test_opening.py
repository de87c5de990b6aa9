"""A member has opened as many cases as one may in a day: what still opens, whom they ask, and who agrees."""

from __future__ import annotations

import os
import sqlite3

from playwright.sync_api import Browser, Page, expect

from service.settings import Settings
from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo, Key
from tests.browser.desk import WORDS, act, back, desk_of, member_of, open_case, reload
from tests.browser.person import Person, readers_of
from tests.browser.reach import faults

TRIAGED = 2


def open_as_many_as_one_may(demo: Demo, key: Key) -> None:
    """Others that the same member opened on this day: so many complaints would take a quarter of an hour."""
    most, day = Settings.model_fields["cases_a_day"].default, Person(demo).today
    with sqlite3.connect(demo.data / "panah.sqlite3", timeout=30) as database:
        rows = [(day, bytes.fromhex(member_of(key)), os.urandom(32)) for _ in range(most)]
        database.executemany("INSERT INTO case_read VALUES (?, ?, ?)", rows)


def look(page: Page, where: str) -> None:
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if shots := os.environ.get("SHOTS"):
            page.locator("html").screenshot(path=f"{shots}/{where.replace(' ', '-')}-{width}.png")
        assert faults(page, f"{where} {width}", large=False) == []


def test_a_bound_is_met_and_another_agrees_to_more(shared: Demo, chromium: Browser) -> None:
    known, new = Person(shared), Person(shared)
    known.write(WORDS)
    readers = readers_of(shared, known)
    while not new.reads(readers.one):
        new = Person(shared)
    new.write(WORDS)
    page = desk_of(chromium, shared, readers.two)
    open_case(page, known.cid.hex())
    act(page, TRIAGED, "Разобрано.", priority="P2")
    back(page)
    page.context.close()
    open_as_many_as_one_may(shared, readers.one)

    page = desk_of(chromium, shared, readers.one)
    of = lambda person: page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]")  # noqa: E731
    expect(of(new)).to_be_visible(timeout=SLOW)
    expect(of(known)).to_have_count(0)
    bound = page.locator("#opening")
    expect(bound).to_contain_text("You have opened 300 cases today")
    bound.locator("summary").click()
    page.locator("#ask-more").click()
    expect(bound.locator("[role=alert]")).to_have_text("Choose what for.")
    look(page, "the bound")
    page.locator("#opening-cases").select_option("100")
    page.locator("#opening-reason").select_option("search")
    page.locator("#ask-more").click()
    expect(bound).to_contain_text("You asked to open 100 more cases today. What for: a search through many cases.")
    expect(page.locator(".opening.others")).to_have_count(0)  # nobody answers themselves

    for agrees in ("no", "yes"):
        desk = desk_of(chromium, shared, readers.two if agrees == "no" else shared.keys("supervisor-1")[0])
        asked = desk.locator(".opening.others")
        expect(asked).to_contain_text(f"Reviewer {member_of(readers.one)[:4]}")
        expect(asked).to_contain_text("They have opened 300 cases today.")
        expect(asked.locator("strong")).to_have_count(0 if agrees == "no" else 1)  # the next sees that one refused
        look(desk, "an asking")
        asked.locator(f"[data-more={agrees}]").click()
        if agrees == "yes":
            expect(asked).to_contain_text("You are about to sign")
            asked.get_by_role("button", name="Sign the yes").click()
        expect(asked).to_have_count(0)
        reload(page)
        if agrees == "no":
            expect(bound).to_contain_text("Today a colleague refused what you asked.")
            expect(of(known)).to_have_count(0)
            bound.locator("summary").click()
            page.locator("#opening-reason").select_option("flood")
            page.locator("#ask-more").click()
            expect(bound).to_contain_text("a flood of messages")
    expect(of(known)).to_be_visible(timeout=SLOW)
    expect(bound).to_have_count(0)
    open_case(page, known.cid.hex())


def test_oversight_sees_that_it_was_asked_and_agreed_to(shared: Demo, chromium: Browser) -> None:
    page = desk_of(chromium, shared, shared.keys("oversight")[0])
    told = page.locator("#more-counts dd")
    expect(told).to_have_text(["2", "1", "1", "100"], timeout=SLOW)
