"""One sensor and one source, as tests write and read their beliefs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Source
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.ports.beliefs import Written
from flexmeasures.usecases.ports.platform import Store

HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)
FEW_AND_MANY = pytest.mark.parametrize("size", [3, 300])
"""Posts of different sizes take different ways into the store."""


class Book:
    """One sensor and one source in a store."""

    def __init__(self, store: Store, size: int = 1) -> None:
        self.store = store
        self.make = Factory(store)
        self.sensor: Sensor = self.make.sensor()
        self.source: Source = self.make.source()
        self.size = size

    def post(self, value: float, *, hours: float, replace: bool = False) -> Written:
        """Post one value of all events, recorded some hours after the start of the first."""
        values = [value] * self.size
        told = block(self.sensor, self.source, NOON, values, recorded=NOON + hours * HOUR)
        return self.store.beliefs.add([told], replace=replace)

    def read(self, *, prior: float | None = None) -> list[float]:
        """Read the latest beliefs about all events, or what they were some hours after the first's start."""
        only = BeliefFilter(prior=None if prior is None else NOON + prior * HOUR)
        series = self.store.beliefs.latest([self.sensor.id], NOON, NOON + YEAR, only)[self.sensor.id]
        return [] if not series else series[0].value.tolist()

    def count(self) -> int:
        return self.store.beliefs.count([self.sensor.id])
