"""What has changed: enough for whoever looks at it to look again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """What was committed together.

    Attributes:
        sensors: Ids of the sensors of which something new is believed.
        queues: Names of the queues in which a job changed its state.
    """

    sensors: frozenset[int] = frozenset()
    queues: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.sensors or self.queues)

    def __or__(self, other: Change) -> Change:
        """Return both changes together."""
        return Change(self.sensors | other.sensors, self.queues | other.queues)
