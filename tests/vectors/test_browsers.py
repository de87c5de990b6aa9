"""Every vector in Chromium and in Firefox, and one of each kind as Tor Browser's "Safer" has it: no wasm, no JIT.

Without a JIT all of them take two minutes of processor, and what is interpreted there is what Firefox begins with here.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.browser.browsers import CHROMIUM, FIREFOX, SAFER, launch
from tests.vectors.cases import load_blobs, load_cases
from tests.vectors.lines import ROOT

BATCH = 50  # requests in one message to the browser
WASM = {CHROMIUM: "object", FIREFOX: "object", SAFER: "undefined"}


def one_of_each_kind(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each operation the smallest case for each answer it can have: the bytes, or an error class."""
    largest_first = sorted(cases, key=lambda case: len(json.dumps(case["in"])), reverse=True)
    return list({(case["op"], case["expect"].get("error", "")): case for case in largest_first}.values())


@pytest.mark.parametrize("name", WASM)
def test_a_browser_gives_the_expected_answers(name: str, playwright: Playwright) -> None:
    cases = load_cases(load_blobs())
    if name == SAFER:
        cases = one_of_each_kind(cases)
    assert len(cases) > 200
    # a browser each, for there are two cores: one opens cases, the other key files; without a JIT each takes 6 s
    long = [case["op"] in ("case.open", "mailbox.open", "message.open") for case in cases]
    halves = [[case for case, one in zip(cases, long, strict=True) if one is half] for half in (True, False)]
    wrong: dict[str, Any] = {}
    browsers = [launch(playwright, name) for _ in halves]
    pages = [browser.new_page() for browser in browsers]
    for page, half in zip(pages, halves, strict=True):
        page.goto("about:blank")
        # what the settings say is what the page finds: else the run would prove nothing
        assert page.evaluate("typeof WebAssembly") == WASM[name]
        page.add_script_tag(path=ROOT / "build" / "answers.js")
        page.evaluate("globalThis.requests = []")
        for start in range(0, len(half), BATCH):
            requests = [{"op": case["op"], "in": case["in"]} for case in half[start : start + BATCH]]
            page.evaluate("more => { requests.push(...more) }", requests)
        page.evaluate("() => { setTimeout(() => { globalThis.answers = requests.map((one) => answer(one)) }, 0) }")
    for page, half in zip(pages, halves, strict=True):
        page.wait_for_function("globalThis.answers", timeout=0)
        for case, found in zip(half, page.evaluate("answers"), strict=True):
            if found != case["expect"]:
                wrong[case["name"]] = found
    for browser in browsers:
        browser.close()
    assert wrong == {}
