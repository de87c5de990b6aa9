"""`panah evidence view`: HEIC becomes a picture, without what the telephone wrote; nothing else becomes anything."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from typer.testing import CliRunner

from service.commands.exits import REFUSED, UNREADABLE, USAGE
from service.commands.panah import app
from tests.unit import media

run = CliRunner().invoke


def heic(width: int = 64, height: int = 32) -> bytes:
    """Red on the left and blue on the right, turned by a mark, with a place and a device in its Exif."""
    made = Image.new("RGB", (width, height), (220, 30, 30))
    made.paste((20, 40, 200), (width // 2, 0, width, height))
    out = io.BytesIO()
    pillow_heif.from_pillow(made).save(out, quality=95, exif=b"Exif\0\0" + media.exif(1))
    return out.getvalue()


@pytest.mark.parametrize("ending", ["png", "jpg", "JPEG"])
def test_a_heic_becomes_a_picture_without_what_the_telephone_wrote(tmp_path: Path, ending: str) -> None:
    given, made = tmp_path / "arm.heic", tmp_path / f"arm.{ending}"
    given.write_bytes(heic())
    assert media.PLANTED in given.read_bytes()
    done = run(app, ["evidence", "view", str(given), str(made)])
    assert done.exit_code == 0, done.output
    assert hashlib.sha256(given.read_bytes()).hexdigest() in done.output
    picture = Image.open(made)
    assert picture.size == (64, 32)
    left, right = picture.convert("RGB").getpixel((8, 8)), picture.convert("RGB").getpixel((56, 8))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert left[0] > 180 > 80 > left[2]
    assert right[2] > 160 > 80 > right[0]
    assert media.PLANTED not in made.read_bytes()
    assert not picture.getexif()
    assert made.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "data",
    [b"", b"not a picture", media.heic(), media.png(), heic()[:-200], heic()[:64]],
    ids=["empty", "words", "no-picture", "png", "cut", "head"],
)
def test_what_is_no_heic_becomes_nothing(tmp_path: Path, data: bytes) -> None:
    given, made = tmp_path / "x.heic", tmp_path / "x.png"
    given.write_bytes(data)
    done = run(app, ["evidence", "view", str(given), str(made)])
    assert done.exit_code == UNREADABLE, done.output
    assert not made.exists()


def test_a_picture_larger_than_any_telephone_makes_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pictures.MOST_POINTS", 64 * 32 - 1)
    given = tmp_path / "x.heic"
    given.write_bytes(heic())
    done = run(app, ["evidence", "view", str(given), str(tmp_path / "x.png")])
    assert done.exit_code == UNREADABLE
    assert "64 by 32 points" in done.output


def test_nothing_is_overwritten_and_only_pictures_are_made(tmp_path: Path) -> None:
    given, made = tmp_path / "x.heic", tmp_path / "x.png"
    given.write_bytes(heic())
    made.write_bytes(b"mine")
    assert run(app, ["evidence", "view", str(given), str(made)]).exit_code == REFUSED
    assert made.read_bytes() == b"mine"
    assert run(app, ["evidence", "view", str(given), str(tmp_path / "x.html")]).exit_code == USAGE


def test_the_server_never_loads_what_reads_pictures() -> None:
    asked = "import service.app, service.cli, sys; print([n for n in sys.modules if n in ('PIL', 'pillow_heif')])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
