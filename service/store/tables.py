"""The tables, for migrations and reads. Never a parse target: a table class accepts wrong types in silence."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, text
from sqlmodel import Field, SQLModel


def _bytes(*, key: bool = False, nullable: bool = False) -> Column[bytes]:
    return Column(LargeBinary, primary_key=key, nullable=nullable)


def _number() -> Column[int]:
    """For rows of many pages: SQLite stores them in half the time by a whole number. Whoever inserts one chooses it."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Column(kind, primary_key=True, autoincrement=False, nullable=False)


class MessageRow(SQLModel, table=True):
    """A sealed message. The case is that of the first message under the lookup id; no row is made for a case."""

    __tablename__ = "message"
    __table_args__ = (
        Index("message_case", "case_cid", "day", "lane"),  # a list of cases needs no more of them
        # the case of a code, and who is first when two first messages of one code arrive in two processes
        Index(
            "message_first",
            "lookup",
            unique=True,
            sqlite_where=text("cid = case_cid"),
            postgresql_where=text("cid = case_cid"),
        ),
    )
    id: int = Field(sa_column=_number())
    cid: bytes = Field(sa_column=Column(LargeBinary, unique=True, nullable=False))
    case_cid: bytes = Field(sa_column=_bytes())
    lookup: bytes = Field(sa_column=_bytes())
    day: int
    lane: int
    keyring_version: int
    body: bytes = Field(sa_column=_bytes())


class EntryRow(SQLModel, table=True):
    """A signed entry as posted (SPEC 8.4). The primary key is the compare-and-swap of the chain."""

    __tablename__ = "entry"
    __table_args__ = (Index("entry_cited", "cited"), {"sqlite_with_rowid": False})
    case_cid: bytes = Field(sa_column=_bytes(key=True))
    seq: int = Field(primary_key=True)
    prev: bytes = Field(sa_column=_bytes())
    link: bytes = Field(sa_column=_bytes())
    cited: bytes = Field(sa_column=_bytes())
    kind: int
    state: int
    day: int
    count: int  # messages the signer knew
    actor: bytes = Field(sa_column=_bytes())
    body: bytes = Field(sa_column=_bytes())


class MailboxBlockRow(SQLModel, table=True):
    """Slot 0 = block 0; slot n = the reply posted with entry n - 1. A burnt block is deleted."""

    __tablename__ = "mailbox_block"
    __table_args__ = ({"sqlite_with_rowid": False},)
    lookup: bytes = Field(sa_column=_bytes(key=True))
    slot: int = Field(primary_key=True)
    body: bytes = Field(sa_column=_bytes())


class ClosedMailboxRow(SQLModel, table=True):
    """A burnt receipt, for ever."""

    __tablename__ = "closed_mailbox"
    __table_args__ = ({"sqlite_with_rowid": False},)
    lookup: bytes = Field(sa_column=_bytes(key=True))


class PlaceRow(SQLModel, table=True):
    """Where a case stands by its entries (SPEC 8.3), so that a list need not verify every chain."""

    __tablename__ = "place"
    __table_args__ = ({"sqlite_with_rowid": False},)
    case_cid: bytes = Field(sa_column=_bytes(key=True))
    state: int
    back: int
    priority: int
    until: int
    since: int
    entries: int
    head: bytes = Field(sa_column=_bytes())


class CaseReaderRow(SQLModel, table=True):
    """Whom the live wrap of a unit names: these and no others of the unit see the case."""

    __tablename__ = "case_reader"
    __table_args__ = (Index("case_reader_key", "kem_hash"), {"sqlite_with_rowid": False})
    case_cid: bytes = Field(sa_column=_bytes(key=True))
    kem_hash: bytes = Field(sa_column=_bytes(key=True))


class CaseHolderRow(SQLModel, table=True):
    """Named readers who signed that they read so many messages of the person (SPEC 8.9): two of them keep a case."""

    __tablename__ = "case_holder"
    __table_args__ = ({"sqlite_with_rowid": False},)
    case_cid: bytes = Field(sa_column=_bytes(key=True))
    member: bytes = Field(sa_column=_bytes(key=True))
    kem_hash: bytes = Field(sa_column=_bytes())
    count: int


class WithheldRow(SQLModel, table=True):
    """A member who sees nothing of a case, not even that it is there."""

    __tablename__ = "withheld"
    __table_args__ = (Index("withheld_member", "member"), {"sqlite_with_rowid": False})
    case_cid: bytes = Field(sa_column=_bytes(key=True))
    member: bytes = Field(sa_column=_bytes(key=True))


class WithholdingRow(SQLModel, table=True):
    """The same for a member from whom a colleague has it withheld, up to and with a day (SPEC 8.10)."""

    __tablename__ = "withholding"
    __table_args__ = (Index("withholding_member", "member"), {"sqlite_with_rowid": False})
    case_cid: bytes = Field(sa_column=_bytes(key=True))
    member: bytes = Field(sa_column=_bytes(key=True))
    until: int


class OpenCopyRow(SQLModel, table=True):
    """A part that waits for a translator or an adviser, by the number of its entry (SPEC 8.11)."""

    __tablename__ = "open_copy"
    __table_args__ = (Index("open_copy_key", "kem_hash"), {"sqlite_with_rowid": False})
    case_cid: bytes = Field(sa_column=_bytes(key=True))
    seq: int = Field(primary_key=True)
    kem_hash: bytes = Field(sa_column=_bytes())
    until: int


class IdentityAskRow(SQLModel, table=True):
    """A case whose sealed identity is asked for: until that day custodians see it."""

    __tablename__ = "identity_ask"
    __table_args__ = ({"sqlite_with_rowid": False},)
    case_cid: bytes = Field(sa_column=_bytes(key=True))
    until: int


class CaseReadRow(SQLModel, table=True):
    """A case that a member opened on that day, for the bound of the day; gone with it."""

    __tablename__ = "case_read"
    __table_args__ = ({"sqlite_with_rowid": False},)
    day: int = Field(primary_key=True)
    member: bytes = Field(sa_column=_bytes(key=True))
    case_cid: bytes = Field(sa_column=_bytes(key=True))


class MoreAskedRow(SQLModel, table=True):
    """A member's asking to open more cases that day, and another's answer, as signed (SPEC 11.6)."""

    __tablename__ = "more_asked"
    __table_args__ = (Index("more_asked_day", "day"), {"sqlite_with_rowid": False})
    hash: bytes = Field(sa_column=_bytes(key=True))
    day: int
    member: bytes = Field(sa_column=_bytes())
    cases: int
    asked: bytes = Field(sa_column=_bytes())
    answer: bytes = Field(sa_column=_bytes())  # empty: nobody answered
    agreed: int


class SpentNonceRow(SQLModel, table=True):
    """A random tag and the hour after which it may go; linked to nobody."""

    __tablename__ = "spent_nonce"
    __table_args__ = ({"sqlite_with_rowid": False},)
    tag: bytes = Field(sa_column=_bytes(key=True))
    expires_hour: int = Field(index=True)


class StaffSessionRow(SQLModel, table=True):
    """A signed-in member's tab: the member's key that opened it, its own key, the hour after which it is nothing."""

    __tablename__ = "staff_session"
    __table_args__ = ({"sqlite_with_rowid": False},)
    id: bytes = Field(sa_column=_bytes(key=True))
    signing_pk: bytes = Field(sa_column=_bytes())
    session_pk: bytes = Field(sa_column=_bytes())
    expires_hour: int = Field(index=True)


class EvidenceRow(SQLModel, table=True):
    """A sealed file on its way or whole (SPEC 6.11). Nothing tells whose it is; `pinned`: a reader opened it."""

    __tablename__ = "evidence"
    __table_args__ = ({"sqlite_with_rowid": False},)
    upload: bytes = Field(sa_column=_bytes(key=True))
    token_hash: bytes = Field(sa_column=_bytes())
    total: int = Field(sa_type=BigInteger)
    received: int = Field(sa_type=BigInteger)
    day: int
    pinned: int


class EvidenceWaitingRow(SQLModel, table=True):
    """One row: the bytes that are here of files that nobody has opened, so that no part has to add them up."""

    __tablename__ = "evidence_waiting"
    __table_args__ = ({"sqlite_with_rowid": False},)
    id: int = Field(primary_key=True)
    received: int = Field(sa_type=BigInteger)


class EvidencePartRow(SQLModel, table=True):
    """Bytes `start` .. of a sealed file, as they came."""

    __tablename__ = "evidence_part"
    __table_args__ = (Index("evidence_part_place", "upload", "start", unique=True),)
    id: int = Field(sa_column=_number())
    upload: bytes = Field(sa_column=_bytes())
    start: int = Field(sa_type=BigInteger)
    body: bytes = Field(sa_column=_bytes())
