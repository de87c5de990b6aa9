"""The submitter's pages: a code, words, leaving in a hurry, and a browser that lacks something."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Demo, Phone
from tests.browser.submitter import (
    WORDS,
    begin,
    check_digit,
    code_of,
    do,
    kept,
    look,
    opened_by,
    posted,
    sent,
)

# --- the code


def spoilt(code: str) -> Iterator[str]:
    """Each digit changed, and neighbours exchanged."""
    yield from (code[:at] + str((int(digit) + 1) % 10) + code[at + 1 :] for at, digit in enumerate(code))
    yield from (
        code[:at] + b + a + code[at + 2 :]
        for at, (a, b) in enumerate(pairwise(code))
        if a != b and {a, b} != {"0", "9"}
    )


@pytest.mark.parametrize("path", ["", "check/"])
def test_a_wrong_digit_is_told_at_once_and_nothing_is_asked(path: str, shared: Demo, phone: Phone) -> None:
    page = phone()
    asked = posted(page)
    page.goto(f"{shared.origin}/ky/{path}")
    if not path:
        do(page, "have-code")
    good = "123456789012345678901234"
    good = good[:23] + check_digit(good[:23])
    button = "open" if path else "use-code"
    for code in ["", good[:23], good + "1", "а" * 24, *list(spoilt(good))[::6]]:
        page.locator("#code").fill(code)
        do(page, button)
        expect(page.locator("#code-error")).to_be_visible()
        expect(page.locator("#alert")).to_be_focused()
        assert page.locator("#code").input_value() == code
    assert asked == []


def test_a_lost_tab_is_continued_under_the_same_code(shared: Demo, phone: Phone) -> None:
    first = phone()
    begin(first, shared)
    do(first, "send")
    sent(first)
    code = re.sub("(....)", r"\1-", code_of(first)).strip("-")
    page, before = phone(), kept(shared)
    page.goto(f"{shared.origin}/kk/")
    page.locator("#account").fill("Тағы.")  # what was written before stays
    do(page, "have-code")
    page.locator("#code").fill(f"Код: {code}\u200e")  # as it was kept, and as some programs copy it
    page.keyboard.press("Enter")
    expect(page.locator("#adding")).to_be_visible()
    assert page.locator("#account").input_value() == "Тағы."
    do(page, "to-send")
    do(page, "send")
    sent(page)
    expect(page.locator("#receipt")).to_be_hidden()
    assert kept(shared) == before + 1


def test_unknown_unanswered_and_burnt_look_alike(shared: Demo, phone: Phone) -> None:
    page = phone()
    begin(page, shared)
    do(page, "send")
    sent(page)
    code = code_of(page)
    unanswered = look(page, shared, code)
    do(page, "to-burn")
    page.locator("#burn-3").check()
    do(page, "burn")
    expect(page.locator("#burnt")).to_contain_text("closed for ever")
    # nothing that would bring an answer
    expect(page.locator("section[data-screen=empty] .go button:visible")).to_have_count(0)
    unknown = "9876" * 5 + "987"
    assert unanswered == look(page, shared, code) == look(page, shared, unknown + check_digit(unknown))


def test_blocks_spoilt_on_the_way_show_nothing_that_was_not_signed(shared: Demo, phone: Phone) -> None:
    page = phone()

    def handle(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=bytes(len(answer.body())))

    page.route("**/v1/mailbox/read", handle)
    code = "5" * 23
    look(page, shared, code + check_digit(code))


# --- words


def test_nothing_written_is_told_and_much_goes_in_parts(shared: Demo, phone: Phone) -> None:
    page = phone()
    asked = posted(page)
    page.goto(f"{shared.origin}/en/")
    for _ in range(3):
        do(page, "next")
    do(page, "send")
    expect(page.locator("#alert")).to_be_focused()
    expect(page.locator("#account-error")).to_be_visible()
    page.locator("#account").fill("x" * 256_000)
    do(page, "to-send")
    expect(page.locator("#sum-parts")).to_be_visible()
    assert len(page.locator("#account").input_value()) == 256_000
    assert asked == []


def test_a_name_alone_is_enough(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.goto(f"{shared.origin}/tg/")
    do(page, "next")
    page.locator("#name").fill("Ном")
    do(page, "to-send")
    do(page, "send")
    sent(page)


def test_another_language_keeps_the_place_and_the_words(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.goto(f"{shared.origin}/en/")
    page.locator("#account").fill("keep me")
    do(page, "next")
    page.locator("#name").fill("and me")
    page.locator("#languages summary").click()
    page.locator("a[hreflang=kk]").click()
    expect(page.locator("html[lang=kk]")).to_be_attached()
    expect(page.locator("#name")).to_be_visible()
    assert page.locator("#name").input_value() == "and me"
    assert page.locator("#account").input_value() == "keep me"
    do(page, "to-send")
    do(page, "send")
    sent(page)


def test_another_language_without_a_line_is_told_and_nothing_moves(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.goto(f"{shared.origin}/en/")
    page.locator("#account").fill("keep me")
    page.context.set_offline(True)
    page.locator("#languages summary").click()
    page.locator("a[hreflang=kk]").click()
    expect(page.locator("#alert")).to_be_focused()
    assert page.locator("#account").input_value() == "keep me"


def test_a_paper_is_copied_in_and_says_so_in_every_language(shared: Demo, phone: Phone) -> None:
    page = phone()
    bodies: list[bytes] = []
    page.on(
        "request", lambda one: bodies.append(one.post_data_buffer or b"") if one.url.endswith("/messages") else None
    )
    page.goto(f"{shared.origin}/ru/paper/")
    expect(page.locator("#copying")).to_be_visible()
    page.locator("#languages summary").click()
    page.locator("#languages a[hreflang=tg]").click()
    expect(page.locator("html")).to_have_attribute("lang", "tg")
    expect(page.locator("#copying")).to_be_visible()
    page.locator("#account").fill(WORDS)
    do(page, "to-send")
    do(page, "send")
    sent(page)
    expect(page.locator("#copying")).to_be_visible()
    answers = next(iter(opened_by(shared, bodies[0]).values()))
    assert (answers["story"], answers["copied_from"]) == (WORDS, "paper")


# --- leaving


@pytest.mark.parametrize("how", ["link", "keys"])
def test_leaving_is_at_once_and_the_way_back_is_empty(how: str, shared: Demo, phone: Phone) -> None:
    page = phone()
    page.goto(f"{shared.origin}/ru/")
    page.locator("#account").fill(WORDS)
    if how == "link":
        page.locator("#away").click()
    else:
        for _ in range(4):  # two within a second: between the first two a busy machine may take longer
            page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_text("elsewhere")
    page.go_back()
    assert WORDS not in page.content()
    assert "127.0.0.1" not in page.url


@pytest.mark.parametrize("path", ["", "check/"])
def test_ten_idle_minutes_empty_the_page_after_a_warning(path: str, shared: Demo, phone: Phone) -> None:
    page = phone()
    page.clock.install(time=time.time())
    page.goto(f"{shared.origin}/ru/{path}")
    page.locator("#account, #code").first.fill("12")
    page.clock.fast_forward("08:02")
    expect(page.locator("#idle")).to_be_visible()
    page.locator("[data-do=stay]").click()
    page.clock.fast_forward("00:01")
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.fast_forward("10:01")
    expect(page.locator("body")).to_have_text("elsewhere")


def test_nothing_is_stored_in_the_browser(shared: Demo, phone: Phone) -> None:
    page = phone()
    begin(page, shared)
    do(page, "send")
    sent(page)
    look(page, shared, "0" * 23 + check_digit("0" * 23))
    assert page.context.cookies() == []
    state = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
            (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length, history.state]"""
    )
    assert state == [0, 0, 0, 0, 0, None]


def test_before_the_page_empties_itself_what_is_written_can_be_sent(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.clock.install(time=time.time())
    page.goto(f"{shared.origin}/ky/")
    expect(page.locator("#account")).to_be_enabled()
    page.locator("#account").fill(WORDS)
    page.clock.fast_forward("08:02")
    expect(page.locator("#idle")).to_be_visible()
    assert page.locator("#idle button:visible").first.get_attribute("data-do") == "send-now"
    page.locator("#idle-send").click()
    sent(page)
    page.clock.fast_forward("08:02")
    expect(page.locator("#idle")).to_be_visible()
    expect(page.locator("#idle-send")).to_be_hidden()


# --- the browser


def test_without_script_the_page_says_what_to_do_and_offers_nothing(shared: Demo, phone: Phone) -> None:
    page = phone(java_script_enabled=False)
    for path in ("", "check/"):
        page.goto(f"{shared.origin}/tg/{path}")
        expect(page.locator("#needs")).to_be_visible()
        assert page.locator("textarea:visible, input:visible, button:visible, form").count() == 0


@pytest.mark.parametrize("missing", ["BigInt", "Worker", "TextEncoder", "fetch", "crypto"])
def test_a_browser_that_lacks_something_is_told(missing: str, shared: Demo, phone: Phone) -> None:
    page = phone()
    page.add_init_script(f"Object.defineProperty(window, '{missing}', {{value: undefined}}); delete window.{missing}")
    page.goto(f"{shared.origin}/ru/")
    expect(page.locator("#needs")).to_be_visible()
    expect(page.locator("#account")).to_be_disabled()


def test_a_script_that_never_comes_is_explained_after_a_while(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.route("**/s/submit.js", lambda route: route.abort())
    page.goto(f"{shared.origin}/ru/", wait_until="domcontentloaded")
    expect(page.locator("#needs")).to_be_hidden()
    expect(page.locator("#needs")).to_be_visible()
    expect(page.locator("#account")).to_be_disabled()


def test_without_random_numbers_nothing_is_sent(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.add_init_script("Object.defineProperty(window, 'crypto', {value: {}})")
    page.goto(f"{shared.origin}/ru/")
    expect(page.locator("#needs")).to_be_visible()
