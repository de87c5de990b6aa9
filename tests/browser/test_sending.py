"""The submitter's pages when the line, the server, the list of readers or the clock fails, and what leaves them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.browsers import CHROMIUM, FIREFOX, PHONE, SLOW, device, until
from tests.browser.conftest import Demo, Phone, StartBrowser
from tests.browser.submitter import (
    DAY,
    WORDS,
    as_far_as_files,
    begin,
    bodies,
    check_digit,
    code_of,
    do,
    evidence,
    kept,
    learn,
    look,
    opened_by,
    posted,
    sent,
    who,
)
from tests.unit.media import jpeg
from tests.world import World

# --- the line and the server


def test_what_was_written_waits_for_the_line_and_goes_unchanged(shared: Demo, phone: Phone) -> None:
    page, before = phone(), kept(shared)
    seen = bodies(page, lambda route, n: route.abort() if n < 3 else route.continue_())
    begin(page, shared)
    do(page, "send")
    sent(page, "waiting")
    code = code_of(page)
    assert len(code) == 24
    assert page.locator("#account").input_value() == WORDS
    do(page, "retry")
    sent(page)
    assert len(seen) >= 3
    assert len(set(seen)) == 1
    assert code_of(page) == code
    assert kept(shared) == before + 1


def test_a_server_that_stops_after_taking_it_gets_the_same_bytes_and_keeps_one(demo: Demo, phone: Phone) -> None:
    page = phone()

    def die(route: Route, n: int) -> None:
        if n > 1:
            return route.continue_()
        assert route.fetch().status == 204
        demo.kill()
        route.abort()

    seen = bodies(page, die)
    begin(page, demo)
    who(page, "ok")
    do(page, "send")
    sent(page, "waiting")
    demo.start()
    sent(page)  # by itself
    assert len(set(seen)) == 1
    assert kept(demo) == 1


def test_the_line_comes_back_and_the_page_sends_by_itself(shared: Demo, phone: Phone) -> None:
    page = phone()
    begin(page, shared)
    who(page, "ok")
    page.context.set_offline(True)
    do(page, "send")
    sent(page, "waiting")
    do(page, "wrote")
    do(page, "skip")
    promises = page.locator("section[data-screen=done] [data-after=sent]")
    expect(promises).to_be_hidden()  # nothing follows yet, and there is nothing to add to
    expect(page.locator("section[data-screen=done] [data-do=retry]")).to_be_visible()
    page.context.set_offline(False)
    expect(promises).to_be_visible(timeout=SLOW)


def test_files_wait_for_the_line_as_words_do(shared: Demo, phone: Phone) -> None:
    page = phone()
    as_far_as_files(page, shared)
    page.locator("#files").set_input_files({"name": "рука.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    expect(page.locator("#file-0 input:checked")).to_have_count(1, timeout=SLOW)
    page.context.set_offline(True)
    do(page, "send-files")
    state = page.locator("#evidence-state")
    expect(state).to_have_attribute("data-state", "waiting", timeout=SLOW)
    do(page, "back")
    expect(page.locator("#files-going")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#files-going")).to_be_hidden(timeout=SLOW)
    evidence(page)
    expect(state).to_have_attribute("data-state", "sent", timeout=SLOW)


@pytest.mark.parametrize("name", [CHROMIUM, FIREFOX])
def test_a_line_that_breaks_at_the_first_letter_spoils_nothing(
    name: str, shared: Demo, start_browser: StartBrowser
) -> None:
    """What seals is fetched then: that it did not come says nothing of the browser."""
    context = device(start_browser(name), name, PHONE)
    page = context.new_page()
    page.goto(f"{shared.origin}/ru/")
    context.set_offline(True)
    page.locator("#account").press_sequentially("Они")
    who(page, "refused")  # the list of readers did not come
    page.wait_for_timeout(1000)
    context.set_offline(False)
    page.locator("#account").press_sequentially(" пришли.")
    do(page, "to-send")
    do(page, "send")
    sent(page)

    page = context.new_page()
    page.goto(f"{shared.origin}/ru/check/")
    context.set_offline(True)
    page.locator("#code").fill("1" * 23 + check_digit("1" * 23))
    do(page, "open")
    page.wait_for_timeout(1000)
    context.set_offline(False)
    expect(page.locator("html")).to_have_attribute("data-screen", re.compile("opening|empty"), timeout=SLOW)
    if page.locator("[data-do=again]:visible").count():
        do(page, "again")
    expect(page.locator("html")).to_have_attribute("data-screen", "empty", timeout=SLOW)


def test_a_browser_that_lets_nothing_seal_is_told_in_the_end(shared: Demo, phone: Phone) -> None:
    """With a line: half a minute of tries, not for ever."""
    page = phone()
    page.route("**/s/worker.js", lambda route: route.abort())
    page.clock.install()
    page.goto(f"{shared.origin}/ru/")
    page.locator("#account").press_sequentially("Они")
    do(page, "to-send")
    why = page.locator("#who", has_text="Этот браузер не может")
    for _ in range(30):
        page.clock.run_for(4000)
        page.wait_for_timeout(100)
        if why.count():
            break
    expect(why).to_be_visible()


def test_a_file_that_is_chosen_without_a_line_is_looked_into_when_it_is_back(shared: Demo, phone: Phone) -> None:
    page = phone()
    as_far_as_files(page, shared)
    page.context.set_offline(True)
    page.locator("#files").set_input_files({"name": "рука.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    page.wait_for_timeout(1000)
    page.context.set_offline(False)
    expect(page.locator("#file-0 input:checked")).to_have_count(1, timeout=SLOW)
    do(page, "send-files")
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)


def test_unchanged_words_are_the_same_bytes_and_changed_ones_are_new(shared: Demo, phone: Phone) -> None:
    page = phone()
    seen = bodies(page, lambda route, n: route.abort())
    begin(page, shared)
    do(page, "send")
    sent(page, "waiting")
    code = code_of(page)
    do(page, "back")
    expect(page.locator("#alert")).to_contain_text("Не отправлено")
    expect(page.locator("#alert")).to_be_focused()
    do(page, "send")
    sent(page, "waiting")
    assert len(set(seen)) == 1
    do(page, "back")
    do(page, "go-write")
    page.locator("#account").fill("Иначе.")
    do(page, "to-send")
    do(page, "send")
    sent(page, "waiting")
    assert len(set(seen)) == 2
    assert code_of(page) == code, "one code for one person"


@pytest.mark.parametrize("page_name", ["write", "check"])
def test_words_changed_while_the_old_ones_arrive_are_not_lost(page_name: str, shared: Demo, phone: Phone) -> None:
    page, held = phone(), list[Route]()
    seen = bodies(page, lambda route, n: held.append(route) if n == 1 else route.continue_())
    if page_name == "write":
        begin(page, shared)
        box = "#account"
    else:
        look(page, shared, "1" * 23 + check_digit("1" * 23))
        do(page, "write")
        box = "#more"
        page.locator(box).fill(WORDS)
    do(page, "send")
    sent(page, "sending")
    until(page, lambda: held)  # the page says so a moment before it asks
    do(page, "back")
    expect(page.locator("#alert")).to_be_hidden()  # it may arrive: that it is not sent could be untrue
    if page_name == "write":
        do(page, "go-write")
    page.locator(box).fill("Ещё одно слово.")
    with page.expect_response(lambda one: one.request.post_data_buffer == seen[0]):
        held[0].continue_()
    learn(page)
    assert page.locator(box).input_value() == "Ещё одно слово."
    if page_name == "write":
        do(page, "to-send")
    do(page, "send")
    sent(page)


def test_all_messages_that_fit_are_of_one_size(shared: Demo, phone: Phone) -> None:
    page = phone()
    seen = bodies(page, lambda route, n: route.continue_())
    for words, name in (("а", ""), ("а" * 5000, "Имя " * 100)):
        page.goto(f"{shared.origin}/ru/")
        page.locator("#account").fill(words)
        do(page, "next")
        page.locator("#name").fill(name)
        do(page, "to-send")
        do(page, "send")
        sent(page)
    assert len({len(body) for body in seen}) == 1


# --- the list of readers


def refused(page: Page, demo: Demo) -> str:
    """Nothing leaves, the reason is said, the words stay."""
    asked = posted(page)
    begin(page, demo)
    who(page, "refused")
    do(page, "send")
    expect(page.locator("#alert")).to_be_focused()
    assert asked == []
    assert page.locator("#account").input_value() == WORDS
    return page.locator("#who-notice").inner_text()


def spoil(page: Page, change: Callable[[bytes], bytes]) -> None:
    def handle(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=change(answer.body()))

    page.route("**/v1/keyring", handle)


def test_a_list_with_too_few_signatures_is_refused(shared: Demo, phone: Phone) -> None:
    page = phone()

    def forge(data: bytes) -> bytes:
        spoilt = bytearray(data)
        for at in (20, 120, 220):  # the last bytes of three of the five signatures
            spoilt[-at] ^= 1
        return bytes(spoilt)

    spoil(page, forge)
    refused(page, shared)


@pytest.mark.parametrize("cut", [0, 1, 100])
def test_a_cut_list_is_refused(cut: int, shared: Demo, phone: Phone) -> None:
    page = phone()
    spoil(page, lambda data: data[:cut])
    refused(page, shared)


def test_a_list_older_than_the_page_is_refused(shared: Demo, phone: Phone) -> None:
    page = phone()

    def pin(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r'"version":\d+', '"version":99', answer.text()))

    page.route(f"{shared.origin}/ru/", pin)
    refused(page, shared)


def test_the_list_of_another_instance_is_refused(shared: Demo, phone: Phone) -> None:
    other = World()
    page = phone()
    spoil(page, lambda _: other.signed(other.keyring))
    refused(page, shared)


def test_a_list_past_its_grace_is_refused_with_both_dates_until_the_clock_is_right(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.clock.install(time=time.time() + 3650 * DAY)
    page.clock.resume()
    said = refused(page, shared)
    now = time.gmtime()
    for year in (time.gmtime(time.time() + 3650 * DAY).tm_year, now.tm_year):
        assert str(year) in said or str(year + 1) in said, said
    page.clock.set_system_time(time.time())
    do(page, "check-again")
    who(page, "ok")
    do(page, "send")
    sent(page)


def test_a_list_in_its_grace_is_used_with_a_notice(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.clock.install(time=time.time() + 50 * DAY)
    page.clock.resume()
    begin(page, shared)
    who(page, "grace")
    expect(page.locator("#who-notice")).to_be_visible()


def test_a_clock_ten_years_behind_is_told_and_hinders_nothing(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.clock.install(time=time.time() - 3650 * DAY)
    page.clock.resume()
    begin(page, shared)
    who(page, "ok")
    expect(page.locator("#clock")).to_contain_text(str(time.gmtime(time.time() - 3650 * DAY).tm_year))
    do(page, "send")
    sent(page)


def test_a_list_that_does_not_come_is_asked_for_until_it_does(shared: Demo, phone: Phone) -> None:
    page, n = phone(), [0]

    def handle(route: Route) -> None:
        n[0] += 1
        route.abort() if n[0] < 2 else route.continue_()

    page.route("**/v1/keyring", handle)
    begin(page, shared)
    who(page, "ok")
    assert n[0] == 2


def test_readers_whom_the_person_fears_are_left_out(shared: Demo, phone: Phone) -> None:
    """Of two panels one is left out: no one of it was drawn, and both cannot be."""
    page = phone()
    bodies: list[bytes] = []
    page.on(
        "request",
        lambda one: bodies.append(one.post_data_buffer or b"") if one.url.endswith("/v1/messages") else None,
    )
    begin(page, shared, "Слово для тех, кому верю.")
    panels = page.locator("[name=panel]")
    expect(panels).to_have_count(2, timeout=SLOW)
    page.locator("[name=panel][value=abroad]").check()
    page.locator("[name=panel][value=in-country]").check()
    do(page, "send")
    expect(page.locator("#alert")).to_contain_text("не менее четырёх")
    assert not bodies
    page.locator("[name=panel][value=in-country]").uncheck()
    do(page, "send")
    sent(page)
    assert set(opened_by(shared, bodies[0])) == {"reviewer-in-country"}
