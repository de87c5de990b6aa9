"""What a screen reader is told: the tree that the browser gives it, screen by screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from crypto.receipt import new_code
from service.site.pages import folder_of
from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.submitter import do
from tests.unit import media

CONTROLS = {
    *("button", "link", "textbox", "combobox", "checkbox", "radio", "spinbutton", "progressbar"),
    *("DisclosureTriangle", "listbox", "slider", "switch", "menuitem", "tab"),
}
GROUPS = {"group", "radiogroup", "dialog", "region", "form"}
GRAPHICS = {"image", "img", "SvgRoot", "graphics-document", "graphics-object", "Canvas", "figure"}
CYRILLIC, LATIN = re.compile("[Ѐ-ӿ]"), re.compile("[A-Za-z]")


@dataclass(frozen=True)
class Told:
    """One node of the tree."""

    role: str
    name: str
    description: str
    facts: dict[str, Any]
    children: tuple[str, ...]


class Reader:
    """Reads a page as Chromium tells it to a screen reader."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language
        self._session: CDPSession = page.context.new_cdp_session(page)

    def tree(self) -> list[Told]:
        nodes = self._session.send("Accessibility.getFullAXTree")["nodes"]
        known = {one["nodeId"]: one for one in nodes}

        def role(one: dict[str, Any]) -> str:
            return str(one.get("role", {}).get("value", ""))

        def inside(one: dict[str, Any]) -> Iterator[str]:
            """Roles of what is right in it, through what is not told."""
            for child in (known[id] for id in one.get("childIds", []) if id in known):
                if child["ignored"]:
                    yield from inside(child)
                yield role(child)

        return [
            Told(
                role(one),
                one.get("name", {}).get("value", "").strip(),
                one.get("description", {}).get("value", "").strip(),
                {fact["name"]: fact["value"].get("value") for fact in one.get("properties", [])},
                tuple(inside(one)),
            )
            for one in nodes
            if not one["ignored"]
        ]

    def faults(self, where: str) -> list[str]:
        tree = self.tree()
        found = [f"{one.role} without a name" for one in tree if one.role in CONTROLS and not one.name]
        found += [
            f"{one.role} in other letters: {one.name}" for one in tree if one.role in CONTROLS and self.foreign(one)
        ]
        found += [
            f"{one.role} without a legend"
            for one in tree
            if one.role in GROUPS and not one.name and "DisclosureTriangle" not in one.children
        ]
        found += [f"{one.role} that is not explained" for one in tree if one.role in GRAPHICS and not one.name]
        first = [one.name for one in tree if one.role == "heading" and one.facts.get("level") == 1]
        if len(first) != 1 or not first[0]:
            found.append(f"headings of the screen: {first}")
        if not any(one.facts.get("focused") and one.role not in ("RootWebArea", "body") for one in tree):
            found.append("nothing has the focus")
        found += [
            f"an error that the field does not tell: {one.name}"
            for one in tree
            if one.facts.get("invalid") == "true" and not one.description
        ]
        return [f"{where}: {one}" for one in found]

    def foreign(self, one: Told) -> bool:
        """A name in the letters of another language; what has no letters is nobody's."""
        own, other = (LATIN, CYRILLIC) if self.language == "uz-Latn" else (CYRILLIC, LATIN)
        return bool(other.search(one.name)) and not own.search(one.name)

    def said(self, role: str) -> list[str]:
        """The text of what is read out by itself, as it stands."""
        shown = self.page.locator(f"[role={role}]:visible")
        return [text for text in shown.all_inner_texts() if text.strip()]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["tg", "uz-Latn"])
def test_every_screen_is_told_by_name(language: str, shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    page.goto(f"{shared.origin}/{folder_of(language)}/")
    reader = Reader(page, language)
    page.locator("#account").focus()
    found = reader.faults("write")
    do(page, "have-code")
    assert page.locator("section:not([hidden]) h1:focus").count() == 1
    found += reader.faults("code")
    do(page, "use-code")
    expect(page.locator("#alert")).to_be_focused(timeout=SLOW)
    found += reader.faults("code, an error")
    assert any(page.locator("#code-error").inner_text() in said for said in reader.said("alert"))
    field = next(one for one in reader.tree() if one.facts.get("invalid") == "true")
    assert field.description == page.locator("#code-error").inner_text()
    do(page, "back")
    page.locator("#account").fill("1")
    for screen in ("name", "danger", "send"):
        do(page, "next")
        assert page.locator("html").get_attribute("data-screen") == screen
        assert page.locator("section:not([hidden]) h1:focus").count() == 1
        found += reader.faults(screen)
    expect(page.locator("#who")).to_have_attribute("data-state", "ok", timeout=SLOW)
    assert page.locator("#readers").inner_text() in reader.said("status"), "who reads is said when it is known"
    found += every_screen_of_the_form(reader)
    do(page, "to-send")
    do(page, "send")
    expect(page.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    assert page.locator("#sent").inner_text() in reader.said("status")
    found += reader.faults("receipt")
    do(page, "wrote")
    do(page, "check-groups")
    found += reader.faults("again, an error")
    do(page, "skip")
    found += reader.faults("done")
    do(page, "evidence")
    expect(page.locator("#evidence-room")).not_to_be_empty(timeout=SLOW)
    page.locator("#files").set_input_files(
        [
            {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": media.jpeg()},
            {"name": "2.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n"},
        ]
    )
    expect(page.locator("#file-1 input")).to_have_count(2, timeout=SLOW)
    found += reader.faults("evidence")
    wishes = [one.name for one in reader.tree() if one.role == "radiogroup"]
    assert [name.split(maxsplit=1)[0] for name in wishes] == ["1.jpg", "2.pdf"]
    assert page.locator("#file-0-found").inner_text() in reader.said("status"), "what was found is said"
    do(page, "send-files")
    found += reader.faults("evidence, undecided")
    undecided = next(one for one in reader.tree() if one.facts.get("invalid") == "true")
    assert undecided.role == "radiogroup" and undecided.description == page.locator("#file-1-wish-error").inner_text()
    page.locator("#file-1 input").last.check()
    expect(page.locator("#file-1-wish-error")).to_be_hidden()
    do(page, "send-files")
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)
    assert page.locator("#evidence-state").inner_text() in reader.said("status")
    found += reader.faults("evidence, sent")
    page.context.close()
    assert not found, "\n".join(sorted(set(found)))


def every_screen_of_the_form(reader: Reader) -> list[str]:
    page, found = reader.page, list[str]()
    do(page, "open-form")
    page.wait_for_selector("#sections [data-section]")
    found += reader.faults("sections")
    for id in [str(one.get_attribute("data-section")) for one in page.locator("#sections [data-section]").all()]:
        page.locator(f'#sections [data-section="{id}"]').click()
        while page.locator("html").get_attribute("data-screen") == "form":
            found += reader.faults(f"{id} {page.locator('#form-title').inner_text()}")
            if page.locator("#questions svg.body").count():
                found += the_body_as_a_list(reader)
            do(page, "next-question")
    return found


def the_body_as_a_list(reader: Reader) -> list[str]:
    """The outline is not there for a screen reader; each place of it is a tick under a heading that opens."""
    page = reader.page
    box = page.locator(".question:has(svg.body)")
    for summary in box.locator("summary").all():
        summary.click()
    ticks = {one.name for one in reader.tree() if one.role == "checkbox"}
    assert len(ticks) > 40
    assert ticks == {text.strip() for text in box.locator(".choice").all_inner_texts()}
    box.locator("input").first.check()
    found = reader.faults("the body")
    assert any(one.role == "group" and one.name in ticks for one in reader.tree()), "of which place it is asked"
    box.locator("input").first.uncheck()
    return found


@pytest.mark.timeout(120)
def test_the_mailbox_is_told_by_name(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    page.goto(f"{shared.origin}/ky/check/")
    reader = Reader(page, "ky")
    page.locator("#code").focus()
    found = reader.faults("code")
    page.locator("#code").fill(new_code())
    held: list[Route] = []
    page.route("**/v1/mailbox/read", lambda route: held.append(route))  # it is opening until this is answered
    do(page, "open")
    assert page.locator("#opening").inner_text() in reader.said("status"), "that it is opening is said"
    with page.expect_response("**/v1/mailbox/read"):
        while not held:
            page.wait_for_timeout(20)
        held.pop().continue_()
    expect(page.locator("html")).to_have_attribute("data-screen", "empty", timeout=SLOW)
    found += reader.faults("empty")
    do(page, "asks")
    found += reader.faults("asks")
    page.locator("[data-ask=stop]").click()
    found += reader.faults("stop")
    do(page, "back")
    page.locator("[data-ask=danger]").click()
    do(page, "send")
    expect(page.locator("#alert")).to_be_focused()
    found += reader.faults("nothing written")
    field = next(one for one in reader.tree() if one.facts.get("invalid") == "true")
    assert field.description == page.locator("#more-error").inner_text()
    page.locator("#more").fill("1")
    field = next(one for one in reader.tree() if one.role == "textbox")
    assert field.description == "", "what was mended is not read out any more"
    do(page, "back")
    do(page, "back")
    do(page, "to-burn")
    found += reader.faults("burn")
    page.context.close()
    assert not found, "\n".join(sorted(set(found)))


PLANTED = {
    "textbox without a name": "document.querySelector('label[for=account]').remove()",
    "button without a name": "document.querySelector('[data-do=next]').textContent = ''",
    "button in other letters: Send": "document.querySelector('[data-do=next]').textContent = 'Send'",
    "headings of the screen": "document.querySelector('h1').hidden = true",
    "nothing has the focus": "document.activeElement.blur()",
    "an error that the field does not tell": "document.querySelector('#account').setAttribute('aria-invalid', 'true')",
    "radiogroup without a legend": "document.querySelector('#intro').setAttribute('role', 'radiogroup')",
    "image that is not explained": "document.querySelector('#intro').append(document.createElement('img'))",
}


@pytest.mark.parametrize("fault", PLANTED)
def test_what_is_not_told_is_found(fault: str, shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    page.goto(f"{shared.origin}/ru/")
    page.locator("#account").focus()
    reader = Reader(page, "ru")
    assert reader.faults("write") == []
    page.evaluate(PLANTED[fault])
    assert [one for one in reader.faults("write") if fault in one]
    page.context.close()
