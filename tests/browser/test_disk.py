"""What a browser itself writes to disk while somebody writes to us: nothing of it. An ordinary field would be found."""

from __future__ import annotations

import base64
import gzip
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.browser.browsers import CHROMIUM, PHONE, SAFER, SAFER_SETTINGS
from tests.browser.conftest import Demo
from tests.browser.submitter import do

SECRET = "Зимородок58113"
PLANTED = "Свиристель77240"
PLAIN = "data:text/html,<meta charset=utf-8><form><textarea id=plain rows=3></textarea></form>"


def forms_of(word: str) -> dict[str, bytes]:
    """As a browser may write it. base64 begins at any of three places: the middle of each is looked for."""
    found = {"utf-8": word.encode(), "utf-16-le": word.encode("utf-16-le"), "escaped": word.encode("unicode_escape")}
    for name in ("utf-8", "utf-16-le"):
        for shift in range(3):
            text = base64.b64encode(b"\0" * shift + found[name] + b"\0" * 3)
            found[f"base64 of {name}, {shift}"] = text[4:-8]
    return found


def unpacked(data: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them: mozlz4, gzip, zlib and snappy anywhere."""
    yield data
    if data.startswith(b"mozLz40\0"):
        yield unlz4(data[12:], struct.unpack("<I", data[8:12])[0])
    for at in places(data, b"\x1f\x8b\x08"):
        try:
            yield zlib.decompressobj(31).decompress(data[at:])
        except zlib.error:
            continue
    for mark in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        for at in places(data, mark):
            try:
                yield zlib.decompressobj().decompress(data[at:])
            except zlib.error:
                continue
    if found := unsnappy(data):
        yield found


def places(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def unlz4(data: bytes, size: int) -> bytes:
    """One block of LZ4: a token, literals, a distance, a length."""
    out, at = bytearray(), 0

    def length(start: int) -> int:
        nonlocal at
        total = start
        if start == 15:
            while True:
                total += data[at]
                at += 1
                if data[at - 1] != 255:
                    break
        return total

    while at < len(data) and len(out) < size:
        token = data[at]
        at += 1
        literals = length(token >> 4)
        out += data[at : at + literals]
        at += literals
        if at >= len(data):
            break
        back = data[at] | data[at + 1] << 8
        at += 2
        for _ in range(length(token & 15) + 4):
            out.append(out[-back])
    return bytes(out)


def unsnappy(data: bytes) -> bytes:
    """A raw block of snappy, as LevelDB and IndexedDB hold their values; empty where it is none."""
    size = shift = at = 0
    while at < len(data) and at < 5:
        size |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            break
    if not 0 < size < 1 << 24:
        return b""
    out = bytearray()
    try:
        while at < len(data) and len(out) < size:
            tag = data[at]
            at += 1
            if tag & 3 == 0:
                count = tag >> 2
                if count >= 60:
                    wide = count - 59
                    count = int.from_bytes(data[at : at + wide], "little")
                    at += wide
                out += data[at : at + count + 1]
                at += count + 1
                continue
            if tag & 3 == 1:
                count, back = (tag >> 2 & 7) + 4, tag >> 5 << 8 | data[at]
                at += 1
            else:
                wide = 2 if tag & 3 == 2 else 4
                count, back = (tag >> 2) + 1, int.from_bytes(data[at : at + wide], "little")
                at += wide
            if back == 0 or back > len(out):
                return b""
            for _ in range(count):
                out.append(out[-back])
    except IndexError:
        return b""
    return bytes(out) if len(out) == size else b""


def search(folder: Path, word: str) -> list[str]:
    """Where the word stands in a profile, and how."""
    wanted = forms_of(word)
    found = []
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        for part in unpacked(path.read_bytes()):
            found += [f"{path.name}: {name}" for name, needle in wanted.items() if needle in part]
    return found


def written(folder: Path, word: str) -> bool:
    """Whether it stands in a profile that a browser works on: what goes or is half there meanwhile is no fault."""
    try:
        return bool(search(folder, word))
    except (OSError, IndexError, struct.error):
        return False


def profile(playwright: Playwright, name: str, folder: Path) -> BrowserContext:
    """As a person has it: with a history and a session to restore."""
    if name == CHROMIUM:
        return playwright.chromium.launch_persistent_context(
            str(folder),
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--restore-last-session", "--disable-background-networking"],
            viewport=PHONE,  # type: ignore[arg-type]
        )
    eager = {
        "browser.sessionstore.interval": 500,  # ms
        "browser.sessionstore.interval.idle": 500,  # an hour, once nobody has touched a key for three minutes
        "browser.startup.page": 3,
        "browser.formfill.enable": True,
    }
    return playwright.firefox.launch_persistent_context(
        str(folder),
        channel="moz-firefox",
        executable_path="/usr/bin/firefox-esr",
        firefox_user_prefs={**SAFER_SETTINGS, **eager},
        viewport=PHONE,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("name", [CHROMIUM, SAFER])
def test_no_word_and_no_code_is_on_disk_and_an_ordinary_field_would_be_found(
    name: str, shared: Demo, playwright: Playwright, tmp_path: Path
) -> None:
    folder = tmp_path / "profile"
    context = profile(playwright, name, folder)
    plain = context.new_page()
    plain.goto(PLAIN)
    plain.locator("#plain").fill(PLANTED)
    page = context.new_page()
    page.goto(f"{shared.origin}/ru/")
    page.locator("#account").fill(SECRET)
    page.wait_for_timeout(1500)
    seen = False
    for _ in range(30):
        seen = name != CHROMIUM and written(folder, PLANTED)  # Chromium may write it at its end only
        if seen or name == CHROMIUM:
            break
        plain.goto(PLAIN)  # on a slow machine Firefox may not have listened to it yet
        plain.locator("#plain").fill(PLANTED)
        page.locator("#account").fill(SECRET)
        context.new_page().wait_for_timeout(1000)  # a new page is what makes it write the session
    assert not written(folder, SECRET)
    page.bring_to_front()
    code = send(page)
    page.wait_for_timeout(1500)
    context.close()
    # what Firefox wrote of a page while it ran it may drop at its end
    assert seen or search(folder, PLANTED), "the search finds nothing at all"
    for word in (SECRET, code, code.replace(" ", "")):
        assert search(folder, word) == []


def send(page: Page) -> str:
    do(page, "to-send")
    do(page, "send")
    page.wait_for_selector('#sent[data-state="sent"]', timeout=120_000)
    return page.locator("#receipt").inner_text().replace("\n", " ").strip()


@pytest.mark.parametrize(
    "pack",
    [
        lambda data: data,
        gzip.compress,
        zlib.compress,
        lambda data: b"mozLz40\0" + struct.pack("<I", len(data)) + bytes([0xF0, len(data) - 15]) + data,
        lambda data: bytes([len(data), (len(data) - 1) << 2]) + data,
    ],
    ids=["plain", "gzip", "zlib", "mozlz4", "snappy"],
)
def test_the_search_finds_a_word_however_it_is_packed(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-16-le"):
        for how in (bytes, base64.b64encode):
            packed = pack(how(PLANTED.encode(encoding)))
            (tmp_path / "held").write_bytes(packed)
            assert search(tmp_path, PLANTED), (encoding, how)
    (tmp_path / "held").write_bytes(pack(b"something else altogether"))
    assert search(tmp_path, PLANTED) == []
