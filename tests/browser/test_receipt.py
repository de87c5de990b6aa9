"""The code on its way to where a person keeps it: copied with a warning, printed alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.browsers import CHROMIUM, PHONE, device
from tests.browser.conftest import Demo
from tests.browser.submitter import begin, code_of, do, sent

ROOT = Path(__file__).resolve().parent.parent.parent
ON_PAPER = """() => [...document.querySelectorAll("body *")]
  .filter((one) => getComputedStyle(one).visibility === "visible" && one.getClientRects().length)
  .map((one) => one.innerText || one.tagName)"""
# What a PDF says, by the library that the desk reads PDF with.
READ = """
import { readFileSync } from "node:fs";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
const file = await getDocument({ data: new Uint8Array(readFileSync(0)), verbosity: 0 }).promise;
const pages = [];
for (let n = 1; n <= file.numPages; n++) {
  const { items } = await (await file.getPage(n)).getTextContent();
  pages.push(items.map(({ str }) => str).join(""));
}
console.log(JSON.stringify(pages));
"""


def read_pdf(node: Path, data: bytes) -> list[str]:
    done = subprocess.run(
        [str(node), "--input-type=module", "-e", READ], cwd=ROOT, input=data, capture_output=True, check=True
    )
    pages: list[str] = json.loads(done.stdout)
    return pages


def paste(page: Page) -> Locator:
    """The field with what was copied, and a full stop after it: keys are heard one after the other."""
    page.bring_to_front()
    field = page.locator("textarea")
    field.fill("")
    field.press("Control+V")
    field.press("End")
    field.press(".")
    return field


def marked(page: Page) -> str:
    return str(page.evaluate("getSelection().toString()")).strip()


def test_the_code_is_copied_with_a_warning_and_printed_alone(shared: Demo, chromium: Browser, node: Path) -> None:
    context = device(chromium, CHROMIUM, PHONE, permissions=["clipboard-read", "clipboard-write"])
    elsewhere = context.new_page()  # the page itself may not read what was copied: its policy says so
    elsewhere.set_content("<textarea></textarea>")
    page = context.new_page()
    begin(page, shared)
    do(page, "send")
    sent(page)
    shown, code = page.locator("#receipt").inner_text(), code_of(page)
    expect(page.locator("#copied")).to_be_hidden()
    expect(paste(elsewhere)).to_have_value(".")  # nothing is copied before somebody asks

    page.bring_to_front()
    do(page, "copy")
    expect(page.get_by_role("status").filter(has_text="Другие приложения")).to_be_visible()
    expect(paste(elsewhere)).to_have_value(f"{shown}.")

    page.bring_to_front()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    do(page, "copy")
    expect(page.locator("#copied")).to_contain_text("выделен")
    assert marked(page) == shown

    page.evaluate("() => { window.print = () => { window.printed = (window.printed ?? 0) + 1; }; }")
    do(page, "print")
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    assert page.evaluate(ON_PAPER) == [shown]
    page.emulate_media(media=None)
    paper = read_pdf(node, page.pdf())
    assert "".join("".join(paper).split()) == code, "the code, and no word of what it is for"
