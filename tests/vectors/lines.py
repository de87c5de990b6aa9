"""A program that answers a line of JSON with a line of JSON (SPEC 14)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


class Lines:
    def __init__(self, *command: str | Path) -> None:
        self._process = subprocess.Popen(
            [str(part) for part in command], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def answer(self, op: str, **inputs: Any) -> dict[str, Any]:
        """What the program answers; bytes are given as hex."""
        request = {"op": op, "in": {name: plain(value) for name, value in inputs.items()}}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the program ended at {op}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def raw(self, line: str) -> dict[str, Any]:
        """What it answers a line that may be anything."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def ok(self, op: str, **inputs: Any) -> Any:
        answer = self.answer(op, **inputs)
        assert "ok" in answer, f"{op}: {answer}"
        return answer["ok"]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
