"""Evidence is looked at in a frame that can do nothing; hostile files open nothing outside it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import socket
import struct
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from wave import open as wave_reader

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Frame, Locator, Page, expect
from typer.testing import CliRunner

from crypto.encoding import decode
from service.commands.exits import REFUSED
from service.commands.panah import app
from tests.browser.browsers import CHROMIUM, DESK, NAMES, SLOW, device
from tests.browser.conftest import Demo, StartBrowser
from tests.browser.desk import open_desk, open_tab
from tests.browser.person import Person
from tests.unit import media, pdfs

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
        "jpeg and pdf.jpg": media.jpeg()[:2] + media.segment(0xFE, pdfs.document()) + media.jpeg()[2:],
        "late.pdf": html.encode() + pdfs.document(),
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
    name: str, shared: Demo, start_browser: StartBrowser, ears: Ears
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
    browser = start_browser(name)
    page = device(browser, name, DESK).new_page()
    open_desk(page, shared, next(key for key in shared.keys("reviewer") if person.reads(key)))
    page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").click(timeout=SLOW)
    expect(page.locator(".theirs")).to_contain_text(WORDS, timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)

    open_tab(page, "evidence")
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


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_a_pdf_is_shown_by_a_frame_that_can_load_nothing_or_refused_where_canvas_lies(
    name: str, shared: Demo, start_browser: StartBrowser, ears: Ears
) -> None:
    files = {"report.pdf": pdfs.document(pages=3), **pdfs.hostile(f"http://127.0.0.1:{ears.port}")}
    page, asked = open_files(name, shared, start_browser, files)
    assert not [url for url in asked if "pdf" in url], "loaded before anybody opened one"
    first = look(page, "report.pdf")
    if name != CHROMIUM:
        expect(page.locator(".broken")).to_contain_text("gives back other picture points", timeout=SLOW)
        assert page.locator("iframe").count() == 0
        return
    assert first == "pdf blurred"
    frame = pdf_page(page, 3)
    assert frame.evaluate("origin") == "null"
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
    assert len(page.workers) >= 2
    before = len(page.workers)
    page.locator("#view-close").click()
    expect(page.locator("iframe")).to_have_count(0)
    page.wait_for_timeout(300)
    assert len(page.workers) == before - 1, "what read it is gone"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_whoever_opens_a_file_signs_it_first_and_every_desk_says_who(
    name: str, shared: Demo, start_browser: StartBrowser
) -> None:
    person = Person(shared)
    person.write(WORDS, files={"arm.png": picture(), "note.txt": b"words"})
    one, two = [key for key in shared.keys("reviewer") if person.reads(key)][:2]
    browser = start_browser(name)
    page = device(browser, name, DESK).new_page()
    open_case(page, shared, one, person)
    custody = page.locator(".files li", has_text="arm.png").locator("details.custody")
    expect(custody.locator("summary")).to_contain_text("Nobody has opened it yet")
    open_tab(page, "messages")
    page.locator("#reply").fill("черновик")
    open_tab(page, "evidence")
    page.route("**/entries", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator(".files li", has_text="arm.png").locator("[data-view]").click()
    expect(page.locator(".files .broken")).to_contain_text("does not answer", timeout=SLOW)
    assert page.locator("#viewer").count() == 0, "shown without a signature"
    page.unroute("**/entries")
    assert look(page, "arm.png") == "image blurred"
    expect(custody.locator("summary")).to_contain_text("Seen by 1 member")
    look(page, "arm.png")  # the same day: signed once
    expect(page.locator("#reply")).to_have_value("черновик")
    hear_downloads(page)
    with page.expect_download():
        page.locator(".files li", has_text="arm.png").locator("[data-file]").click()
    expect(custody.locator("li")).to_have_count(2)

    other = device(browser, name, DESK).new_page()
    open_case(other, shared, two, person)
    theirs = other.locator(".files li", has_text="arm.png").locator("details.custody")
    expect(theirs.locator("summary")).to_contain_text("Seen by 1 member", timeout=SLOW)
    assert look(other, "arm.png") == "image blurred"
    expect(theirs.locator("summary")).to_contain_text("Seen by 2 members")
    page.locator("h1").focus()
    page.keyboard.press("g")
    expect(custody.locator("summary")).to_contain_text("Seen by 2 members", timeout=SLOW)
    for shown in (custody, theirs):
        shown.locator("summary").click()
    expect(custody).to_contain_text(hashlib.sha256(picture()).hexdigest())
    said = custody.inner_text()
    assert said == theirs.inner_text()
    assert ("looked at" in said) and ("saved" in said)
    assert page.locator(".ours.note").count() == 0, "the lines stand with their file"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_blacked_out_is_in_no_copy_and_the_file_stays_as_it_came(
    name: str, shared: Demo, start_browser: StartBrowser, tmp_path: Path
) -> None:
    secret = "Её зовут Гульнара, слово-55120."
    files = {"arm.png": halves(), "note.txt": f"Начало. {secret} Конец.".encode()}
    page, _ = open_files(name, shared, start_browser, files, {"form": "main", "consent_court": "with_identity"})
    assert look(page, "note.txt") == "text"
    page.locator("#view-redact").click()
    inside = page.frame_locator("#viewer iframe")
    words = inside.locator("textarea")
    expect(words).to_have_value(files["note.txt"].decode(), timeout=SLOW)
    words.press("Control+Home")
    for _ in range(len("Начало. ")):
        words.press("ArrowRight")
    for _ in range(len(secret)):
        words.press("Shift+ArrowRight")
    words.press("x")  # nothing can be written
    inside.locator("button", has_text="Black out").click()
    expect(words).to_have_value("Начало. █████ Конец.")
    inside.locator("button", has_text="Make the copy").click()
    copy = page.locator(".files > li", has_text="note.txt").locator("[data-copy]")
    expect(copy).to_contain_text("1 place blacked out", timeout=SLOW)
    assert saved(page, copy, tmp_path / "copy.txt").decode() == "Начало. █████ Конец."
    expect(copy.locator("summary")).to_contain_text("Seen by 1 member")

    assert look(page, "arm.png") == "image blurred"
    page.locator("#view-redact").click()
    if name != CHROMIUM:
        expect(page.locator(".broken")).to_contain_text("gives back other picture points", timeout=SLOW)
        return
    page.locator("#view-clear").click()
    inside.locator("button", has_text="Make the copy").click()
    expect(inside.locator("[role=status]")).to_contain_text("Nothing is chosen yet")
    inside.locator("button", has_text="Add an area").click()
    for key in ["ArrowLeft"] * 30 + ["ArrowUp"] * 30 + ["Shift+ArrowRight"] * 15 + ["Shift+ArrowDown"] * 60:
        page.keyboard.press(key)  # the left half: its place and size by keys alone
    expect(inside.locator("[role=status]")).to_contain_text("Area 1 / 1: 0, 0 · 50 × 100 %")
    inside.locator("button", has_text="Make the copy").click()
    row = page.locator(".files > li", has_text="arm.png")
    expect(row.locator("[data-copy]")).to_contain_text("1 place blacked out", timeout=SLOW)
    made = Image.open(io.BytesIO(saved(page, row.locator("[data-copy]"), tmp_path / "copy.png"))).convert("RGB")
    assert made.size == (64, 32)
    assert {made.getpixel((x, y)) for x in range(32) for y in range(32)} == {(0, 0, 0)}
    assert {made.getpixel((x, y)) for x in range(34, 64) for y in range(32)} == {(20, 40, 200)}
    assert b"planted" not in (tmp_path / "copy.png").read_bytes()
    assert b"planted" in files["arm.png"]
    assert saved(page, row, tmp_path / "arm.png") == files["arm.png"]

    row.locator("[data-goes]").select_option(index=1)
    expect(page.locator("#history-all .history > li")).to_have_count(8, timeout=SLOW)
    mine = opened_by(page, shared)
    other = device(start_browser(name), name, DESK).new_page()
    person_cid = page.locator("h1 .id").get_attribute("title")
    for key in shared.keys("reviewer"):
        open_desk(other, shared, key)
        button = other.locator(f"button[data-cid='{person_cid}']")
        expect(button).to_have_attribute("data-reach", re.compile("opens|closed"), timeout=SLOW)
        if button.get_attribute("data-reach") == "opens" and key[0] != mine:
            other.locator(f"button[data-cid='{person_cid}'][data-reach=opens]").click()
            expect(other.locator("#history")).to_be_visible(timeout=SLOW)
            open_tab(other, "evidence")
            break
    theirs = other.locator(".files > li", has_text="arm.png")
    expect(theirs.locator("[data-goes] option:checked")).to_contain_text("Copy 1", timeout=SLOW)
    assert saved(other, theirs.locator("[data-copy]"), tmp_path / "theirs.png") == (tmp_path / "copy.png").read_bytes()
    with page.expect_download() as download:
        page.locator("#export").click()
    download.value.save_as(tmp_path / "case")
    write_for_a_court(tmp_path, [one for one in shared.keys("reviewer") if one[0] in (mine, key[0])], files)


@pytest.mark.timeout(300)
def test_nothing_is_left_of_a_page_or_a_passage_and_words_stand_in_for_other_recordings(
    shared: Demo, start_browser: StartBrowser, tmp_path: Path
) -> None:
    report = pdfs.document("Name-55121", pages=2, more=["[<</Type/Annot/Subtype/Text/Contents(Name-55121)>>]"])
    files = {"report.pdf": report, "voice.wav": wave(), "call.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(64)}
    page, _ = open_files(CHROMIUM, shared, start_browser, files)
    inside = page.frame_locator("#viewer iframe")

    def copy_of(title: str, name: str) -> bytes:
        copy = page.locator(".files > li", has_text=title).locator("[data-copy]")
        expect(copy).to_be_visible(timeout=SLOW)
        return saved(page, copy, tmp_path / name)

    look(page, "report.pdf")
    page.locator("#view-redact").click()
    expect(inside.locator(".bar")).to_contain_text("1 / 2", timeout=SLOW)
    inside.locator("button", has_text="Add an area").click()
    for key in ["ArrowLeft"] * 30 + ["ArrowUp"] * 30 + ["Shift+ArrowRight"] * 50 + ["Shift+ArrowDown"] * 15:
        page.keyboard.press(key)  # the upper half of the first page
    inside.locator("button", has_text="Make the copy").click()
    made = copy_of("report.pdf", "copy.pdf")
    expect(page.locator("[data-copy]")).to_contain_text("1 place blacked out")
    assert b"Name-55121" in report
    assert_only_pictures(made, b"Name-55121")
    first, second = (Image.open(io.BytesIO(one)).convert("RGB") for one in pictures_in(made))
    assert first.size == second.size == (625, 416)
    upper = (0, 0, 625, 200)
    assert max(most for _, most in first.crop(upper).getextrema()) <= 24
    assert second.crop(upper).convert("L").getextrema() == (0, 255)  # there the words stand, as points
    for one in (first, second):
        red, green, blue = one.getpixel((100, 300))
        assert red > 150 > 60 > max(green, blue)

    look(page, "voice.wav")
    page.locator("#view-redact").click()
    inside.locator("input").first.fill("0:00.2")
    inside.locator("input").last.fill("0:00.5")
    inside.locator("button", has_text="Silence this passage").click()
    inside.locator("button", has_text="Make the copy").click()
    before, after = sound_in(wave()), sound_in(copy_of("voice.wav", "copy.wav"))
    assert after == before[:1600] + b"\x80" * 2400 + before[4000:]

    look(page, "call.mp3")
    expect(page.locator("#view-redact")).to_have_count(0)
    page.locator(".transcript summary").click()
    page.locator("#transcript").fill("Он сказал: молчи.")
    page.locator("#transcript-keep").click()
    assert copy_of("call.mp3", "copy.txt").decode() == "Он сказал: молчи."
    expect(page.locator(".files > li", has_text="call.mp3").locator("option").last).to_contain_text("in words")


def pictures_in(made: bytes) -> list[bytes]:
    return re.findall(rb"/DCTDecode/Length \d+>>stream\n(.*?)\nendstream", made, re.DOTALL)


def assert_only_pictures(made: bytes, secret: bytes) -> None:
    """No letter of it in any byte, packed or not; no object but pages, pictures, and what puts them there."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    unpacked = [made, *streams]
    for one in streams:
        with contextlib.suppress(zlib.error):
            unpacked.append(zlib.decompress(one))
    words = secret.decode()
    for form in (secret, secret.hex().encode(), secret.hex().upper().encode(), words.encode("utf-16-be"), secret[::-1]):
        assert not [one for one in unpacked if form in one]
    bare = re.sub(rb"stream\n.*?\nendstream", b"", made, flags=re.DOTALL)
    names = set(re.findall(rb"/([A-Za-z]+)", bare))
    assert names == set(
        b"Catalog Contents Count DCTDecode DeviceRGB BitsPerComponent ColorSpace Filter Height Image Kids Length "
        b"MediaBox P Page Pages Parent Resources Root Size Subtype Type Width XObject".split()
    )


def sound_in(data: bytes) -> bytes:
    with wave_reader(io.BytesIO(data)) as sound:
        return sound.readframes(sound.getnframes())


def write_for_a_court(folder: Path, readers: list[tuple[Path, str]], files: dict[str, bytes]) -> None:
    """The chosen copy goes along, its original does not; without the copy nothing is written."""
    command = ["case", "write", str(folder / "case"), "--for", "court", "--language", "en"]
    for option, (file, words) in zip(("", "witness-"), readers, strict=True):
        (folder / f"{option}words").write_text(words)
        command += [
            f"--{option or 'key'}".rstrip("-"),
            str(file),
            f"--{option}passphrase-file",
            str(folder / f"{option}words"),
        ]
    along = folder / "along"
    along.mkdir()
    (along / "note.txt").write_bytes(files["note.txt"])
    (along / "arm.png").write_bytes(files["arm.png"])
    without = CliRunner().invoke(app, [*command, "--out", str(folder / "no.zip"), "--files", str(along)])
    assert without.exit_code == REFUSED
    assert "1 files of the case are not in that folder" in without.output
    copy = (folder / "copy.png").read_bytes()
    (along / "copy.png").write_bytes(copy)
    done = CliRunner().invoke(app, [*command, "--out", str(folder / "court.zip"), "--files", str(along)])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(folder / "court.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        listed = {one["sha256"]: one.get("copy_of") for one in manifest["evidence"]}
        inside = {archive.read(name) for name in manifest["files"] if name.startswith("evidence/")}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == one for name, one in manifest["files"].items())
    original = hashlib.sha256(files["arm.png"]).hexdigest()
    assert listed == {hashlib.sha256(copy).hexdigest(): original, hashlib.sha256(files["note.txt"]).hexdigest(): None}
    assert inside == {copy, files["note.txt"]}


def opened_by(page: Page, shared: Demo) -> Path:
    """The key file of whoever is signed in."""
    member = page.locator(".masthead .id").get_attribute("title")
    for file, _ in shared.keys("reviewer"):
        if decode("keyfile", [32, 16, 1, 4, 4, 1, 16, 24, None], file.read_bytes())[1].hex() == member:
            return file
    raise AssertionError(member)


def hear_downloads(page: Page) -> None:
    """Playwright's Firefox hears of a download from memory only after an ordinary one in the same page."""
    with page.expect_download(timeout=SLOW):
        page.evaluate(
            "Object.assign(document.createElement('a'), {href: '/s/style.css', download: 'style.css'}).click()"
        )


def saved(page: Page, row: Locator, to: Path) -> bytes:
    hear_downloads(page)
    with page.expect_download() as download:
        row.locator("[data-file]").first.click()
    download.value.save_as(to)
    return to.read_bytes()


def halves() -> bytes:
    """Red on the left and blue on the right, with words around it."""
    made = Image.new("RGB", (64, 32), (220, 30, 30))
    made.paste((20, 40, 200), (32, 0, 64, 32))
    note, out = PngInfo(), io.BytesIO()
    note.add_text("Comment", "planted")
    made.save(out, "PNG", pnginfo=note)
    return out.getvalue()


# More strokes than any page has; forty million words that say nothing.
STOPPED = {"strokes.pdf": "too large for this", "idle.pdf": "took too long and was stopped"}


@pytest.mark.timeout(300)
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
        while not (page.locator(".broken").count() or said.count()) and time.monotonic() < began + 30:
            most = max(most, memory())
            page.wait_for_timeout(100)
        assert time.monotonic() < began + 15, title  # four, and what a busy machine takes to begin
        if title == "strokes.pdf" or page.locator(".broken").count():
            expect(page.locator(".broken")).to_contain_text(STOPPED[title])
        else:  # a fast machine is through with the words in time
            expect(page.locator(".broken")).to_have_count(0)
            unread = title in ("squeezed.pdf", "loop.pdf")
            expect(said).to_contain_text("This page cannot be shown" if unread else "")
        page.locator("h1").click()  # the desk itself answers
    assert most - before < 700_000_000


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
    open_case(page, shared, next(key for key in shared.keys("reviewer") if person.reads(key)), person)
    return page, asked


def open_case(page: Page, shared: Demo, key: tuple[Path, str], person: Person) -> None:
    open_desk(page, shared, key)
    page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").click(timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    open_tab(page, "evidence")


def pdf_page(page: Page, pages: int) -> Frame:
    inside = page.frame_locator("#viewer iframe")
    expect(inside.locator(".bar")).to_contain_text(f"/ {pages}", timeout=20_000)
    expect(inside.locator("canvas, pre")).to_have_count(1, timeout=20_000)
    return next(frame for frame in page.frames if frame.url.endswith("/desk/frames/pdf/"))


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


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_what_plays_keeps_the_desk_awake_for_its_length_and_no_longer(
    name: str, shared: Demo, start_browser: StartBrowser
) -> None:
    person = Person(shared)
    person.write(WORDS, files={"voice.wav": wave(20 * 60)})
    browser = start_browser(name)
    page = device(browser, name, DESK).new_page()
    page.add_init_script(NO_PRESS)
    page.clock.install(time=time.time())
    open_desk(page, shared, next(key for key in shared.keys("reviewer") if person.reads(key)))
    page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]").click(timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    open_tab(page, "evidence")
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
