"""How many cases a member opened on a day, and what two agreed on beyond the bound (SPEC 11.6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, func
from sqlalchemy import select as select_columns
from sqlmodel import col

from crypto.encoding import Day
from crypto.message import STOP_LANE, URGENT
from crypto.more import SignedMoreAsked
from service.domain.opening import is_counted
from service.store.database import Cursor, NothingWritten, reading
from service.store.tables import CaseReadRow, EntryRow, MessageRow, MoreAskedRow, PlaceRow


def is_bounded(engine: Engine, member: bytes, case_cid: bytes, day: Day) -> bool:
    """Whether to open the case is to be counted: it is of those that are, and this member did not open it that day."""
    with reading(engine) as session:
        place = session.get(PlaceRow, case_cid)
        mine = (col(CaseReadRow.day) == day) & (col(CaseReadRow.member) == member)
        counted = select_columns(col(CaseReadRow.day)).where(mine & (col(CaseReadRow.case_cid) == case_cid))
        if place is None or session.connection().execute(counted).first():
            return False
        return is_counted(place.state, place.priority, _unheard_alarm(session.connection(), case_cid))


def _unheard_alarm(connection: Connection, case_cid: bytes) -> bool:
    of_case = select_columns(col(MessageRow.cid), col(MessageRow.lane)).where(col(MessageRow.case_cid) == case_cid)
    sent = [(bytes(cid), lane) for cid, lane in connection.execute(of_case)]
    lanes = {lane for _, lane in sent}
    if not lanes & {URGENT, STOP_LANE}:
        return False
    of_entries = select_columns(col(EntryRow.count), col(EntryRow.cited)).where(col(EntryRow.case_cid) == case_cid)
    entries = [(count, bytes(cited)) for count, cited in connection.execute(of_entries)]
    cited_by_any = {cited for _, cited in entries}
    if any(lane == STOP_LANE and cid not in cited_by_any for cid, lane in sent):
        return True
    return URGENT in lanes and len(sent) > max((count for count, _ in entries), default=0)


@dataclass(frozen=True)
class CountOpened:
    """Answers whether the member may: within `most`, and what another agreed to that day."""

    member: bytes
    case_cid: bytes
    day: Day
    most: int

    def run(self, db: Cursor) -> bool:
        mine = (self.day, self.member)
        db.hold("case_read")  # another process may count the same member's
        if db.row("SELECT 1 FROM case_read WHERE day = ? AND member = ? AND case_cid = ?", *mine, self.case_cid):
            return True
        opened = db.row("SELECT count(*) FROM case_read WHERE day = ? AND member = ?", *mine)
        more = db.row(
            "SELECT coalesce(sum(cases), 0) FROM more_asked WHERE day = ? AND member = ? AND agreed = 1", *mine
        )
        if opened and more and int(opened[0]) >= self.most + int(more[0]):
            return False
        db.run("INSERT INTO case_read (day, member, case_cid) VALUES (?, ?, ?)", *mine, self.case_cid)
        return True


@dataclass(frozen=True)
class AskMore:
    """In the place of what the same member asked that day and nobody answered."""

    asked: SignedMoreAsked

    def run(self, db: Cursor) -> None:
        one = self.asked
        db.hold("case_read")  # as above; the same table, so that no two processes wait crosswise
        db.run(
            "DELETE FROM more_asked WHERE day = ? AND member = ? AND hash <> ? AND length(answer) = 0",
            *(one.day, one.member, one.hash),
        )
        db.run(
            "INSERT INTO more_asked (hash, day, member, cases, asked, answer, agreed) VALUES (?, ?, ?, ?, ?, ?, 0) "
            "ON CONFLICT (hash) DO NOTHING",
            *(one.hash, one.day, one.member, one.cases, one.encoded, b""),
        )


class AnsweredAlready(NothingWritten):
    """Another was first, or nobody asks any more."""


@dataclass(frozen=True)
class AnswerMore:
    hash: bytes
    agrees: bool
    answer: bytes = field(repr=False)

    def run(self, db: Cursor) -> None:
        sql = "UPDATE more_asked SET answer = ?, agreed = ? WHERE hash = ? AND length(answer) = 0"
        if db.run(sql, self.answer, int(self.agrees), self.hash) != 1:
            raise AnsweredAlready


@dataclass(frozen=True)
class Asking:
    """`opened`: how many cases the asker opened that day. `refused`: how many of their askings others refused."""

    asked: bytes
    opened: int
    refused: int


@dataclass(frozen=True)
class Opened:
    """One member's day. `more`: what was agreed to. `own`: their asking that waits. `others`: what others ask."""

    opened: int
    more: int
    own: bytes
    refused: bool
    others: tuple[Asking, ...]


def read_day(engine: Engine, member: bytes, day: Day) -> Opened:
    who = col(CaseReadRow.member)
    counted = select_columns(who, func.count()).where(col(CaseReadRow.day) == day).group_by(who)
    columns = (col(MoreAskedRow.member), col(MoreAskedRow.asked), col(MoreAskedRow.answer))
    wanted = select_columns(*columns, col(MoreAskedRow.cases), col(MoreAskedRow.agreed))
    with reading(engine) as session:
        connection = session.connection()
        opened = {bytes(one): int(count) for one, count in connection.execute(counted)}
        rows = connection.execute(wanted.where(col(MoreAskedRow.day) == day).order_by(col(MoreAskedRow.hash))).all()
    mine = [row for row in rows if bytes(row.member) == member]
    others = [(bytes(row.member), bytes(row.asked)) for row in rows if bytes(row.member) != member and not row.answer]
    refused = Counter(bytes(row.member) for row in rows if row.answer and not row.agreed)
    return Opened(
        opened.get(member, 0),
        sum(row.cases for row in mine if row.agreed),
        next((bytes(row.asked) for row in mine if not row.answer), b""),
        refused[member] > 0,
        tuple(Asking(asked, opened.get(by, 0), refused[by]) for by, asked in others),
    )


def find_asked(engine: Engine, hash_: bytes) -> bytes | None:
    with reading(engine) as session:
        row = session.get(MoreAskedRow, hash_)
        return bytes(row.asked) if row else None


def list_asked(engine: Engine) -> list[tuple[bytes, bytes]]:
    """Every asking there ever was, and its answer."""
    with reading(engine) as session:
        wanted = select_columns(col(MoreAskedRow.asked), col(MoreAskedRow.answer))
        return [(bytes(asked), bytes(answer)) for asked, answer in session.connection().execute(wanted)]
