"""The browser holds parts of a file, never the file: measured in the page and its workers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Playwright, Route, expect

from service.actions.receive_evidence import PART
from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device, launch, until
from tests.browser.conftest import Demo
from tests.browser.submitter import as_far_as_files, do

SIZE = 32 * 2**20
# Bytes beyond what is there before. What was let go since a collection only adds, so the least is nearest to what is
# held; who keeps parts holds half the file in the later half.
BOUND = 8 * 2**20
EACH = 6  # parts between two measures


class Heaps:
    """What V8 holds for a page and each of its workers: objects, and the bytes of array buffers."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self._page = page
        self._answers: dict[tuple[str, int], dict[str, Any]] = {}
        self._asked = 0
        self.workers: dict[str, CDPSession] = {}
        self._of_page = page.context.new_cdp_session(page)
        self._of_page.on("Target.attachedToTarget", lambda one: self.workers.update({one["sessionId"]: self._of_page}))
        self._of_page.on("Target.detachedFromTarget", lambda one: self.workers.pop(one["sessionId"], None))
        self._of_page.on("Target.receivedMessageFromTarget", self._heard)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False}
        self._of_page.send("Target.setAutoAttach", attach)
        self._of_browser = browser.new_browser_cdp_session()
        self._of_browser.on("Target.receivedMessageFromTarget", self._heard)
        target = self._of_page.send("Target.getTargetInfo")["targetInfo"]["targetId"]
        told = self._of_browser.send("Target.attachToTarget", {"targetId": target, "flatten": False})
        self._name = str(told["sessionId"])

    def _heard(self, told: dict[str, Any]) -> None:
        message = json.loads(told["message"])
        if "id" in message:
            self._answers[told["sessionId"], message["id"]] = message

    def live(self) -> int:
        """Bytes, each heap's just after it was collected."""
        return sum(self._measure(name, by) for name, by in [*self.workers.items(), (self._name, self._of_browser)])

    def _measure(self, name: str, by: CDPSession) -> int:
        """Both are asked in one go, so that nothing runs there between the collection and the count."""
        for method in ("HeapProfiler.collectGarbage", "Runtime.getHeapUsage"):
            self._asked += 1
            message = json.dumps({"id": self._asked, "method": method})
            by.send("Target.sendMessageToTarget", {"sessionId": name, "message": message})
        key = (name, self._asked)
        while key not in self._answers:
            if name not in self.workers and name != self._name:
                return 0
            self._page.wait_for_timeout(1)
        return _bytes(self._answers.pop(key).get("result", {}))


def _bytes(usage: dict[str, Any]) -> int:
    return int(usage.get("usedSize", 0)) + int(usage.get("backingStorageSize", 0))


def test_a_large_file_is_sealed_and_sent_without_being_held(
    shared: Demo, playwright: Playwright, tmp_path: Path
) -> None:
    file = tmp_path / "film.dat"
    file.write_bytes(os.urandom(2**20) * 32)
    browser = launch(playwright, CHROMIUM)
    page = device(browser, CHROMIUM, PHONE).new_page()
    heaps = Heaps(browser, page)
    as_far_as_files(page, shared)
    page.locator("#files").set_input_files(file)
    expect(page.locator("#file-0 input").first).to_be_visible(timeout=SLOW)
    page.locator("#file-0 input[type=radio]").first.check()
    before = heaps.live()
    held: list[Route] = []
    page.route("**/v1/evidence", lambda route: held.append(route))
    do(page, "send-files")
    seen = []
    for part in range(-(-SIZE // PART)):  # one after the other
        until(page, lambda: held)
        if part % EACH == EACH - 1:
            seen.append(heaps.live() - before)
        held.pop().continue_()
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)
    browser.close()
    assert min(seen[len(seen) // 2 :]) < BOUND
