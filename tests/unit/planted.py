"""A file of every kind that the page takes, and what it must name in it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.unit import media, recordings


@dataclass(frozen=True)
class Made:
    data: bytes
    kind: str
    shown: frozenset[str]  # the kinds of things that the page must name
    complete: bool = True


def every() -> dict[str, Made]:
    place = frozenset({"place", "device", "author", "time", "software"})
    return {
        "camera.jpg": Made(media.jpeg(), "jpeg", place | {"comment", "thumbnail"}),
        "progressive.jpg": Made(media.jpeg(progressive=True), "jpeg", place),
        "screen.png": Made(media.png(), "png", place | {"comment"}),
        "moving.png": Made(media.png(moving=True), "png", place),
        "picture.webp": Made(media.webp(), "webp", place),
        "picture.heic": Made(media.heic(), "heic", place),
        "in-idat.avif": Made(media.heic(brand=b"avif", item=b"av01", in_idat=True), "heic", place),
        "film.mp4": Made(recordings.mp4(), "mp4", frozenset({"place", "time", "software"})),
        "film-wide.mov": Made(recordings.mp4(brand=b"qt  ", wide=True), "mp4", frozenset({"place", "time"})),
        "film-fragments.mp4": Made(recordings.fragments(), "mp4", frozenset({"time", "unknown"})),
        "note.wav": Made(recordings.wav(), "other", frozenset({"comment"})),
        "note.mp3": Made(recordings.mp3(), "other", frozenset({"comment"})),
        "note.ogg": Made(recordings.opus(), "other", frozenset({"comment"})),
        "note.webm": Made(recordings.webm(), "other", frozenset({"software"})),
        "live.webm": Made(recordings.webm(live=True), "other", frozenset({"software"})),
        "letter.pdf": Made(media.PDF, "pdf", frozenset({"author", "software", "time"}), complete=False),
        "letter.docx": Made(
            media.office(), "office", frozenset({"author", "software", "time", "unknown"}), complete=False
        ),
        "letter.odt": Made(media.office(odt=True), "office", frozenset({"author", "software", "time"}), complete=False),
        "text.txt": Made(b"planted words", "other", frozenset({"unknown"}), complete=False),
    }
