"""Messages, entries, mailbox blocks, spent nonces, staff sessions."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "2026_11_23_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("cid", sa.LargeBinary(), unique=True, nullable=False),
        sa.Column("case_cid", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("keyring_version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_index("message_lookup", "message", ["lookup"])
    op.create_index("message_case", "message", ["case_cid"])
    op.create_index(
        "message_first",
        "message",
        ["lookup"],
        unique=True,
        sqlite_where=sa.text("cid = case_cid"),
        postgresql_where=sa.text("cid = case_cid"),
    )
    op.create_table(
        "entry",
        sa.Column("case_cid", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("seq", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("cited", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("actor", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mailbox_block",
        sa.Column("lookup", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("slot", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closed_mailbox",
        sa.Column("lookup", sa.LargeBinary(), primary_key=True, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent_nonce",
        sa.Column("tag", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_spent_nonce_expires_hour", "spent_nonce", ["expires_hour"])
    op.create_table(
        "staff_session",
        sa.Column("id", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("member", sa.LargeBinary(), nullable=False),
        sa.Column("session_pk", sa.LargeBinary(), nullable=False),
        sa.Column("expires_hour", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_staff_session_expires_hour", "staff_session", ["expires_hour"])


def downgrade() -> None:
    for table in ("staff_session", "spent_nonce", "closed_mailbox", "mailbox_block", "entry", "message"):
        op.drop_table(table)
