"""Frames in which the desk shows evidence: a page each, with its one script and one style in it, and nothing to load.

A document of opaque origin may load no file of this site (Cross-Origin-Resource-Policy), and is to load nothing at all.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).resolve().parent.parent / "web"
# by the last part of their address: what is shown in it, and the bundle that shows it
FRAMES: Final = {"pdf": "viewer-pdf.js", "redact": "viewer-redact.js"}
PLAYS: Final = ("redact",)  # a film, of which a still picture is made
FONTS: Final = "pdf-fonts"  # the standard fonts that a PDF names without bringing them: each is fetched when one does


class FrameRefused(Exception):
    """A script or a style would end too early in its page."""


@dataclass(frozen=True)
class Frame:
    path: str
    html: bytes
    kind: str  # of its policy
    script: str  # as a policy names it
    style: str


def render_frames() -> Iterator[Frame]:
    """Raises FrameRefused. A frame whose bundle was not built is left out."""
    style = (WEB / "styles" / "frame.css").read_text("utf-8")
    for name, bundle in FRAMES.items():
        if (file := WEB / "dist" / bundle).is_file():
            yield make_frame(name, file.read_text("utf-8"), style)


def make_frame(name: str, script: str, style: str) -> Frame:
    for text in (script, style):
        if any(end in text.lower() for end in ("</script", "</style", "<!--")):
            raise FrameRefused(name)
    html = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>-</title><style>{style}</style></head>'
        f"<body><script>{script}</script></body></html>\n"
    )
    kind = "film" if name in PLAYS else "frame"
    return Frame(f"/desk/frames/{name}/", html.encode(), kind, hash_of(script), hash_of(style))


def hash_of(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
