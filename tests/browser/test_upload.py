"""A page without any script takes a sealed file, in a browser that has scripts switched off."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.browsers import CHROMIUM, NAMES, PHONE, device, launch
from tests.browser.conftest import Demo
from tests.browser.test_journey import SLOW, do, open_case


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_a_sealed_file_is_handed_in_with_scripts_off_and_opened_by_a_reader(
    name: str, demo: Demo, playwright: Playwright, tmp_path: Path
) -> None:
    browser = launch(playwright, name)
    sealed = tmp_path / "sealed.panah"
    other = launch(playwright, CHROMIUM)  # the driver of the other does not hand over a body of bytes
    maker = device(other, CHROMIUM, PHONE).new_page()
    maker.route(
        "**/v1/messages", lambda route: (sealed.write_bytes(route.request.post_data_buffer or b""), route.abort())
    )
    maker.goto(f"{demo.origin}/ru/")
    maker.locator("#account").fill("Вынесено на карте памяти 58113")
    do(maker, "to-send")
    do(maker, "send")
    expect(maker.locator("#sent")).to_have_attribute("data-state", "waiting", timeout=SLOW)
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

    desk, _ = open_case(other, CHROMIUM, demo, demo.keys("reviewer"))
    expect(desk.locator("main")).to_contain_text("Вынесено на карте памяти 58113", timeout=SLOW)
    other.close()
    browser.close()
