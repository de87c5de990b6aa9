"""Without a line and without a script: a page in one file seals, one without script takes it, a reviewer opens it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.site.offline import render_offline
from tests.browser.browsers import CHROMIUM, NAMES, PHONE, SLOW, device
from tests.browser.conftest import Demo, StartBrowser
from tests.browser.desk import open_as_reader
from tests.browser.submitter import DAY, do, opened_by

WORDS = "Вынесено на карте памяти 58113"


def card(demo: Demo, folder: Path, language: str = "ru", *, copying: bool = False) -> Path:
    """The page as it lies on a memory card."""
    path = folder / f"{language}.html"
    path.write_bytes(render_offline(demo.data / "instance", language, copying=copying).html)
    return path


def opened(browser: Browser, name: str, path: Path) -> Page:
    """On a telephone without any network; whatever the page asks for fails the test."""
    context = device(browser, name, PHONE)
    if name != CHROMIUM:
        context.add_init_script(
            "const make = URL.createObjectURL; URL.createObjectURL = (blob) => make.call(URL, (window.given = blob));"
        )
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    asked: list[str] = []
    page.goto(path.as_uri())
    expect(page.locator("#needs")).to_be_hidden()
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    return page


def saved(page: Page, folder: Path, name: str = CHROMIUM) -> Path:
    """What the page gives to be carried. Firefox's driver knows no downloads: its bytes come from the page."""
    expect(page.locator("#save")).to_be_visible(timeout=SLOW)
    expect(page.locator("#sent")).to_have_attribute("data-state", "sending")
    if name == CHROMIUM:
        with page.expect_download() as download:
            page.locator("#save").click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
    else:
        path = folder / str(page.locator("#save").get_attribute("download"))
        path.write_bytes(bytes(page.evaluate("given.arrayBuffer().then((bytes) => Array.from(new Uint8Array(bytes)))")))
        page.locator("#save").click()
    expect(page.locator("#sent")).to_have_attribute("data-state", "sent")
    assert path.suffix == ".panah"
    return path


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_without_a_network_seals_is_handed_in_with_scripts_off_and_opened(
    name: str, demo: Demo, start_browser: StartBrowser, tmp_path: Path
) -> None:
    browser = start_browser(name)
    page = opened(browser, name, card(demo, tmp_path))
    page.locator("#account").fill(WORDS)
    page.locator("[data-form=minute]").click()
    do(page, "back")
    do(page, "to-send")
    expect(page.locator("#who")).to_have_attribute("data-state", "ok", timeout=SLOW)
    do(page, "send")
    sealed = saved(page, tmp_path, name)
    assert len(page.locator("#receipt").inner_text().split()) == 6
    do(page, "wrote")
    do(page, "skip")
    assert page.locator("#account").input_value() == ""
    expect(page.locator("main")).to_contain_text("/ru/upload/")
    page.context.close()

    page = device(browser, name, PHONE, java_script_enabled=False).new_page()
    page.goto(f"{demo.origin}/kk/upload/")
    page.locator("#sealed").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"plain words"})
    page.locator("button.main").click()
    page.wait_for_url("**/kk/not-taken/")
    page.goto(f"{demo.origin}/kk/upload/")
    page.locator("#sealed").set_input_files(sealed)
    page.locator("button.main").click()
    page.wait_for_url("**/kk/received/")
    page.context.close()

    other = start_browser(CHROMIUM)
    desk, _ = open_as_reader(other, CHROMIUM, demo, demo.keys("reviewer"))
    expect(desk.locator("main")).to_contain_text(WORDS, timeout=SLOW)


def test_words_stay_until_the_file_is_taken_and_an_edit_makes_another_file(
    shared: Demo, start_browser: StartBrowser, tmp_path: Path
) -> None:
    browser = start_browser(CHROMIUM)
    page = opened(browser, CHROMIUM, card(shared, tmp_path))
    page.locator("#account").fill(WORDS)
    do(page, "to-send")
    do(page, "send")
    expect(page.locator("#sent")).to_have_attribute("data-state", "sending", timeout=SLOW)
    code = page.locator("#receipt").inner_text()
    do(page, "back")
    do(page, "go-write")
    assert page.locator("#account").input_value() == WORDS
    page.locator("#account").fill(f"{WORDS} и ещё")
    do(page, "to-send")
    do(page, "send")
    first = saved(page, tmp_path).read_bytes()
    assert page.locator("#receipt").inner_text() == code
    do(page, "wrote")
    do(page, "skip")
    do(page, "more")
    page.locator("#account").fill("Потом ещё")
    do(page, "to-send")
    do(page, "send")
    second = saved(page, tmp_path).read_bytes()
    assert first != second and len(first) == len(second)


def test_an_old_page_says_in_large_letters_that_it_is_old_and_seals(
    shared: Demo, start_browser: StartBrowser, tmp_path: Path
) -> None:
    browser = start_browser(CHROMIUM)
    context = device(browser, CHROMIUM, PHONE)
    page = context.new_page()
    page.clock.install(time=time.time() + 200 * DAY)
    page.goto(card(shared, tmp_path, "tg").as_uri())
    page.clock.run_for(3000)
    page.locator("#account").fill(WORDS)
    expect(page.locator("#overdue")).to_be_visible(timeout=SLOW)
    size = page.locator("#overdue").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size > page.locator("#account").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    page.clock.resume()
    do(page, "to-send")
    do(page, "send")
    saved(page, tmp_path)
    page.context.close()


def test_papers_are_copied_one_after_the_other_each_into_a_file_of_its_own(
    shared: Demo, chromium: Browser, tmp_path: Path
) -> None:
    page = opened(chromium, CHROMIUM, card(shared, tmp_path, copying=True))
    files, codes = [], []
    for words in ("Первая бумага 58114", "Вторая бумага 58115"):
        assert page.locator("#account").input_value() == ""
        page.locator("#account").fill(words)
        do(page, "open-form")
        page.locator("[data-question=role] input[value=witness]").check()
        do(page, "to-send")
        expect(page.locator("#who")).to_have_attribute("data-state", "ok", timeout=SLOW)
        do(page, "send")
        expect(page.locator("#save")).to_be_visible(timeout=SLOW)
        files.append(saved(page, tmp_path))
        codes.append(page.locator("#receipt").inner_text())
        do(page, "wrote")
        do(page, "skip")
        do(page, "next-paper")
        expect(page.locator("html")).to_have_attribute("data-screen", "write")
        assert words not in page.content()
        assert codes[-1] not in page.content()
    assert codes[0] != codes[1]
    for path, words in zip(files, ("Первая бумага 58114", "Вторая бумага 58115"), strict=True):
        answers = next(iter(opened_by(shared, path.read_bytes()).values()))
        assert answers == {"story": words, "role": "witness", "form": "main", "copied_from": "paper"}
