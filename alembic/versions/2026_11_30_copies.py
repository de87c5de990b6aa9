"""Parts of a case that wait for a translator or an adviser."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "2026_11_30_copies"
down_revision = "2026_11_29_keeping"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_copy",
        sa.Column("case_cid", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("seq", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("kem_hash", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("open_copy_key", "open_copy", ["kem_hash"])


def downgrade() -> None:
    op.drop_table("open_copy")
