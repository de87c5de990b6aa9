"""What a camera, a phone or a program wrote is gone from the cleaned copy, and the page is told what it was."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bundles import run_bundle
from tests.unit import media, planted, recordings

MADE = planted.every()
COMPLETE = [name for name, made in MADE.items() if made.complete]
TRACES = [media.PLANTED, "planted".encode("utf-16-le"), "planted".encode("utf-16-be"), media.GPS, b"2024:05:06"]
CLOCKS = [media.CLOCK.to_bytes(length, "big") for length in (4, 8)]


@dataclass(frozen=True)
class Cleaned:
    data: bytes
    kind: str
    removed: list[dict[str, str]]
    kept: list[dict[str, str]]
    complete: bool


def clean(node: Path, folder: Path, files: dict[str, bytes]) -> dict[str, Cleaned]:
    """The files as the browser's cleaner gives them back."""
    given, taken = folder / "given", folder / "taken"
    for each in (given, taken):
        each.mkdir(parents=True)
    for name, data in files.items():
        (given / name).write_bytes(data)
    found: dict[str, dict[str, Any]] = run_bundle(node, "clean", given, taken, seconds=60)
    return {name: Cleaned(data=(taken / name).read_bytes(), **one) for name, one in found.items()}


@pytest.fixture(scope="module")
def cleaned(node: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cleaned]:
    return clean(node, tmp_path_factory.mktemp("clean"), {name: made.data for name, made in MADE.items()})


def layers(data: bytes) -> list[bytes]:
    """The bytes, and whatever in them can be inflated."""
    found = [data]
    for at in range(len(data)):
        if data[at] == 0x78:
            try:
                found.append(zlib.decompressobj().decompress(data[at:]))
            except zlib.error:
                continue
    return found


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_files_kind_is_told_by_its_bytes(cleaned: dict[str, Cleaned], name: str) -> None:
    assert cleaned[name].kind == MADE[name].kind


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_was_planted_can_be_found_in_the_original(name: str) -> None:
    if name != "letter.docx" and name != "letter.odt":  # packed without zlib's header
        assert any(media.PLANTED in layer for layer in layers(MADE[name].data))


@pytest.mark.parametrize("name", COMPLETE)
def test_nothing_planted_is_left(cleaned: dict[str, Cleaned], name: str) -> None:
    assert cleaned[name].complete, cleaned[name].kept
    assert cleaned[name].kept == []
    for layer in layers(cleaned[name].data):
        assert [trace for trace in (*TRACES, *CLOCKS) if trace in layer] == []


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_page_is_told_what_stood_there(cleaned: dict[str, Cleaned], name: str) -> None:
    one = cleaned[name]
    assert MADE[name].shown <= {found["what"] for found in (one.removed if one.complete else one.kept)}


@pytest.mark.parametrize("name", sorted(MADE.keys() - set(COMPLETE)))
def test_what_cannot_be_cleaned_is_not_called_clean(cleaned: dict[str, Cleaned], name: str) -> None:
    assert not cleaned[name].complete
    assert cleaned[name].kept
    assert cleaned[name].data == MADE[name].data


def test_a_cleaned_file_has_nothing_more_to_clean(node: Path, tmp_path: Path, cleaned: dict[str, Cleaned]) -> None:
    once = {name: cleaned[name].data for name in COMPLETE}
    for name, twice in clean(node, tmp_path, once).items():
        assert (name, twice.removed, twice.complete) == (name, [], True)
        assert twice.data == once[name]


@pytest.mark.parametrize("name", ["film.mp4", "film-wide.mov", "film-fragments.mp4", "picture.heic", "in-idat.avif"])
def test_in_boxes_nothing_moves(cleaned: dict[str, Cleaned], name: str) -> None:
    before, after = MADE[name].data, cleaned[name].data
    assert len(before) == len(after)
    assert [at for at in range(len(before)) if before.startswith(b"kept", at)] == [
        at for at in range(len(after)) if after.startswith(b"kept", at)
    ]


def test_sound_and_picture_stay(cleaned: dict[str, Cleaned]) -> None:
    for name in ("film.mp4", "film-wide.mov"):
        for piece in (b"kept-picture-1", b"kept-picture-2", b"kept-sound-1"):
            assert piece in cleaned[name].data
    assert media.SOUND_AND_PICTURE in cleaned["picture.heic"].data
    assert cleaned["note.mp3"].data.count(b"kept-sound") == 5
    assert b"kept-pixels" in cleaned["picture.webp"].data


def test_a_remark_is_told_as_it_was_written_and_an_empty_one_is_none(node: Path, tmp_path: Path) -> None:
    """Eight bytes before it name its letters; cameras write them also where nothing follows."""
    made = {"ASCII": b"ASCII\0\0\0a 20-letter remark..", "wide": b"UNICODE\0" + "оң қол: із".encode("utf-16-be")}
    made |= {"empty": b"ASCII\0\0\0" + b" " * 20, "unnamed": bytes(28)}
    planted = b"ASCII\0\0\0planted-user-comment"
    files = {f"{name}.jpg": media.jpeg().replace(planted, text) for name, text in made.items()}
    told = {
        name: [found["value"] for found in one.removed if found["what"] == "comment"]
        for name, one in clean(node, tmp_path, files).items()
    }
    elsewhere = told["empty.jpg"]
    assert not [one for one in elsewhere if "ASCII" in one]
    assert told["unnamed.jpg"] == elsewhere
    assert set(told["ASCII.jpg"]) - set(elsewhere) == {"a 20-letter remark.."}
    assert set(told["wide.jpg"]) - set(elsewhere) == {"оң қол: із"}


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_which_way_is_up_is_carried_over(node: Path, tmp_path: Path, orientation: int) -> None:
    files = {"a.jpg": media.jpeg(orientation=orientation), "a.png": media.png(orientation=orientation)}
    for name, one in clean(node, tmp_path, files).items():
        tiff = b"MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1" + orientation.to_bytes(2, "big")
        assert (tiff in one.data) == (orientation > 1), name


def test_a_known_profile_is_written_anew_and_a_screens_own_goes(node: Path, tmp_path: Path) -> None:
    files = {"p3.jpg": media.jpeg(), "screen.jpg": media.jpeg(icc=media.profile(media.OF_A_SCREEN))}
    copies = clean(node, tmp_path, files)
    assert b"acsp" in copies["p3.jpg"].data
    assert b"acsp" not in copies["screen.jpg"].data


def test_the_sum_of_the_emptied_page_is_right(cleaned: dict[str, Cleaned]) -> None:
    data = cleaned["note.ogg"].data
    at = data.index(b"OggS", 4)
    page = data[at : data.index(b"OggS", at + 4)]
    assert recordings.ogg_sum(page[:22] + bytes(4) + page[26:]).to_bytes(4, "little") == page[22:26]


UNSURE = {
    "fragments with a track of places": (recordings.fragments(b"camm"), "track camm"),
    "a JPEG as an item, with an Exif of its own": (media.heic(item=b"jpeg"), "item jpeg"),
    "a track that is neither picture nor sound": (recordings.webm(track=17), "track"),
    "another coder in Ogg": (recordings.opus().replace(b"Opus", b"Vorb"), "Ogg"),
    "a chunk in a frame": (media.riff(b"WEBP", [(b"ANMF", bytes(16) + b"prVt\x08\0\0\0planted!")]), "prVt (8 B)"),
    "a zip that is no document": (media.zipped({"words.txt": "planted"}), "zip"),
}


@pytest.mark.parametrize("name", sorted(UNSURE))
def test_the_page_asks_where_something_may_stay(node: Path, tmp_path: Path, name: str) -> None:
    data, reason = UNSURE[name]
    (copy,) = clean(node, tmp_path, {"file": data}).values()
    assert not copy.complete
    assert reason in [found["value"] for found in copy.kept]


def without(data: bytes, name: bytes) -> bytes:
    return data.replace(name, b"none")


BROKEN = {
    "a JPEG without its end": media.jpeg().replace(b"\xff\xd9", b""),
    "a PNG without its end": without(media.png(), b"IEND"),
    "a PNG with a critical chunk of nobody": media.png().replace(b"gAMA", b"GAMA"),
    "a picture without its table of places": without(media.heic(), b"iloc"),
    "a film without tracks": without(recordings.mp4(), b"trak"),
    "a film with a packed movie box": without(recordings.mp4(), b"moov"),
    "an Exif laid over the picture": media.heic(overlap=True),
    "MP3 frames, then something else": recordings.mp3().replace(b"TAG", b"???"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_file_is_not_called_clean_and_says_where(node: Path, tmp_path: Path, name: str) -> None:
    (copy,) = clean(node, tmp_path, {"file": BROKEN[name]}).values()
    assert not copy.complete
    assert copy.removed == []
    assert [found["value"][:15] for found in copy.kept] == ["broken at byte "]
    assert copy.data == BROKEN[name]
