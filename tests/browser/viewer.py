"""The evidence of a case as a test looks at it: files that a person sent, opened on a desk."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Frame, Locator, Page, expect

from tests.browser.browsers import DESK, SLOW, device, hear_downloads
from tests.browser.conftest import Demo, Key, StartBrowser
from tests.browser.desk import open_desk, open_tab, settle
from tests.browser.person import Person

WORDS = "Снимки и записи, слово-20931."


def open_files(
    name: str, shared: Demo, start_browser: StartBrowser, files: dict[str, bytes], answers: dict[str, str] | None = None
) -> tuple[Page, list[str]]:
    """The desk of somebody who reads a case with these files, and all the addresses that its page asked for."""
    person = Person(shared)
    person.write(WORDS, files=files, answers=answers)
    browser = start_browser(name)
    page = device(browser, name, DESK).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_evidence(page, shared, next(key for key in shared.keys("reviewer") if person.reads(key)), person)
    return page, asked


def open_evidence(page: Page, shared: Demo, key: Key, person: Person) -> None:
    open_desk(page, shared, key)
    open_evidence_of(page, person)


def open_evidence_of(page: Page, person: Person) -> None:
    """From the list."""
    page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").click(timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    settle(page)
    open_tab(page, "evidence")


def look(page: Page, title: str) -> str:
    """What the desk makes of it: the class of the viewer, or `refused`."""
    row = page.locator(".files > li", has=page.locator(f'bdi:text-is("{title}")'))
    row.locator("[data-view]").first.click()
    shown = row.locator("#viewer, .broken")
    expect(shown).to_be_visible(timeout=SLOW)
    settle(page)
    return str(shown.get_attribute("class"))


def pdf_page(page: Page, pages: int) -> Frame:
    inside = page.frame_locator("#viewer iframe")
    expect(inside.locator(".bar")).to_contain_text(f"/ {pages}", timeout=SLOW)
    expect(inside.locator("canvas, pre")).to_have_count(1, timeout=SLOW)
    return next(frame for frame in page.frames if frame.url.endswith("/desk/frames/pdf/"))


def until_in(frame: Frame, what: str) -> None:
    """Without a timer in the frame: no script of its own runs there. It may still be on the way to its document."""
    for _ in range(SLOW // 100):
        with contextlib.suppress(Error):
            if frame.evaluate(what):
                return
        frame.page.wait_for_timeout(100)
    raise AssertionError(what)


def saved(page: Page, row: Locator, to: Path) -> bytes:
    hear_downloads(page)
    with page.expect_download(timeout=SLOW) as download:
        row.locator("[data-file]").first.click()
    download.value.save_as(to)
    return to.read_bytes()


def wave() -> bytes:
    """A tone of a second."""
    rate = 8000
    tone = bytes(128 + 100 * (n // 20 % 2) for n in range(rate))
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


def film(*colours: tuple[int, int, int]) -> bytes:
    """One that plays: a second of each colour, 64 by 32 points, without sound. Each picture is whole, as in a WebP."""
    frames = []
    for colour in colours:
        out = io.BytesIO()
        Image.new("RGB", (64, 32), colour).save(out, "WEBP", quality=90)
        frames.append(out.getvalue()[20:])
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    info = element(
        0x1549A966, element(0x2AD7B1, (1_000_000).to_bytes(4)), element(0x4489, struct.pack(">d", 1000 * len(colours)))
    )
    size = element(0xE0, element(0xB0, b"\x40"), element(0xBA, b"\x20"))
    first = [element(name, b"\1") for name in (0xD7, 0x73C5, 0x83)]
    track = element(0xAE, *first, element(0x86, b"V_VP8"), size)
    blocks = (
        element(0xA3, b"\x81", struct.pack(">hB", 250 * n, 0x80), frame)
        for n, frame in enumerate(one for one in frames for _ in range(4))
    )
    cluster = element(0x1F43B675, element(0xE7, b"\0"), *blocks)
    return head + element(0x18538067, info, element(0x1654AE6B, track), cluster)


def element(name: int, *parts: bytes) -> bytes:
    """Of EBML: its id, eight bytes of length, what is in it."""
    body = b"".join(parts)
    return name.to_bytes((name.bit_length() + 7) // 8) + (1 << 56 | len(body)).to_bytes(8) + body
