"""What the use cases need to keep UDI events."""

from __future__ import annotations

from typing import Protocol

from flexmeasures.domain.flexibility import UdiEvent


class EventStore(Protocol):
    """Where UDI events are kept."""

    def add(self, event: UdiEvent) -> None:
        """Keep a UDI event; the same id and type again takes the place of the earlier one."""

    def event(self, asset_id: int, event_id: int, event_type: str) -> UdiEvent | None:
        """Return a UDI event."""
