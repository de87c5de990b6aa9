"""Who sees a case: named readers who have read it all, and from whom it is withheld for some days."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "2026_11_29_keeping"
down_revision = "2026_11_25_casework"
branch_labels = None
depends_on = None


def _key(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), primary_key=True, nullable=False)


def upgrade() -> None:
    kem_hash = sa.Column("kem_hash", sa.LargeBinary(), nullable=False)
    count = sa.Column("count", sa.Integer(), nullable=False)
    op.create_table("case_holder", _key("case_cid"), _key("member"), kem_hash, count, sqlite_with_rowid=False)
    until = sa.Column("until", sa.Integer(), nullable=False)
    op.create_table("withholding", _key("case_cid"), _key("member"), until, sqlite_with_rowid=False)
    op.create_index("withholding_member", "withholding", ["member"])


def downgrade() -> None:
    op.drop_table("withholding")
    op.drop_table("case_holder")
