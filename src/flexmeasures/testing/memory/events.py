"""UDI events in memory."""

from __future__ import annotations

from dataclasses import dataclass

from flexmeasures.domain.flexibility import UdiEvent
from flexmeasures.testing.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemoryEvents:
    """A fake of the store of UDI events."""

    tables: Tables

    def add(self, event: UdiEvent) -> None:
        """Keep a UDI event; the same id and type again takes the place of the earlier one."""
        self.tables.events[event.asset_id, event.event_id, event.type] = event

    def event(self, asset_id: int, event_id: int, event_type: str) -> UdiEvent | None:
        """Return a UDI event."""
        return self.tables.events.get((asset_id, event_id, event_type))
