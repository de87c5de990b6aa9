"""The sealed name is erased at the person's wish, in real browsers; a case says from which day it may be."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from crypto.account import FOLLOW_UP
from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.desk import WORDS, again, choose, desk_of, open_case, sign
from tests.browser.person import Person

pytestmark = pytest.mark.timeout(900)
NAME = "Имя-88102"


def test_a_name_is_erased_by_two_and_a_case_says_from_when_it_may_be(shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    person.write(WORDS, name=NAME)
    person.write("Сотрите имя.", FOLLOW_UP, answers={"asks": "erase"})
    cid = person.cid.hex()
    drawn = [key for key in shared.keys("reviewer") if person.reads(key)]
    one, two = desk_of(chromium, shared, drawn[0]), desk_of(chromium, shared, drawn[1])
    open_case(one, cid)
    choose(one, 107)
    one.locator("#deed-text").fill("Человек просит стереть имя.")
    sign(one)
    expect(one.locator("[data-erase-name] .quiet")).to_be_visible(timeout=SLOW)
    expect(one.locator("[data-key=agree-erase]")).to_have_count(0)

    open_case(two, cid)
    asked = two.locator("[data-erase-name]")
    asked.locator("[data-key=agree-erase]").click()
    expect(asked.locator("[role=alert]")).to_be_visible()  # the person is told in words
    expect(asked.locator("textarea")).to_be_focused()
    asked.locator("textarea").fill("Ваше имя стёрто.")
    asked.locator("[data-key=agree-erase]").click()
    expect(two.locator("[data-erase-name]")).to_have_count(0, timeout=SLOW)

    again(one)
    open_case(one, cid)  # the account opens, and its history holds
    expect(one.locator(".standing")).to_contain_text("Erased")
    choose(one, 15)
    expect(one.locator("#deed option[value='107']")).to_have_count(0)
    one.locator("#deed-text").fill("Похоже на ошибку.")
    sign(one)
    again(two)
    open_case(two, cid)
    two.locator("[data-key=approve]").click()
    two.locator("#deed-text").fill("Да, отложим.")
    two.locator("#decide").click()
    expect(two.locator(".note.done")).to_be_visible(timeout=SLOW)
    choose(two, -1)
    later = two.locator("#deed option[value='17']")
    expect(later).to_be_disabled()
    expect(later).to_contain_text("from")

    phone = device(chromium, CHROMIUM, PHONE).new_page()
    phone.goto(f"{shared.origin}/ru/check/")
    phone.locator("#code").fill(person.code)
    phone.locator("[data-do=open]").click()
    expect(phone.locator("#replies")).to_contain_text("Ваше имя стёрто.", timeout=SLOW)
    phone.locator("details:has(#steps) > summary").click()
    expect(phone.locator("#steps")).to_contain_text("Оставленное вами имя стёрто")
