"""A clock that tests set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday in winter time."""


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is told otherwise.

    Attributes:
        time: What it shows.
    """

    time: datetime = NOON

    def __call__(self) -> datetime:
        """Return the time that it shows."""
        return self.time

    def advance(self, by: timedelta) -> datetime:
        """Let time pass and return the new time."""
        self.time += by
        return self.time
