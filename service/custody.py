"""The copies of evidence in which something was blacked out, and which of them go out: from signed notes of a case.

The twin of service/web/src/desk-custody.ts, as far as what leaves needs it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from crypto.account import EvidenceItem
from crypto.case import OpenedCase

CODE: Final = "custody"  # of a note that holds such lines
TYPES: Final = ("image/png", "image/jpeg", "text/plain", "application/pdf", "audio/wav")
LINE: Final = re.compile(r"([a-z_0-9]{1,32}): (\S{1,200})")
HEX: Final = dict.fromkeys(("file", "from", "copy"), 32) | dict.fromkeys(
    ("sha256", "outline", "sealed", "from_sha256", "key"), 64
)
NEEDED: Final = {
    "opened": {"file", "sha256", "outline", "sealed", "how"},
    "derived": {"file", "key", "sha256", "outline", "size", "type", "areas", "from", "from_sha256"},
    "chosen": {"file", "copy"},
}


@dataclass(frozen=True)
class Outgoing:
    """A file as it leaves: itself, or a copy that was chosen for it."""

    type: str
    size: int
    sha256: str
    copy_of: str = ""  # SHA-256 of the file that it was made of


def outgoing(opened: OpenedCase) -> dict[str, tuple[Outgoing, ...]]:
    """What leaves for every file of the case, by its upload id in hex."""
    void = {*opened.chain.void, *opened.chain.unconfirmed}
    notes = zip(opened.seqs, opened.texts, strict=True)
    texts = (one.text for seq, one in notes if one.code == CODE and seq not in void)
    return choose(
        {item.upload_id.hex(): item for message in opened.messages for item in message.account.content.evidence}, texts
    )


def choose(files: Mapping[str, EvidenceItem], texts: Iterable[str]) -> dict[str, tuple[Outgoing, ...]]:
    """`texts`: the notes with the code, in the order of their entries."""
    own = {id: Outgoing(item.type, item.size, item.plaintext_hash.hex()) for id, item in files.items()}
    copies: dict[str, tuple[str, Outgoing]] = {}  # by their id, with the file that they are of
    found: dict[str, tuple[Outgoing, ...]] = {id: (one,) for id, one in own.items()}
    for fields in (one for text in texts for one in read_records(text)):
        if fields["custody"] == "derived":
            parent, id = fields["from"], fields["file"]
            size = int(fields["size"]) if re.fullmatch(r"\d{1,15}", fields["size"]) else -1
            known = parent in own and own[parent].sha256 == fields["from_sha256"]
            # a copy that names what is there already would take its place
            if known and id not in own and id not in copies and size >= 0 and fields["type"] in TYPES:
                copies[id] = (parent, Outgoing(fields["type"], size, fields["sha256"], own[parent].sha256))
        elif fields["custody"] == "chosen" and (file := fields["file"]) in own:
            made = {file: own[file]} | {id: one for id, (parent, one) in copies.items() if parent == file}
            if all(id in made for id in fields["copy"].split(" ")):
                found[file] = tuple(made[id] for id in fields["copy"].split(" "))
    return found


def read_records(text: str) -> Iterator[dict[str, str]]:
    """None of a note in which anything else stands: that is a note as people write them.

    Several copies of one choice have spaces between them.
    """
    records = [_parse(block) for block in re.split(r"\n\s*\n", text)]
    if all(records):
        yield from (one for one in records if one)


def _parse(block: str) -> dict[str, str] | None:
    fields: dict[str, str] = {}
    for line in block.strip().split("\n"):
        match = LINE.fullmatch(line)
        if match is None:
            return None
        name, value = match.groups()
        earlier = fields[name].split(" ") if name in fields else []
        if earlier and (name != "copy" or fields.get("custody") != "chosen" or value in earlier):
            return None
        if name in HEX and not re.fullmatch(rf"[0-9a-f]{{{HEX[name]}}}", value):
            return None
        fields[name] = " ".join([*earlier, value])
    return fields if NEEDED.get(fields.get("custody", ""), {""}) <= fields.keys() else None
