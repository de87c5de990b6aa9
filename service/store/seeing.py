"""Who sees that a case is there (SPEC 8.9, 8.10). One rule for the list and for an address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, Engine, true
from sqlalchemy import select as select_columns
from sqlalchemy.orm import Mapped
from sqlmodel import col

from crypto.encoding import Day
from crypto.entry import TOUCHES
from crypto.keeping import Holder, is_kept
from crypto.keyring import CUSTODIAN, REVIEWER, KeyringBody, Member
from crypto.message import REVIEW_LANE
from crypto.workflow import ERASED
from service.store.cases import CaseLine, list_all
from service.store.database import reading
from service.store.tables import (
    CaseHolderRow,
    CaseReaderRow,
    EntryRow,
    IdentityAskRow,
    MessageRow,
    PlaceRow,
    WithheldRow,
    WithholdingRow,
)


def list_cases(engine: Engine, member: Member, keyring: KeyringBody, today: Day) -> list[CaseLine]:
    """What this member may see, oldest first; within a day by the random ids. Nobody sees a tombstone."""
    every = list_all(engine, today)
    with reading(engine) as session:
        view = _View(session.connection(), member, keyring, today)
    return [line for line in every if line.state != ERASED and view.shows(line.cid, line.messages)]


def may_see(engine: Engine, member: Member, keyring: KeyringBody, case_cid: bytes, today: Day) -> bool:
    with reading(engine) as session:
        connection = session.connection()
        place = session.get(PlaceRow, case_cid)
        if place and place.state == ERASED:
            return False
        listed = select_columns(col(MessageRow.cid)).where(col(MessageRow.case_cid) == case_cid)
        messages = len(connection.execute(listed).all())
        return _View(connection, member, keyring, today, case_cid).shows(case_cid, messages)


class _View:
    """What is known of one case, or of all, about one member.

    Custodians see a case whose identity is asked for, a unit's members one that a wrap names them for. Reviewers see
    all but those that their named readers keep; of these, one in which the person asks for a review and they took no
    step. Nobody sees one that is withheld from them.
    """

    def __init__(
        self, connection: Connection, member: Member, keyring: KeyringBody, today: Day, only: bytes | None = None
    ) -> None:
        self._connection, self._member, self._only = connection, member, only
        self._keyring, self._today = keyring, today
        self._gone: defaultdict[bytes, set[bytes]] = defaultdict(set)
        of_withheld = (col(WithheldRow.case_cid), col(WithheldRow.member))
        for case_cid, gone in self._rows(of_withheld, true()):
            self._gone[case_cid].add(gone)
        of_withholding = (col(WithholdingRow.case_cid), col(WithholdingRow.member))
        for case_cid, gone in self._rows(of_withholding, col(WithholdingRow.until) >= today):
            self._gone[case_cid].add(gone)
        if member.role == CUSTODIAN:
            named = self._rows((col(IdentityAskRow.case_cid),), col(IdentityAskRow.until) >= today)
        else:
            named = self._rows((col(CaseReaderRow.case_cid),), col(CaseReaderRow.kem_hash) == member.kem_hash)
        self._mine = {row[0] for row in named}
        self._holders: defaultdict[bytes, list[Holder]] = defaultdict(list)
        self._fresh: frozenset[bytes] = frozenset()
        if member.role == REVIEWER:
            self._read_kept()

    def _rows(self, columns: tuple[Mapped[bytes], ...], condition: ColumnElement[bool]) -> list[tuple[bytes, ...]]:
        """The first column is the case's."""
        wanted = select_columns(*columns).where(condition)
        if self._only is not None:
            wanted = wanted.where(columns[0] == self._only)
        return [tuple(bytes(value) for value in row) for row in self._connection.execute(wanted)]

    def _read_kept(self) -> None:
        held = select_columns(
            col(CaseHolderRow.case_cid),
            col(CaseHolderRow.member),
            col(CaseHolderRow.kem_hash),
            col(CaseHolderRow.count),
        )
        if self._only is not None:
            held = held.where(col(CaseHolderRow.case_cid) == self._only)
        for case_cid, member, kem_hash, count in self._connection.execute(held):
            self._holders[bytes(case_cid)].append(Holder(bytes(member), bytes(kem_hash), count))
        taken_up = select_columns(col(EntryRow.cited)).where(col(EntryRow.cited) == col(MessageRow.cid)).exists()
        waiting = self._rows((col(MessageRow.case_cid),), (col(MessageRow.lane) == REVIEW_LANE) & ~taken_up)
        mine = (col(EntryRow.actor) == self._member.id) & col(EntryRow.kind).in_(TOUCHES)
        # one case after another: entries are long, and to look through all of them would be dear
        cases = {row[0] for row in waiting}
        touched = {
            one for one in cases if self._rows((col(EntryRow.case_cid),), mine & (col(EntryRow.case_cid) == one))
        }
        self._fresh = frozenset(cases - touched)

    def shows(self, case_cid: bytes, messages: int) -> bool:
        gone: Collection[bytes] = self._gone[case_cid]
        if self._member.id in gone:
            return False
        if case_cid in self._mine:
            return True
        if self._member.role != REVIEWER:
            return False
        kept = is_kept(self._holders[case_cid], messages, self._keyring, self._today, gone)
        return not kept or case_cid in self._fresh
