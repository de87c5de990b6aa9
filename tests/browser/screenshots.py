"""Pictures of every submitter's page and screen, to be looked at: python -m tests.browser.screenshots URL OUT [CODE]

URL is a running demonstration, CODE a receipt code with an answer in its box. It sends real messages there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.browsers import CHROMIUM, DESK, PHONE, device, launch

LANGUAGES = ("ru", "kk", "ky", "tg", "uz", "uc", "en")  # folders of their pages
WORDS = {
    "ru": "Меня забрали ночью. Били. Я не знаю, где мой брат.",
    "kk": "Мені түнде алып кетті. Ұрды. Інімнің қайда екенін білмеймін.",
    "ky": "Мени түндө алып кетишти. Сабашты. Инимдин кайда экенин билбейм.",
    "tg": "Маро шабона бурданд. Заданд. Намедонам, ки бародарам дар куҷост.",
    "uz": "Meni tunda olib ketishdi. Urishdi. Ukam qayerdaligini bilmayman.",
    "uc": "Мени тунда олиб кетишди. Уришди. Укам қаердалигини билмайман.",
    "en": "They took me at night. They beat me. I do not know where my brother is.",
}
SLOW = 60_000


def main(url: str, out: Path, code: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright, CHROMIUM)
        for language, size, scheme in product(LANGUAGES, (PHONE, DESK), ("light", "dark")):
            context = device(browser, CHROMIUM, size, color_scheme=scheme)
            page = context.new_page()
            name = f"{language}-{size['width']}-{scheme}"
            walk(page, url, language, partial(shoot, page, out, name), code)
            context.close()
        browser.close()


def shoot(page: Page, out: Path, name: str, screen: str) -> None:
    """The whole page, with the leave bar where a person scrolled to the end sees it."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        print(f"{name}-{screen}: {wide} px too wide")
    size = page.viewport_size
    assert size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
    page.screenshot(path=out / f"{name}-{screen}.png")
    page.set_viewport_size(size)


def press(page: Page, what: str) -> None:
    page.locator(f'section:not([hidden]) [data-do="{what}"]:visible').first.click()


def walk(page: Page, url: str, language: str, shot: Callable[[str], None], code: str) -> None:
    page.goto(f"{url}/{language}/")
    page.wait_for_selector("#account:enabled")
    shot("1-write")
    press(page, "have-code")
    page.fill("#code", "1234")
    press(page, "use-code")
    page.wait_for_selector("#code-error:visible")
    shot("1b-code-error")
    press(page, "back")
    page.fill("#account", WORDS[language])
    press(page, "next")
    shot("2-name")
    press(page, "next")
    shot("3-danger")
    press(page, "next")
    page.wait_for_selector("#who[data-state=ok]", timeout=SLOW)
    shot("4-send")
    press(page, "send")
    page.wait_for_selector("#sent[data-state=sent]", timeout=SLOW)
    shot("5-code")
    press(page, "wrote")
    shot("6-again")
    press(page, "skip")
    page.locator("section[data-screen=done] summary").click()
    press(page, "second")
    page.wait_for_selector("#second-receipt:visible")
    shot("7-done")
    second = re.sub(r"\D", "", page.inner_text("#second-receipt"))

    page.goto(f"{url}/{language}/check/")
    page.wait_for_selector("#code:enabled")
    shot("8-check")
    for typed, screen in ((second, "empty"), *(((code, "box"),) if code else ())):
        page.fill("#code", typed)
        press(page, "open")
        page.wait_for_selector(f"html[data-screen={screen}]", timeout=SLOW)
        shot(f"9-{screen}")
        press(page, "to-burn")
        shot("9-burn")
        press(page, "back")
        press(page, "other-code")
    page.goto(f"{url}/{language}/about/")
    shot("A-about")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
