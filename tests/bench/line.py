"""On a slow line: how soon one can type, and how long the one-minute form takes somebody who types with a thumb."""

from __future__ import annotations

import time

from playwright.sync_api import Page, sync_playwright

from tests.bench.pages import SLOW, folder
from tests.bench.server import Figure
from tests.browser.browsers import CHROMIUM, PHONE, device, launch
from tests.browser.conftest import Demo, running

KBIT, TRIP = 400, 400  # a second; ms there and back
HANDSHAKES = 2  # TCP's and TLS's, each there and back before the first request: the browser's throttle leaves them out
USABLE_SECONDS = 3.0
TIMES = 3

MINUTE_SECONDS, MINUTE_SCREENS = 60.0, 3
LETTER, WORD, PRESS = 0.33, 0.25, 1.0  # seconds: 36 words a minute on a telephone, 240 read, and a finger that aims
SAID = {"m_person": "Мой брат Азамат, 24 года", "m_place": "РОВД у рынка"}


def measure_line() -> list[Figure]:
    with folder() as place, running(place) as demo, sync_playwright() as playwright:
        browser = launch(playwright, CHROMIUM)
        made: list[Page] = []

        def phone() -> Page:
            page = device(browser, CHROMIUM, PHONE).new_page()
            slow_down(page)
            made.append(page)
            return page

        most = max(usable(phone(), demo) for _ in range(TIMES))
        screens, seconds = one_minute(phone(), demo)
        browser.close()
    line = f"{KBIT} kbit/s, {TRIP} ms"
    return [
        Figure(f"until one can type, {line}", most, "s", f"<= {USABLE_SECONDS}", most <= USABLE_SECONDS),
        Figure("one-minute form", screens, "screens", f"<= {MINUTE_SCREENS}", screens <= MINUTE_SCREENS),
        Figure(f"one-minute form, {line}", seconds, "s", f"<= {MINUTE_SECONDS:.0f}", seconds <= MINUTE_SECONDS),
    ]


def slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    rate = KBIT * 1000 / 8
    conditions = {"offline": False, "latency": TRIP, "downloadThroughput": rate, "uploadThroughput": rate}
    session.send("Network.emulateNetworkConditions", conditions)


def usable(page: Page, demo: Demo) -> float:
    """From the address to a field that takes words, on a device that was never here."""
    start = time.monotonic()
    page.goto(f"{demo.origin}/ru/", wait_until="commit")
    page.wait_for_selector("#account:enabled", timeout=SLOW)
    return time.monotonic() - start + HANDSHAKES * TRIP / 1000


def one_minute(page: Page, demo: Demo) -> tuple[int, float]:
    """Screens of the form, and seconds from the press that opens it until it is sent.

    The person reads headings and questions, says who and where, and ticks what is needed.
    """
    usable(page, demo)
    start = time.monotonic()
    press(page, "[data-form=minute]")
    screens = 0
    page.wait_for_selector("html[data-screen=form]", timeout=SLOW)
    while page.locator("html").get_attribute("data-screen") == "form":
        screens += 1
        read(page, "#form-title, #questions legend, #questions .question > label")
        for id, text in SAID.items():
            if page.locator(f"#q-{id}").count():
                page.locator(f"#q-{id}").press_sequentially(text, delay=LETTER * 1000)
        if page.locator("[data-question=m_needs] input").count():
            press(page, "[data-question=m_needs] input")
        press(page, "[data-do=next-question]")
    read(page, "section:not([hidden]) h1, section:not([hidden]) dt")
    press(page, "[data-do=send]")
    page.wait_for_selector("#sent[data-state=sent]", timeout=SLOW)
    return screens, time.monotonic() - start


def press(page: Page, what: str) -> None:
    time.sleep(PRESS)
    page.locator(what).first.click()


def read(page: Page, what: str) -> None:
    words = sum(len(text.split()) for text in page.locator(what).all_inner_texts())
    time.sleep(words * WORD)
