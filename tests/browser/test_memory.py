"""The browser holds parts of a file, never the file: measured in the page and its workers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, Playwright, expect

from tests.browser.browsers import CHROMIUM, PHONE, device, launch
from tests.browser.conftest import Demo
from tests.browser.test_journey import SLOW, do
from tests.browser.test_submitter import begin, sent

SIZE = 32 * 2**20
# Bytes beyond what is there before. 5 to 13 MB were seen with 64 MiB, and no more at its end than at its beginning:
# some parts of 1 MiB in each of three places, and what was let go since the collection, which nothing tells apart.
# A file that is held whole shows.
BOUND = 16 * 2**20


class Heaps:
    """What V8 holds for a page and each of its workers: objects, and the bytes of array buffers."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.workers: set[str] = set()
        self._answers: dict[tuple[str, int], dict[str, Any]] = {}
        self._asked = 0
        self._page = page
        self.session.on("Target.attachedToTarget", lambda one: self.workers.add(one["sessionId"]))
        self.session.on("Target.detachedFromTarget", lambda one: self.workers.discard(one["sessionId"]))
        self.session.on("Target.receivedMessageFromTarget", self._heard)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False}
        self.session.send("Target.setAutoAttach", attach)

    def _heard(self, told: dict[str, Any]) -> None:
        message = json.loads(told["message"])
        if "id" in message:
            self._answers[told["sessionId"], message["id"]] = message

    def live(self) -> int:
        """Bytes, just after a collection."""
        total = 0
        for worker in sorted(self.workers):
            self._ask(worker, "HeapProfiler.collectGarbage")
            total += _bytes(self._ask(worker, "Runtime.getHeapUsage"))
        self.session.send("HeapProfiler.collectGarbage")
        return total + _bytes(self.session.send("Runtime.getHeapUsage"))

    def _ask(self, worker: str, method: str) -> dict[str, Any]:
        self._asked += 1
        key = (worker, self._asked)
        message = json.dumps({"id": self._asked, "method": method})
        self.session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": message})
        while key not in self._answers:
            if worker not in self.workers:
                return {}
            self._page.wait_for_timeout(1)
        found: dict[str, Any] = self._answers.pop(key).get("result", {})
        return found


def _bytes(usage: dict[str, Any]) -> int:
    return int(usage.get("usedSize", 0)) + int(usage.get("backingStorageSize", 0))


@pytest.mark.timeout(300)
def test_a_large_file_is_sealed_and_sent_without_being_held(
    shared: Demo, playwright: Playwright, tmp_path: Path
) -> None:
    file = tmp_path / "film.dat"
    file.write_bytes(os.urandom(2**20) * 32)
    browser = launch(playwright, CHROMIUM)
    page = device(browser, CHROMIUM, PHONE).new_page()
    heaps = Heaps(page)
    begin(page, shared)
    do(page, "send")
    sent(page)
    do(page, "wrote")
    do(page, "skip")
    do(page, "evidence")
    page.locator("#files").set_input_files(file)
    expect(page.locator("#file-0 input").first).to_be_visible(timeout=20_000)
    page.locator("#file-0 input[type=radio]").first.check()
    before = heaps.live()
    do(page, "send-files")
    state = page.locator("#evidence-state")
    seen = []
    while state.get_attribute("data-state") != "sent":
        seen.append(heaps.live() - before)
        page.wait_for_timeout(10)
    expect(state).to_have_attribute("data-state", "sent", timeout=SLOW)
    browser.close()
    assert len(seen) > 1, "measured while it was sealed"
    assert max(seen) < BOUND
