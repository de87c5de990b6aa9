"""The cases for which this service was asked, in real browsers, from the first word to an appeal. Names are invented.

In each: two reviewers, two investigators, a supervisor, a custodian, one who looks again, and the person's phone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from crypto.account import FOLLOW_UP
from crypto.entry import OPENED, WITHHOLDING
from crypto.message import NORMAL, REVIEW_LANE, parse_sealed
from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device, launch
from tests.browser.conftest import Demo
from tests.browser.deeds import (
    Office,
    agree,
    agree_to_readers,
    approve,
    ask_name,
    close,
    code_implicated,
    erase_name,
    keep_name,
    keep_out,
    note,
    open_name,
    propose_members,
    propose_readers,
    step_back,
    strike,
    take,
    take_at_once,
    write_books,
)
from tests.browser.desk import (
    WORDS,
    act,
    back,
    choose,
    look_again,
    member_of,
    open_again,
    open_case,
    open_tab,
    reload,
    reply,
    see_opening,
    settle,
)
from tests.browser.person import Person, readers_of
from tests.browser.submitter import DAY, ask, bodies, complain, do, look_at_box, open_box, sent
from tests.scenarios import DEATH, HANDCUFFED, RELATIVES

LAST = "Последнее слово-55021."
SISTER = "Сестра-40417"


@pytest.fixture(scope="module")
def office(playwright: Playwright, shared: Demo) -> Iterator[Office]:
    browser = launch(playwright, CHROMIUM)
    yield Office(browser, shared)
    browser.close()


@pytest.fixture
def phone(office: Office) -> Iterator[Page]:
    """The person's."""
    page = device(office.browser, CHROMIUM, PHONE).new_page()
    yield page
    page.context.close()


def test_beaten_in_handcuffs_told_the_medics_threatened_for_complaining(office: Office, phone: Page) -> None:
    demo, told = office.demo, HANDCUFFED
    person = complain(phone, demo, told, f"{told.said} {WORDS}")
    cid = person.cid.hex()
    readers = readers_of(demo, person)
    north, stranger = demo.keys("investigator-north"), demo.keys("investigator-south")[0]
    watching, keeping = demo.keys("supervisor-1")[0], demo.keys("custodian")[0]
    one = office.at(readers.one, cid)
    expect(one.locator(".theirs").first).to_contain_text(told.said)
    expect(one.locator("#panel-answers")).to_contain_text("Упал с самоката")
    expect(one.locator("#panel-evidence")).to_contain_text("рука.jpg")

    # an answer begun in the person's language, and the case found by what is in it
    open_tab(one, "messages")
    one.locator("#reply-begin").select_option("progress")
    expect(one.locator("#reply")).to_have_value(re.compile("о вашем деле не забыли.*20\\d\\d", re.DOTALL))
    one.locator("#reply").fill("")
    back(one)
    one.locator("#filter").fill("слово-77120")
    expect(one.locator(f"button[data-cid='{cid}']")).to_have_count(1)
    one.locator("#filter").fill("слово-99999")
    expect(one.locator("button.open")).to_have_count(0)
    one.locator("#filter").fill("")
    open_case(one, cid)

    # one keeps a colleague out and says why; not a second one, for then too few would be left
    kin, next_kin = readers.others[0], readers.others[1]
    other = office.desk(kin)
    row = other.locator(f"button[data-cid='{cid}']")
    expect(row).to_be_visible(timeout=SLOW)
    keep_out(one, kin, next_kin)
    reload(other)
    expect(row).to_have_count(0, timeout=SLOW)
    assert [entry.kind for entry in person.box().chain.entries][-1] == WITHHOLDING

    # triage: a priority and a reason, which the person may read
    open_again(one, cid)
    choose(one, 2)
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_be_visible()
    act(one, 2, told.triaged, priority="P1")
    seen = person.box()
    assert (seen.state, seen.chain.place.priority, seen.replies[0].text) == (2, 1, told.triaged)

    # the hand-off: nobody is chosen beforehand, and one signature does nothing
    choose(one, 3)
    one.locator("#deed-text").fill(told.handed)
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_contain_text("two")
    propose_members(one, 3, (*north, watching), told.handed)
    expect(one.locator("[data-proposal='3']")).to_be_visible()
    assert one.locator("[data-key=approve]").count() == 0
    unit = office.desk(north[0])
    expect(unit.locator(f"[data-cid='{cid}']")).to_have_count(0)
    two = office.at(readers.two, cid)
    expect(two.locator("[data-proposal='3']")).to_contain_text(told.handed)
    approve(two, 3, told.agreed)

    # a note between staff is read by the colleague and not by the person
    note(two, "Заметка-90417: не звонить.")
    assert "Заметка-90417" not in str([one.text for one in person.box().replies])

    # the unit sees it now, reads the account and not what was said before
    reload(unit)
    open_case(unit, cid)
    expect(unit.locator("main, #desk").first).to_contain_text(told.handed)
    expect(unit.locator("body")).not_to_contain_text(told.triaged)

    # nobody begins alone; of two who take it at once one wins, and the other is told and loses nothing
    second = office.at(north[1], cid)
    take_at_once(unit, second, told.begun)
    back(second)
    for only, n in (("mine", 1), ("nobodys", 0)):
        second.locator(f"[data-only={only}]").click()
        expect(second.locator(f"button[data-cid='{cid}']")).to_have_count(n)
    second.locator("[data-only=nobodys]").click()
    expect(office.desk(stranger).locator(f"[data-cid='{cid}']")).to_have_count(0)

    # and the person reads each step, verified; on the phone too, in their language, each step with its day and role
    seen = person.box()
    assert (seen.state, [one.text for one in seen.replies][:2]) == (4, [told.begun, told.agreed])
    open_box(phone, demo, person.code)
    expect(phone.locator("#state")).to_have_text("Те, кто расследует, проверяют, что произошло.", timeout=SLOW)
    expect(phone.locator("#next")).to_contain_text("следующий шаг")
    phone.locator("#history summary").click()
    steps = phone.locator("#steps li").all_inner_texts()
    assert len(steps) == len(seen.chain.entries)
    assert "проверяют, что произошло" in steps[0]
    assert any("взялись двое" in step for step in steps[:4])
    assert "независимо" in steps[5]
    assert "нужно согласие второго человека" in steps[7]
    expect(phone.locator("#replies .signed")).to_have_count(3)

    # the sealed name: asked for by the unit, two halves from two others, and only who asked opens it
    open_name(unit, two, office.desk(keeping), cid, told)
    assert [entry.kind for entry in person.box().chain.entries if 10 <= entry.kind < 14] == [10, 11, 12, 13]

    # what the unit proposes a supervisor approves, up to the closing with its reasons
    guard = office.at(watching, cid)
    see_opening(unit, watching)
    close(unit, guard, told, "substantiated")

    # the person asks for a review: it opens for reviewers who did nothing in it, and one of them decides
    look_at_box(phone)
    expect(phone.locator("#state")).to_contain_text("закончена", timeout=SLOW)
    tries = bodies(phone, lambda route, _: route.continue_())
    ask(phone, "review", f"{told.review} {'слово ' * 23_000}{LAST}")  # two parts
    for touched in (one, two, unit, guard):
        look_again(touched)
        expect(touched.locator("body")).not_to_contain_text(told.review)
    open_tab(one, "tasks")
    reopening = one.locator("#deed option[value='11']")
    expect(reopening).to_be_disabled()
    reopening.evaluate("option => option.disabled = false")
    choose(one, 11)
    expect(one.locator("#deed-ask")).to_have_count(0)  # nor can it be signed by whoever chooses it all the same
    untouched = office.at(readers.third, cid)
    expect(untouched.locator("#panel-messages")).to_contain_text(told.review)
    act(untouched, 11, told.reopened)
    seen = person.box()
    assert (seen.state, seen.replies[0].text) == (11, told.reopened)

    # the rest of what they said is no other wish, and whoever took it up reads that too
    do(phone, "look")
    expect(phone.locator("#replies")).to_contain_text(told.reopened, timeout=SLOW)
    do(phone, "write")
    do(phone, "send")
    sent(phone)
    expect(phone.locator("#rest")).to_be_hidden()
    assert [parse_sealed(person.instance, body).lane for body in tries] == [REVIEW_LANE, NORMAL]
    for page, reads in ((untouched, 1), (one, 0)):
        look_again(page)
        open_tab(page, "messages")
        expect(page.locator("#panel-messages")).to_contain_text(told.reopened)
        expect(page.get_by_text(LAST)).to_have_count(reads)

    # one who steps back sees nothing of it from that moment
    look_again(unit)
    expect(unit.locator("#panel-messages")).to_contain_text(told.reopened, timeout=SLOW)
    step_back(unit)
    expect(unit.locator(f"[data-cid='{cid}']")).to_have_count(0)


def test_a_death_in_custody_closed_reopened_and_suspended_by_others(office: Office, phone: Page) -> None:
    demo, told = office.demo, DEATH
    person = Person(demo)
    person.write(f"{told.said} {WORDS}", name=told.name, answers=told.answers)
    cid = person.cid.hex()
    readers = readers_of(demo, person)
    fresh = [key for key in demo.keys("reviewer") if not person.reads(key)]
    new = next(key for key in fresh if person.asks(key, readers.one, readers.two))
    south = demo.keys("investigator-south")
    watching, keeping = demo.keys("supervisor-1")[0], demo.keys("custodian")[0]
    left = office.desk(readers.third)
    row = left.locator(f"button[data-cid='{cid}']")
    expect(row).to_be_visible(timeout=SLOW)

    # sixty hours before a judge: the standard is breached, the law of Tajikistan is kept; and what the authorities did
    one = office.at(readers.one, cid)
    found = one.locator("#findings tr", has_text="Before a judge")
    expect(found.locator("td").nth(0)).to_contain_text("Breached", timeout=SLOW)
    expect(found.locator("td").nth(0)).to_contain_text("60 h")
    expect(found.locator("td").nth(1)).to_contain_text("Kept")
    counters = one.locator("#panel-answers .counters")
    expect(counters).to_contain_text("closed 2 times, reopened 2 times, suspended 1 time")
    act(one, 2, told.triaged, priority="P1")

    # the books: the ruling that nobody followed, closed, suspended for an illness, the file that the lawyer is denied
    write_books(one, (*told.books, {"book": "protection", "who": SISTER, "step": "planned"}))
    before = [one.text for one in person.box().replies]
    two = office.at(readers.two, cid)
    alerts = two.locator("#book-alerts li").evaluate_all("all => all.map((one) => one.dataset.alert)")
    assert alerts == ["plan_open", "file_denied", "order_ignored", "illness"]
    expect(two.locator("#book-alerts")).to_contain_text(SISTER)
    strike(two, SISTER)
    expect(two.locator("#book-alerts [data-alert=plan_open]")).to_have_count(0)
    assert [one.text for one in person.box().replies] == before  # a note is for staff

    # others read it from now on, when two say so: whoever was drawn sees it until two of these have opened it
    look_again(one)
    expect(one.locator("#book-alerts [data-alert=plan_open]")).to_have_count(0, timeout=SLOW)
    expect(one.locator("#readers")).to_contain_text("the server does not")
    named = (readers.one, readers.two, new, watching)
    propose_readers(one, named, "Двое уходят из команды.")
    guard = office.desk(watching)
    expect(guard.locator(f"[data-cid='{cid}']")).to_have_count(0)
    agree_to_readers(two, named, "Двое уходят из команды.")
    expect(two.locator("#kept")).to_have_attribute("data-kept", "false", timeout=SLOW)
    reload(left)
    expect(row).to_be_visible(timeout=SLOW)
    newcomer = office.at(new, cid)
    expect(newcomer.locator("#kept")).to_have_attribute("data-kept", "true", timeout=SLOW)
    settle(newcomer)
    reload(left)
    expect(row).to_have_count(0)
    opened = [entry for entry in person.box().chain.entries if entry.kind == OPENED][-2:]
    assert len({entry.cited for entry in opened}) == 1
    reload(guard)
    open_case(guard, cid)

    # what came meanwhile is handed on, and answered by somebody new
    person.write("Ещё одно, слово-61150.", kind=FOLLOW_UP)
    look_again(newcomer)
    expect(newcomer.locator("body")).not_to_contain_text("слово-61150")
    look_again(two)
    open_tab(two, "conflict")
    two.locator("#keep").click()
    expect(two.locator("#keep")).to_have_count(0, timeout=SLOW)
    settle(two)
    open_again(newcomer, cid)
    expect(newcomer.locator("body")).to_contain_text("слово-61150")
    open_again(guard, cid)
    open_tab(guard, "messages")
    reply(guard, "Мы прочли, слово-30077.")
    seen = person.box()
    assert seen.replies[0].text == "Мы прочли, слово-30077."
    assert [entry.kind for entry in seen.chain.entries if entry.kind >= 14] == [14, 15, 16]

    # a unit of the south works on it; the name opens for whoever asked
    open_again(one, cid)
    propose_members(one, 3, (*south, watching), told.handed)
    approve(two, 3, told.agreed)
    unit, second = office.at(south[0], cid), office.at(south[1], cid)
    take(unit, told.begun)
    open_name(unit, two, office.desk(keeping), cid, told)

    # closed with its reasons, reopened by one who did nothing in it
    close(unit, guard, told, "substantiated")
    open_box(phone, demo, person.code)
    expect(phone.locator("#state")).to_contain_text("закончена", timeout=SLOW)
    ask(phone, "review", told.review)
    open_again(newcomer, cid)
    expect(newcomer.locator("#panel-messages")).to_contain_text(told.review)
    act(newcomer, 11, told.reopened)
    look_at_box(phone)
    expect(phone.locator("#replies")).to_contain_text(told.reopened, timeout=SLOW)

    # and suspended: for days that two agreed to, by the other investigator's proposal; it comes back by itself
    look_again(second)
    act(second, 4, told.begun)
    agree(second, guard, 6, told.investigated)
    agree(second, guard, 7, "Ждём экспертизу.", "forensic_pending", 30)
    look_at_box(phone)
    expect(phone.locator("#replies")).to_contain_text("Ждём экспертизу.", timeout=SLOW)
    suspended = phone.locator("#state").inner_text()
    phone.goto("about:blank")  # else a page that nobody touched for a month would empty itself meanwhile
    phone.clock.set_fixed_time(time.time() + 31 * DAY)
    open_box(phone, demo, person.code)
    expect(phone.locator("#state")).not_to_have_text(suspended, timeout=SLOW)
    assert person.box().state == 7


def test_relatives_who_fear_to_file_are_read_by_nobody_they_left_out(office: Office, phone: Page) -> None:
    demo, told = office.demo, RELATIVES
    person = Person(demo, country=told.country, left_out=told.left_out)
    answers = told.answers | {"form": "main", "p_agency": "KZ_mia_criminal"}
    person.write(f"{told.said} {WORDS}", name=told.name, answers=answers)
    cid = person.cid.hex()
    readers = readers_of(demo, person)
    north, watching, keeping = demo.keys("investigator-north"), demo.keys("supervisor-1")[0], demo.keys("custodian")[0]

    # whoever they left out reads nothing of it, also one who would be asked to look again
    in_country = demo.keys("reviewer-in-country")
    stranger = office.desk(next(key for key in in_country if person.asks(key, readers.one, readers.two)))
    expect(stranger.locator(f"button[data-cid='{cid}']")).to_have_attribute("data-reach", "closed", timeout=SLOW)

    # one of those drawn served in the agency: the own browser shows nothing, and one click is enough
    barred = office.desk(next(key for key in demo.keys("reviewer-abroad-4") if person.reads(key)))
    row = barred.locator(f"button[data-cid='{cid}']")
    expect(row).to_have_attribute("data-reach", "fault", timeout=SLOW)
    row.click()
    expect(barred.locator("#barred")).to_be_visible(timeout=SLOW)
    assert WORDS not in barred.content()
    barred.locator("#recuse").click()
    expect(barred.locator(f"[data-cid='{cid}']")).to_have_count(0, timeout=SLOW)

    # what is implicated is coded, and whoever had to do with it cannot be chosen
    one = office.at(readers.one, cid)
    implicated = [member_of(demo.keys(name)[0]) for name in ("investigator-south-2", "supervisor-2")]
    code_implicated(one, "TJ-SU", "майор РАХМАТОВА", implicated)
    act(one, 2, told.triaged, priority="P3")
    choose(one, 3)
    for member in implicated:
        expect(one.locator(f"[data-member='{member}']")).to_be_disabled()
    propose_members(one, 3, (*north, watching), told.handed)
    two = office.at(readers.two, cid)
    approve(two, 3, told.agreed)
    unit, second = office.at(north[0], cid), office.desk(north[1])
    take(unit, told.begun)

    # the unit asks who they are; the keeper of names lets them be asked first, and they have the name erased
    keeper = office.desk(keeping)
    ask_name(unit, two, keeper, cid, told)
    keep_name(keeper, cid, "Сначала спросите их.")
    look_again(unit)
    expect(unit.locator("[data-ask]")).to_have_count(0, timeout=SLOW)
    open_box(phone, demo, person.code)
    ask(phone, "erase")
    erase_name(one, two, cid, "Ваше имя стёрто.")
    look_at_box(phone)
    expect(phone.locator("#replies")).to_contain_text("Ваше имя стёрто.", timeout=SLOW)
    phone.locator("details:has(#steps) > summary").click()
    expect(phone.locator("#steps")).to_contain_text("Оставленное вами имя стёрто")

    # closed, and looked at again by one who did nothing in it
    guard = office.at(watching, cid)
    reload(second)
    open_case(second, cid)
    close(second, guard, told, "partly")
    look_at_box(phone)
    expect(phone.locator("#state")).to_contain_text("закончена", timeout=SLOW)
    ask(phone, "review", told.review, told.left_out)
    look_again(one)
    expect(one.locator("body")).not_to_contain_text(told.review)
    untouched = office.at(readers.third, cid)
    expect(untouched.locator("#panel-messages")).to_contain_text(told.review)
    act(untouched, 11, told.reopened)
    look_at_box(phone)
    expect(phone.locator("#replies")).to_contain_text(told.reopened, timeout=SLOW)
    assert person.box().state == 11
    reload(stranger)
    stranger.locator(f"button[data-cid='{cid}'][data-reach=closed]").click(timeout=SLOW)
    expect(stranger.locator("main")).to_contain_text("Your key does not open it", timeout=SLOW)
    reload(barred)
    expect(barred.locator(f"[data-cid='{cid}']")).to_have_count(0)
