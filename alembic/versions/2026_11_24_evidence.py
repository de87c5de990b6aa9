"""Evidence: sealed files in parts."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "2026_11_24_evidence"
down_revision = "2026_11_23_session_key"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("upload", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("pinned", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evidence_part",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("upload", sa.LargeBinary(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_index("evidence_part_place", "evidence_part", ["upload", "start"], unique=True)


def downgrade() -> None:
    op.drop_table("evidence_part")
    op.drop_table("evidence")
