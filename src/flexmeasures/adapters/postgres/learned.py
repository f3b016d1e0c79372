"""The store of what was learned of sensors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from flexmeasures.adapters.postgres.sessions import FRESH, Sessions
from flexmeasures.adapters.postgres.tables.learned import LearnedRow
from flexmeasures.usecases.ports.learned import Learned


class LearnedOfSensors:
    """What was learned, in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def keep(self, way: str, learned: Learned) -> None:
        told = {"at": learned.at, "content": learned.content}
        statement = insert(LearnedRow).values(sensor_id=learned.sensor_id, way=way, **told)
        keys = [LearnedRow.sensor_id, LearnedRow.way]
        with self._joined() as session:
            session.execute(statement.on_conflict_do_update(index_elements=keys, set_=told))

    def since(self, way: str, sensor_ids: Sequence[int], since: datetime) -> list[Learned]:
        wanted = (LearnedRow.way == way) & LearnedRow.sensor_id.in_(sensor_ids) & (LearnedRow.at > since)
        with self._joined() as session:
            rows = session.scalars(
                select(LearnedRow).where(wanted).order_by(LearnedRow.sensor_id), execution_options=FRESH
            )
            return [Learned(row.sensor_id, row.at, row.content) for row in rows]
