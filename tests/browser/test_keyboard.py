"""A whole complaint by keys alone: no pointer, no focus set by the test; the focus is seen, and never lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.desk import open_as_reader, reply
from tests.browser.submitter import asked_of
from tests.unit import media

MOST_STOPS = 150  # on the way to something; a screen has fewer
TICKS = 2  # of a question with ticks
KINDS = {"radio", "checkbox", "select-one", "text", "textarea", "digits", "summary", "body", "date"}
# Where the focus is: what kind of control, whether its ring is seen, and not under the bar at the bottom.
SEE = """() => {
  const at = document.activeElement;
  const shown = at.matches(".unseen") ? at.nextElementSibling : at;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  const { top, bottom } = shown.getBoundingClientRect();
  const bar = document.querySelector(".bar").getBoundingClientRect();
  return {
    tag: at.localName, id: at.id, what: at.dataset.do ?? "", section: at.dataset.section ?? "",
    html: at.outerHTML.slice(0, 100),
    kind: at.localName === "summary" ? "summary" : at.classList.contains("digits") ? "digits" : at.type ?? "",
    question: at.closest("[data-question]")?.dataset.question ?? "",
    part: at.closest("details:has(.body) ~ details") ? "body" : at.closest(".date") ? "date" : "",
    checked: at.checked === true, open: at.parentElement?.open === true, value: at.value ?? "",
    ring: at.localName === "h1" || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2),
    covered: !at.closest(".bar") && (top >= bar.top || bottom <= 0),
  };
}"""


class Keys:
    """The keys of one page, and what the focus is on after each."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.used: set[str] = set()

    def press(self, key: str) -> dict[str, Any]:
        self.page.keyboard.press(key)
        return self.see(key)

    def see(self, after: str) -> dict[str, Any]:
        at: dict[str, Any] = self.page.evaluate(SEE)
        assert at["tag"] not in ("body", "html"), f"the focus is lost after {after}"
        assert at["ring"], f"no ring around {at['html']}"
        assert not at["covered"], f"the bar covers {at['html']}"
        return at

    def to(self, name: str, key: str = "Tab") -> dict[str, Any]:
        """With Tab to what has this id, or does this."""
        for _ in range(MOST_STOPS):
            at = self.press(key)
            if name in (at["id"], at["what"], at["section"]):
                return at
        raise AssertionError(f"no way to {name}")

    def do(self, name: str, key: str = "Enter") -> dict[str, Any]:
        self.to(name)
        return self.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.see(text)

    def answer(self) -> dict[str, Any]:
        """Something to each question of the screen, until the button that goes on has the focus."""
        ticked: dict[str, int] = {}
        for _ in range(MOST_STOPS):
            at = self.press("Tab")
            if at["what"] == "next-question":
                return at
            self.fill(at, ticked)
        raise AssertionError("no end of the screen")

    def fill(self, at: dict[str, Any], ticked: dict[str, int]) -> None:
        kind, question = at["kind"], at["question"]
        if not question or (kind in ("summary", "checkbox") and ticked.get(question, 0) >= TICKS):
            return
        if kind == "summary" and not at["open"]:
            assert self.press("Enter")["open"]
        elif kind == "checkbox" and not at["checked"]:
            assert self.press("Space")["checked"]
            ticked[question] = ticked.get(question, 0) + 1
        elif kind == "radio" and not at["checked"]:
            assert self.press("Space")["checked"]
            assert self.press("ArrowDown")["checked"]
        elif kind == "select-one":
            assert self.press("ArrowDown")["value"] != at["value"], at["html"]
        elif kind in ("text", "textarea", "digits") and not at["value"]:
            self.type("5" if kind == "digits" else "сөз")
        self.used |= {kind, at["part"]}


def heading(at: dict[str, Any]) -> None:
    assert at["tag"] == "h1", f"a new screen begins at {at['html']}"


def every_section(keys: Keys) -> list[str]:
    """In and through and out again; what is answered may bring others."""
    page, been = keys.page, list[str]()
    rows = 0
    while True:
        listed = [str(one.get_attribute("data-section")) for one in page.locator("#sections [data-section]").all()]
        section = next((one for one in listed if one not in been), "")
        if not section:
            assert rows
            return been
        been.append(section)
        heading(keys.do(section))
        while page.locator("html").get_attribute("data-screen") == "form":
            keys.answer()
            if not rows and page.locator("#add-row").is_visible():
                rows += 1
                heading(keys.do("add-row"))
                continue
            before = keys.press("Shift+Tab")
            assert keys.press("Tab")["what"] == "next-question", before["html"]
            at = keys.press("Enter")
            if at["id"] == "alert":  # what is odd is asked once
                at = keys.do("next-question")
            heading(at)


def test_a_whole_complaint_and_its_answer_by_keyboard_alone(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    page.goto(f"{shared.origin}/kk/")
    expect(page.locator("#account")).to_be_enabled()
    keys = Keys(page)
    assert keys.press("Tab")["id"] == "away", "the way out is the first stop"
    keys.to("account")
    keys.type("Мені түнде алып кетті.")
    heading(keys.do("next"))
    keys.to("name")
    keys.type("Есім")
    heading(keys.do("next"))
    keys.to("danger-no")
    assert keys.press("ArrowDown")["id"] == "danger-yes"
    heading(keys.do("next"))
    keys.do("open-form")
    expect(page.locator("html")).to_have_attribute("data-screen", "more", timeout=SLOW)
    heading(keys.see("the sections"))
    been = every_section(keys)
    assert len(been) > 15 and "consent" in been
    assert keys.used >= KINDS, KINDS - keys.used
    heading(keys.do("to-send"))
    expect(page.locator("#who")).to_have_attribute("data-state", "ok", timeout=SLOW)
    heading(keys.do("send"))
    expect(page.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    keys.see("sending")
    code = re.sub(r"\D", "", page.locator("#receipt").inner_text())
    heading(keys.do("wrote"))
    for which, name in enumerate("ab"):
        keys.to(f"group-{name}")
        keys.type(asked_of(page, code, which))
    heading(keys.press("Enter"))
    expect(page.locator("#right")).to_be_visible()
    send_a_file(keys)

    desk, _ = open_as_reader(chromium, CHROMIUM, shared, shared.keys("reviewer"))
    reply(desk, "Біз оқыдық.")
    desk.context.close()

    keys.to("away", "Shift+Tab")  # the first stop of the page; after it the languages, and the link
    for _ in range(MOST_STOPS):
        if keys.press("Tab")["html"].startswith('<a href="/kk/check/"'):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    expect(page.locator("#code")).to_be_enabled()
    read_and_burn(keys, code)
    page.context.close()


def send_a_file(keys: Keys) -> None:
    page = keys.page
    file = {"name": "сурет.jpg", "mimeType": "image/jpeg", "buffer": media.jpeg()}
    page.on("filechooser", lambda chooser: chooser.set_files([file, file, file]))  # type: ignore[list-item]
    keys.do("evidence")
    expect(page.locator("html")).to_have_attribute("data-screen", "evidence", timeout=SLOW)
    heading(keys.see("the evidence screen"))
    keys.do("files")
    expect(page.locator("#file-list input:checked")).to_have_count(3, timeout=SLOW)
    for _ in range(MOST_STOPS):
        at = keys.press("Tab")
        if at["tag"] == "summary":
            assert keys.press("Enter")["open"]
        if at["kind"] == "radio":
            break
    assert keys.press("ArrowDown")["value"] == at["value"], "the same kind of control"
    assert page.locator("#file-0 details[open]").count() == 1, "what was opened stays open"
    assert page.locator("#file-0 input").nth(1).is_checked()
    assert keys.press("Tab")["kind"] == "select-one", "what the file is"
    keys.press("Tab")
    keys.press("Enter")  # leave this file out
    expect(page.locator("#file-list > li")).to_have_count(2)
    keys.to("file-note")
    keys.type("Қолдағы із")
    keys.do("send-files")
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)
    keys.see("the files are sent")


def read_and_burn(keys: Keys, code: str) -> None:
    page = keys.page
    keys.to("code")
    keys.type(code)
    keys.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-screen", "box", timeout=SLOW)
    heading(keys.see("opening"))
    expect(page.locator(".reply")).to_have_text("Біз оқыдық.")
    for _ in range(MOST_STOPS):
        if keys.press("Tab")["tag"] == "summary" and page.locator("#history summary:focus").count():
            break
    assert keys.press("Enter")["open"]
    heading(keys.do("write"))
    keys.to("more")
    keys.type("Тағы бір сөз")
    heading(keys.do("send"))
    expect(page.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    keys.do("look")
    expect(page.locator("html")).to_have_attribute("data-screen", "box", timeout=SLOW)
    heading(keys.do("to-burn"))
    keys.to("burn-2")
    assert keys.press("ArrowDown")["id"] == "burn-3"
    keys.do("burn")
    expect(page.locator("html")).to_have_attribute("data-screen", "empty", timeout=SLOW)
    heading(keys.see("burning"))
    expect(page.locator("#burnt")).to_be_visible()


def test_a_lost_focus_and_a_ring_that_is_not_seen_are_found(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    page.goto(f"{shared.origin}/kk/")
    expect(page.locator("#account")).to_be_enabled()
    keys = Keys(page)
    keys.to("account")
    page.evaluate("account.style.setProperty('outline', 'none', 'important')")
    with pytest.raises(AssertionError, match="no ring"):
        keys.see("nothing")
    page.evaluate("account.remove()")
    with pytest.raises(AssertionError, match="lost"):
        keys.see("nothing")
    page.context.close()
