"""What the submitter's pages weigh on the line, every byte of it, and how long a press on Send takes."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from service.instance import LANGUAGES
from service.site.pages import folder_of
from tests.bench.server import Figure
from tests.browser.browsers import CHROMIUM, NAMES, PHONE, device, launch
from tests.browser.conftest import SERVER_ADDRESS, Demo, running

SCALE_ADDRESS = "127.0.0.4"  # the third is held (tests/browser/conftest.py)
ACCOUNT = ("Меня задержали вечером у рынка и увезли. " * 130)[:5000]
TYPE_BYTES, TYPE_REQUESTS = 25_000, 4
SENT_BYTES, SENT_REQUESTS = 60_000, 8
FORM_BYTES, FORM_REQUESTS = 80_000, 10
SEND_SECONDS = {CHROMIUM: 1.0, "firefox-safer": 5.0}
TIMES = 3
SLOW = 120_000  # ms


class Scale:
    """Stands between the browser and the server and counts what passes. It can hide that the browser knows brotli."""

    def __init__(self, port: int, packing: str) -> None:
        self.received = self.sent = 0
        self._port, self._packing = port, packing
        self._lock = threading.Lock()
        self._listener = socket.create_server((SCALE_ADDRESS, port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection((SERVER_ADDRESS, self._port))
                threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                with self._lock:
                    self.sent += len(data) if up else 0
                    self.received += 0 if up else len(data)
                target.sendall(
                    data.replace(b"gzip, deflate, br, zstd", b"gzip") if up and self._packing == "gzip" else data
                )
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class Weight:
    typing_bytes: int
    typing_requests: int
    sent_bytes: int
    sent_requests: int
    form_bytes: int
    form_requests: int
    up: int


def measure_pages() -> list[Figure]:
    with folder() as place, running(place) as demo, sync_playwright() as playwright:
        figures = []
        browser = launch(playwright, CHROMIUM)
        for packing in ("br", "gzip"):
            figures += weight_figures(packing, [weigh(browser, demo, packing, folder_of(code)) for code in LANGUAGES])
        browser.close()
        figures += [send_figure(playwright, demo, name) for name in NAMES]
        return [*figures, seal_figure(playwright, demo)]


SEAL = """async (size) => {
  const started = () => {
    const worker = new Worker("/s/evidenceworker.js");
    const broken = new Promise((_, fail) => (worker.onerror = () => fail(new Error("no worker"))));
    let id = 0;
    return (op, args) => Promise.race([broken, new Promise((settle, fail) => {
      worker.onmessage = ({ data }) => ("ok" in data ? settle(data.ok) : fail(new Error(data.slug)));
      worker.postMessage({ id: id++, op, args });
    })]);
  };
  const [ask, other] = [started(), started()]; // as the page has them
  const file = new Blob([new Uint8Array(size)]);
  const start = performance.now();
  const hashing = other("hash", { file });
  const { upload } = await ask("begin", { file, name: "a", type: "b", instance: new Uint8Array(32) });
  while (await ask("part", { upload }));
  await ask("finish", { upload, hash: await hashing });
  return size / 1048576 / ((performance.now() - start) / 1000);
}"""
SEALED_MIB, SEALED_RATE = 64, 40.0  # of a file, and a second


def seal_figure(playwright: Playwright, demo: Demo) -> Figure:
    """A file through the worker that seals it, hashes it and cuts it into parts, without the line."""
    browser = launch(playwright, CHROMIUM)
    page = device(browser, CHROMIUM, PHONE, bypass_csp=True).new_page()
    page.goto(f"{demo.origin}/ru/about/")  # a page without script, so that nothing else computes
    rate = float(page.evaluate(SEAL, SEALED_MIB * 1048576))
    browser.close()
    name = f"{CHROMIUM}: {SEALED_MIB} MiB of evidence sealed"
    return Figure(name, rate, "MiB/s", f">= {SEALED_RATE:.0f}", rate >= SEALED_RATE)


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def weigh(browser: Browser, demo: Demo, packing: str, folder: str) -> Weight:
    """Own words alone, and on another device the whole main form too."""
    typing, sent, _ = weigh_one(browser, demo, packing, folder, with_form=False)
    _, whole, up = weigh_one(browser, demo, packing, folder, with_form=True)
    return Weight(*typing, *sent, *whole, up)


Loaded = tuple[int, int]  # bytes and requests


def weigh_one(
    browser: Browser, demo: Demo, packing: str, folder: str, *, with_form: bool
) -> tuple[Loaded, Loaded, int]:
    """A fresh device; headers and empty answers count too. Until one can type, until sent; and the bytes sent."""
    context = device(browser, CHROMIUM, PHONE)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    scale = Scale(demo.port, packing)
    page = context.new_page()
    page.goto(f"http://{SCALE_ADDRESS}:{demo.port}/{folder}/")
    page.wait_for_selector("#account:enabled")
    page.wait_for_timeout(800)  # what is fetched ahead comes later
    typing = (scale.received, len(asked))
    write(page, with_form=with_form)
    press(page)
    page.wait_for_timeout(300)
    sent = (scale.received, len(asked))
    context.close()
    scale.close()
    return typing, sent, scale.sent


def write(page: Page, *, with_form: bool = True) -> None:
    """As a person does who takes long enough: the code is stretched, the slots are made."""
    page.locator("#account").fill(ACCOUNT)
    expect(page.locator("#stretch")).to_have_js_property("value", 1, timeout=SLOW)
    page.locator("section:not([hidden]) [data-do=to-send]").click()
    page.wait_for_selector("#who[data-state=ok]", timeout=SLOW)
    if with_form:
        page.locator("section:not([hidden]) [data-do=open-form]").click()  # with the whole main form
        page.locator("#sections [data-section=start]").click()
        page.locator("[data-question=role] input").first.check()
        page.locator("section:not([hidden]) [data-do=to-send]").click()
    page.wait_for_timeout(2000)


def press(page: Page) -> float:
    start = time.monotonic()
    page.locator("[data-do=send]").click()
    page.wait_for_selector("#sent[data-state=sent]", timeout=SLOW)
    return time.monotonic() - start


def send_figure(playwright: Playwright, demo: Demo, name: str) -> Figure:
    browser = launch(playwright, name)
    seconds = []
    for _ in range(TIMES):
        context = device(browser, name, PHONE)
        page = context.new_page()
        page.goto(f"{demo.origin}/ru/")
        page.wait_for_selector("#account:enabled")
        write(page)
        seconds.append(press(page))
        context.close()
    browser.close()
    most, bound = max(seconds), SEND_SECONDS[name]
    return Figure(f"from Send to receipt, {name}, slowest of {TIMES}", most, "s", f"<= {bound}", most <= bound)


def weight_figures(packing: str, weights: list[Weight]) -> list[Figure]:
    """The heaviest language counts. Chromium asks for brotli; what gzip weighs, for browsers without, is told."""

    def most(name: str, what: str, bound: int, unit: str) -> Figure:
        value = max(getattr(one, what) for one in weights)
        if packing != "br":
            return Figure(f"{name}, {packing}", value, unit)
        return Figure(f"{name}, {packing}", value, unit, f"<= {bound:,}", value <= bound)

    return [
        most("until one can type", "typing_bytes", TYPE_BYTES, "bytes"),
        most("until one can type", "typing_requests", TYPE_REQUESTS, "requests"),
        most("until sent", "sent_bytes", SENT_BYTES, "bytes"),
        most("until sent", "sent_requests", SENT_REQUESTS, "requests"),
        most("until sent with the main form", "form_bytes", FORM_BYTES, "bytes"),
        most("until sent with the main form", "form_requests", FORM_REQUESTS, "requests"),
        Figure(f"sent by the page, {packing}", max(one.up for one in weights), "bytes"),
    ]
