"""What a file tells of a sensor: values as they would be written, each of one event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import Instants, from_instant

MOMENT = timedelta(microseconds=1)
"""An instantaneous event ends before the next moment."""


@dataclass(frozen=True, slots=True)
class Told:
    """Values of a sensor.

    Attributes:
        starts: (N,) start of each event, strictly increasing; at least one.
        values: (N,) in the unit of the sensor.
        step: Length of the events; zero for instantaneous ones.
    """

    starts: Instants
    values: Array
    step: timedelta

    @staticmethod
    def of(series: Series) -> Told:
        """Return the known values of a series."""
        known = ~np.isnan(series.values)
        return Told(series.grid.starts()[known], series.values[known], series.grid.step)

    @property
    def start(self) -> datetime:
        """Start of the first event."""
        return from_instant(self.starts[0])

    @property
    def end(self) -> datetime:
        """End of the last event."""
        return from_instant(self.starts[-1]) + (self.step or MOMENT)

    def ends(self) -> Instants:
        """Return the (N,) ends of the events."""
        return self.starts + np.timedelta64(self.step)

    def known_in(self, known: Beliefs) -> Array:
        """Return the (N,) values that are known of the same events, NaN where nothing is."""
        found = np.full(self.starts.size, np.nan)
        _, own, theirs = np.intersect1d(self.starts, known.event_start, return_indices=True)
        found[own] = known.value[theirs]
        return found
