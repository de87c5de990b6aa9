"""A legal hold in real browsers: asked for by one, agreed to by another, shown with its day, read by the person."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.deeds import agree_in_words
from tests.browser.desk import WORDS, act, choose, desk_of, look_again, open_case, open_tab
from tests.browser.person import Person
from tests.browser.submitter import open_box

SAID = "Дело ещё нужно суду, мы храним его."


def test_two_keep_a_case_for_a_court_and_the_person_reads_until_when(shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    person.write(WORDS)
    cid = person.cid.hex()
    drawn = [key for key in shared.keys("reviewer") if person.reads(key)]
    one, two = desk_of(chromium, shared, drawn[0]), desk_of(chromium, shared, drawn[1])
    open_case(one, cid)
    choose(one, 108)
    expect(one.locator("#deed-days")).to_have_value("183")
    act(one, 108, "Суд рассматривает жалобу.", "hold_court")
    expect(one.locator("[data-hold] .quiet")).to_be_visible(timeout=SLOW)  # the own: another decides
    expect(one.locator("[data-key=agree-hold]")).to_have_count(0)

    open_case(two, cid)
    agree_in_words(two, "hold", "agree-hold", SAID)
    expect(two.locator("h1")).to_be_focused()  # the question stood above the case: so does what became of it
    done, standing = (two.locator(one).bounding_box() for one in (".note.done", ".standing"))
    assert done and standing and done["y"] < standing["y"]
    expect(two.locator(".standing")).to_contain_text("Legal hold")
    look_again(two)
    expect(two.locator(".note.done")).to_have_count(0)  # it was of what stood there
    open_tab(two, "tasks")
    expect(two.locator("[data-due=hold]")).to_contain_text("183")

    phone = device(chromium, CHROMIUM, PHONE).new_page()
    open_box(phone, shared, person.code)
    expect(phone.locator("#replies")).to_contain_text(SAID)
    phone.locator("details:has(#steps) > summary").click()
    expect(phone.locator("#steps li").first).to_contain_text("Двое из нас решили хранить")
