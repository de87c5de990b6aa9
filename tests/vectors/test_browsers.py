"""Every vector in Chromium, with and without a JIT, and in Firefox as Tor Browser's "Safer" has it: no wasm, no JIT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.vectors.cases import load_blobs, load_cases
from tests.vectors.lines import ROOT

SAFER = {
    **{f"javascript.options.{name}": False for name in ("wasm", "ion", "baselinejit", "native_regexp")},
    "privacy.resistFingerprinting": True,
}
BROWSERS = ["chromium", "chromium-jitless", "firefox-safer"]
BATCH = 50  # so that a slow browser answers before any timeout, and a failure has a neighbourhood


def launch(playwright: Playwright, name: str) -> Browser:
    if name == "firefox-safer":
        return playwright.firefox.launch(
            channel="moz-firefox", executable_path="/usr/bin/firefox-esr", firefox_user_prefs=SAFER
        )
    flags = ["--js-flags=--jitless"] if name == "chromium-jitless" else []
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", *flags])


@pytest.fixture(scope="module", params=BROWSERS)
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = launch(playwright, request.param)
        page = browser.new_page()
        page.goto("about:blank")
        page.add_script_tag(path=ROOT / "build" / "answers.js")
        # what the settings say is what the page finds: otherwise the run below would prove nothing
        wasm = page.evaluate("typeof WebAssembly")
        assert wasm == ("object" if request.param == "chromium" else "undefined")
        yield page
        browser.close()


@pytest.mark.timeout(600)
def test_a_browser_gives_the_expected_answers(page: Page) -> None:
    cases = load_cases(load_blobs())
    assert cases
    wrong: dict[str, Any] = {}
    for start in range(0, len(cases), BATCH):
        batch = cases[start : start + BATCH]
        requests = [{"op": case["op"], "in": case["in"]} for case in batch]
        answers = page.evaluate("requests => requests.map((request) => answer(request))", requests)
        assert len(answers) == len(batch)
        wrong |= {case["name"]: found for case, found in zip(batch, answers, strict=True) if found != case["expect"]}
    assert wrong == {}
