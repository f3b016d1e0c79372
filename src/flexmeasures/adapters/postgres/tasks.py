"""The store of the latest runs of recurring tasks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from flexmeasures.adapters.postgres.sessions import Sessions
from flexmeasures.adapters.postgres.tables.records import LatestTaskRunRow


class Tasks:
    """Runs of tasks in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def report(self, name: str, at: datetime, *, succeeded: bool) -> None:
        run = {"datetime": at, "status": succeeded}
        statement = insert(LatestTaskRunRow).values(name=name, **run)
        with self._joined() as session:
            session.execute(statement.on_conflict_do_update(index_elements=[LatestTaskRunRow.name], set_=run))

    def latest(self, name: str) -> tuple[datetime, bool] | None:
        columns = select(LatestTaskRunRow.datetime, LatestTaskRunRow.status)
        with self._joined() as session:
            row = session.execute(columns.where(LatestTaskRunRow.name == name)).one_or_none()
        return None if row is None else (row[0], row[1])
