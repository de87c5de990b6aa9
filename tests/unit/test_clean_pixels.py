"""Chromium, which knows nothing of our walk, decodes the original and the cleaned copy to the same pixels."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser import browsers
from tests.unit import media
from tests.unit.test_clean_files import TRACES, clean

WIDTH, HEIGHT = 40, 24
# A screen's own profile goes, and its colours with it: the pixels are those of the same picture without it.
SAME_COLOURS = {"turned.png": media.png(icc=False), "moving.png": media.png(moving=True, icc=False)}
DRAW = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 24 });
  const drawing = canvas.getContext("2d");
  for (let x = 0; x < 40; x++) for (let y = 0; y < 24; y++) {
    drawing.fillStyle = `rgb(${x * 6}, ${y * 10}, ${(x * y) % 256})`;
    drawing.fillRect(x, y, 1, 1);
  }
  const made = {};
  for (const type of ["jpeg", "webp"]) made[type] = canvas.toDataURL(`image/${type}`, 0.9).split(",")[1];
  return made;
}"""
DECODE = """async ([type, data]) => {
  const blob = await (await fetch(`data:${type};base64,${data}`)).blob();
  const bitmap = await createImageBitmap(blob);
  const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
  const drawing = canvas.getContext("2d");
  drawing.drawImage(bitmap, 0, 0);
  const { width, height, data: pixels } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
  return { width, height, pixels: [...pixels] };
}"""
RECORD = """async (type) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
  document.body.append(canvas);
  const drawing = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: type });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const done = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start(100);
  for (let i = 0; i < 15; i++) {
    drawing.fillStyle = `hsl(${i * 24} 90% 50%)`;
    drawing.fillRect(i * 4, 0, 8, 64);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  recorder.stop();
  await done;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
ENCODE = """async () => {
  const canvas = new OffscreenCanvas(64, 64);
  const drawing = canvas.getContext("2d");
  for (let x = 0; x < 64; x++) {
    drawing.fillStyle = `rgb(${x * 4}, ${255 - x * 4}, 90)`;
    drawing.fillRect(x, 0, 1, 64);
  }
  const chunks = [];
  const output = (chunk) => {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    chunks.push(...bytes);
  };
  const encoder = new VideoEncoder({ output, error: (error) => { throw error; } });
  encoder.configure({ codec: "av01.0.04M.08", width: 64, height: 64, bitrate: 200000 });
  encoder.encode(new VideoFrame(canvas, { timestamp: 0 }), { keyFrame: true });
  await encoder.flush();
  return chunks;
}"""
PLAY = """async ([type, data]) => {
  const film = document.createElement("video");
  film.muted = true;
  film.src = URL.createObjectURL(await (await fetch(`data:${type};base64,${data}`)).blob());
  const heard = (name) => new Promise((resolve, reject) => {
    film.addEventListener(name, resolve, { once: true });
    film.addEventListener("error", () => reject(new Error(film.error.message)), { once: true });
  });
  await heard("loadeddata");
  const canvas = Object.assign(document.createElement("canvas"), { width: film.videoWidth, height: film.videoHeight });
  const drawing = canvas.getContext("2d");
  const frames = [];
  for (const at of [0.05, 0.2, 0.35]) {
    const sought = Promise.all([heard("seeked"), new Promise((resolve) => film.requestVideoFrameCallback(resolve))]);
    film.currentTime = at;
    await sought;
    drawing.drawImage(film, 0, 0);
    frames.push([...drawing.getImageData(0, 0, canvas.width, canvas.height).data]);
  }
  return frames;
}"""


@pytest.fixture(scope="module")
def page(playwright: Playwright) -> Iterator[Page]:
    browser = browsers.launch(playwright, browsers.CHROMIUM)
    try:
        page = browser.new_page()
        # An address that is secure: elsewhere a browser does not let a page encode films.
        page.route("**/*", lambda route: route.fulfill(body="<p>", content_type="text/html"))
        page.goto("https://localhost/")
        yield page
    finally:
        browser.close()


def decoded(page: Page, kind: str, data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(DECODE, [f"image/{kind}", base64.b64encode(data).decode()])
    return found


@pytest.fixture(scope="module")
def pictures(page: Page) -> dict[str, bytes]:
    """Real pictures, with everything a phone adds."""
    drawn = {kind: base64.b64decode(data) for kind, data in page.evaluate(DRAW).items()}
    return {
        "upright.jpeg": media.jpeg(drawn["jpeg"], orientation=1),
        "turned.jpeg": media.jpeg(drawn["jpeg"], orientation=6),
        "turned.png": media.png(),
        "moving.png": media.png(moving=True),
        "turned.webp": media.webp(drawn["webp"], WIDTH, HEIGHT),
    }


def test_the_pixels_are_the_same(node: Path, tmp_path: Path, page: Page, pictures: dict[str, bytes]) -> None:
    for name, copy in clean(node, tmp_path, pictures).items():
        assert copy.complete, (name, copy.kept)
        assert [trace for trace in TRACES if trace in copy.data] == []
        kind = name.split(".")[1]
        before, after = decoded(page, kind, SAME_COLOURS.get(name, pictures[name])), decoded(page, kind, copy.data)
        assert (before["width"], before["height"]) == (after["width"], after["height"]), name
        # A table of 256 steps and the formula it was made from differ by one step here and there.
        assert max(abs(a - b) for a, b in zip(before["pixels"], after["pixels"], strict=True)) <= 3, name


def test_colours_of_a_wide_profile_are_not_lost(
    page: Page, node: Path, tmp_path: Path, pictures: dict[str, bytes]
) -> None:
    drawn = base64.b64decode(page.evaluate(DRAW)["jpeg"])
    bare = media.jpeg(drawn, orientation=1, icc=b"")
    copies = clean(node, tmp_path, {"wide": pictures["upright.jpeg"], "bare": bare})
    shown = {name: decoded(page, "jpeg", copy.data)["pixels"] for name, copy in copies.items()}
    assert max(abs(a - b) for a, b in zip(shown["wide"], shown["bare"], strict=True)) > 20


def test_a_jpeg_turned_by_its_exif_is_still_turned(
    node: Path, tmp_path: Path, page: Page, pictures: dict[str, bytes]
) -> None:
    copies = clean(node, tmp_path, pictures)
    upright, turned = (decoded(page, "jpeg", copies[name].data) for name in ("upright.jpeg", "turned.jpeg"))
    assert (upright["width"], upright["height"]) == (turned["height"], turned["width"]) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("in_idat", [False, True])
def test_an_avif_shows_the_same(node: Path, tmp_path: Path, page: Page, in_idat: bool) -> None:
    coded = bytes(page.evaluate(ENCODE)).removeprefix(b"\x12\0")  # a picture has no mark between frames
    size = media.box(b"ispe", bytes(4), (64).to_bytes(4, "big") * 2)
    depth = media.box(b"pixi", bytes(4), b"\3\x08\x08\x08")
    turn = media.box(b"irot", b"\1")
    properties = size + depth + media.box(b"av1C", b"\x81\0\x0c\0") + turn
    ipma = media.box(b"ipma", bytes(4), b"\0\0\0\1\0\1\5\1\2\x83\5\x84")
    picture = media.heic(coded, brand=b"avif", item=b"av01", in_idat=in_idat, properties=properties, ipma=ipma)
    copy = clean(node, tmp_path, {"picture": picture})["picture"]
    assert copy.complete
    assert [trace for trace in TRACES if trace in copy.data] == []
    before, after = decoded(page, "avif", picture), decoded(page, "avif", copy.data)
    assert (after["width"], after["height"]) == (64, 64)
    assert len({tuple(after["pixels"][at : at + 3]) for at in range(0, 64 * 64 * 4, 4)}) > 50
    assert max(abs(a - b) for a, b in zip(before["pixels"], after["pixels"], strict=True)) <= 3


@pytest.mark.parametrize("kind", ["video/webm", "video/mp4"])
def test_a_recorded_film_still_plays_the_same(node: Path, tmp_path: Path, page: Page, kind: str) -> None:
    if not page.evaluate("(type) => MediaRecorder.isTypeSupported(type)", kind):
        pytest.skip(f"this Chromium does not record {kind}")
    recorded = base64.b64decode(page.evaluate(RECORD, kind))
    copy = clean(node, tmp_path, {"film": recorded})["film"]
    assert copy.complete, copy.kept
    assert copy.removed
    assert copy.data != recorded
    films = [[kind, base64.b64encode(data).decode()] for data in (recorded, copy.data)]
    for _ in range(5):  # a busy machine may still show the frame before the one that was asked for
        before, after = (page.evaluate(PLAY, film) for film in films)
        if before == after and before[0] != before[2]:
            break
    assert before == after
    assert before[0] != before[2]
