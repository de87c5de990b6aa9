"""Vector files: what a case is, and how its inputs are put together (README.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
BLOBS = FOLDER / "blobs.json"
EXAMPLES = FOLDER / "examples.json"


def load_blobs() -> dict[str, str]:
    found: dict[str, str] = json.loads(BLOBS.read_text())
    return found


def case_files() -> list[Path]:
    return [path for path in sorted(FOLDER.glob("*.json")) if path not in (BLOBS, EXAMPLES)]


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
    else:
        raise ValueError(kind)
