"""A session is of the key that opened it, so that it ends when the member is given another."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "2026_11_23_session_key"
down_revision = "2026_11_23_foundation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everybody signs in again."""
    _make_anew("signing_pk")


def downgrade() -> None:
    _make_anew("member")


def _make_anew(whose: str) -> None:
    op.drop_table("staff_session")
    op.create_table(
        "staff_session",
        sa.Column("id", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column(whose, sa.LargeBinary(), nullable=False),
        sa.Column("session_pk", sa.LargeBinary(), nullable=False),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_staff_session_expires_hour", "staff_session", ["expires_hour"])
