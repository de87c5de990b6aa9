"""The workbench: tabs and keys, what burns and is late, tasks, views, search, paper; two browsers on one case."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, Playwright, Route, expect

from crypto.account import FOLLOW_UP
from crypto.message import URGENT
from tests.browser.browsers import CHROMIUM, PHONE, SLOW, launch, until
from tests.browser.conftest import Demo, Key
from tests.browser.desk import back, desk_of, fill_door, member_of, open_tab, settle
from tests.browser.person import Person
from tests.unit import media

WORDS = "Сына забрали у рынка, слово-55012."
TABS = "account answers timeline books people evidence messages notes tasks conflict history".split()
ANSWERS = {
    "form": "main",
    "role": "relative",
    "country": "TJ",
    "t_detained": "2026-05-01T10:00/2026-05-01T10:00 exact Asia/Dushanbe",
    "t_judge": "2026-05-03T22:00/2026-05-03T22:00 exact Asia/Dushanbe",
    "judge_how": "in_person",
    "perp.1.p_name": "Майор-31177",
}
NOTHING_KEPT = """async () => [localStorage.length, sessionStorage.length, document.cookie.length,
    (await indexedDB.databases()).length, (await caches.keys()).length, location.href.includes('?')]"""


def case_of(demo: Demo, **more: object) -> tuple[Person, list[Key]]:
    person = Person(demo)
    person.write(WORDS, **more)  # type: ignore[arg-type]
    return person, [key for key in demo.keys("reviewer") if person.reads(key)]


def open_case(page: Page, person: Person) -> None:
    page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").click(timeout=SLOW)
    expect(page.locator("#history")).to_be_visible(timeout=SLOW)
    settle(page)


def test_a_case_is_read_in_tabs_by_keyboard_alone(shared: Demo, chromium: Browser) -> None:
    person, keys = case_of(shared, answers=ANSWERS, lane=URGENT)
    page = desk_of(chromium, shared, keys[0])
    open_case(page, person)
    expect(page.locator(".claims")).to_contain_text("Tajikistan", timeout=SLOW)
    expect(page.locator(".found .breaches")).to_contain_text("Before a judge late or not at all", timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)

    expect(page.locator("#copy-paper")).to_have_attribute("href", "/en/paper/")  # the desk's language

    page.locator("h1").focus()
    for place, id in enumerate(TABS[:10]):
        page.keyboard.press(str((place + 1) % 10))
        expect(page.locator(f"#panel-{id}")).to_be_focused()
        expect(page.locator("[role=tabpanel]:visible")).to_have_count(1)
        expect(page.locator("[role=tab][aria-selected=true]")).to_have_attribute("data-tab", id)
    page.locator("#tab-account").click()
    for key, id in (("ArrowDown", "answers"), ("ArrowUp", "account"), ("ArrowUp", "history"), ("Home", "account")):
        page.keyboard.press(key)
        expect(page.locator(f"#tab-{id}")).to_be_focused()
        expect(page.locator(f"#tab-{id}")).to_have_attribute("tabindex", "0")
        expect(page.locator("[role=tab][tabindex='0']")).to_have_count(1)
    expect(page.locator("#panel-timeline")).to_contain_text("60 h after the detention")
    expect(page.locator("#panel-people")).to_contain_text("Майор-31177")
    expect(page.locator("#panel-history [data-seen]")).to_have_count(1)
    page.locator("h1").focus()
    page.keyboard.press("h")
    expect(page.locator("#panel-history")).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("1 2 3")  # figures while one types are figures
    expect(page.locator("#reply")).to_have_value("1 2 3")

    page.set_viewport_size(PHONE)
    expect(page.locator("#tab-messages")).to_be_hidden()
    open_tab(page, "evidence")
    expect(page.locator("#reply")).to_be_hidden()
    open_tab(page, "notes")
    expect(page.locator("#reply")).to_have_value("1 2 3")
    expect(page.locator("#reply-to")).to_have_value("person")  # as it was begun


def test_the_queue_says_what_burns_and_views_outlive_a_lock_and_nothing_else(demo: Demo, chromium: Browser) -> None:
    urgent, keys = case_of(demo, lane=URGENT)
    key = keys[0]
    calm = Person(demo)
    while not calm.reads(key):
        calm = Person(demo)
    calm.write(
        "Другое, слово-80441.", answers={"form": "main", "region": "KG-O", "purpose": "extortion"}, language="ky"
    )
    calm.write("И ещё, слово-91733.", kind=FOLLOW_UP)
    page = desk_of(chromium, demo, key)
    expect(page.locator("[data-reach=opens]")).to_have_count(2, timeout=SLOW)
    expect(page.locator("[data-only=burns] .n")).to_have_text("1")
    expect(page.locator("[data-only=late] .n")).to_have_text("0")
    page.locator("[data-only=burns]").click()
    expect(page.locator("[data-cid]")).to_have_count(1)
    expect(page.locator("[data-cid]")).to_have_attribute("data-cid", urgent.cid.hex())
    page.locator("[data-only=burns]").click()

    for shown in ("osh", "Kyrgyz", "get MONEY"):  # what was chosen, and the language, by the words for it
        page.locator("#filter").fill(shown)
        expect(page.locator("[data-cid]")).to_have_count(1, timeout=SLOW)
        expect(page.locator("[data-cid]")).to_have_attribute("data-cid", calm.cid.hex())
    page.locator("#filter").fill("")
    page.locator("h1").focus()
    page.keyboard.press("/")
    page.keyboard.type("слово-91733")  # of a later message
    expect(page.locator("[data-cid]")).to_have_attribute("data-cid", calm.cid.hex())
    page.keyboard.press("Enter")
    expect(page.locator("[data-cid]")).to_be_focused()  # and not the list as it was before
    expect(page.locator("#filter")).to_have_value("слово-91733")
    page.locator("#views summary").click()
    page.locator("#view-name").fill("Рынок-66180")
    page.keyboard.press("Enter")
    page.locator("#filter").fill("")
    expect(page.locator("[data-cid]")).to_have_count(2)
    assert page.evaluate(NOTHING_KEPT) == [0, 0, 0, 0, 0, False]

    page.locator("[data-key=lock]").click()
    page.wait_for_selector("html[data-screen=door]")
    expect(page.locator("#unlock")).to_be_visible()
    for gone in ("Рынок-66180", "слово-91733", "слово-80441"):
        assert gone not in page.content()
    fill_door(page, *next(one for one in demo.keys("reviewer") if one != key))
    page.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
    expect(page.locator("[data-view-name]")).to_have_count(0)
    page.locator("[data-key=lock]").click()
    fill_door(page, *key)
    page.locator("[data-view-name='Рынок-66180']").click(timeout=SLOW)
    expect(page.locator("[data-cid]")).to_have_attribute("data-cid", calm.cid.hex(), timeout=SLOW)
    expect(page.locator("[data-cid]")).to_have_count(1)
    page.keyboard.press("Escape")
    assert page.evaluate(NOTHING_KEPT) == [0, 0, 0, 0, 0, False]


def test_a_task_is_signed_seen_by_colleagues_and_due_over_all_cases(shared: Demo, chromium: Browser) -> None:
    person, keys = case_of(shared)
    one, two = desk_of(chromium, shared, keys[0]), desk_of(chromium, shared, keys[1])
    open_case(one, person)
    expect(one.locator(".note.opened")).to_be_visible(timeout=SLOW)
    open_tab(one, "tasks")
    expect(one.locator("#panel-tasks [data-due=answer]")).to_have_count(1)
    offered = set(one.locator("#task-for option").evaluate_all("all => all.map(({ value }) => value)"))
    assert offered == {"", *map(member_of, shared.keys("reviewer"))}  # nobody who cannot see it: no unit has the case
    for what, by, whose in (("Врач-20114", "2026-01-05", member_of(keys[1])), ("Мать-40992", "", "")):
        one.locator("#task-what").fill(what)
        one.locator("#task-until").fill(by)
        one.locator("#task-for").select_option(whose)
        if not whose:  # half filled, another look at the list, and back
            back(one)
            open_case(one, person)
            open_tab(one, "tasks")
            expect(one.locator("#task-what")).to_have_value(what)
            expect(one.locator("#task-for")).to_have_value(whose)
        one.locator("#add-task").click()
        expect(one.locator("#panel-tasks [data-task]", has_text=what)).to_be_visible(timeout=SLOW)
        expect(one.locator("#task-what")).to_have_value("")
    expect(one.locator("#panel-tasks [data-due=task]")).to_have_count(0)  # the dated one is a colleague's
    open_tab(one, "notes")
    expect(one.locator("#panel-notes")).not_to_contain_text("Врач-20114")

    open_case(two, person)
    expect(two.locator(".note.opened")).to_be_visible(timeout=SLOW)
    back(two)
    two.keyboard.press("d")
    late = two.locator("#dues tr", has_text="Врач-20114")
    expect(late.locator(".late")).to_be_visible(timeout=SLOW)

    # a nearer row comes in above the one that has the focus: what is pressed opens its own case
    case = late.locator(".id").inner_text()
    answers = two.locator("#dues tr:has([data-due=answer])")
    answers.filter(has_text=case).locator("button").focus()
    burning = Person(shared)
    while not burning.reads(keys[1]):
        burning = Person(shared)
    burning.write("Другое, слово-10293.", lane=URGENT)
    before = answers.count()
    two.keyboard.press("g")
    expect(answers).to_have_count(before + 1, timeout=SLOW)
    two.keyboard.press("Enter")
    expect(two.locator(".theirs").first).to_contain_text(WORDS, timeout=SLOW)
    open_tab(two, "tasks")
    two.locator("#panel-tasks [data-task]", has_text="Врач-20114").get_by_role("button").click()
    expect(two.locator("#panel-tasks [data-task]")).to_have_count(1, timeout=SLOW)
    expect(two.locator("#panel-tasks [data-due=task]")).to_have_count(0)
    opened = person.read()
    assert opened is not None
    assert not opened.replies  # no word of it for the person


def test_paper_needs_two_and_holds_what_the_person_allowed_whoever_gets_it(shared: Demo, chromium: Browser) -> None:
    allowed = {**ANSWERS, "v_nationality": "Канарастан-66013", "consent_court": "facts_no_identity"}
    person, keys = case_of(shared, answers=allowed, name="Имя-77031")
    page, colleague = desk_of(chromium, shared, keys[0]), desk_of(chromium, shared, keys[1])
    for one in (page, colleague):
        one.evaluate("window.print = () => { window.printed = true }; 0")
        open_case(one, person)
        expect(one.locator(".note.opened")).to_be_visible(timeout=SLOW)
    page.emulate_media(media="print")  # by the browser's own menu: one line, and no word of the case
    assert page.locator("body").inner_text().strip() == page.locator(".print-how").inner_text()
    page.emulate_media(media="screen")

    page.locator("#print").click()
    expect(page.locator("#printing-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#printing")).to_have_count(0)
    page.locator("#print").click()
    assert page.locator("#print-for option:enabled").evaluate_all("all => all.map((one) => one.value)") == [
        "work",
        "court",
    ]
    page.locator("#print-for").select_option("court")
    page.locator("[data-part=timeline]").uncheck()
    page.locator("#print-ask").click()
    waits = page.locator(".proposal[data-paper]")
    expect(waits).to_contain_text("You proposed this", timeout=SLOW)
    expect(page.locator("#print-do, [data-key=agree-paper]")).to_have_count(0)

    colleague.locator("h1").focus()
    colleague.keyboard.press("g")
    seen = colleague.locator("[data-paper] .scrolls")
    expect(seen).to_contain_text(WORDS, timeout=SLOW)
    expect(seen).to_contain_text("Tajikistan")
    expect(colleague.locator("[data-paper]")).to_contain_text("what happened, without who they are")
    assert "66013" not in seen.inner_text()
    colleague.locator("[data-key=agree-paper]").click()
    expect(colleague.locator("[data-paper]")).to_have_count(0, timeout=SLOW)

    page.locator("h1").focus()
    page.keyboard.press("g")
    expect(page.locator("#print-do")).to_be_visible(timeout=SLOW)
    page.route("**/entries", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("#print-do").click()
    expect(waits.locator("[role=alert]")).to_be_visible(timeout=SLOW)  # what cannot be signed is not printed
    assert page.evaluate("window.printed === undefined && !document.documentElement.dataset.printing")
    page.unroute("**/entries")
    page.locator("#print-do").click()
    expect(page.locator("html[data-printing]")).to_have_count(1, timeout=SLOW)
    page.emulate_media(media="print")
    paper = page.locator("body").inner_text()
    assert paper.strip() == page.locator("#paper").inner_text().strip()
    for there in (WORDS, "The court", "Майор-31177", "Agreed by"):
        assert there in paper, there
    for kept in ("66013", "77031", "60 h after"):
        assert kept not in paper, kept
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint')); 0")
    expect(page.locator("html[data-printing], #paper, [data-paper]")).to_have_count(0)
    open_tab(page, "notes")
    expect(page.locator("#papers li")).to_contain_text("Put on paper")


def test_graphic_material_is_counted_for_the_reader_and_a_pause_is_one_key(shared: Demo, chromium: Browser) -> None:
    person, keys = case_of(shared, files={"рука.jpg": media.jpeg()})
    page = desk_of(chromium, shared, keys[0])
    open_case(page, person)
    open_tab(page, "evidence")
    page.locator("[data-view]").click()
    expect(page.locator("#viewer")).to_have_class("image blurred", timeout=SLOW)
    expect(page.locator("#exposure")).to_have_count(0)
    page.locator("#view-clear").click()
    expect(page.locator("#exposure")).to_contain_text("1 file")
    open_tab(page, "messages")
    expect(page.locator("#viewer")).to_have_count(0)  # nobody comes back to it by chance
    page.locator("h1").focus()
    page.keyboard.press("p")
    page.wait_for_selector("html[data-screen=door]")
    expect(page.locator("#unlock")).to_be_visible()
    fill_door(page, *keys[1])
    page.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
    expect(page.locator("#exposure")).to_have_count(0)  # somebody else's is not told
    page.keyboard.press("p")
    fill_door(page, *keys[0])
    expect(page.locator("#exposure")).to_contain_text("1 file", timeout=SLOW)


def test_of_two_members_in_two_browsers_one_signs_and_the_other_keeps_the_text(
    shared: Demo, playwright: Playwright
) -> None:
    person, keys = case_of(shared)
    browsers = [launch(playwright, CHROMIUM) for _ in range(2)]
    one, two = (desk_of(browser, shared, key) for browser, key in zip(browsers, keys, strict=False))
    for page in (one, two):  # each opening is an entry too: both have signed theirs
        open_case(page, person)
        expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
        back(page)
    for page, text in ((one, "Прочли первыми, слово-10021."), (two, "Прочли вторыми, слово-10022.")):
        page.locator(f"button[data-cid='{person.cid.hex()}']").click(timeout=SLOW)
        open_tab(page, "tasks")
        page.locator("#deed").select_option("2")
        page.get_by_role("radio", name="P2").check()
        page.locator("#deed-text").fill(text)
        page.locator("#deed-ask").click()
    one.locator("#deed-do").click()
    expect(one.locator(".note.done")).to_be_visible(timeout=SLOW)
    two.locator("#deed-do").click()
    expect(two.locator(".deeds [role=alert]")).to_be_visible(timeout=SLOW)
    expect(two.locator("#deed-text")).to_have_value("Прочли вторыми, слово-10022.")
    expect(two.locator("#history")).to_contain_text("слово-10021")
    seen = person.read()
    assert seen is not None
    assert [reply.text for reply in seen.replies] == ["Прочли первыми, слово-10021."]

    two.keyboard.press("Escape")
    two.locator("[data-key=lock]").click()  # and a lock does not lose it either
    expect(two.locator(".door")).to_contain_text(re.compile("1 unsent"))
    assert "слово-10022" not in two.content()
    fill_door(two, *keys[1])
    open_case(two, person)
    open_tab(two, "tasks")
    two.locator("#deed").select_option("14")
    expect(two.locator("#deed-text")).to_have_value("Прочли вторыми, слово-10022.")
    for browser in browsers:
        browser.close()


def test_a_deed_that_comes_while_the_own_opening_is_being_signed_waits_for_it(shared: Demo, chromium: Browser) -> None:
    person, keys = case_of(shared)
    page = desk_of(chromium, shared, keys[0])
    signed: list[str] = []
    held: list[Route] = []
    page.on("response", lambda one: signed.append(one.url) if one.request.method == "POST" else None)
    page.route("**/v1/casework/cases/*/file", lambda route: held.append(route) if signed else route.continue_())
    page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").click(timeout=SLOW)
    until(page, lambda: held)  # the opening is on the server, and the page has not seen it yet
    open_tab(page, "tasks")
    page.locator("#deed").select_option("2")
    page.locator("input[name=priority]").first.check()
    page.locator("#deed-text").fill("Срочно.")
    page.locator("#deed-ask").click()
    page.locator("#deed-do").click()
    page.wait_for_timeout(300)
    page.unroute("**/v1/casework/cases/*/file")  # lets go of what was held
    expect(page.locator(".note.done")).to_be_visible(timeout=SLOW)
    assert page.locator(".deeds [role=alert]").count() == 0
