"""What the server keeps no longer: old slots, identities, all of an erased case but its entries (SPEC 8.13 to 8.15)."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.store.database import Cursor
from service.store.evidence import forget_waiting

OF_A_CASE = ("case_reader", "case_holder", "withheld", "withholding", "open_copy", "identity_ask", "case_read")
LOOKUP = 16


class CaseGrown(Exception):
    """A message came that whoever signed has not seen."""


@dataclass(frozen=True)
class Slimmer:
    """Messages by CID and posted entries by number, as they are kept from now on. `count`: if they are so many."""

    messages: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)
    entries: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)
    count: int | None = None

    def run(self, db: Cursor, case_cid: bytes, lookup: bytes) -> None:
        if self.count is not None:
            found = db.row("SELECT count(*) FROM message WHERE case_cid = ?", case_cid)
            if found is None or found[0] != self.count:
                raise CaseGrown
        for cid, body in self.messages:
            db.run("UPDATE message SET body = ? WHERE cid = ?", body, cid)
        for seq, body in self.entries:
            db.run("UPDATE entry SET body = ? WHERE case_cid = ? AND seq = ?", body, case_cid, seq)


@dataclass(frozen=True)
class Erasure(Slimmer):
    """A tombstone: rows without a body. The code is free for another case; the mailbox keeps what is posted next."""

    uploads: tuple[bytes, ...] = ()

    def run(self, db: Cursor, case_cid: bytes, lookup: bytes) -> None:
        db.hold("message")  # what another process stores under the code meanwhile would be of a case that is gone
        super().run(db, case_cid, lookup)
        for cid, _ in self.messages:
            db.run("UPDATE message SET lookup = ? WHERE cid = ?", cid[:LOOKUP], cid)
        for table in OF_A_CASE:
            db.run(f"DELETE FROM {table} WHERE case_cid = ?", case_cid)  # noqa: S608 (names of this file)
        db.run("DELETE FROM mailbox_block WHERE lookup = ?", lookup)
        for upload in self.uploads:
            forget_waiting(db, upload)
            db.run("DELETE FROM evidence_part WHERE upload = ?", upload)
            db.run("DELETE FROM evidence WHERE upload = ?", upload)
