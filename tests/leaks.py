"""Looks for secrets where none may be: files, databases, logs and the memory of a running process.

A needle is searched for in UTF-8, UTF-16 (both byte orders) and in base64 of each, at its three alignments,
so that a word inside a larger encoded text is found as well.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK = 8 * 1024 * 1024
SHORTEST = 4  # bytes; a shorter pattern is found in any random data


@dataclass(frozen=True)
class Leak:
    """Where a needle was found: a file's path or a memory region, and the form it had there."""

    place: str
    needle: str
    form: str


def forms(needle: str) -> dict[str, bytes]:
    """Every form of a needle that is searched for, by its name."""
    found: dict[str, bytes] = {}
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = needle.encode(encoding)
        found[encoding] = raw
        for alignment in range(3):
            text = base64.b64encode(b"\0" * alignment + raw)
            # The characters at both ends depend on the neighbours: leave them out.
            first = (0, 2, 3)[alignment]
            last = len(text) - (4 if (len(raw) + alignment) % 3 else 0)
            found[f"base64 of {encoding}, offset {alignment}"] = text[first:last]
            found[f"base64url of {encoding}, offset {alignment}"] = text[first:last].translate(
                bytes.maketrans(b"+/", b"-_")
            )
    return {name: form for name, form in found.items() if len(form) >= SHORTEST}


def patterns(needles: Iterable[str]) -> list[tuple[str, str, bytes]]:
    listed = {form: (needle, name) for needle in needles for name, form in reversed(forms(needle).items())}
    assert listed, "nothing to search for"
    return [(needle, name, form) for form, (needle, name) in listed.items()]  # one often is the same in two alphabets


def search_bytes(data: bytes, place: str, wanted: list[tuple[str, str, bytes]]) -> Iterator[Leak]:
    for needle, name, form in wanted:
        if form in data:
            yield Leak(place, needle, name)


def search_files(roots: Iterable[Path], needles: Iterable[str]) -> list[Leak]:
    """Leaks in all files under the roots (a root may be a file)."""
    wanted = patterns(needles)
    longest = max(len(form) for _, _, form in wanted)
    leaks: list[Leak] = []
    for root in roots:
        for path in (
            [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file() and not p.is_symlink())
        ):
            leaks += search_bytes(str(path).encode(), f"name of {path}", wanted)
            with path.open("rb") as file:
                tail = b""
                while block := file.read(CHUNK):
                    leaks += search_bytes(tail + block, str(path), wanted)
                    tail = block[-longest:]
    return leaks


def search_memory(pid: int, needles: Iterable[str]) -> list[Leak]:
    """Leaks in the readable memory of a process. Raises AssertionError when next to nothing could be read."""
    wanted = patterns(needles)
    longest = max(len(form) for _, _, form in wanted)
    leaks: list[Leak] = []
    read = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            region = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            if not region or line.rstrip().endswith(("[vvar]", "[vsyscall]", "[vdso]")):
                continue
            start, end = (int(group, 16) for group in region.groups())
            tail = b""
            while start < end:
                try:
                    memory.seek(start)
                    block = memory.read(min(CHUNK, end - start))
                except OSError:  # a region that went away or cannot be read (device memory)
                    break
                if not block:
                    break
                read += len(block)
                leaks += search_bytes(tail + block, f"memory of {pid}", wanted)
                tail, start = block[-longest:], start + len(block)
    assert read > 1024 * 1024, f"only {read} bytes of process {pid} could be read"
    return leaks
