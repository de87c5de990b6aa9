"""Cases of one incident come together at the desk of whoever reads both, and at no other; routes follow the country."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo
from tests.browser.desk import WORDS, back, choose, desk_of, open_case, open_tab
from tests.browser.person import Person


def mark(page: Page, cid: str, name: str) -> None:
    open_case(page, cid)
    open_tab(page, "books")
    page.locator("#writing summary").click()
    page.locator("#book").select_option("incident")
    page.locator("#book-name").fill(name)
    page.locator("#put").click()
    page.locator("#sign-records").click()
    expect(page.locator("[data-record]")).to_have_count(1, timeout=SLOW)
    back(page)


def test_two_cases_of_one_incident_are_shown_to_who_reads_both(shared: Demo, chromium: Browser) -> None:
    people = [Person(shared), Person(shared)]
    for one in people:
        allowed = {"consent_npm": "with_identity", "consent_ombudsman": "with_identity"}
        one.write(WORDS, answers={"country": "TJ", "place_type": "sizo", **allowed})
    keys = shared.keys("reviewer")
    reads = [[one.reads(key) for one in people] for key in keys]
    both = keys[reads.index([True, True])]
    page = desk_of(chromium, shared, both)
    cids = [one.cid.hex() for one in people]
    mark(page, cids[0], "Душанбе, слово-61907")
    mark(page, cids[1], "душанбе,  слово-61907")
    page.locator("#patterns summary").click()
    expect(page.locator("[data-incident] [data-same]")).to_have_count(2, timeout=SLOW)
    expect(page.locator("#funnel-few, #funnel")).to_be_visible()
    open_case(page, cids[0])
    expect(page.locator("#incident [data-same]")).to_have_attribute("data-same", cids[1], timeout=SLOW)

    choose(page, 12)
    expect(page.locator("#deed-code option[value=to_npm]")).to_be_disabled(timeout=SLOW)
    expect(page.locator("[data-route=to_npm]")).to_contain_text("Ask instead: Ombudsman")
    if [True, False] in reads:
        other = desk_of(chromium, shared, keys[reads.index([True, False])])
        open_case(other, cids[0])
        expect(other.locator("[data-record]")).to_have_count(1, timeout=SLOW)
        assert other.locator("#incident").count() == 0
    for one in people:  # nobody who wrote learns anything of it
        seen = one.read()
        assert seen is None or not seen.replies
