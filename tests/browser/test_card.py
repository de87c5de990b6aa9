"""After a change of readers the person writes on: who is named reads it at once, who left does not (SPEC 7.6, 9.4)."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.desk import WORDS, again, choose, desk_of, member_of, open_case, settle, sign
from tests.browser.person import Person

AFTER = "После смены, слово-41877."
BY_HAND = "По старому списку, слово-52288."


def propose(page: Page, members: list[str]) -> None:
    choose(page, 103)
    page.locator("#deed-text").fill("Состав меняется.")
    for member in members:
        page.locator(f"[data-member='{member}']").check()
    sign(page)


def agree(page: Page, count: int) -> None:
    page.locator("[data-key=agree-readers]").click(timeout=SLOW)
    expect(page.locator("#readers [data-reader]")).to_have_count(count, timeout=SLOW)
    settle(page)


def open_box(browser: Browser, demo: Demo, person: Person) -> Page:
    phone = device(browser, CHROMIUM, PHONE).new_page()
    phone.goto(f"{demo.origin}/ru/check/")
    phone.locator("#code").fill(person.code)
    phone.locator("[data-do=open]").click()
    phone.wait_for_selector("html[data-screen=box]", timeout=SLOW)
    return phone


def begin(phone: Page, text: str) -> None:
    phone.locator("section:not([hidden]) [data-do=write]").click()
    phone.locator("#more").fill(text)


def send(phone: Page) -> None:
    phone.locator("section:not([hidden]) [data-do=send]").click()
    expect(phone.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)


def look(phone: Page) -> None:
    phone.locator("section:not([hidden]) [data-do=look]").click()
    phone.wait_for_selector("html[data-screen=box]", timeout=SLOW)


def test_the_new_readers_read_at_once_what_the_person_writes_and_who_left_does_not(
    shared: Demo, chromium: Browser
) -> None:
    person = Person(shared)
    person.write(WORDS)
    cid = person.cid.hex()
    drawn = [key for key in shared.keys("reviewer") if person.reads(key)]
    new = next(key for key in shared.keys("reviewer") if not person.reads(key))
    watching = shared.keys("supervisor-1")[0]
    one, two, left = (desk_of(chromium, shared, key) for key in drawn[:3])
    for page in (left, one):
        open_case(page, cid)
    named = [member_of(key) for key in (*drawn[:2], new, watching)]
    choose(one, 103)
    one.locator("#deed-text").fill("Состав меняется.")
    for member in named[1:]:
        one.locator(f"[data-member='{member}']").check()
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_contain_text("Choose yourself too")
    one.locator(f"[data-member='{named[0]}']").check()
    sign(one)
    again(left)
    open_case(left, cid)
    expect(left.locator("[data-change]")).to_contain_text("Only somebody who is named")
    assert left.locator("[data-key=agree-readers]").count() == 0
    open_case(two, cid)
    agree(two, 4)

    phone = open_box(chromium, shared, person)
    begin(phone, AFTER)
    expect(phone.locator("#to-whom")).to_have_text(
        "Открыть ваши слова могут только те, кто сейчас работает с вашим делом."
    )
    expect(phone.locator("#readers")).to_be_hidden()
    send(phone)
    newcomer, watcher = (desk_of(chromium, shared, key) for key in (new, watching))
    for reading in (newcomer, watcher):
        open_case(reading, cid)
        expect(reading.locator("body")).to_contain_text(AFTER, timeout=SLOW)
        assert reading.locator("#keep, .former").count() == 0
    again(left)  # two who were named have opened all of it: whoever left sees no more that it is there (SPEC 8.9)
    expect(left.locator(f"button[data-cid='{cid}']")).to_have_count(0, timeout=SLOW)
    expect(left.locator("body")).not_to_contain_text(AFTER)
    seen = person.read()
    assert seen is not None and seen.card is not None
    assert (seen.card.number, [entry.kind for entry in seen.chain.entries if entry.kind >= 14]) == (1, [14, 15])

    # a server that shows the box of before to somebody who has seen a newer one: told, and drawn as at first
    answers: list[bytes] = []

    def keep(route: Route) -> None:
        answer = route.fetch()
        answers.append(answer.body())
        route.fulfill(response=answer)

    phone.route("**/v1/mailbox/read", keep)
    look(phone)
    again(one)
    open_case(one, cid)
    propose(one, [named[0], named[2], named[3]])
    again(newcomer)
    open_case(newcomer, cid)
    agree(newcomer, 3)
    look(phone)
    phone.unroute("**/v1/mailbox/read")
    phone.route("**/v1/mailbox/read", lambda route: route.fulfill(body=answers[0]))
    look(phone)
    begin(phone, BY_HAND)
    expect(phone.locator("#to-whom")).to_contain_text("Не удалось проверить, кто сейчас работает с вашим делом")
    send(phone)
    # whom the browser drew reads this one message; the way to the others went when two of the named had opened them
    left.locator("[data-key=reload]").click()
    left.locator(f"button[data-cid='{cid}'][data-reach=opens]").click(timeout=SLOW)
    expect(left.locator("body")).to_contain_text(BY_HAND, timeout=SLOW)
    expect(left.locator("body")).not_to_contain_text(WORDS)
