"""What the submitter's pages know after a late message, under another code, in another language, and once left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from crypto.message import parse_sealed
from crypto.roots import parse_first_roots
from service.instance import read_instance
from tests.browser.browsers import SLOW, until
from tests.browser.conftest import Demo, Phone
from tests.browser.submitter import (
    WORDS,
    asked_of,
    begin,
    bodies,
    check_digit,
    code_of,
    do,
    evidence,
    learn,
    line_is_back,
    look,
    opened_by,
    section,
    sent,
    who,
)

LONG = " ".join(f"слово{n}" for n in range(18_000))  # two parts
CODES = tuple(digit * 23 + check_digit(digit * 23) for digit in "12")


def in_kazakh(page: Page) -> None:
    page.locator("#languages summary").click()
    page.locator("a[hreflang=kk]").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk")


@pytest.mark.parametrize("page_name", ["write", "check"])
def test_what_arrives_late_and_twice_takes_no_words_away(page_name: str, shared: Demo, phone: Phone) -> None:
    page, held = phone(), list[Route]()
    seen = bodies(page, lambda route, n: held.append(route) if n == 1 else route.fulfill(status=204))
    if page_name == "write":
        begin(page, shared, LONG)
        box = page.locator("#account")
    else:
        look(page, shared, CODES[0])
        do(page, "write")
        box = page.locator("#more")
        box.fill(WORDS)
    do(page, "send")
    sent(page, "sending")
    until(page, lambda: held)  # the page says so a moment before it asks
    do(page, "back")
    do(page, "send")  # the same bytes once more; the first try is still on its way
    sent(page)
    assert len(set(seen)) == 1
    if page_name == "check":
        do(page, "look")
        do(page, "write")
        box.fill("Ещё одно слово.")
    left = box.input_value()
    assert left
    with page.expect_response(lambda one: one.request.post_data_buffer == seen[0]):
        held[0].fulfill(status=204)
    learn(page)
    assert box.input_value() == left


def test_new_words_stay_in_their_field_though_a_message_before_them_has_arrived(shared: Demo, phone: Phone) -> None:
    page = phone()
    bodies(page, lambda route, n: route.fulfill(status=204) if n == 1 else route.abort())
    look(page, shared, CODES[0])
    do(page, "write")
    page.locator("#more").fill(WORDS)
    do(page, "send")
    sent(page)
    do(page, "look")
    do(page, "write")
    page.locator("#more").fill(LONG)
    do(page, "send")
    sent(page, "waiting")
    expect(page.locator("#more")).to_have_value(LONG)


def test_of_another_complaint_it_is_not_said_that_its_code_was_compared(shared: Demo, phone: Phone) -> None:
    page = phone()
    bodies(page, lambda route, _: route.fulfill(status=204))
    begin(page, shared)
    for again in (False, True):
        do(page, "send")
        sent(page)
        code = code_of(page)
        do(page, "wrote")
        for which, name in enumerate("ab"):
            assert page.locator(f"#group-{name}").input_value() == ""
            page.locator(f"#group-{name}").fill(asked_of(page, code, which))
        do(page, "skip" if again else "check-groups")
        expect(page.locator("html")).to_have_attribute("data-screen", "done")
        expect(page.locator("#right")).to_be_visible(visible=not again)
        do(page, "more")
        do(page, "drop-code")
        page.locator("#account").fill(WORDS)
        do(page, "to-send")


@pytest.mark.parametrize("page_name", ["write", "check"])
def test_another_complaint_is_not_drawn_by_the_country_of_the_one_before(
    page_name: str, shared: Demo, phone: Phone
) -> None:
    page = phone()
    seen = bodies(page, lambda route, _: route.fulfill(status=204))
    if page_name == "write":
        begin(page, shared)
    else:
        look(page, shared, CODES[0])
        do(page, "asks")
    do(page, "open-form")
    section(page, "where")
    page.locator("[data-question=country] input[value=KG]").check()
    do(page, "to-send")
    do(page, "send")
    sent(page)
    if page_name == "write":
        do(page, "wrote")
        do(page, "skip")
        do(page, "more")
        do(page, "drop-code")
        page.locator("#account").fill(WORDS)
        do(page, "to-send")
    else:
        do(page, "look")
        do(page, "other-code")
        page.locator("#code").fill(CODES[1])
        do(page, "open")
        expect(page.locator("html")).to_have_attribute("data-screen", "empty", timeout=SLOW)
        do(page, "write")
        page.locator("#more").fill(WORDS)
    do(page, "send")
    sent(page)
    told, not_told = (set(opened_by(shared, one)) for one in seen)
    assert told == {"reviewer-in-country", "reviewer-abroad"}
    assert len(not_told) == 1, "only those of all countries"


def test_what_was_written_under_one_code_is_not_under_another(shared: Demo, phone: Phone) -> None:
    """Somebody who makes a person open the second code would see it; and two who share a telephone are two cases."""
    page = phone()
    seen = bodies(page, lambda route, _: route.abort())
    look(page, shared, CODES[0])
    do(page, "write")
    page.locator("#more").fill(WORDS)
    do(page, "send")
    sent(page, "waiting")
    do(page, "back")
    page.locator("[name=panel]").first.check(timeout=SLOW)
    do(page, "back")
    evidence(page)
    page.locator("#file-note").fill(WORDS)
    do(page, "back")
    for code in CODES:
        do(page, "other-code")
        page.locator("#code").fill(code)
        do(page, "open")
        expect(page.locator("html")).to_have_attribute("data-screen", "empty", timeout=SLOW)
        do(page, "write")
        same = code == CODES[0]
        assert page.locator("#more").input_value() == (WORDS if same else "")
        assert page.locator("#file-note").input_value() == (WORDS if same else "")
        assert page.locator("[name=panel]").first.is_checked() == same
        if same:
            do(page, "back")
    page.locator("#more").fill(WORDS)
    do(page, "send")
    sent(page, "waiting")
    instance = parse_first_roots(read_instance(shared.data / "instance").first_roots).instance
    assert len({parse_sealed(instance, one).lookup for one in seen}) == len(CODES)


def test_who_is_left_out_stays_so_when_the_language_changes_while_the_list_is_away(shared: Demo, phone: Phone) -> None:
    page, away = phone(), [False]

    def answer(route: Route, n: int) -> None:
        if n > 1:
            return route.fulfill(status=204)
        away[0] = True
        route.fulfill(status=409, json={"slug": "wrong_keyring"})

    seen = bodies(page, answer)
    page.route("**/v1/keyring", lambda route: route.abort() if away[0] else route.continue_())
    begin(page, shared, "Слово для тех, кому верю.")
    page.locator("[name=panel][value=abroad]").check(timeout=SLOW)
    do(page, "send")
    sent(page, "waiting")
    in_kazakh(page)
    do(page, "back")
    who(page, "refused")
    expect(page.locator("[name=panel]")).to_have_count(0)
    do(page, "send")
    sent(page, "waiting")
    away[0] = False
    line_is_back(page)
    sent(page)
    assert set(opened_by(shared, seen[-1])) == {"reviewer-in-country"}


def test_a_page_that_is_left_knows_neither_who_is_feared_nor_what_was_ticked(shared: Demo, phone: Phone) -> None:
    page = phone()
    begin(page, shared)
    page.locator("[name=panel][value=abroad]").check(timeout=SLOW)
    do(page, "go-danger")
    page.locator("#danger-yes").check()
    ticked = page.locator("input:checked")
    assert ticked.count() == 2
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert ticked.count() == 0
    assert page.locator("#account").input_value() == ""
    in_kazakh(page)  # whatever the page remembers would be drawn anew
    assert ticked.count() == 0
