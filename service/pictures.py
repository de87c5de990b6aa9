"""Pictures that no browser shows, made into ones that all do. On a member's machine, never on the server."""

from __future__ import annotations

import io
from typing import Final

MOST_POINTS: Final = 200_000_000  # of a telephone's largest picture; each takes four bytes while it is made
FORMATS: Final = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


class PictureRefused(Exception):
    """Why it is not made: no such picture, too large, or the library is not there."""


def from_heic(data: bytes, ending: str) -> bytes:
    """The first picture in it, the right way up, with nothing that the telephone wrote around it."""
    try:
        import pillow_heif
        from PIL import Image
    except ImportError:
        raise PictureRefused("what reads HEIC is not installed: pip install 'panah[heic]'") from None
    try:
        opened = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
        width, height = opened.size
        if width * height > MOST_POINTS:
            raise PictureRefused(f"{width} by {height} points are more than a telephone makes")
        made = Image.frombytes(opened.mode, opened.size, bytes(opened.data), "raw", opened.mode, opened.stride)
    except (ValueError, OSError, SyntaxError, RuntimeError, MemoryError, EOFError):
        raise PictureRefused("no HEIC picture, or a damaged one") from None
    out = io.BytesIO()
    if FORMATS[ending] == "JPEG":
        made.convert("RGB").save(out, "JPEG", quality=95)
    else:
        made.save(out, "PNG")
    return out.getvalue()
