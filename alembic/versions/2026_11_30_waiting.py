"""How many bytes nobody has opened yet stands in a row: adding them up for each part took longer the more they were."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "2026_11_30_waiting"
down_revision = "2026_11_30_appended"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_waiting",
        sa.Column("id", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO evidence_waiting (id, received) "
        "SELECT 1, sum(received) FROM evidence WHERE pinned = 0 HAVING count(*) > 0"
    )


def downgrade() -> None:
    op.drop_table("evidence_waiting")
