"""Emptying of a database between tests."""

from __future__ import annotations

from sqlalchemy import text

from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.postgres.tables.all import METADATA

_USED = " UNION ALL ".join(
    f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM {table.name})"  # noqa: S608 - names of our own tables
    for table in METADATA.sorted_tables
)


def empty(database: Database) -> None:
    """Remove everything that is kept. Fails at once if a transaction was left open."""
    with database.joined() as session:
        used = session.scalars(text(_USED)).all()
        if used:
            session.execute(text("SET LOCAL lock_timeout = '5s'"))
            session.execute(text(f"TRUNCATE {', '.join(used)} CASCADE"))
