"""On an old telephone: a real Chromium 80, of February 2020, writes, is answered, comes back and sends a file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

import hatch_build
from tests.browser.browsers import CHROMIUM, SLOW
from tests.browser.conftest import Demo
from tests.browser.desk import back, open_as_reader, open_tab, reply
from tests.unit import media

DRIVER = Path(__file__).with_name("chromium80") / "drive.mjs"
ACCOUNT = "Ночью увезли из дома, избили в отделе 80321"
MORE = "Ещё одно слово 80322"
ANSWER = "Мы прочли ваше сообщение 80323"


@pytest.fixture(scope="module")
def folder() -> Path:
    return hatch_build.install_old_engine()


def drive(node: Path, folder: Path, demo: Demo, *journey: str) -> dict[str, Any]:
    command = [str(node), str(DRIVER), str(folder), demo.origin, *journey]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    assert seen["engine"].startswith("HeadlessChrome/80.")
    assert seen["wrong"] == []
    return seen


def test_a_complaint_an_answer_and_a_file_in_a_real_chromium_80(
    node: Path, folder: Path, demo: Demo, chromium: Browser, tmp_path: Path
) -> None:
    code = drive(node, folder, demo, "submit", ACCOUNT)["code"]
    assert len(code) == 24

    desk, _ = open_as_reader(chromium, CHROMIUM, demo, demo.keys("reviewer"))
    expect(desk.locator("main")).to_contain_text(ACCOUNT)
    expect(desk.locator("main")).to_contain_text("I am a relative or friend")  # the one section that was opened
    reply(desk, ANSWER)

    photograph = tmp_path / "IMG_80.jpg"
    photograph.write_bytes(media.jpeg())
    seen = drive(node, folder, demo, "check", code, MORE, str(photograph))
    assert ANSWER in seen["replies"]

    back(desk)
    desk.locator("button.open[data-reach=opens]").first.click(timeout=SLOW)
    expect(desk.locator("main")).to_contain_text(MORE, timeout=SLOW)
    expect(desk.locator(".files")).to_contain_text("IMG_80.jpg")
    with desk.expect_download(timeout=SLOW) as download:
        open_tab(desk, "evidence")
        desk.locator("[data-file]").click()
    saved = tmp_path / "saved"
    download.value.save_as(saved)
    data = saved.read_bytes()
    assert data.startswith(b"\xff\xd8")
    assert media.PLANTED in photograph.read_bytes().lower()
    assert media.PLANTED not in data.lower()


def test_the_old_engine_is_the_one_that_the_lock_names(folder: Path) -> None:
    lock = json.loads((DRIVER.parent / "package-lock.json").read_text())
    assert lock["packages"]["node_modules/chrome-aws-lambda"]["version"] == "2.1.1"
    assert (folder / "node_modules" / "chrome-aws-lambda" / "bin" / "chromium.br").is_file()
