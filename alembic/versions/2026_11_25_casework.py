"""Casework: where a case stands, who reads it in a unit, from whom it is withheld."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "2026_11_25_casework"
down_revision = "2026_11_24_evidence"
branch_labels = None
depends_on = None


def _key(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), primary_key=True, nullable=False)


def upgrade() -> None:
    names = "state back priority until since entries".split()
    numbers = [sa.Column(name, sa.Integer(), nullable=False) for name in names]
    head = sa.Column("head", sa.LargeBinary(), nullable=False)
    op.create_table("place", _key("case_cid"), *numbers, head, sqlite_with_rowid=False)
    op.drop_index("message_case", "message")
    op.create_index("message_case", "message", ["case_cid", "day", "lane"])
    op.create_index("entry_cited", "entry", ["cited"])
    op.create_table("case_reader", _key("case_cid"), _key("kem_hash"), sqlite_with_rowid=False)
    op.create_index("case_reader_key", "case_reader", ["kem_hash"])
    op.create_table("withheld", _key("case_cid"), _key("member"), sqlite_with_rowid=False)
    op.create_index("withheld_member", "withheld", ["member"])
    until = sa.Column("until", sa.Integer(), nullable=False)
    op.create_table("identity_ask", _key("case_cid"), until, sqlite_with_rowid=False)


def downgrade() -> None:
    op.drop_table("identity_ask")
    op.drop_table("withheld")
    op.drop_table("case_reader")
    op.drop_table("place")
    op.drop_index("entry_cited", "entry")
    op.drop_index("message_case", "message")
    op.create_index("message_case", "message", ["case_cid"])
