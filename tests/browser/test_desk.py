"""The desk in real browsers: what a reviewer does, what is left when it locks, and what each failure says."""

from __future__ import annotations

import re
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, Route, expect

from crypto.account import FOLLOW_UP
from crypto.draw import draw_readers
from crypto.message import URGENT
from tests.browser.browsers import CHROMIUM, DESK, NAMES, SLOW, device, launch, until
from tests.browser.conftest import Demo, StartBrowser
from tests.browser.desk import fill_door, open_desk, settle
from tests.browser.person import Person

WORDS = "Меня задержали у рынка, слово-59213."
DRAFT = "Недописанный ответ, слово-40716"
# How many cases the workers have answered about.
TRIED = """window.tried = 0;
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => { if (data.ok?.reaches !== undefined) window.tried += 1; });
  }
};"""


@pytest.mark.parametrize("name", NAMES)
def test_a_reviewer_opens_and_answers_by_keyboard_alone(name: str, demo: Demo, start_browser: StartBrowser) -> None:
    browser = start_browser(name)
    person = Person(demo)
    person.write(WORDS, lane=URGENT)
    key = next(one for one in demo.keys("reviewer") if person.reads(one))
    page = device(browser, name, DESK).new_page()
    page.goto(f"{demo.origin}/desk/")
    fill_door(page, *key)
    expect(page.locator("#stretching")).to_be_focused()  # not nowhere, for as long as the key file takes
    page.wait_for_selector("[data-reach=opens]", timeout=SLOW)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".theirs")).to_contain_text(WORDS, timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    seen = person.read()
    assert seen is not None
    assert (seen.state, seen.acknowledged, seen.replies) == (1, False, ())
    settle(page)
    page.keyboard.press("r")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("Мы прочли.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-send")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".note.sent")).to_be_visible(timeout=SLOW)
    expect(page.locator("#reply")).to_be_focused()  # the button was switched off while it had the focus, and went
    answered = person.read()
    assert answered is not None
    assert [(one.text, one.language) for one in answered.replies] == [("Мы прочли.", "ru")]
    person.write("И ещё одно.", kind=FOLLOW_UP)
    page.locator("h1").focus()
    page.keyboard.press("u")
    expect(page.locator("td.fresh .new")).to_be_visible(timeout=SLOW)


def test_an_idle_desk_warns_locks_and_gives_the_draft_back(demo: Demo, chromium: Browser) -> None:
    person = Person(demo)
    person.write(WORDS)
    key = next(one for one in demo.keys("reviewer") if person.reads(one))
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.clock.install(time=time.time())
    open_desk(page, demo, key)
    page.locator("[data-reach=opens]").click(timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    settle(page)
    page.clock.pause_at(time.time() + 1)  # from here on no time passes but what the test lets pass
    page.locator("#reply").fill(DRAFT)
    page.screenshot()  # a picture waits for what scrolls, and scrolling is a sign of life
    page.clock.fast_forward("07:55")
    expect(page.locator(".warning")).to_have_count(0)
    page.clock.fast_forward("00:10")
    expect(page.locator(".warning")).to_be_visible()
    page.mouse.wheel(0, 200)  # scrolling counts
    expect(page.locator(".warning")).to_have_count(0)
    page.clock.fast_forward("10:01")
    expect(page.locator("html")).to_have_attribute("data-screen", "door")
    expect(page.locator(".door")).to_contain_text("1 unsent piece of work")
    for gone in (DRAFT, WORDS, person.draw.readers[0].id.hex()):
        assert gone not in page.content()
    page.clock.run_for(1000)
    until(page, lambda: len(page.workers) == 1)  # a fresh one, without keys
    page.clock.resume()
    fill_door(page, *key)
    page.locator("[data-reach=opens]").click(timeout=SLOW)
    expect(page.locator("#reply")).to_have_value(DRAFT)


def test_a_press_is_not_lost_when_the_list_moves_under_it(demo: Demo, chromium: Browser) -> None:
    """Nor when Enter comes before the key file is read."""
    mine, other = Person(demo), Person(demo)
    while not (keys := [one for one in demo.keys("reviewer") if mine.reads(one) and not other.reads(one)]):
        other = Person(demo)
        other.draw = draw_readers(other.keyring.body, other.receipt.k0, other.today, "KG")  # of both panels
    mine.write(WORDS)
    other.write(WORDS, lane=URGENT)  # above mine, until it is known to be another's
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.add_init_script(
        "const read = Blob.prototype.arrayBuffer;"
        "File.prototype.arrayBuffer = async function () {"
        "  await new Promise((done) => setTimeout(done, 500)); return read.call(this); }"
    )
    page.add_init_script(TRIED)
    page.clock.install(time=time.time())
    held: list[Route] = []
    page.route("**/v1/casework/cases/*/file", lambda route: held.append(route))
    open_desk(page, demo, keys[0])
    expect(page.locator("[data-reach=waiting]")).to_have_count(2)
    until(page, lambda: len(held) == 2)
    page.clock.pause_at(time.time() + 1)  # a press of more than three seconds is none: on a busy machine this is one
    place = page.locator(f"[data-cid='{mine.cid.hex()}']").bounding_box()
    assert place
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    for route in held:
        route.continue_()
    page.unroute("**/v1/casework/cases/*/file")
    until(page, lambda: page.evaluate("tried") == 2)  # the workers have said whose they are
    page.clock.run_for(1000)
    page.mouse.up()
    page.clock.resume()
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    page.locator("[data-key=back]").click()
    expect(page.locator("[data-reach=closed]")).to_have_count(1)


def test_whoever_is_no_reader_sees_no_word_and_no_count(demo: Demo, chromium: Browser) -> None:
    person = Person(demo)
    person.write(WORDS)
    page = device(chromium, CHROMIUM, DESK).new_page()
    other = next(one for one in demo.keys("reviewer") if not person.reads(one))
    open_desk(page, demo, other)
    expect(page.locator("[data-reach=closed]")).to_have_count(1)
    page.locator("[data-reach=closed]").click()
    expect(page.locator("main")).to_contain_text("Your key does not open it")
    nothing_signed = {"name": "passed.panah", "mimeType": "application/octet-stream", "buffer": b"nothing signed"}
    page.locator("#carry").set_input_files(nothing_signed)
    expect(page.locator("#carrying [role=alert]")).to_be_visible(timeout=SLOW)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for key in (demo.key("investigator-north-1"), demo.key("custodian-1"), demo.key("supervisor-1")):
        page.locator("[data-key=lock]").click()
        asked.clear()
        fill_door(page, *key)
        page.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
        expect(page.locator(".empty")).to_be_visible(timeout=SLOW)
        assert page.locator("[data-cid]").count() == 0
        assert not [url for url in asked if "/v1/casework/cases/" in url]


def test_each_failure_at_the_door_has_its_own_words(shared: Demo, chromium: Browser, tmp_path: Path) -> None:
    file, passphrase = shared.keys("reviewer")[0]
    cut, costly = tmp_path / "cut", tmp_path / "costly"
    data = file.read_bytes()
    cut.write_bytes(data[:-40])
    work = (19456).to_bytes(4, "big")
    assert data.count(work) == 1
    costly.write_bytes(data.replace(work, (2_000_000).to_bytes(4, "big")))
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.goto(f"{shared.origin}/desk/")
    alarm = page.locator(".alarm")
    for path, words, said in (
        (file, "not these words", "does not open this key file"),
        (cut, passphrase, "not a whole key file"),
        (costly, passphrase, "more work than a true one"),
    ):
        fill_door(page, path, words)
        expect(alarm).to_contain_text(said)
    page.route("**/v1/staff/challenge", lambda route: route.abort())
    fill_door(page, file, passphrase)
    expect(alarm).to_contain_text("The server does not answer")
    page.unroute("**/v1/staff/challenge")
    assert page.locator("#passphrase").input_value() == ""


def test_a_page_at_another_address_cannot_sign_in(shared: Demo, playwright: Playwright) -> None:
    browser = launch(playwright, CHROMIUM, "--host-resolver-rules=MAP copy.test 127.0.0.1")
    page = browser.new_page()
    page.goto(f"http://copy.test:{shared.port}/desk/")
    fill_door(page, *shared.keys("reviewer")[0])
    expect(page.locator(".alarm")).to_contain_text("this page may be a copy")
    browser.close()


def test_nothing_is_asked_of_anybody_before_the_keyring_is_verified(shared: Demo, chromium: Browser) -> None:
    with urllib.request.urlopen(f"{shared.origin}/v1/keyring", timeout=20) as answer:
        keyring = bytearray(answer.read())
    keyring[-5] ^= 1
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.route("**/v1/keyring", lambda route: route.fulfill(body=bytes(keyring)))
    page.goto(f"{shared.origin}/desk/")
    expect(page.locator(".alarm")).to_contain_text("Do not type your passphrase")
    assert page.locator("#passphrase, #keyfile").count() == 0


def test_a_clock_ten_years_on_is_told_with_both_dates(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.clock.install(time=time.time() + 3650 * 86400)
    page.goto(f"{shared.origin}/desk/")
    expect(page.locator(".alarm")).to_contain_text(
        re.compile(r"It ended on \d+ \w+ 20\d\d\. This computer says that today is \d+ \w+ 20\d\d")
    )


def test_two_answers_at_once_lose_no_text(demo: Demo, chromium: Browser) -> None:
    person = Person(demo)
    person.write(WORDS)
    first, second = [one for one in demo.keys("reviewer") if person.reads(one)][:2]
    pages = []
    for key in (first, second):
        page = device(chromium, CHROMIUM, DESK).new_page()
        open_desk(page, demo, key)
        page.locator("[data-reach=opens]").click()
        expect(page.locator(".note.opened")).to_be_visible()
        page.locator("#reply").fill(f"ответ {len(pages) + 1}")
        pages.append(page)
    for page in pages:
        page.locator("#reply-ask").click()
        page.locator("#reply-send").click()
        expect(page.locator(".note.sent, .composer .alarm")).to_be_visible()
    expect(pages[1].locator(".composer .alarm")).to_contain_text("Somebody else answered")
    expect(pages[1].locator("#panel-messages .ours")).to_contain_text("ответ 1")
    expect(pages[1].locator("#reply")).to_have_value("ответ 2")
    pages[1].locator("#reply-ask").click()
    pages[1].locator("#reply-send").click()
    expect(pages[1].locator(".note.sent")).to_be_visible()
    seen = person.read()
    assert seen is not None
    assert [one.text for one in seen.replies] == ["ответ 2", "ответ 1"]
