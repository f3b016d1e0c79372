"""Notes on periods, for accounts, assets and sensors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AnnotationType(StrEnum):
    """What kind of note it is."""

    ALERT = "alert"
    HOLIDAY = "holiday"
    LABEL = "label"
    FEEDBACK = "feedback"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Subjects:
    """What something is about, by ids."""

    accounts: tuple[int, ...] = ()
    assets: tuple[int, ...] = ()
    sensors: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.accounts) + len(self.assets) + len(self.sensors)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note on a period.

    Attributes:
        content: What it says.
        type: What kind of note it is.
        start: Of the period.
        end: Of the period.
        recorded: When it came to be known.
        source_id: Who says so.
    """

    content: str
    type: AnnotationType
    start: datetime
    end: datetime
    recorded: datetime
    source_id: int
