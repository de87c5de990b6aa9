"""Who opened a file is signed before it is shown; copies from which something was taken out hold nothing of it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import time
import zipfile
import zlib
from pathlib import Path
from wave import open as wave_reader

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from service.commands.exits import REFUSED
from service.commands.panah import app
from tests.browser.browsers import CHROMIUM, DESK, NAMES, SLOW, device, hear_downloads
from tests.browser.conftest import Demo, Key, StartBrowser
from tests.browser.desk import member_of, open_desk, open_tab, readers
from tests.browser.person import Person
from tests.browser.viewer import WORDS, film, look, open_evidence, open_files, picture, saved, wave
from tests.unit import pdfs

RED, BLUE = (200, 30, 30), (20, 40, 200)
LETTER = "Мы видели, как его вели. № 7"  # in the table that old Windows took for Russian


@pytest.mark.parametrize("name", NAMES)
def test_whoever_opens_a_file_signs_it_first_and_every_desk_says_who(
    name: str, shared: Demo, start_browser: StartBrowser
) -> None:
    person = Person(shared)
    person.write(WORDS, files={"arm.png": picture(), "note.txt": b"words"})
    one, two = [key for key in shared.keys("reviewer") if person.reads(key)][:2]
    browser = start_browser(name)
    page = device(browser, name, DESK).new_page()
    open_evidence(page, shared, one, person)
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
    with page.expect_download(timeout=SLOW):
        page.locator(".files li", has_text="arm.png").locator("[data-file]").click()
    expect(custody.locator("li")).to_have_count(2)

    other = device(browser, name, DESK).new_page()
    open_evidence(other, shared, two, person)
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
    expect(page.locator(".history > li").last.locator("p").first).to_contain_text("Note: a file was opened")


def test_by_the_keyboard_one_stays_with_the_file_that_is_looked_at(shared: Demo, start_browser: StartBrowser) -> None:
    page, _ = open_files(CHROMIUM, shared, start_browser, {"arm.png": picture(), "leg.png": picture()})
    assert look(page, "leg.png") == "image blurred"
    page.locator("#view-clear").press("Enter")
    expect(page.locator("#viewer")).to_be_focused()
    page.keyboard.press("Escape")  # closes the picture, and not the case
    expect(page.locator("#viewer")).to_have_count(0)
    expect(page.locator("html")).to_have_attribute("data-screen", "case")
    expect(page.locator(".files > li", has_text="leg.png").locator("[data-view]").first).to_be_focused()


def test_a_frame_that_does_not_answer_is_ended_after_fifteen_seconds(shared: Demo, start_browser: StartBrowser) -> None:
    page, _ = open_files(CHROMIUM, shared, start_browser, {"arm.png": picture()})
    page.route("**/desk/frames/redact/", lambda route: route.fulfill(content_type="text/html", body="<p>so far"))
    page.clock.install(time=time.time())
    assert look(page, "arm.png") == "image blurred"
    page.locator("#view-redact").click()
    expect(page.frame_locator("#viewer iframe").locator("p")).to_have_text("so far")
    page.clock.fast_forward(14_000)  # a slow machine takes its time for a large picture
    expect(page.locator("#viewer iframe")).to_have_count(1)
    expect(page.locator(".broken")).to_have_count(0)
    page.clock.fast_forward(15_500)  # the browser may have told only now that the frame is there
    expect(page.locator(".broken")).to_contain_text("took too long and was stopped")
    expect(page.locator("#viewer iframe")).to_have_count(0)


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
    open_tab(page, "messages")  # what is chosen stays with the file
    open_tab(page, "evidence")
    expect(page.locator(".files > li", has_text="note.txt")).to_contain_text("no copy yet")
    assert look(page, "note.txt") == "text"
    page.locator("#view-redact").click()
    expect(words).to_have_value("Начало. █████ Конец.", timeout=SLOW)
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

    row.locator("[data-goes] input").nth(1).check()
    expect(page.locator("#history-all .history > li")).to_have_count(8, timeout=SLOW)
    mine = opened_by(page, shared)
    other = device(start_browser(name), name, DESK).new_page()
    cid = str(page.locator("h1 .id").get_attribute("title"))
    key = next(readers(shared, [one for one in shared.keys("reviewer") if one[0] != mine], cid))
    open_desk(other, shared, key)
    other.locator(f"button[data-cid='{cid}'][data-reach=opens]").click(timeout=SLOW)
    expect(other.locator("#history")).to_be_visible(timeout=SLOW)
    open_tab(other, "evidence")
    theirs = other.locator(".files > li", has_text="arm.png")
    expect(theirs.locator("[data-goes] label", has=other.locator(":checked"))).to_contain_text("Copy 1", timeout=SLOW)
    assert saved(other, theirs.locator("[data-copy]"), tmp_path / "theirs.png") == (tmp_path / "copy.png").read_bytes()
    with page.expect_download(timeout=SLOW) as download:
        page.locator("#export").click()
    download.value.save_as(tmp_path / "case")
    write_for_a_court(tmp_path, [one for one in shared.keys("reviewer") if one[0] in (mine, key[0])], files)


def opened_by(page: Page, shared: Demo) -> Path:
    """The key file of whoever is signed in."""
    member = page.locator(".masthead .id").get_attribute("title")
    return next(key[0] for key in shared.keys("reviewer") if member_of(key) == member)


def halves() -> bytes:
    """Red on the left and blue on the right, with words around it."""
    made = Image.new("RGB", (64, 32), (220, 30, 30))
    made.paste((20, 40, 200), (32, 0, 64, 32))
    note, out = PngInfo(), io.BytesIO()
    note.add_text("Comment", "planted")
    made.save(out, "PNG", pnginfo=note)
    return out.getvalue()


def write_for_a_court(folder: Path, readers: list[Key], files: dict[str, bytes]) -> None:
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


def test_nothing_is_left_of_a_page_or_a_passage_and_words_stand_in_for_other_recordings(
    shared: Demo, start_browser: StartBrowser, tmp_path: Path
) -> None:
    report = pdfs.document("Name-55121", pages=2, more=["[<</Type/Annot/Subtype/Text/Contents(Name-55121)>>]"])
    files = {"report.pdf": report, "voice.wav": wave(), "call.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(64)}
    files |= {
        "letter.txt": LETTER.encode("cp1251"),
        "film.webm": film(RED, BLUE),
        "other.webm": b"\x1aE\xdf\xa3" + bytes(64),
    }
    page, _ = open_files(CHROMIUM, shared, start_browser, files)
    inside = page.frame_locator("#viewer iframe")
    # a slow machine: what reads the file comes later than the file's own four seconds
    page.route("**/s/pdfworker.js", lambda route: (time.sleep(5), route.continue_()))

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

    assert look(page, "letter.txt") == "text"
    expect(page.locator("#viewer .help")).to_contain_text("Windows-1251")
    expect(inside.locator("body")).to_contain_text(LETTER)
    page.locator("#view-redact").click()
    expect(inside.locator("textarea")).to_have_value(LETTER, timeout=SLOW)

    look(page, "voice.wav")
    page.locator("#view-redact").click()
    inside.locator("input").first.fill("0:00.2")
    inside.locator("input").last.fill("0:00.5")
    inside.locator("button", has_text="Silence this passage").click()
    inside.locator("button", has_text="Make the copy").click()
    before, after = sound_in(wave()), sound_in(copy_of("voice.wav", "copy.wav"))
    assert after == before[:1600] + b"\x80" * 2400 + before[4000:]

    assert look(page, "film.webm") == "video blurred"
    page.locator("#view-redact").click()
    expect(inside.locator("video")).to_be_visible(timeout=SLOW)
    inside.locator("video").evaluate("film => void (film.currentTime = 1.46)")
    for _ in range(2):
        inside.get_by_role("button", name="A little later").click()
    inside.locator("button", has_text="Take this moment").click()  # waits until that moment is there
    expect(inside.locator("canvas")).to_be_focused(timeout=SLOW)
    inside.locator("button", has_text="Add an area").click()
    for key in ["ArrowLeft"] * 30 + ["ArrowUp"] * 30 + ["Shift+ArrowRight"] * 15 + ["Shift+ArrowDown"] * 60:
        page.keyboard.press(key)  # the left half
    inside.locator("button", has_text="Make the copy").click()
    made = Image.open(io.BytesIO(copy_of("film.webm", "copy.jpg"))).convert("RGB")
    expect(page.locator(".files > li", has_text="film.webm").locator("[data-copy]").first).to_contain_text(
        "still picture, 0:01.5 · 1 place blacked out"
    )
    assert made.size == (64, 32)
    assert near(made.getpixel((8, 16)), (0, 0, 0))
    assert near(made.getpixel((56, 16)), BLUE)
    assert max(most for _, most in made.crop((0, 0, 24, 32)).getextrema()) <= 24
    look(page, "film.webm")
    page.locator("#view-redact").click()
    inside.locator("button", has_text="Take this moment").click()
    inside.locator("button", has_text="Another moment").click()
    inside.locator("button", has_text="Take this moment").click()
    inside.locator("button", has_text="Make the copy").click()
    row = page.locator(".files > li", has_text="film.webm")
    expect(row.locator(".goes-out label").last).to_contain_text("still picture, 0:00 ·", timeout=SLOW)
    whole = Image.open(io.BytesIO(saved(page, row.locator("[data-copy]").last, tmp_path / "whole.jpg")))
    assert near(whole.convert("RGB").getpixel((8, 16)), RED)
    look(page, "other.webm")
    page.locator("#view-redact").click()
    expect(page.locator(".broken")).to_contain_text("cannot play this film", timeout=SLOW)

    look(page, "call.mp3")
    expect(page.locator("#view-redact")).to_have_count(0)
    page.locator(".transcript summary").click()
    page.locator("#transcript").fill("Он сказал: молчи.")
    page.locator("#transcript-keep").click()
    assert copy_of("call.mp3", "copy.txt").decode() == "Он сказал: молчи."
    expect(page.locator(".files > li", has_text="call.mp3").locator(".goes-out label").last).to_contain_text("in words")


def near(found: object, colour: tuple[int, int, int]) -> bool:
    """Both encodings mix a little."""
    return isinstance(found, tuple) and all(abs(one - two) <= 40 for one, two in zip(found, colour, strict=True))


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
