"""Vector files: what a case is, and how its inputs are put together (README.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
BLOBS = FOLDER / "blobs.json"
EXAMPLES = FOLDER / "examples.json"


def load_blobs() -> dict[str, str]:
    return unpack_blobs(json.loads(BLOBS.read_text()))


def unpack_blobs(packed: dict[str, str | list[Any]]) -> dict[str, str]:
    """Whole again: a blob of pieces names only blobs before it."""
    whole: dict[str, str] = {}
    for name, value in packed.items():
        pieces = [value] if isinstance(value, str) else value
        whole[name] = "".join(
            piece if isinstance(piece, str) else whole[piece[0]][2 * piece[1] : 2 * (piece[1] + piece[2])]
            for piece in pieces
        )
    return whole


BLOCK = 64  # bytes: shorter repeats are not worth a piece


def pack_blobs(blobs: dict[str, str]) -> dict[str, str | list[Any]]:
    """What several blobs share is written once: most differ from an honest one in a field."""
    packed: dict[str, str | list[Any]] = {}
    places: dict[bytes, tuple[str, int]] = {}
    whole = {name: bytes.fromhex(value) for name, value in blobs.items()}
    for name, data in whole.items():
        pieces = _pieces(data, places, whole)
        packed[name] = pieces[0] if len(pieces) == 1 and isinstance(pieces[0], str) else pieces
        for at in range(0, len(data) - BLOCK + 1, BLOCK):
            places.setdefault(data[at : at + BLOCK], (name, at))
    return packed


def _pieces(data: bytes, places: dict[bytes, tuple[str, int]], whole: dict[str, bytes]) -> list[Any]:
    pieces: list[Any] = []
    at = fresh = 0  # fresh: where the bytes begin that stand nowhere yet
    while at < len(data):
        found = places.get(data[at : at + BLOCK]) if at + BLOCK <= len(data) else None
        if found is None:
            at += 1
            continue
        name, source = found
        other = whole[name]
        back = 0
        while at - back > fresh and source > back and data[at - back - 1] == other[source - back - 1]:
            back += 1
        at, source = at - back, source - back
        size = 0
        while at + size < len(data) and source + size < len(other) and data[at + size] == other[source + size]:
            size += 1
        if at > fresh:
            pieces.append(data[fresh:at].hex())
        pieces.append([name, source, size])
        at = fresh = at + size
    if fresh < len(data) or not pieces:
        pieces.append(data[fresh:].hex())
    return pieces


def case_files() -> list[Path]:
    """Those of the protocol; the forms' own (docs/forms.md) and the desk's are tried in tests/unit."""
    others = (BLOBS, EXAMPLES, FOLDER / "forms.json", FOLDER / "safeguards.json", FOLDER / "consent.json")
    return [path for path in sorted(FOLDER.glob("*.json")) if path not in others]


def load_cases(blobs: dict[str, str]) -> list[dict[str, Any]]:
    """Every case of every file, its inputs as SPEC 14 wants them."""
    cases = [case for path in case_files() for case in json.loads(path.read_text())]
    return [{**case, "in": resolve(case["in"], blobs)} for case in cases]


def resolve(value: Any, blobs: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [resolve(item, blobs) for item in value]
    if isinstance(value, dict) and "blob" in value and set(value) <= {"blob", "edits"}:
        data = bytearray.fromhex(blobs[value["blob"]])
        for edit in value.get("edits", []):
            _edit(data, *edit)
        return data.hex()
    if isinstance(value, dict):
        return {name: resolve(item, blobs) for name, item in value.items()}
    return value


def _edit(data: bytearray, kind: str, *how: Any) -> None:
    if kind == "set":
        at, new = how[0], bytes.fromhex(how[1])
        data[at : at + len(new)] = new
    elif kind == "cut":
        del data[how[0] :]
    elif kind == "drop":
        del data[: how[0]]
    elif kind == "append":
        data += bytes.fromhex(how[0])
    elif kind == "swap":
        a, b, n = how
        data[a : a + n], data[b : b + n] = data[b : b + n], data[a : a + n]
    elif kind == "copy":
        a, b, n = how
        data[b : b + n] = data[a : a + n]
    else:
        raise ValueError(kind)
