"""Parts of cases that wait for a translator or an adviser, and nothing else of those cases."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, func
from sqlalchemy import select as select_columns
from sqlmodel import col

from crypto.encoding import Day
from crypto.keyring import Member
from service.store.database import reading
from service.store.tables import EntryRow, OpenCopyRow


@dataclass(frozen=True)
class OpenCopy:
    """`posted` as it was posted (SPEC 8.4); `seq` and `prev` are those of the case's next entry."""

    case_cid: bytes
    posted: bytes
    seq: int
    prev: bytes


def list_copies(engine: Engine, member: Member, today: Day) -> list[OpenCopy]:
    """Oldest day first; within a day by the random ids."""
    mine = (col(OpenCopyRow.kem_hash) == member.kem_hash) & (col(OpenCopyRow.until) >= today)
    same = (col(EntryRow.case_cid) == col(OpenCopyRow.case_cid)) & (col(EntryRow.seq) == col(OpenCopyRow.seq))
    wanted = select_columns(col(EntryRow.case_cid), col(EntryRow.body), col(EntryRow.day)).where(mine & same)
    with reading(engine) as session:
        connection = session.connection()
        rows = sorted((day, bytes(cid), bytes(body)) for cid, body, day in connection.execute(wanted))
        found = []
        for _, cid, body in rows:
            of_case = col(EntryRow.case_cid) == cid
            last = select_columns(func.max(col(EntryRow.seq))).where(of_case).scalar_subquery()
            head = select_columns(col(EntryRow.seq), col(EntryRow.link)).where(of_case & (col(EntryRow.seq) == last))
            seq, link = connection.execute(head).one()
            found.append(OpenCopy(cid, body, seq + 1, bytes(link)))
        return found
