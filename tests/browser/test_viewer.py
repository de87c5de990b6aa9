"""Evidence is looked at in a frame that can do nothing; hostile files open nothing outside it."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import CHROMIUM, DESK, NAMES, SLOW, device, until
from tests.browser.conftest import Demo, StartBrowser
from tests.browser.person import Person
from tests.browser.viewer import (
    WORDS,
    look,
    open_evidence,
    open_evidence_of,
    open_files,
    pdf_page,
    picture,
    until_in,
    wave,
)
from tests.unit import media, pdfs
from tests.unit.recordings import silence

# Whatever Playwright does in a page counts to it as a press, also turning the clock on.
NO_PRESS = "Object.defineProperty(navigator, 'userActivation', { value: undefined })"


class Ears:
    """A port that hears whether anything calls."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller:
                self.heard.append(caller.recv(200))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def ears() -> Iterator[Ears]:
    made = Ears()
    yield made
    made.close()


def hostile(port: int) -> dict[str, bytes]:
    call = f"http://127.0.0.1:{port}"
    script = f"<script>fetch('{call}/s');top.document.title='taken';parent.postMessage('taken','*')</script>"
    html = f"<!doctype html><img src='{call}/i'><iframe src='{call}/f'></iframe><form action='{call}'></form>{script}"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'{call}/o\')"><image href="{call}/h"/>{script}</svg>'
    act = f"<</S/JavaScript/JS(app.launchURL('{call}'))>>"
    pdf = f"%PDF-1.7\n1 0 obj<</OpenAction<</S/URI/URI({call}/p)>>/AA<</O{act}>>>>"
    bomb = zlib.compress(bytes(50_000_000))
    return {
        "page.png": html.encode(),
        "picture.svg": svg.encode(),
        "gif and script.gif": b"GIF89a/*" + bytes(8) + f"*/=1;fetch('{call}/g');{html}".encode(),
        "jpeg and html.jpg": media.jpeg() + html.encode(),
        "sound and html.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00" + html.encode(),
        "film and html.mp4": b'\x00\x00\x00\x18ftypisom"></video>' + html.encode(),
        "paper.pdf": pdf.encode(),
        "jpeg and pdf.jpg": media.jpeg()[:2] + media.segment(0xFE, pdfs.document()) + media.jpeg()[2:],
        "late.pdf": html.encode() + pdfs.document(),
        "archive.zip": b"PK\x03\x04" + bomb,
        "packed.gz": b"\x1f\x8b\x08" + bytes(7) + bomb,
    }


@pytest.mark.parametrize("name", NAMES)
def test_pictures_sound_and_text_are_shown_and_hostile_files_do_nothing(
    name: str, shared: Demo, start_browser: StartBrowser, ears: Ears
) -> None:
    one, other = Person(shared), Person(shared)
    while not (keys := [key for key in shared.keys("reviewer") if one.reads(key) and other.reads(key)]):
        other = Person(shared)
    good = {
        "arm.png": picture(),
        "wall.jpg": media.jpeg(),
        "note.txt": "Рука, <b>слева</b>.".encode(),
        "voice.wav": wave(),
        "report.pdf": pdfs.document(pages=3),
    }
    bad = hostile(ears.port)
    one.write(WORDS, files=good)
    other.write(WORDS, files=bad)  # apart: each file opened is one more signature in the case, verified anew each time
    browser = start_browser(name)
    page = device(browser, name, DESK).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_evidence(page, shared, keys[0], one)
    assert look(page, "arm.png") == "image blurred"
    page.locator("#view-clear").click()
    expect(page.locator("#viewer")).to_have_class("image")
    frame = page.frames[-1]
    until_in(frame, "document.images.length === 1 && document.images[0].naturalWidth === 8")
    assert frame.evaluate("origin") == "null"
    assert look(page, "wall.jpg") == "image blurred"
    assert look(page, "note.txt") == "text"
    expect(page.frame_locator("#viewer iframe").locator("body")).to_contain_text("Рука, <b>слева</b>.")
    assert look(page, "voice.wav") == "audio"
    until_in(page.frames[-1], "document.querySelector('audio')?.duration > 0.9")
    assert not [url for url in asked if "pdf" in url], "loaded before anybody opened one"
    shown = look(page, "report.pdf")
    if name == CHROMIUM:
        assert shown == "pdf blurred"
    else:
        expect(page.locator(".broken")).to_contain_text("gives back other picture points", timeout=SLOW)
        assert page.locator("iframe").count() == 0

    page.locator("[data-key=back]").click()
    open_evidence_of(page, other)
    found = {title: look(page, title) for title in bad if title != "paper.pdf"}
    assert found["page.png"] == found["picture.svg"] == "text"
    assert [found[title] for title in ("archive.zip", "packed.gz", "jpeg and pdf.jpg", "late.pdf")] == ["broken"] * 4
    look(page, "paper.pdf")
    why = "damaged, or is not what it says" if name == CHROMIUM else "gives back other picture points"
    expect(page.locator(".broken")).to_contain_text(why, timeout=SLOW)
    assert page.locator("iframe").count() == 0
    assert found["film and html.mp4"] == "video blurred"
    for title in ("gif and script.gif", "jpeg and html.jpg", "sound and html.mp3", "film and html.mp4", "page.png"):
        look(page, title)
        page.wait_for_timeout(300)
    assert ears.heard == []
    assert "taken" not in page.title()
    page.locator("#view-close").click()
    assert page.locator("#viewer, iframe").count() == 0


def test_a_pdf_is_shown_by_a_frame_that_can_load_nothing(shared: Demo, start_browser: StartBrowser, ears: Ears) -> None:
    """Where canvas lies it is refused: see above."""
    files = {"report.pdf": pdfs.document(pages=3), **pdfs.hostile(f"http://127.0.0.1:{ears.port}")}
    page, asked = open_files(CHROMIUM, shared, start_browser, files)
    assert not [url for url in asked if "pdf" in url], "loaded before anybody opened one"
    assert look(page, "report.pdf") == "pdf blurred"
    frame = pdf_page(page, 3)
    assert frame.evaluate("[origin, document.documentElement.lang]") == ["null", "en"]
    reds = "[...document.querySelector('canvas').getContext('2d').getImageData(0, 0, 700, 400).data]"
    assert frame.evaluate(f"{reds}.filter((v, n) => n % 4 === 0 && v > 150 && v < 230).length") > 5000
    page.locator("#view-clear").click()
    frame.locator("button", has_text="As text").click()
    expect(frame.locator("pre")).to_contain_text("Hello, word-48213.")
    page.keyboard.press("PageDown")
    expect(frame.locator("input")).to_have_value("2")
    page.keyboard.press("End")
    expect(frame.locator("input")).to_have_value("3")
    for call in ("fetch('/v1/keyring')", f"fetch('http://127.0.0.1:{ears.port}/')", "fetch('data:,a')"):
        assert frame.evaluate(f"{call}.then(() => 'came', () => 'nothing')") == "nothing", call
    assert frame.evaluate("(() => { try { return String(parent.document) } catch { return 'apart' } })()") == "apart"
    for title in files:
        look(page, title)
        frame = pdf_page(page, 3 if title == "report.pdf" else 1)
        assert frame.locator("a, [href], form, section, object, embed, iframe").count() == 0
        frame.locator("canvas").click()
        page.wait_for_timeout(300)
    frame.evaluate(f"void setTimeout(() => (location.href = 'http://127.0.0.1:{ears.port}/away'))")
    page.wait_for_timeout(1000)
    assert ears.heard == []
    until(page, lambda: readers(page) == 1)
    page.locator("#view-close").click()
    expect(page.locator("iframe")).to_have_count(0)
    until(page, lambda: readers(page) == 0)  # what read it is gone


def readers(page: Page) -> int:
    """How many workers read a PDF."""
    return sum(one.url.endswith("/pdfworker.js") for one in page.workers)


# Seconds: what our own parser may take to be there, then the file's four, then what a test takes to see it.
LONGEST = 30 + 4 + 6
# More strokes than any page has; forty million words that say nothing.
STOPPED = {"strokes.pdf": "too large for this", "idle.pdf": "took too long and was stopped"}


def test_a_pdf_that_asks_for_much_gets_four_seconds_at_most_and_little_memory(
    shared: Demo, start_browser: StartBrowser
) -> None:
    bombs = pdfs.bombs()
    page, _ = open_files(CHROMIUM, shared, start_browser, bombs)
    before, most = memory(), 0
    for title in bombs:
        look(page, title)
        began = time.monotonic()
        said = page.frame_locator("#viewer iframe").locator("canvas, .note:not(:empty)").or_(page.locator(".broken"))
        while not (page.locator(".broken").count() or said.count()) and time.monotonic() < began + LONGEST:
            most = max(most, memory())
            page.wait_for_timeout(100)
        assert time.monotonic() < began + LONGEST, title
        if title == "strokes.pdf" or page.locator(".broken").count():
            expect(page.locator(".broken")).to_contain_text(STOPPED[title])
        else:  # a fast machine is through with the words in time
            expect(page.locator(".broken")).to_have_count(0)
            unread = title in ("squeezed.pdf", "loop.pdf")
            expect(said).to_contain_text("This page cannot be shown" if unread else "")
        page.locator("h1").click()  # the desk itself answers
    assert most - before < 700_000_000


def memory() -> int:
    """Bytes that the pages of this test's own browsers hold for themselves; other tests run beside it."""
    parents, held = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                resident, shared_pages = map(int, (folder / "statm").read_text().split()[1:3])
                held[int(folder.name)] = (resident - shared_pages) * 4096
    return sum(size for process, size in held.items() if descends(process, os.getpid(), parents))


def descends(process: int, ancestor: int, parents: dict[int, int]) -> bool:
    while process > 1 and process != ancestor:
        process = parents.get(process, 0)
    return process == ancestor


@pytest.mark.parametrize("name", NAMES)
def test_what_plays_keeps_the_desk_awake_for_its_length_and_no_longer(
    name: str, shared: Demo, start_browser: StartBrowser
) -> None:
    person = Person(shared)
    person.write(WORDS, files={"voice.ogg": silence(12 * 60)})
    browser = start_browser(name)
    page = device(browser, name, DESK).new_page()
    page.add_init_script(NO_PRESS)
    page.clock.install(time=time.time())
    open_evidence(page, shared, next(key for key in shared.keys("reviewer") if person.reads(key)), person)
    assert look(page, "voice.ogg") == "audio"
    until_in(page.frames[-1], "document.querySelector('audio')?.duration > 719")

    play(page)
    pass_by(page, minutes=11)
    expect(page.locator("html")).to_have_attribute("data-screen", "case")
    expect(page.locator(".warning")).to_have_count(0)
    pass_by(page, minutes=9, seconds=35)  # to the end of its 12 minutes, half a minute, eight minutes of quiet
    expect(page.locator(".warning")).to_be_visible()
    page.locator("#view-close").click()
    expect(page.locator(".warning")).to_have_count(0)

    look(page, "voice.ogg")
    pass_by(page, minutes=10, seconds=5)  # it is shown, and nobody began to play it
    expect(page.locator("html")).to_have_attribute("data-screen", "door")


def pass_by(page: Page, minutes: int, seconds: int = 0) -> None:
    """In steps of a quarter of a minute: of the looks that a desk takes every second one is taken in each."""
    steps, rest = divmod(minutes * 60 + seconds, 15)
    for step in [15] * steps + [rest]:
        page.clock.fast_forward(step * 1000)


def play(page: Page) -> None:
    """By a click on the button of the browser's own controls."""
    frame = page.frames[-1]
    box = page.locator("#viewer iframe").bounding_box()
    assert box
    for across in (30, 45, 20):
        page.mouse.click(box["x"] + across, box["y"] + 8 + (27 if across != 20 else 40))
        for _ in range(10):
            if frame.evaluate("!document.querySelector('audio').paused"):
                return
            page.wait_for_timeout(50)
    raise AssertionError("it does not play")
