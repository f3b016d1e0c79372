"""Where things are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is.

    Attributes:
        latitude: In degrees north, from −90 to 90.
        longitude: In degrees east, from −180 to 180.
    """

    latitude: float
    longitude: float
