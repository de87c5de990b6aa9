"""Sealed files in the database: taken part by part, read part by part, pinned, and deleted when nobody opened them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from sqlalchemy import Engine
from sqlmodel import col, select

from crypto.encoding import equal
from crypto.primitives import random_bytes
from service.store.database import Cursor, NothingWritten, StorageFull, reading
from service.store.tables import EvidencePartRow, EvidenceRow

UNFINISHED_DAYS = 7
UNOPENED_DAYS = 180
PURGED_FILES, PURGED_BYTES = 64, 16 * 1024 * 1024  # in one commit; what is deleted is overwritten


class NoRoom(StorageFull, NothingWritten):
    """What nobody has opened yet fills the room."""


def _waiting(db: Cursor) -> int:
    row = db.row("SELECT received FROM evidence_waiting")
    return int(row[0]) if row else 0


def _add_waiting(db: Cursor, count: int) -> None:
    db.run(
        "INSERT INTO evidence_waiting (id, received) VALUES (1, ?) "
        "ON CONFLICT (id) DO UPDATE SET received = evidence_waiting.received + excluded.received",
        count,
    )


def forget_waiting(db: Cursor, upload: bytes) -> None:
    """Before the file is pinned or deleted."""
    row = db.row("SELECT received FROM evidence WHERE upload = ? AND pinned = 0", upload)
    if row:
        _add_waiting(db, -int(row[0]))


@dataclass(frozen=True)
class StorePart:
    """Answers up to where the file is there now. A part that is there already, or comes too early, changes nothing.

    `room` bounds the bytes that are here of all files that nobody has opened yet: a part beyond it raises StorageFull.
    To whoever has another token the file looks new: at the start the answer of a part that was taken, later 0.
    """

    upload: bytes
    token_hash: bytes
    start: int
    total: int
    body: bytes = field(repr=False)
    day: int
    room: int

    def run(self, db: Cursor) -> int:
        held = db.row("SELECT token_hash, total, received FROM evidence WHERE upload = ?", self.upload)
        own = held is not None and equal(bytes(held[0]), self.token_hash) and int(held[1]) == self.total
        received = int(held[2]) if held is not None and own else 0
        if self.start != received:
            return received
        # what came, not what was announced: announcing costs nothing, and would take the room from everybody
        if _waiting(db) + len(self.body) > self.room:
            raise NoRoom
        end = received + len(self.body)
        if held is None:
            db.run(
                "INSERT INTO evidence (upload, token_hash, total, received, day, pinned) VALUES (?, ?, ?, ?, ?, 0)",
                self.upload, self.token_hash, self.total, end, self.day,
            )  # fmt: skip
        elif own:
            db.run("UPDATE evidence SET received = ? WHERE upload = ?", end, self.upload)
        else:
            return end
        _add_waiting(db, len(self.body))  # what is pinned is whole
        place = int.from_bytes(random_bytes(8)) >> 1
        db.run(
            "INSERT INTO evidence_part (id, upload, start, body) VALUES (?, ?, ?, ?)",
            place, self.upload, self.start, self.body,
        )  # fmt: skip
        return end


@dataclass(frozen=True)
class PinEvidence:
    upload: bytes

    def run(self, db: Cursor) -> None:
        forget_waiting(db, self.upload)
        db.run("UPDATE evidence SET pinned = 1 WHERE upload = ? AND pinned = 0", self.upload)


@dataclass(frozen=True)
class PurgeEvidence:
    """What was never finished, and what nobody opened in half a year: some of it, so that complaints do not wait long.

    Answers whether there may be more.
    """

    deletes: ClassVar[bool] = True
    day: int

    def run(self, db: Cursor) -> bool:
        ended = db.rows(
            "SELECT upload, received FROM evidence WHERE pinned = 0 AND (day < ? OR (received < total AND day < ?)) "
            "LIMIT ?",
            self.day - UNOPENED_DAYS, self.day - UNFINISHED_DAYS, PURGED_FILES,
        )  # fmt: skip
        left = PURGED_BYTES
        for upload, received in ended:
            if left > 0:
                forget_waiting(db, bytes(upload))
                db.run("DELETE FROM evidence_part WHERE upload = ?", upload)
                db.run("DELETE FROM evidence WHERE upload = ?", upload)
                left -= int(received)
        return bool(ended)


def find_evidence(engine: Engine, upload: bytes) -> tuple[int, list[int]] | None:
    """Of a whole file: its size, and where its parts begin. None: not there, or not whole."""
    with reading(engine) as session:
        row = session.get(EvidenceRow, upload)
        if row is None or row.received != row.total:
            return None
        starts = select(EvidencePartRow.start).where(col(EvidencePartRow.upload) == upload)
        return row.total, sorted(session.exec(starts))


def read_part(engine: Engine, upload: bytes, start: int) -> bytes:
    with reading(engine) as session:
        place = (col(EvidencePartRow.upload) == upload, col(EvidencePartRow.start) == start)
        return bytes(session.exec(select(EvidencePartRow.body).where(*place)).one())
