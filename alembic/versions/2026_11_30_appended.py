"""The case of a code is found by its first message: an index of all messages by their codes is written for nothing."""

from __future__ import annotations

from alembic import op

revision = "2026_11_30_appended"
down_revision = "2026_11_30_reading"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("message_lookup", "message")


def downgrade() -> None:
    op.create_index("message_lookup", "message", ["lookup"])
