"""The submitter's pages when the line, the server, the list of readers, the clock, the code or the browser fails."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Route, expect

from crypto.errors import ProtocolError
from crypto.members import open_keyfile
from crypto.message import open_message, parse_sealed
from crypto.primitives import kem_keypair
from crypto.roots import parse_first_roots
from service.instance import read_instance
from tests.browser.browsers import CHROMIUM, PHONE, device, launch
from tests.browser.conftest import Demo
from tests.world import World

SLOW = 120_000  # ms; without a JIT Argon2id alone takes 8 s
DAY = 86400
WORDS = "Меня забрали ночью."
Phone = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright, CHROMIUM)
    yield browser
    browser.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Phone]:
    """Makes a fresh telephone."""
    made: list[BrowserContext] = []

    def fresh(**more: object) -> Page:
        context = device(chromium, CHROMIUM, PHONE, **more)
        made.append(context)
        # the neutral site of a demonstration is a real one: a test asks nobody
        context.route(
            lambda url: "127.0.0.1" not in url, lambda route: route.fulfill(body="elsewhere", content_type="text/html")
        )
        return context.new_page()

    yield fresh
    for context in made:
        context.close()


def do(page: Page, what: str) -> None:
    page.locator(f'section:not([hidden]) [data-do="{what}"]:visible').first.click()


def begin(page: Page, demo: Demo, words: str = WORDS, language: str = "ru") -> None:
    """As far as the last screen before sending."""
    page.goto(f"{demo.origin}/{language}/")
    page.locator("#account").fill(words)
    do(page, "to-send")


def sent(page: Page, state: str = "sent") -> None:
    expect(page.locator("#sent")).to_have_attribute("data-state", state, timeout=SLOW)


def who(page: Page, state: str) -> None:
    expect(page.locator("#who")).to_have_attribute("data-state", state, timeout=SLOW)


def code_of(page: Page) -> str:
    return re.sub(r"\D", "", page.locator("#receipt").inner_text())


def kept(demo: Demo) -> int:
    """Messages in the database."""
    with sqlite3.connect(f"file:{demo.data / 'panah.sqlite3'}?mode=ro", uri=True) as database:
        count: int = database.execute("SELECT count(*) FROM message").fetchone()[0]
    return count


def bodies(page: Page, answer: Callable[[Route, int], None]) -> list[bytes]:
    """What the page sends, each answered by `answer` with its number."""
    seen: list[bytes] = []

    def handle(route: Route) -> None:
        seen.append(route.request.post_data_buffer or b"")
        answer(route, len(seen))

    page.route("**/v1/messages", handle)
    return seen


def posted(page: Page) -> list[str]:
    """Every request with a body."""
    seen: list[str] = []

    def note(request: Request) -> None:
        if request.method != "GET":
            seen.append(request.url)

    page.on("request", note)
    return seen


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
    page.context.set_offline(False)
    sent(page)


def test_unchanged_words_are_the_same_bytes_and_changed_ones_are_new(shared: Demo, phone: Phone) -> None:
    page = phone()
    seen = bodies(page, lambda route, n: route.abort())
    begin(page, shared)
    do(page, "send")
    sent(page, "waiting")
    code = code_of(page)
    do(page, "back")
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
    page, held = phone(), []
    bodies(page, lambda route, n: held.append(route) if n == 1 else route.continue_())
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
    do(page, "back")
    if page_name == "write":
        do(page, "go-write")
    page.locator(box).fill("Ещё одно слово.")
    held[0].continue_()
    page.wait_for_timeout(500)
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


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10."""
    left = 10
    for digit in digits:
        left = ((int(digit) + left) % 10 or 10) * 2 % 11
    return str((11 - left) % 10)


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
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("#adding")).to_be_visible()
    assert page.locator("#account").input_value() == "Тағы."
    do(page, "to-send")
    do(page, "send")
    sent(page)
    expect(page.locator("#receipt")).to_be_hidden()
    assert kept(shared) == before + 1


def look(page: Page, demo: Demo, code: str) -> str:
    page.goto(f"{demo.origin}/en/check/")
    page.locator("#code").fill(code)
    do(page, "open")
    expect(page.locator("html")).to_have_attribute("data-screen", "empty", timeout=SLOW)
    return re.sub(r"\d{4}", "####", page.locator("main").inner_text())


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
    expect(page.locator("#burnt")).to_be_visible()
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


# --- leaving


@pytest.mark.parametrize("how", ["link", "keys"])
def test_leaving_is_at_once_and_the_way_back_is_empty(how: str, shared: Demo, phone: Phone) -> None:
    page = phone()
    page.goto(f"{shared.origin}/ru/")
    page.locator("#account").fill(WORDS)
    if how == "link":
        page.locator("#away").click()
    else:
        page.keyboard.press("Escape")
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
    page.goto(f"{shared.origin}/ru/")
    expect(page.locator("#needs")).to_be_hidden()
    expect(page.locator("#needs")).to_be_visible(timeout=10_000)
    expect(page.locator("#account")).to_be_disabled()


def test_without_random_numbers_nothing_is_sent(shared: Demo, phone: Phone) -> None:
    page = phone()
    page.add_init_script("Object.defineProperty(window, 'crypto', {value: {}})")
    page.goto(f"{shared.origin}/ru/")
    expect(page.locator("#needs")).to_be_visible()


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


def opened_by(demo: Demo, sealed: bytes) -> dict[str, dict[str, str]]:
    """The account's answers, by the panel whose reviewers could open it."""
    instance = parse_first_roots(read_instance(demo.data / "instance").first_roots).instance
    message = parse_sealed(instance, sealed)
    opened = {}
    for file, passphrase in demo.keys("reviewer"):
        keyfile = open_keyfile(file.read_bytes(), passphrase, instance)
        try:
            found = open_message(message, kem_keypair(keyfile.kem_seed))
        except ProtocolError:
            continue
        opened[file.stem.rsplit("-", 1)[0]] = dict(found.account.content.answers)
    return opened


def test_a_paper_is_copied_in_and_says_so_in_every_language(shared: Demo, phone: Phone) -> None:
    page = phone()
    bodies: list[bytes] = []
    page.on(
        "request", lambda one: bodies.append(one.post_data_buffer or b"") if one.url.endswith("/messages") else None
    )
    page.goto(f"{shared.origin}/ru/")
    expect(page.locator("#copying")).to_be_hidden()
    page.goto("about:blank")
    page.goto(f"{shared.origin}/ru/#paper")
    expect(page.locator("#copying")).to_be_visible()
    page.locator("#languages summary").click()
    page.locator("#languages a[hreflang=tg]").click()
    expect(page.locator("html")).to_have_attribute("lang", "tg")
    expect(page.locator("#copying")).to_be_visible()
    page.locator("#account").fill(WORDS)
    do(page, "to-send")
    do(page, "send")
    sent(page)
    answers = next(iter(opened_by(shared, bodies[0]).values()))
    assert (answers["story"], answers["copied_from"]) == (WORDS, "paper")


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
