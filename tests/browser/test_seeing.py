"""Who sees what at the desk, over all cases: whoever takes over from one who leaves, and oversight."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo
from tests.browser.desk import WORDS, desk_of, member_of, settle
from tests.browser.person import Person


def test_one_who_leaves_hands_over_all_cases_in_one_go(shared: Demo, chromium: Browser) -> None:
    leaving, first, second = (shared.keys(f"reviewer-abroad-{n}")[0] for n in (1, 2, 3))
    people: list[Person] = []
    while len(people) < 3:
        person = Person(shared)
        people += [person] if all(person.reads(key) for key in (leaving, first, second)) else []
    for person in people:
        person.write(WORDS)
    stay = [key for key in shared.keys("reviewer") if key != leaving]
    watching = shared.keys("supervisor-1")[0]
    one, two = desk_of(chromium, shared, first), desk_of(chromium, shared, second)
    for person in people:
        for page in (one, two):
            page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").wait_for(timeout=SLOW)
    one.locator("#many > summary").click()
    one.locator("#many-propose").click()
    expect(one.locator("#many [role=alert]")).to_be_visible()
    for key in (*stay, watching):
        one.locator(f"[data-many='{member_of(key)}']").check()
    one.locator("#many-text").fill("Одна уходит из команды.")
    one.locator("#many-propose").click()
    outcome = one.locator("#many-outcome")
    expect(outcome).to_be_visible(timeout=SLOW)
    proposed = int(re.findall(r"\d+", outcome.inner_text())[0])
    assert proposed >= len(people)
    one.locator("#many-propose").click()  # again: what is done is passed over
    settle(one)
    expect(outcome).to_contain_text("Signed in 0 cases", timeout=SLOW)

    two.locator("#many > summary").click()
    two.locator("#many-agree").click()
    settle(two)
    expect(two.locator("#many-outcome")).to_contain_text("Signed in", timeout=SLOW)
    assert int(re.findall(r"\d+", two.locator("#many-outcome").inner_text())[0]) >= len(people)
    for key in (watching, stay[0]):  # for neither of them it was sealed
        page = desk_of(chromium, shared, key)
        for person in people:
            opens = page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]")
            expect(opens).to_be_visible(timeout=SLOW)
        page.context.close()


def test_oversight_sees_numbers_and_that_every_history_holds(shared: Demo, chromium: Browser) -> None:
    page = desk_of(chromium, shared, shared.keys("oversight")[0])
    expect(page.locator("[role=status]").first).to_contain_text("verified", timeout=SLOW)
    expect(page.locator(".overseen")).to_contain_text("not told")
    assert page.locator("[data-cid]").count() == 0
    expect(page.locator("#copy-paper")).to_have_count(0)
