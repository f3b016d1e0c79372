"""The store of UDI events."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from flexmeasures.adapters.postgres.sessions import Sessions
from flexmeasures.adapters.postgres.tables.events import UdiEventRow
from flexmeasures.domain.flexibility import SocTarget, UdiEvent


class Events:
    """UDI events in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def add(self, event: UdiEvent) -> None:
        identity = {"asset_id": event.asset_id, "event_id": event.event_id, "type": event.type}
        told = {
            "time": event.time,
            "soc": event.soc,
            "targets": [{"due": target.due.isoformat(), "soc": target.soc} for target in event.targets],
            "efficiency": event.efficiency,
            "soc_min": event.soc_min,
            "soc_max": event.soc_max,
        }
        statement = insert(UdiEventRow).values(**identity, **told)
        with self._joined() as session:
            session.execute(statement.on_conflict_do_update(index_elements=list(identity), set_=told))

    def event(self, asset_id: int, event_id: int, event_type: str) -> UdiEvent | None:
        with self._joined() as session:
            row = session.get(UdiEventRow, (asset_id, event_id, event_type), populate_existing=True)
            return None if row is None else _event(row)


def _event(row: UdiEventRow) -> UdiEvent:
    return UdiEvent(
        asset_id=row.asset_id,
        event_id=row.event_id,
        type=row.type,
        time=row.time,
        soc=row.soc,
        targets=tuple(
            SocTarget(datetime.fromisoformat(str(target["due"])), float(str(target["soc"])))
            for target in row.targets
        ),
        efficiency=row.efficiency,
        soc_min=row.soc_min,
        soc_max=row.soc_max,
    )
