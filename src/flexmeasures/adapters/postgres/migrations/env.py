"""Alembic runs this for each of its commands, with the connection that the schema gives it."""

from __future__ import annotations

from alembic import context

from flexmeasures.adapters.postgres.tables.all import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
