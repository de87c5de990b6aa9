"""Evidence is looked at in a frame that can do nothing; hostile files open nothing outside it."""

from __future__ import annotations

import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, Page, Playwright, expect

from tests.browser.browsers import DESK, NAMES, device, launch
from tests.browser.conftest import Demo
from tests.browser.test_desk import SLOW, Person, open_desk
from tests.unit import media

# Whatever Playwright does in a page counts to it as a press, also turning the clock on.
NO_PRESS = "Object.defineProperty(navigator, 'userActivation', { value: undefined })"
WORDS = "Снимки и записи, слово-20931."


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
        "archive.zip": b"PK\x03\x04" + bomb,
        "packed.gz": b"\x1f\x8b\x08" + bytes(7) + bomb,
    }


def look(page: Page, title: str) -> str:
    """What the desk makes of it: the class of the viewer, or `refused`."""
    row = page.locator(".files li", has=page.locator(f'bdi:text-is("{title}")'))
    row.locator("[data-view]").click()
    shown = row.locator("#viewer, .broken")
    expect(shown).to_be_visible(timeout=SLOW)
    return str(shown.get_attribute("class"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_pictures_sound_and_text_are_shown_and_hostile_files_do_nothing(
    name: str, shared: Demo, playwright: Playwright, ears: Ears
) -> None:
    person = Person(shared)
    good = {
        "arm.png": picture(),
        "wall.jpg": media.jpeg(),
        "note.txt": "Рука, <b>слева</b>.".encode(),
        "voice.wav": wave(),
    }
    bad = hostile(ears.port)
    person.write(WORDS, files=good | bad)
    browser = launch(playwright, name)
    page = device(browser, name, DESK).new_page()
    open_desk(page, shared, next(key for key in shared.keys("reviewer") if person.reads(key)))
    page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").click(timeout=SLOW)
    expect(page.locator(".theirs")).to_contain_text(WORDS, timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)

    assert look(page, "arm.png") == "image blurred"
    page.locator("#view-clear").click()
    expect(page.locator("#viewer")).to_have_class("image")
    frame = page.frames[-1]
    until(frame, "document.images.length === 1 && document.images[0].naturalWidth === 8")
    assert frame.evaluate("origin") == "null"
    assert look(page, "wall.jpg") == "image blurred"
    assert look(page, "note.txt") == "text"
    expect(page.frame_locator("#viewer iframe").locator("body")).to_contain_text("Рука, <b>слева</b>.")
    assert look(page, "voice.wav") == "audio"
    until(page.frames[-1], "document.querySelector('audio')?.duration > 0.9")

    found = {title: look(page, title) for title in bad}
    assert found["page.png"] == found["picture.svg"] == "text"
    assert [found[title] for title in ("paper.pdf", "archive.zip", "packed.gz")] == ["broken"] * 3
    assert found["film and html.mp4"] == "video blurred"
    for title in ("gif and script.gif", "jpeg and html.jpg", "sound and html.mp3", "film and html.mp4", "page.png"):
        look(page, title)
        page.wait_for_timeout(300)
    assert ears.heard == []
    assert "taken" not in page.title()
    page.locator("#view-close").click()
    assert page.locator("#viewer, iframe").count() == 0
    browser.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_what_plays_keeps_the_desk_awake_for_its_length_and_no_longer(
    name: str, shared: Demo, playwright: Playwright
) -> None:
    person = Person(shared)
    person.write(WORDS, files={"voice.wav": wave(20 * 60)})
    browser = launch(playwright, name)
    page = device(browser, name, DESK).new_page()
    page.add_init_script(NO_PRESS)
    page.clock.install(time=time.time())
    open_desk(page, shared, next(key for key in shared.keys("reviewer") if person.reads(key)))
    page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").click(timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    assert look(page, "voice.wav") == "audio"
    until(page.frames[-1], "document.querySelector('audio')?.duration > 1199")

    play(page)
    page.clock.run_for("19:00")
    expect(page.locator("html")).to_have_attribute("data-screen", "case")
    expect(page.locator(".warning")).to_have_count(0)
    page.clock.run_for("09:35")  # to the end of its 20 minutes, half a minute, eight minutes of quiet
    expect(page.locator(".warning")).to_be_visible()
    page.locator("#view-close").click()
    expect(page.locator(".warning")).to_have_count(0)

    look(page, "voice.wav")
    page.clock.run_for("10:02")  # it is shown, and nobody began to play it
    expect(page.locator("html")).to_have_attribute("data-screen", "door")
    browser.close()


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


def wave(seconds: int = 1) -> bytes:
    """A tone."""
    rate = 8000 if seconds == 1 else 3000
    tone = bytes(128 + 100 * (n // 20 % 2) for n in range(rate)) * seconds
    often = rate.to_bytes(4, "little")
    head = b"WAVEfmt " + (16).to_bytes(4, "little") + bytes([1, 0, 1, 0]) + often + often + bytes([1, 0, 8, 0])
    body = head + b"data" + len(tone).to_bytes(4, "little") + tone
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def picture() -> bytes:
    """Eight by eight points of one colour."""
    rows = zlib.compress((b"\0" + b"\x60\x20\x40" * 8) * 8)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def until(frame: Frame, what: str) -> None:
    """Without a timer in the frame: no script of its own runs there."""
    for _ in range(100):
        if frame.evaluate(what):
            return
        frame.page.wait_for_timeout(100)
    raise AssertionError(what)
