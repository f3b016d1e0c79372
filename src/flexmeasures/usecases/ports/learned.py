"""What the use cases need to keep what was learned of sensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of a sensor.

    Attributes:
        sensor_id: Of which.
        at: When.
        content: In the form of whoever learned it.
    """

    sensor_id: int
    at: datetime
    content: bytes


class LearnedStore(Protocol):
    """Where that is kept, for all workers: what is lost here can be learned again."""

    def keep(self, way: str, learned: Learned) -> None:
        """Keep what was learned of a sensor by one way of learning, instead of what was before."""

    def since(self, way: str, sensor_ids: Sequence[int], since: datetime) -> list[Learned]:
        """Return what was learned of some sensors after a time, in order of their ids."""
