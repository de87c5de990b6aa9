"""The commands of the writer: everything that changes a row."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import ClassVar

from crypto.encoding import Day
from crypto.keeping import Holder
from crypto.mailbox import BLOCKS
from crypto.primitives import random_bytes
from crypto.walk import BEGINNING, Start
from service.store.database import Cursor, NothingWritten
from service.store.erasing import Slimmer
from service.store.writer import Insert

# One after the other from a random start: rows that are appended cost SQLite half of what scattered ones do, and two
# processes never meet. What order this tells, and to whom: decision 0029.
_row_numbers = itertools.count(int.from_bytes(random_bytes(8)) >> 2)


class StoreMessage(Insert):
    """One row; a repeat changes nothing. The first message under a lookup id makes the case by being there."""

    sql = (
        "INSERT INTO message (cid, case_cid, lookup, day, lane, keyring_version, body, id) "
        "VALUES (?, coalesce((SELECT cid FROM message WHERE lookup = ? AND cid = case_cid), ?), ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (cid) DO NOTHING"
    )

    def __init__(self, cid: bytes, lookup: bytes, day: int, lane: int, keyring_version: int, body: bytes) -> None:
        self.values = (cid, lookup, cid, lookup, day, lane, keyring_version, body, next(_row_numbers))


class NonceSpent(NothingWritten):
    """The nonce was used before."""


@dataclass(frozen=True)
class SpendNonce:
    tag: bytes
    expires_hour: int

    def run(self, db: Cursor) -> None:
        sql = "INSERT INTO spent_nonce (tag, expires_hour) VALUES (?, ?) ON CONFLICT (tag) DO NOTHING"
        if db.run(sql, self.tag, self.expires_hour) != 1:
            raise NonceSpent


@dataclass(frozen=True)
class ReadMailbox(SpendNonce):
    """Block 0 and the newest seven replies, in this order. The same statements for a known and an unknown id."""

    lookup: bytes

    def run(self, db: Cursor) -> list[bytes]:  # type: ignore[override]
        super().run(db)
        sql = (
            "SELECT body FROM mailbox_block WHERE lookup = ? "
            "ORDER BY CASE slot WHEN 0 THEN 0 ELSE 1 END, slot DESC LIMIT ?"
        )
        return [bytes(row[0]) for row in db.rows(sql, self.lookup, BLOCKS)]


@dataclass(frozen=True)
class BurnMailbox(SpendNonce):
    """SPEC 10.2: from `lowest_slot` on; `close` for ever."""

    deletes: ClassVar[bool] = True  # the writer tidies the log after it
    lookup: bytes
    lowest_slot: int
    close: bool

    def run(self, db: Cursor) -> None:
        super().run(db)
        db.run("DELETE FROM mailbox_block WHERE lookup = ? AND slot >= ?", self.lookup, self.lowest_slot)
        if self.close:
            db.run("INSERT INTO closed_mailbox (lookup) VALUES (?) ON CONFLICT (lookup) DO NOTHING", self.lookup)


@dataclass(frozen=True)
class OpenSession(SpendNonce):
    session: bytes
    signing_pk: bytes
    session_pk: bytes
    session_hour: int

    def run(self, db: Cursor) -> None:
        super().run(db)
        sql = "INSERT INTO staff_session (id, signing_pk, session_pk, expires_hour) VALUES (?, ?, ?, ?)"
        db.run(sql, self.session, self.signing_pk, self.session_pk, self.session_hour)


@dataclass(frozen=True)
class CloseSession:
    session: bytes

    def run(self, db: Cursor) -> None:
        db.run("DELETE FROM staff_session WHERE id = ?", self.session)


@dataclass(frozen=True)
class Purge:
    """What has expired by this hour, and what was counted on days before this one."""

    deletes: ClassVar[bool] = True
    hour: int
    day: Day

    def run(self, db: Cursor) -> None:
        db.run("DELETE FROM case_read WHERE day < ?", self.day)
        db.run("DELETE FROM spent_nonce WHERE expires_hour < ?", self.hour)
        db.run("DELETE FROM staff_session WHERE expires_hour < ?", self.hour)


@dataclass(frozen=True)
class NewEntry:
    """An entry as it will stand in its row."""

    case_cid: bytes
    seq: int
    prev: bytes
    link: bytes
    cited: bytes
    kind: int
    state: int
    day: int
    count: int
    actor: bytes
    body: bytes = field(repr=False)


class HeadMoved(NothingWritten):
    """Another entry came first."""


@dataclass(frozen=True)
class Effects:
    """Who sees or has a case after an entry. `readers`: KEM hashes that a unit's wrap names; None: as they were.

    `asked_until`: the day up to which custodians see the case.
    """

    readers: frozenset[bytes] | None
    withheld: bytes | None
    asked_until: int  # 0: no custodian is asked for anything
    holders: tuple[Holder, ...]  # SPEC 8.9
    withholding: tuple[bytes, int] | None  # from whom, up to which day
    copies: tuple[tuple[int, bytes, int], ...]  # those that wait: number, whose KEM hash, up to which day


@dataclass(frozen=True)
class PostEntry:
    """Adds an entry that was verified on the chain ending in its `prev`, with all that follows, or nothing.

    `place` is where the case then stands.
    """

    entry: NewEntry
    lookup: bytes
    status_block: bytes = field(repr=False)
    reply_block: bytes = field(repr=False)
    place: Start
    effects: Effects
    slimmer: Slimmer = field(repr=False)

    @property
    def deletes(self) -> bool:
        """The writer tidies the log after it."""
        return self.slimmer != Slimmer()

    def run(self, db: Cursor) -> None:
        one = self.entry
        if _head(db, one.case_cid) != (one.seq, one.prev):
            raise HeadMoved
        db.run(
            "INSERT INTO entry (case_cid, seq, prev, link, cited, kind, state, day, count, actor, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(one.case_cid, one.seq, one.prev, one.link, one.cited, one.kind, one.state, one.day, one.count, one.actor),
            one.body,
        )
        self._keep_place(db)
        self._keep_effects(db)
        self.slimmer.run(db, one.case_cid, self.lookup)
        if db.row("SELECT 1 FROM closed_mailbox WHERE lookup = ?", self.lookup):
            return
        upsert = (
            "INSERT INTO mailbox_block (lookup, slot, body) VALUES (?, ?, ?) "
            "ON CONFLICT (lookup, slot) DO UPDATE SET body = excluded.body"
        )
        if self.status_block:
            # those above are of an erased case under the same code: it ends with its own block 0
            db.run("DELETE FROM mailbox_block WHERE lookup = ? AND slot > ?", self.lookup, one.seq + 1)
            db.run(upsert, self.lookup, 0, self.status_block)
        if self.reply_block:
            db.run(upsert, self.lookup, one.seq + 1, self.reply_block)

    def _keep_place(self, db: Cursor) -> None:
        case, place = self.entry.case_cid, self.place
        db.run(
            "INSERT INTO place (case_cid, state, back, priority, until, since, entries, head) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (case_cid) DO UPDATE SET state = excluded.state, back = excluded.back, "
            "priority = excluded.priority, until = excluded.until, since = excluded.since, "
            "entries = excluded.entries, head = excluded.head",
            *(case, place.state, place.back, place.priority, place.until, place.since),
            *(self.entry.seq + 1, self.entry.link),
        )

    def _keep_effects(self, db: Cursor) -> None:
        case, effects = self.entry.case_cid, self.effects
        if effects.readers is not None:
            db.run("DELETE FROM case_reader WHERE case_cid = ?", case)
            for kem_hash in sorted(effects.readers):
                db.run("INSERT INTO case_reader (case_cid, kem_hash) VALUES (?, ?)", case, kem_hash)
        db.run("DELETE FROM case_holder WHERE case_cid = ?", case)
        for one in effects.holders:
            db.run(
                "INSERT INTO case_holder (case_cid, member, kem_hash, count) VALUES (?, ?, ?, ?)",
                *(case, one.member, one.kem_hash, one.count),
            )
        if effects.withholding is not None:
            db.run(
                "INSERT INTO withholding (case_cid, member, until) VALUES (?, ?, ?) "
                "ON CONFLICT (case_cid, member) DO UPDATE SET until = excluded.until "
                "WHERE excluded.until > withholding.until",  # SPEC 8.10: nobody makes another's shorter
                *(case, *effects.withholding),
            )
        db.run("DELETE FROM open_copy WHERE case_cid = ?", case)
        for copy in effects.copies:
            db.run("INSERT INTO open_copy (case_cid, seq, kem_hash, until) VALUES (?, ?, ?, ?)", case, *copy)
        db.run("DELETE FROM identity_ask WHERE case_cid = ?", case)
        if effects.asked_until:
            db.run("INSERT INTO identity_ask (case_cid, until) VALUES (?, ?)", case, effects.asked_until)
        if effects.withheld is not None:
            db.run(
                "INSERT INTO withheld (case_cid, member) VALUES (?, ?) ON CONFLICT (case_cid, member) DO NOTHING",
                *(case, effects.withheld),
            )


def _head(db: Cursor, case_cid: bytes) -> tuple[int, bytes]:
    """The number and the prev of the next entry."""
    row = db.row("SELECT seq, link FROM entry WHERE case_cid = ? ORDER BY seq DESC LIMIT 1", case_cid)
    return (row[0] + 1, bytes(row[1])) if row else (0, BEGINNING.link)
