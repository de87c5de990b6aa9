"""Reads for staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine, case, func, inspect
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from crypto.encoding import Z32, Day
from crypto.entry import APPROVAL
from crypto.message import NORMAL, REVIEW_LANE, STOP_LANE, URGENT
from crypto.walk import Start, resume
from crypto.workflow import CLOSED, ERASED, NO_PRIORITY, RECEIVED, REVIEW, SAFETY_HOLD
from service.store.database import reading, telling_causes
from service.store.tables import (
    CaseReaderRow,
    ClosedMailboxRow,
    EntryRow,
    MessageRow,
    PlaceRow,
    StaffSessionRow,
)

ENTRY_LINE = tuple(
    col(column)
    for column in (EntryRow.seq, EntryRow.link, EntryRow.kind, EntryRow.state, EntryRow.actor, EntryRow.cited)
)
PLACE = tuple(  # columns: ten thousand rows as objects would take as long as all the rest
    col(column)
    for column in (
        PlaceRow.case_cid,
        PlaceRow.state,
        PlaceRow.back,
        PlaceRow.priority,
        PlaceRow.until,
        PlaceRow.since,
        PlaceRow.entries,
        PlaceRow.head,
    )
)
LANE_ORDER = (URGENT, STOP_LANE, REVIEW_LANE)  # what a case shows when its messages differ; else normal


@dataclass(frozen=True)
class CaseLine:
    cid: bytes
    lane: int
    state: int
    first_day: int
    last_message_day: int
    messages: int
    entries: int
    head: bytes
    priority: int
    since: int
    until: int
    wished: bool  # the person's message has it in this state since then, and no entry took that up


@dataclass(frozen=True)
class MessageLine:
    cid: bytes
    day: int
    lane: int
    size: int


@dataclass(frozen=True)
class EntryLine:
    seq: int
    link: bytes
    kind: int
    state: int
    actor: bytes
    cited: bytes


@dataclass(frozen=True)
class CaseFile:
    cid: bytes
    lookup: bytes
    messages: tuple[MessageLine, ...]
    entries: tuple[EntryLine, ...]
    mailbox_open: bool


def list_all(engine: Engine, today: Day) -> list[CaseLine]:
    """Every case, from indexes alone. For numbers: nobody is shown this list."""
    message, entry = col(MessageRow.lane), col(EntryRow.cited)
    of_messages = select_columns(
        col(MessageRow.case_cid),
        func.count(),
        func.min(col(MessageRow.day)),
        func.max(col(MessageRow.day)),
        *(func.max(case((message == lane, 1), else_=0)) for lane in LANE_ORDER),
    ).group_by(col(MessageRow.case_cid))
    taken_up = select_columns(entry).where(entry == col(MessageRow.cid)).exists()
    wishes = (
        select_columns(col(MessageRow.case_cid), message, func.min(col(MessageRow.day)))
        .where(message.in_((STOP_LANE, REVIEW_LANE)), ~taken_up)
        .group_by(col(MessageRow.case_cid), message)
    )
    with reading(engine) as session:
        connection = session.connection()
        places = {bytes(row.case_cid): row for row in connection.execute(select_columns(*PLACE))}
        counted = connection.execute(of_messages).all()
        wished = {(bytes(cid), lane): day for cid, lane, day in connection.execute(wishes)}
    lines = []
    for case_cid, count, first, last, *lanes in counted:
        cid = bytes(case_cid)
        row = places.get(cid)
        place = _place(row, first, today)
        asked = {lane: wished[cid, lane] for lane in LANE_ORDER if (cid, lane) in wished}
        # what the person asks for is told until it is taken up
        told = {lane for lane, there in zip(LANE_ORDER, lanes, strict=True) if there} - {STOP_LANE, REVIEW_LANE}
        lane = next((lane for lane in LANE_ORDER if lane in told or lane in asked), NORMAL)
        shown = _as_wished(place, asked)
        entries, head = (row.entries, bytes(row.head)) if row else (0, Z32)
        standing = (shown.priority, shown.since, shown.until, shown is not place)
        lines.append(CaseLine(cid, lane, shown.state, first, last, count, entries, head, *standing))
    return sorted(lines, key=lambda line: (line.first_day, line.cid))


def _place(row: Any, arrived: Day, today: Day) -> Start:
    """`row` has the columns of PLACE; None: nobody has acted."""
    if row is None:
        return Start(state=RECEIVED, priority=NO_PRIORITY, since=arrived)
    place = Start(state=row.state, back=row.back, priority=row.priority, until=row.until, since=row.since)
    return resume(place, today)


def _as_wished(place: Start, asked: Mapping[int, Day]) -> Start:
    """SPEC 8.3: what is shown while no entry takes up what the person asked for, since they did. `asked`: by lane."""
    if STOP_LANE in asked and place.state != ERASED:
        return replace(place, state=SAFETY_HOLD, since=asked[STOP_LANE], until=0)
    if REVIEW_LANE in asked and place.state == CLOSED:
        return replace(place, state=REVIEW, since=asked[REVIEW_LANE], until=0)
    return place


def find_case(engine: Engine, cid: bytes) -> CaseFile | None:
    """What there is, without a sealed byte: a case may be hundreds of megabytes."""
    with reading(engine) as session:
        of_messages = (col(MessageRow.cid), col(MessageRow.lookup), col(MessageRow.day), col(MessageRow.lane))
        messages = session.connection().execute(
            select_columns(*of_messages, func.length(col(MessageRow.body))).where(col(MessageRow.case_cid) == cid)
        )
        rows = [(bytes(one), bytes(lookup), day, lane, size) for one, lookup, day, lane, size in messages]
        if not rows:
            return None
        of_entries = select_columns(*ENTRY_LINE).where(col(EntryRow.case_cid) == cid)
        entries = session.connection().execute(of_entries.order_by(col(EntryRow.seq))).all()
        lookup = rows[0][1]
        closed = session.get(ClosedMailboxRow, lookup) is not None
        # the first is the case; after it by day
        ordered = sorted(rows, key=lambda row: (row[0] != cid, row[2], row[0]))
        return CaseFile(
            cid,
            lookup,
            tuple(MessageLine(one, day, lane, size) for one, _, day, lane, size in ordered),
            tuple(_entry_line(row) for row in entries),
            not closed,
        )


def _entry_line(row: Any) -> EntryLine:
    return EntryLine(row.seq, bytes(row.link), row.kind, row.state, bytes(row.actor), bytes(row.cited))


def list_entries(engine: Engine, state: int) -> dict[bytes, list[EntryLine]]:
    """Of each case that stands there by its entries, in their order."""
    found: defaultdict[bytes, list[EntryLine]] = defaultdict(list)
    case_cid = col(EntryRow.case_cid)
    wanted = select_columns(case_cid, *ENTRY_LINE).join(PlaceRow, col(PlaceRow.case_cid) == case_cid)
    with reading(engine) as session:
        rows = wanted.where(col(PlaceRow.state) == state).order_by(case_cid, col(EntryRow.seq))
        for row in session.connection().execute(rows):
            found[bytes(row.case_cid)].append(_entry_line(row))
    return found


def list_deeds(engine: Engine) -> list[tuple[bytes, int, int]]:
    """Case, kind and state of every entry there is; those of a case in their order."""
    with reading(engine) as session:
        wanted = select_columns(col(EntryRow.case_cid), col(EntryRow.kind), col(EntryRow.state))
        found = session.connection().execute(wanted.order_by(col(EntryRow.case_cid), col(EntryRow.seq)))
        return [(bytes(cid), kind, state) for cid, kind, state in found]


def list_approvals(engine: Engine, state: int) -> list[tuple[bytes, bytes]]:
    """Case and bytes as posted (SPEC 8.4) of every approval under this state."""
    with reading(engine) as session:
        wanted = select_columns(col(EntryRow.case_cid), col(EntryRow.body))
        found = session.connection().execute(wanted.where(col(EntryRow.kind) == APPROVAL, col(EntryRow.state) == state))
        return [(bytes(cid), bytes(body)) for cid, body in found]


def list_readers(engine: Engine) -> list[tuple[bytes, bytes]]:
    """Case and KEM hash of everybody whom a live wrap names."""
    with reading(engine) as session:
        named = select_columns(col(CaseReaderRow.case_cid), col(CaseReaderRow.kem_hash))
        return [(bytes(cid), bytes(kem_hash)) for cid, kem_hash in session.connection().execute(named)]


def read_entries(engine: Engine, case_cid: bytes) -> list[bytes]:
    """As posted (SPEC 8.4), in their order."""
    with reading(engine) as session:
        wanted = select_columns(col(EntryRow.body)).where(col(EntryRow.case_cid) == case_cid)
        return [bytes(row[0]) for row in session.connection().execute(wanted.order_by(col(EntryRow.seq)))]


def read_message(engine: Engine, case_cid: bytes, cid: bytes) -> bytes | None:
    with reading(engine) as session:
        row = session.exec(select(MessageRow).where(col(MessageRow.cid) == cid)).first()
        return bytes(row.body) if row and bytes(row.case_cid) == case_cid else None


def any_message(engine: Engine) -> bytes | None:
    """One that is not erased, whichever; of a database of any age. Raises DatabaseRefused."""
    body = col(MessageRow.body)
    with telling_causes(), reading(engine) as session:
        if not inspect(session.connection()).has_table(MessageRow.__tablename__):
            return None
        row = session.connection().execute(select_columns(body).where(func.length(body) > 0).limit(1)).first()
        return bytes(row[0]) if row else None


@dataclass(frozen=True)
class StaffSession:
    signing_pk: bytes
    session_pk: bytes
    expires_hour: int


def find_session(engine: Engine, id_: bytes) -> StaffSession | None:
    with reading(engine) as session:
        row = session.get(StaffSessionRow, id_)
        return StaffSession(bytes(row.signing_pk), bytes(row.session_pk), row.expires_hour) if row else None
