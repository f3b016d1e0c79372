"""What was learned of sensors, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.learned import Learned


@dataclass(frozen=True, slots=True)
class MemoryLearned:
    """A fake of the store of what was learned."""

    tables: Tables

    def keep(self, way: str, learned: Learned) -> None:
        """Keep what was learned of a sensor, instead of what was before."""
        self.tables.learned[learned.sensor_id, way] = (learned.at, learned.content)

    def since(self, way: str, sensor_ids: Sequence[int], since: datetime) -> list[Learned]:
        """Return what was learned of some sensors after a time, in order of their ids."""
        found = ((sensor_id, self.tables.learned.get((sensor_id, way))) for sensor_id in sorted(sensor_ids))
        return [Learned(sensor_id, *kept) for sensor_id, kept in found if kept and kept[0] > since]
