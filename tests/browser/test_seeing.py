"""What the desk shows of a case that named readers keep, and of one that a colleague was kept out of."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from crypto.entry import OPENED, WITHHOLDING
from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo
from tests.browser.desk import WORDS, choose, desk_of, member_of, open_case, open_tab, sign
from tests.browser.person import Person

pytestmark = pytest.mark.timeout(300)


def test_two_who_were_named_and_opened_it_hide_it_from_the_others(shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    person.write(WORDS)
    cid = person.cid.hex()
    drawn = [key for key in shared.keys("reviewer") if person.reads(key)]
    new = [key for key in shared.keys("reviewer") if not person.reads(key)]
    one, other = desk_of(chromium, shared, drawn[0]), desk_of(chromium, shared, drawn[2])
    row = f"button[data-cid='{cid}']"
    expect(other.locator(row)).to_be_visible(timeout=SLOW)
    open_case(one, cid)
    choose(one, 103)
    one.locator("#deed-text").fill("Читают другие.")
    for key in (*drawn[:2], *new[:2], shared.keys("supervisor-1")[0]):
        one.locator(f"[data-member='{member_of(key)}']").check()
    sign(one)
    expect(one.locator("[data-change]")).to_be_visible()

    two = desk_of(chromium, shared, drawn[1])
    open_case(two, cid)
    two.locator("[data-key=agree-readers]").click()
    expect(two.locator("#kept")).to_have_attribute("data-kept", "false", timeout=SLOW)
    other.locator("[data-key=reload]").click()
    expect(other.locator(row)).to_be_visible(timeout=SLOW)
    newcomer = desk_of(chromium, shared, new[0])
    open_case(newcomer, cid)
    expect(newcomer.locator("#kept")).to_have_attribute("data-kept", "true", timeout=SLOW)
    other.locator("[data-key=reload]").click()
    expect(other.locator("main table, main .empty").first).to_be_visible(timeout=SLOW)
    expect(other.locator(row)).to_have_count(0)
    seen = person.read()
    assert seen is not None
    last = [entry for entry in seen.chain.entries if entry.kind == OPENED][-2:]
    assert len({entry.cited for entry in last}) == 1


def test_one_keeps_a_colleague_out_and_says_why(shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    person.write(WORDS)
    cid = person.cid.hex()
    drawn = [key for key in shared.keys("reviewer") if person.reads(key)]
    one, other = desk_of(chromium, shared, drawn[0]), desk_of(chromium, shared, drawn[1])
    row = f"button[data-cid='{cid}']"
    expect(other.locator(row)).to_be_visible(timeout=SLOW)
    open_case(one, cid)
    choose(one, 105)
    one.locator("#deed-text").fill("Его брат служит там.")
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_be_visible()
    one.locator("#withhold-from").select_option(member_of(drawn[1]))
    sign(one)
    open_tab(one, "conflict")
    expect(one.locator(f"[data-withheld='{member_of(drawn[1])}']")).to_be_visible(timeout=SLOW)
    other.locator("[data-key=reload]").click()
    expect(other.locator(row)).to_have_count(0, timeout=SLOW)

    choose(one, 105)
    expect(one.locator(f"#withhold-from option[value='{member_of(drawn[1])}']")).to_have_count(0)
    one.locator("#withhold-from").select_option(member_of(drawn[2]))
    one.locator("#deed-text").fill("И этот тоже.")
    one.locator("#deed-ask").click()
    one.locator("#deed-do").click()
    expect(one.locator(".deeds [role=alert]")).to_contain_text("The rules do not let you", timeout=SLOW)
    expect(one.locator("[data-withheld]")).to_have_count(1)
    seen = person.read()
    assert seen is not None
    assert [entry.kind for entry in seen.chain.entries][-1] == WITHHOLDING
