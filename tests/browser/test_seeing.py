"""Who sees a case at the desk: others whom two name, nobody who is barred or kept out, all cases of one who leaves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from crypto.account import FOLLOW_UP
from crypto.entry import OPENED, WITHHOLDING
from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo
from tests.browser.desk import WORDS, again, choose, desk_of, member_of, open_case, open_tab, reload, settle, sign
from tests.browser.person import Person
from tests.scenarios import RELATIVES

pytestmark = pytest.mark.timeout(900)


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
    settle(two)
    reload(other)
    expect(other.locator(row)).to_be_visible(timeout=SLOW)
    newcomer = desk_of(chromium, shared, new[0])
    open_case(newcomer, cid)
    expect(newcomer.locator("#kept")).to_have_attribute("data-kept", "true", timeout=SLOW)
    reload(other)
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


def test_whoever_is_barred_sees_nothing_and_cannot_be_chosen(shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    told = RELATIVES
    answers = told.answers | {"form": "main", "p_agency": "KZ_mia_criminal"}
    person.write(f"{told.said} {WORDS}", name=told.name, answers=answers)
    cid = person.cid.hex()
    barred = next(key for key in shared.keys("reviewer-abroad-4") if person.reads(key))
    other = desk_of(chromium, shared, barred)
    row = other.locator(f"button[data-cid='{cid}']")
    expect(row).to_have_attribute("data-reach", "fault", timeout=SLOW)
    row.click()
    expect(other.locator("#barred")).to_be_visible(timeout=SLOW)
    assert WORDS not in other.content()
    other.locator("#recuse").click()
    expect(other.locator(f"[data-cid='{cid}']")).to_have_count(0, timeout=SLOW)
    other.context.close()

    one = desk_of(chromium, shared, shared.keys("reviewer-abroad-1")[0])
    open_case(one, cid)
    open_tab(one, "conflict")
    conflicts = one.locator("#conflicts [data-barred]")
    expect(conflicts).to_have_count(1)
    one.locator("#coding summary").click()
    one.locator("#code-region").select_option("TJ-SU", timeout=SLOW)
    one.locator("[data-code=region]").click()
    one.locator("#code-name").fill("майор РАХМАТОВА")
    one.locator("[data-code=name]").click()
    one.locator("#code").click()
    expect(conflicts).to_have_count(3, timeout=SLOW)
    south, supervisor = (member_of(shared.keys(name)[0]) for name in ("investigator-south-2", "supervisor-2"))
    for member in (south, supervisor):
        expect(one.locator(f"#conflicts [data-barred='{member}']")).to_be_visible()
    choose(one, 2)
    one.get_by_role("radio", name="P3").check()
    one.locator("#deed-text").fill(told.triaged)
    sign(one)
    choose(one, 3)
    for member in (south, supervisor):
        expect(one.locator(f"[data-member='{member}']")).to_be_disabled()


def test_others_read_a_case_when_two_say_so(shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    person.write(WORDS)
    cid = person.cid.hex()
    drawn = [key for key in shared.keys("reviewer") if person.reads(key)]
    new = next(key for key in shared.keys("reviewer") if not person.reads(key))
    watching = shared.keys("supervisor-1")[0]
    one, guard = desk_of(chromium, shared, drawn[0]), desk_of(chromium, shared, watching)
    open_case(one, cid)
    expect(one.locator("#readers")).to_contain_text("the server does not")
    choose(one, 103)
    one.locator("#deed-text").fill("Двое уходят из команды.")
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_contain_text("two reviewers and a supervisor")
    for key in (*drawn[:2], new, watching):
        one.locator(f"[data-member='{member_of(key)}']").check()
    sign(one)
    expect(one.locator("[data-change]")).to_be_visible()
    assert one.locator("[data-key=agree-readers]").count() == 0
    reload(guard)
    expect(guard.locator(f"[data-cid='{cid}']")).to_have_count(0)

    two = desk_of(chromium, shared, drawn[1])
    open_case(two, cid)
    expect(two.locator("[data-change] li")).to_have_count(4)
    expect(two.locator("[data-change]")).to_contain_text("Двое уходят из команды.")
    two.locator("[data-key=agree-readers]").click()
    expect(two.locator("#readers [data-reader]")).to_have_count(4, timeout=SLOW)

    newcomer = desk_of(chromium, shared, new)
    open_case(newcomer, cid)
    guard.locator("[data-key=reload]").click()
    open_case(guard, cid)

    person.write("Ещё одно, слово-61150.", kind=FOLLOW_UP)
    again(newcomer)
    open_case(newcomer, cid)
    expect(newcomer.locator("body")).not_to_contain_text("слово-61150")
    again(two)
    open_case(two, cid)
    open_tab(two, "conflict")
    two.locator("#keep").click()
    expect(two.locator("#keep")).to_have_count(0, timeout=SLOW)
    again(newcomer)
    open_case(newcomer, cid)
    expect(newcomer.locator("body")).to_contain_text("слово-61150")
    open_tab(newcomer, "messages")
    newcomer.locator("#reply").fill("Мы прочли, слово-30077.")
    newcomer.locator("#reply-ask").click()
    newcomer.locator("#reply-send").click()
    expect(newcomer.locator(".note.sent")).to_be_visible(timeout=SLOW)
    seen = person.read()
    assert seen is not None
    assert seen.replies[0].text == "Мы прочли, слово-30077."
    assert [entry.kind for entry in seen.chain.entries if entry.kind >= 14] == [14, 15, 16]


def test_one_who_leaves_hands_over_all_cases_in_one_go(shared: Demo, chromium: Browser) -> None:
    leaving, first, second = (shared.keys(f"reviewer-abroad-{n}")[0] for n in (1, 2, 3))
    both: list[Person] = []
    while len(both) < 3:
        person = Person(shared)
        both += [person] if all(person.reads(key) for key in (leaving, first, second)) else []
    for person in both:
        person.write(WORDS)
    stay = [key for key in shared.keys("reviewer") if key != leaving]
    watching = shared.keys("supervisor-1")[0]
    one, two = desk_of(chromium, shared, first), desk_of(chromium, shared, second)
    for person in both:
        for page in (one, two):
            page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").wait_for(timeout=SLOW)
    one.locator("#many summary").click()
    one.locator("#many-propose").click()
    expect(one.locator("#many [role=alert]")).to_be_visible()
    for key in (*stay, watching):
        one.locator(f"[data-many='{member_of(key)}']").check()
    one.locator("#many-text").fill("Одна уходит из команды.")
    one.locator("#many-propose").click()
    outcome = one.locator("#many-outcome")
    expect(outcome).to_be_visible(timeout=SLOW)
    proposed = int(re.findall(r"\d+", outcome.inner_text())[0])
    assert proposed >= len(both)
    one.locator("#many-propose").click()  # again: what is done is passed over
    settle(one)
    expect(outcome).to_contain_text("Signed in 0 cases", timeout=SLOW)

    two.locator("#many summary").click()
    two.locator("#many-agree").click()
    settle(two)
    expect(two.locator("#many-outcome")).to_contain_text("Signed in", timeout=SLOW)
    assert int(re.findall(r"\d+", two.locator("#many-outcome").inner_text())[0]) >= len(both)
    for key in (watching, *stay[-2:]):
        page = desk_of(chromium, shared, key)
        for person in both:
            opens = page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]")
            expect(opens).to_be_visible(timeout=SLOW)
        page.context.close()
