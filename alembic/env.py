"""Alembic's environment. It is given a connection; there is no alembic.ini and no address in a file."""

from __future__ import annotations

from sqlmodel import SQLModel

import service.store.tables  # noqa: F401 - registers the tables
from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
