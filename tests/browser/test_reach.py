"""Small screens and large letters: every section of the form and every room of the desk, by axe and by width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from crypto.message import URGENT
from tests.browser.browsers import CHROMIUM, launch
from tests.browser.conftest import Demo
from tests.browser.test_desk import SLOW, Person, open_desk, open_tab
from tests.browser.test_journey import do

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}
LARGE = "html { font-size: 200% !important }"


@pytest.fixture
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright, CHROMIUM)
    yield browser
    browser.close()


def faults(page: Page, where: str) -> list[str]:
    """What axe finds, and what does not fit the width."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    found = [f"{where}: {one['id']} {node['html'][:90]}" for one in result["violations"] for node in one["nodes"]]
    too_wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? []
        : [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1
            && one.checkVisibility()).map((one) => one.outerHTML.slice(0, 90)).slice(-3)"""
    )
    return found + [f"{where}: wider than the screen: {one}" for one in too_wide]


def test_what_does_not_fit_and_what_has_no_name_is_found(chromium: Browser) -> None:
    page = chromium.new_context(viewport=NARROW, bypass_csp=True).new_page()
    page.set_content("<html lang=en><title>t</title><main><h1>h</h1><p style='width:400px'>wide</p><input></main>")
    found = faults(page, "planted")
    assert any("wider" in one for one in found)
    assert any("label" in one for one in found)


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "large"), [("tg", False), ("uz", True), ("uc", False)])
def test_every_section_of_the_form_at_320_px(language: str, large: bool, shared: Demo, chromium: Browser) -> None:
    page = chromium.new_context(viewport=NARROW, bypass_csp=True).new_page()
    page.goto(f"{shared.origin}/{language}/")
    page.locator("#account").fill("1 2 3")
    if large:
        page.add_style_tag(content=LARGE)
    do(page, "to-send")
    found = faults(page, "send")
    do(page, "open-form")
    found += faults(page, "sections")
    sections = [str(one.get_attribute("data-section")) for one in page.locator("#sections [data-section]").all()]
    assert len(sections) > 12
    for id in sections:
        page.locator(f'#sections [data-section="{id}"]').click()
        found += faults(page, id)
        do(page, "all-questions")
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "width"), [("ru", 320), ("en", 1280)])
def test_every_room_of_the_desk(language: str, width: int, shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    day = "2026-05-03T22:00/2026-05-03T22:00 exact Asia/Dushanbe"
    person.write("Слово", lane=URGENT, answers={"form": "main", "t_detained": day, "t_judge": day, "country": "TJ"})
    key = next(one for one in shared.keys("reviewer") if person.reads(one))
    page = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True).new_page()
    open_desk(page, shared, key)
    if language == "ru":
        page.goto(f"{shared.origin}/desk/ru/")
        page.locator("#keyfile").set_input_files(key[0])
        page.locator("#passphrase").fill(key[1])
        page.locator("#passphrase").press("Enter")
    row = page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]")
    row.wait_for(timeout=SLOW)
    found = faults(page, "queue")
    page.locator("#views summary").click()
    page.locator("#view-name").fill("Вид")
    page.locator("#view-save").click()
    page.locator("[data-key=due]").click()
    expect(page.locator("#dues")).to_be_visible()
    found += faults(page, "what is due")
    page.locator("[data-key=due]").click()
    row.click()
    expect(page.locator(".theirs").first).to_be_visible(timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    expect(page.locator("#findings")).to_have_count(1, timeout=SLOW)
    found += faults(page, "case")
    for tab in page.locator("[role=tab]").all():
        id = str(tab.get_attribute("data-tab"))
        open_tab(page, id)
        found += faults(page, f"tab {id}")
    page.locator("#print").click()
    found += faults(page, "print")
    page.keyboard.press("Escape")
    open_tab(page, "tasks")
    for target in ("2", "12", "13", "14", "16", "101", "102"):
        page.locator("#deed").select_option(target)
        found += faults(page, f"deed {target}")
    page.locator("#deed").select_option("2")
    page.locator("input[name=priority]").first.check()
    page.locator("#deed-text").fill("Слово")
    page.locator("#deed-ask").click()
    found += faults(page, "asked")
    page.locator("#deed-do").click()
    expect(page.locator(".note.done")).to_be_visible(timeout=SLOW)
    page.locator("#deed").select_option("3")
    found += faults(page, "hand-off")
    page.locator("#deed").select_option("102")
    page.locator("#deed-code").select_option("court")
    page.locator("#deed-text").fill("Слово")
    page.locator("#deed-ask").click()
    page.locator("#deed-do").click()
    expect(page.locator("[data-ask]")).to_be_visible(timeout=SLOW)
    found += faults(page, "name asked for")
    assert not found, "\n".join(sorted(set(found)))
