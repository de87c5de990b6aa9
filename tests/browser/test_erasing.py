"""A case that is over is erased by two, days after the person was told, in real browsers; a tombstone stays."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from crypto.workflow import ERASED, NOTICE_DAYS, QUARANTINE, RETENTIONS
from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.deeds import agree, agree_to_readers, propose_members
from tests.browser.desk import WORDS, act, choose, desk_of, look_again, open_case
from tests.browser.person import Person
from tests.browser.submitter import open_box

KEPT = RETENTIONS[-1].days[QUARANTINE]
WHY = "Читает и тот, кто решит."
TOLD, GONE = "Мы хотим стереть, слово-40913.", "Стёрто, слово-88102."


def test_a_case_is_erased_by_two_after_its_days_and_nobody_opens_it(demo: Demo, chromium: Browser) -> None:
    person = Person(demo)
    person.write(WORDS, name="Имя-88102")
    cid = person.cid.hex()
    row = f"[data-cid='{cid}']"
    drawn = [key for key in demo.keys("reviewer") if person.reads(key)]
    new = next(key for key in demo.keys("reviewer") if not person.reads(key))
    supervisor = demo.keys("supervisor-1")[0]
    named = (*drawn[:2], new, supervisor)

    # whoever approves must be able to read it, and no case is erased before its days are over
    one, two = desk_of(chromium, demo, drawn[0]), desk_of(chromium, demo, drawn[1])
    open_case(one, cid)
    propose_members(one, 103, named, WHY)
    open_case(two, cid)
    agree_to_readers(two, named, WHY)
    look_again(one)
    expect(one.locator("#readers [data-reader]")).to_have_count(4, timeout=SLOW)
    agree(one, two, QUARANTINE, "Похоже на ошибку.")
    choose(one, -1)
    later = one.locator(f"#deed option[value='{ERASED}']")
    expect(later).to_be_disabled()
    expect(later).to_contain_text("from")
    for page in (one, two):
        page.context.close()

    # its days are over: one proposes, in words that the person reads
    demo.wait(KEPT + 1)
    one = desk_of(chromium, demo, drawn[0])
    open_case(one, cid)
    act(one, ERASED, TOLD)
    expect(one.locator(f"[data-proposal='{ERASED}'] [data-key=approve]")).to_have_count(0)
    phone = device(chromium, CHROMIUM, PHONE).new_page()
    open_box(phone, demo, person.code)
    expect(phone.locator("#replies")).to_contain_text(TOLD)
    expect(phone.locator("main")).to_contain_text("двое из нас могут стереть ваше дело")
    one.context.close()

    # and when the person has had a month to write, a supervisor approves
    demo.wait(NOTICE_DAYS + 1)
    guard = desk_of(chromium, demo, supervisor)
    open_case(guard, cid)
    proposal = guard.locator(f"[data-proposal='{ERASED}']")
    expect(proposal).to_contain_text(TOLD)
    proposal.locator("[data-key=approve]").click()
    expect(guard.locator("#erasing-help")).to_be_visible()
    proposal.locator("textarea").fill(GONE)
    guard.locator("#decide").click()
    guard.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
    expect(guard.locator(row)).to_have_count(0)
    one = desk_of(chromium, demo, drawn[0])
    expect(one.locator(".empty")).to_be_visible(timeout=SLOW)
    expect(one.locator(row)).to_have_count(0)

    # the person reads that it is gone and nothing else; oversight counts it among the histories that hold
    open_box(phone, demo, person.code)
    expect(phone.locator("#state")).to_contain_text("стёрто", timeout=SLOW)
    expect(phone.locator("#replies")).to_contain_text(GONE)
    expect(phone.locator("#replies")).not_to_contain_text(TOLD)
    overseer = desk_of(chromium, demo, demo.keys("oversight")[0])
    expect(overseer.locator("[role=status]").first).to_contain_text("Every history verified", timeout=SLOW)
