"""How many cases a member opened on a day, and who agreed to more."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "2026_11_30_reading"
down_revision = "2026_11_30_copies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_read",
        sa.Column("day", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("member", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("case_cid", sa.LargeBinary(), primary_key=True, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "more_asked",
        sa.Column("hash", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("member", sa.LargeBinary(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("more_asked_day", "more_asked", ["day"])


def downgrade() -> None:
    op.drop_table("more_asked")
    op.drop_table("case_read")
