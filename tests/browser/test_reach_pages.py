"""Every page and state of the submitter's side in all seven languages, by axe and by width."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from crypto.message import URGENT
from crypto.receipt import new_code
from service.instance import LANGUAGES
from service.site.offline import render_offline
from service.site.pages import folder_of
from tests.browser.browsers import CHROMIUM, HEARD, SLOW, launch, until
from tests.browser.conftest import Demo
from tests.browser.desk import open_desk, reply
from tests.browser.person import Person
from tests.browser.reach import STRICT, WITHOUT_WORK, everywhere, faults, narrow, rules_for
from tests.browser.submitter import do, evidence, line_is_back
from tests.unit import media

# A microphone that may not be used, until `deaf` is false.
DEAF = """const ask = navigator.mediaDevices.getUserMedia;
window.deaf = true;
navigator.mediaDevices.getUserMedia = function (what) {
  return window.deaf ? Promise.reject() : ask.call(this, what);
};"""
ASKS = ("danger", "object", "review", "erase", "stop")


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """With a microphone that hears a tone."""
    browser = launch(playwright, CHROMIUM, *HEARD)
    yield browser
    browser.close()


def at(page: Page, screen: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-screen", screen, timeout=SLOW)


def state(page: Page, id: str, wanted: str) -> None:
    expect(page.locator(id)).to_have_attribute("data-state", wanted, timeout=SLOW)


def hold(page: Page, address: str, held: list[Route]) -> None:
    """What is asked there waits, in `held`."""
    page.route(address, lambda route: held.append(route))


def told(page: Page, button: str, place: str) -> None:
    """What is wrong, after a press."""
    do(page, button)
    expect(page.locator(place)).to_be_visible()


def refuse(route: Route) -> None:
    """As the server does what it cannot mend."""
    route.fulfill(status=400, content_type="application/problem+json", body='{"slug": "malformed"}')


def without_script(route: Route) -> None:
    """The page as a browser reads it that runs no script; axe itself needs one that does."""
    answer = route.fetch()
    route.fulfill(
        response=answer, body=re.sub("</?noscript>|<script (nomodule|type=.?module)[^>]*></script>", "", answer.text())
    )


def test_a_page_without_script_and_a_browser_that_is_too_old(shared: Demo, chromium: Browser) -> None:
    page = narrow(chromium)
    found = []
    for code in LANGUAGES:
        for path in ("about/", "upload/", "received/", "not-taken/"):
            page.goto(f"{shared.origin}/{folder_of(code)}/{path}")
            found += faults(page, f"{path} {code}", STRICT, rules=rules_for(code))
    page.add_init_script("delete window.BigInt")  # too old
    silent = narrow(chromium)
    silent.route(shared.origin + "/**/", without_script)
    for code in LANGUAGES:
        for path in ("", "check/"):
            for one, why in ((page, "too old"), (silent, "no script")):
                one.goto(f"{shared.origin}/{folder_of(code)}/{path}")
                expect(one.locator("#needs")).to_be_visible()
                found += faults(one, f"{why} {path} {code}", STRICT, rules=rules_for(code))
    page.context.close()
    silent.context.close()
    assert not found, "\n".join(found)


def test_every_screen_from_the_first_word_to_the_last(shared: Demo, chromium: Browser) -> None:
    page = narrow(chromium)
    found: list[str] = []
    keyring: list[Route] = []
    hold(page, "**/v1/keyring", keyring)
    page.goto(f"{shared.origin}/ru/")
    found += everywhere(page, "write")
    for _ in range(3):
        do(page, "next")
    found += everywhere(page, "send before the readers came")

    def send_nothing() -> None:
        for _ in range(3):
            if page.locator("[data-do=send]").is_hidden():
                do(page, "next")
        do(page, "send")
        expect(page.locator("#account-error")).to_be_visible()

    found += everywhere(page, "nothing written", send_nothing)
    do(page, "have-code")
    page.locator("#code").fill("1234")
    found += everywhere(page, "code, an error", lambda: told(page, "use-code", "#code-error"))
    page.locator("#code").fill(new_code())
    do(page, "use-code")
    at(page, "write")
    found += everywhere(page, "write under an old code")
    do(page, "drop-code")
    page.locator("#account").fill("Слово и ещё слово")
    found += everywhere(page, "write, languages open", lambda: page.locator("#languages summary").click())
    do(page, "next")
    found += everywhere(page, "name")
    do(page, "next")
    found += everywhere(page, "danger")
    page.locator("#danger-yes").check()
    do(page, "to-send")
    for one in keyring:
        refuse(one)
    page.unroute_all()
    state(page, "#who", "refused")
    found += everywhere(page, "send, readers refused", lambda: do(page, "send"))
    page.unroute_all()
    do(page, "check-again")
    state(page, "#who", "ok")
    found += everywhere(page, "send")
    held: list[Route] = []
    hold(page, "**/v1/messages", held)
    do(page, "send")
    state(page, "#sent", "sending")
    found += everywhere(page, "code, sending")
    until(page, lambda: held)
    page.route("**/v1/messages", lambda route: route.abort())  # as often as the page tries by itself
    held.pop().abort()
    state(page, "#sent", "waiting")
    found += everywhere(page, "code, waiting")
    page.route("**/v1/messages", refuse)  # before the one above: no try passes between them
    line_is_back(page)
    state(page, "#sent", "stopped")
    found += everywhere(page, "code, stopped")
    do(page, "wrote")
    page.unroute_all()
    found += everywhere(page, "again, an error", lambda: do(page, "check-groups"))
    do(page, "back")
    do(page, "retry")
    state(page, "#sent", "sent")
    page.evaluate("navigator.clipboard.writeText = () => Promise.resolve()")
    found += everywhere(page, "code, sent and copied", lambda: told(page, "copy", "#copied"))
    do(page, "wrote")
    do(page, "skip")
    page.locator("section[data-screen=done] summary").click()
    do(page, "second")
    expect(page.locator("#second-receipt")).not_to_be_empty(timeout=SLOW)
    found += everywhere(page, "done", lambda: page.locator("section[data-screen=done] summary").click())
    page.context.close()
    assert not found, "\n".join(found)


def test_every_screen_of_whoever_copies_a_paper(shared: Demo, chromium: Browser) -> None:
    page = narrow(chromium)
    page.goto(f"{shared.origin}/ru/paper/")
    found = everywhere(page, "copy: write")
    do(page, "have-code")
    found += everywhere(page, "copy: code")
    page.locator("#code").fill(new_code())
    do(page, "use-code")
    at(page, "write")
    found += everywhere(page, "copy: write under an old code")
    do(page, "drop-code")
    page.locator("#account").fill("Слово и ещё слово")
    do(page, "open-form")
    at(page, "form")
    do(page, "all-questions")
    found += everywhere(page, "copy: sections")
    page.locator("[data-section=injuries_]").click()
    expect(page.locator("#quiet")).to_be_visible()
    found += everywhere(page, "copy: hard to read")
    do(page, "to-send")
    state(page, "#who", "ok")
    found += everywhere(page, "copy: send")
    page.locator("section[data-screen=send] [data-do=go-name]").click()
    found += everywhere(page, "copy: name")
    do(page, "to-send")
    do(page, "send")
    state(page, "#sent", "sent")
    found += everywhere(page, "copy: code for the strip")
    do(page, "wrote")
    found += everywhere(page, "copy: strip, an error", lambda: do(page, "check-groups"))
    do(page, "skip")
    found += everywhere(page, "copy: done")
    evidence(page)
    found += everywhere(page, "copy: photo")
    page.context.close()
    assert not found, "\n".join(found)


def warned(page: Page) -> None:
    page.clock.fast_forward("08:02")
    expect(page.locator("#idle")).to_be_visible()


def test_the_warning_before_the_page_empties_itself(shared: Demo, chromium: Browser) -> None:
    page = narrow(chromium)
    page.add_init_script(WITHOUT_WORK)
    found = []
    page.clock.install(time=time.time())
    for code in LANGUAGES:
        page.goto(f"{shared.origin}/{folder_of(code)}/")
        page.locator("#account").fill("1")
        warned(page)
        found += faults(page, f"idle {code}", STRICT, rules=rules_for(code))
    page.context.close()
    assert not found, "\n".join(found)


def test_the_evidence_screen_in_each_of_its_states(shared: Demo, chromium: Browser) -> None:
    page = narrow(chromium)
    page.add_init_script(DEAF)
    page.goto(f"{shared.origin}/ru/check/")
    page.locator("#code").fill(new_code())
    do(page, "open")
    at(page, "empty")
    evidence(page)
    found = everywhere(page, "evidence, empty")
    found += everywhere(
        page, "evidence, no microphone", lambda: (do(page, "record"), page.wait_for_selector("#alert:visible"))
    )
    page.evaluate("deaf = false")
    do(page, "record")
    expect(page.locator("#record")).to_have_attribute("data-on", "")
    found += everywhere(page, "evidence, recording")
    do(page, "record")
    expect(page.locator("#file-0 input:checked")).to_have_count(1, timeout=SLOW)
    page.locator("#files").set_input_files(
        [
            {"name": "IMG_4711.jpg", "mimeType": "image/jpeg", "buffer": media.jpeg()},
            {"name": "письмо.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n/Author (somebody)\n"},
        ]
    )
    expect(page.locator("#file-2 input")).to_have_count(2, timeout=SLOW)

    def opened() -> None:
        for summary in page.locator("#file-list summary").all():
            summary.click()

    found += everywhere(page, "evidence, what was found", opened)
    found += everywhere(page, "evidence, undecided", lambda: told(page, "send-files", "#file-2-wish-error"))
    page.locator("#file-2 input").first.check()
    held: list[Route] = []
    hold(page, "**/v1/evidence", held)
    do(page, "send-files")
    state(page, "#evidence-state", "sending")
    found += everywhere(page, "evidence, sending")
    until(page, lambda: held)
    held.pop().abort()
    state(page, "#evidence-state", "waiting")
    found += everywhere(page, "evidence, waiting")
    page.route("**/v1/evidence", refuse)
    for one in held:  # what the page has tried by itself meanwhile
        refuse(one)
    state(page, "#evidence-state", "stopped")
    found += everywhere(page, "evidence, stopped")
    page.unroute_all()
    do(page, "send-files")
    state(page, "#evidence-state", "sent")
    found += everywhere(page, "evidence, sent")
    page.context.close()
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def answered(shared: Demo, chromium: Browser) -> Person:
    """Somebody whose message was opened and answered."""
    person = Person(shared)
    person.write("Слово", lane=URGENT)
    key = next(one for one in shared.keys("reviewer") if person.reads(one))
    page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
    open_desk(page, shared, key)
    page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").click(timeout=SLOW)
    page.wait_for_selector("#history", timeout=SLOW)
    reply(page, "Мы прочли это. Напишите, где он сейчас.")
    page.context.close()
    return person


# Which of these places are not blurred.
CLEAR = "(places) => places.filter((one) => getComputedStyle(document.querySelector(one)).filter === 'none')"


def test_the_mailbox_in_each_of_its_states(shared: Demo, chromium: Browser, answered: Person) -> None:
    page = narrow(chromium)
    page.goto(f"{shared.origin}/ru/check/")
    found = everywhere(page, "code")
    page.locator("#code").fill("12")
    found += everywhere(page, "code, an error", lambda: told(page, "open", "#code-error"))
    page.locator("#code").fill(answered.code)
    held: list[Route] = []
    hold(page, "**/v1/mailbox/read", held)
    do(page, "open")
    at(page, "opening")
    state(page, "#opening", "asking")
    found += everywhere(page, "opening")
    until(page, lambda: held)
    held.pop().abort()
    state(page, "#opening", "failed")
    found += everywhere(page, "opening, failed")
    page.unroute_all()
    do(page, "again")
    at(page, "box")
    found += everywhere(page, "answer and history", lambda: page.locator("#history summary").click())
    page.locator("[data-do=veil]").click()
    clear = page.evaluate(CLEAR, ["#state", "#next", "#replies", "#steps", "section[data-screen=asks] ul"])
    page.locator("[data-do=veil]").click()
    assert clear == []
    do(page, "asks")
    found += everywhere(page, "what to do")
    for ask in ASKS:
        page.locator(f"[data-ask={ask}]").click()
        found += everywhere(page, f"ask: {ask}")
        do(page, "back")
    do(page, "back")
    page.locator("#resume").evaluate("one => { one.hidden = false; }")  # as where a wish to stop can be taken back
    page.locator("#resume button").click()
    found += everywhere(page, "ask: resume")
    do(page, "back")
    do(page, "write")
    found += everywhere(page, "write, an error", lambda: do(page, "send"))
    page.locator("#more").fill("Ещё слово")
    hold(page, "**/v1/messages", held)
    do(page, "send")
    state(page, "#sent", "sending")
    found += everywhere(page, "sending")
    until(page, lambda: held)
    page.route("**/v1/messages", lambda route: route.abort())  # as often as the page tries by itself
    held.pop().abort()
    state(page, "#sent", "waiting")
    found += everywhere(page, "waiting")
    page.unroute_all()
    line_is_back(page)
    state(page, "#sent", "sent")
    found += everywhere(page, "sent")
    do(page, "look")
    at(page, "box")
    do(page, "to-burn")
    found += everywhere(page, "burn")
    page.locator("#burn-3").check()
    do(page, "burn")
    at(page, "empty")
    found += everywhere(page, "burnt")
    page.context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("copying", [False, True])
def test_the_page_in_one_file(copying: bool, shared: Demo, chromium: Browser, tmp_path: Path) -> None:
    page = narrow(chromium)
    found = []
    for code in LANGUAGES:
        path = tmp_path / f"{code}.html"
        path.write_bytes(render_offline(shared.data / "instance", code, copying=copying).html)
        page.goto(path.as_uri())
        page.locator("#account").fill("1")
        found += faults(page, f"one file, write {code}", STRICT, rules=rules_for(code))
        do(page, "to-send")
        state(page, "#who", "ok")
        found += faults(page, f"one file, lock {code}", STRICT, rules=rules_for(code))
        if code != LANGUAGES[0]:
            continue  # what follows takes seconds without a worker
        do(page, "send")
        expect(page.locator("#save")).to_be_visible(timeout=SLOW)
        found += faults(page, f"one file, save {code}", STRICT)
        with page.expect_download():
            page.locator("#save").click()
        do(page, "wrote")
        do(page, "skip")
        found += faults(page, f"one file, done {code}", STRICT)
    page.context.close()
    assert not found, "\n".join(found)
