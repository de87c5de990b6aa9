"""After a change of readers the person writes on: who is named reads it at once, who left does not (SPEC 7.6, 9.4)."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.deeds import agree_to_readers, propose_members
from tests.browser.desk import WORDS, back, choose, desk_of, member_of, open_again, open_case, reload, sign
from tests.browser.person import Person
from tests.browser.submitter import do, look_at_box, open_box, sent

WHY = "Состав меняется."
AFTER = "После смены, слово-41877."
BY_HAND = "По старому списку, слово-52288."


def begin(phone: Page, text: str) -> None:
    do(phone, "write")
    phone.locator("#more").fill(text)


def send(phone: Page) -> None:
    do(phone, "send")
    sent(phone)


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
    named = (*drawn[:2], new, watching)
    choose(one, 103)
    one.locator("#deed-text").fill(WHY)
    for key in named[1:]:
        one.locator(f"[data-member='{member_of(key)}']").check()
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_contain_text("Choose yourself too")
    one.locator(f"[data-member='{member_of(named[0])}']").check()
    sign(one)
    open_again(left, cid)
    expect(left.locator("[data-change]")).to_contain_text("Only somebody who is named")
    assert left.locator("[data-key=agree-readers]").count() == 0
    open_case(two, cid)
    agree_to_readers(two, named, WHY)

    phone = device(chromium, CHROMIUM, PHONE).new_page()
    open_box(phone, shared, person.code)
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
    back(left)  # two who were named have opened all of it: whoever left sees no more that it is there (SPEC 8.9)
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
    look_at_box(phone)
    open_again(one, cid)
    propose_members(one, 103, (named[0], new, watching), WHY)
    open_again(newcomer, cid)
    agree_to_readers(newcomer, (named[0], new, watching), WHY)
    look_at_box(phone)
    phone.unroute("**/v1/mailbox/read")
    phone.route("**/v1/mailbox/read", lambda route: route.fulfill(body=answers[0]))
    look_at_box(phone)
    begin(phone, BY_HAND)
    expect(phone.locator("#to-whom")).to_contain_text("Не удалось проверить, кто сейчас работает с вашим делом")
    send(phone)
    # whom the browser drew reads this one message; the way to the others went when two of the named had opened them
    reload(left)
    left.locator(f"button[data-cid='{cid}'][data-reach=opens]").click(timeout=SLOW)
    expect(left.locator("body")).to_contain_text(BY_HAND, timeout=SLOW)
    expect(left.locator("body")).not_to_contain_text(WORDS)
