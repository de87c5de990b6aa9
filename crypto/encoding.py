"""SPEC 2: one encoding for each meaning. Parsers refuse everything else as `malformed`."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from crypto.errors import ensure, refuse

T = TypeVar("T")

Day = int  # days since 1970-01-01 UTC

NEVER: Day = 0xFFFFFFFF
Z32 = bytes(32)
SUITE = 1
LARGEST = 2**53 - 1  # SPEC 2: of a u64, since the other language has no larger exact integer


def encode(tag: str, *fields: bytes) -> bytes:
    """E(tag, f1 .. fn)."""
    parts = [u8(len(tag)), tag.encode("ascii")]
    for field in fields:
        parts += (len(field).to_bytes(4, "big"), field)
    return b"".join(parts)


def encode_list(tag: str, items: Sequence[bytes]) -> bytes:
    """L(tag, x1 .. xn). The order is the caller's; see `ascending`."""
    return encode(tag, u16(len(items)), *items)


def decode(tag: str, widths: Sequence[int | None], data: bytes) -> list[bytes]:
    """The fields of E(tag, ..), which must have exactly these widths; None is a field of any width."""
    fields = _split(tag, data)
    if len(fields) != len(widths):
        refuse("malformed", f"{tag}: {len(fields)} fields")
    for i, (field, width) in enumerate(zip(fields, widths, strict=True)):
        if width is not None and len(field) != width:
            refuse("malformed", f"{tag}: width of field {i}")
    return fields


def decode_list(tag: str, most: int, data: bytes, key: Callable[[bytes], bytes] | None = None) -> list[bytes]:
    """The items of L(tag, ..), at most `most`; with `key`, the keys must rise strictly."""
    fields = _split(tag, data)
    ensure(
        bool(fields) and len(fields[0]) == 2 and read_uint(fields[0]) == len(fields) - 1, "malformed", f"{tag}: count"
    )
    items = fields[1:]
    ensure(len(items) <= most, "malformed", f"{tag}: more than {most}")
    if key:
        ensure_ascending([key(item) for item in items], tag)
    return items


def _split(tag: str, data: bytes) -> list[bytes]:
    # here and in `_uint`, which all else calls, no text is made for an error that is none
    head = u8(len(tag)) + tag.encode("ascii")
    if not data.startswith(head):
        refuse("malformed", f"not a {tag}")
    fields: list[bytes] = []
    at, size = len(head), len(data)
    while at < size:
        start = at + 4
        at = start + int.from_bytes(data[at:start], "big")
        fields.append(data[start:at])
    if at != size:
        refuse("malformed", f"{tag}: cut")
    return fields


def u8(n: int) -> bytes:
    return _uint(n, 1)


def u16(n: int) -> bytes:
    return _uint(n, 2)


def u32(n: int) -> bytes:
    return _uint(n, 4)


def u64(n: int) -> bytes:
    """SPEC 2: at most 2^53 - 1."""
    return _uint(n, 8)


def _uint(n: int, width: int) -> bytes:
    if not 0 <= n < 256**width or n > LARGEST:
        refuse("too_large", f"no u{8 * width}")
    return n.to_bytes(width, "big")


def read_uint(data: bytes) -> int:
    """Big-endian, of 1 to 8 bytes."""
    n = int.from_bytes(data, "big")
    ensure(n <= LARGEST, "malformed", "u64 beyond 2^53 - 1")
    return n


def read_within(data: bytes, lowest: int, highest: int, name: str) -> int:
    n = read_uint(data)
    ensure(lowest <= n <= highest, "malformed", f"{name} {n}")
    return n


_SURROGATE = re.compile("[\ud800-\udfff]")


def utf8(text: str) -> bytes:
    """SPEC 2: a writer replaces a lone surrogate with U+FFFD."""
    return _SURROGATE.sub("\ufffd", text).encode("utf-8")


def read_utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        refuse("malformed", "not UTF-8")


def read_name(data: bytes, pattern: re.Pattern[str], name: str) -> str:
    """ASCII text that the pattern matches as a whole."""
    text = read_utf8(data)
    ensure(pattern.fullmatch(text) is not None, "malformed", name)
    return text


def cut(data: bytes, *widths: int) -> list[bytes]:
    """Pieces of these widths, which must add up to the length of the data."""
    ensure(sum(widths) == len(data), "malformed", "length")
    pieces, at = [], 0
    for width in widths:
        pieces.append(data[at : at + width])
        at += width
    return pieces


def equal(a: bytes, b: bytes) -> bool:
    """In time that depends on the lengths only."""
    return hmac.compare_digest(a, b)


def ascending(items: Iterable[T], key: Callable[[T], bytes]) -> list[T]:
    """A sorted copy; refuses two items with one key."""
    ordered = sorted(items, key=key)
    ensure_ascending([key(item) for item in ordered], "list")
    return ordered


def ensure_ascending(keys: Sequence[bytes], name: str) -> None:
    ensure(all(a < b for a, b in pairwise(keys)), "malformed", f"{name}: order")
