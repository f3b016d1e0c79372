"""What an analysis is made of: quantities over time, and how good their forecasts were.

Shapes: T steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.chart_bands import MEANING
from flexmeasures.usecases.forecast_metrics import Metrics
from flexmeasures.usecases.lines import Role


def _nothing() -> Array:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class Told:
    """Beliefs of one sensor behind a line, and the length of their events."""

    beliefs: Beliefs
    event: timedelta


@dataclass(frozen=True, slots=True)
class Trace:
    """A line: what it stands for, its name, and its (T,) values, NaN where nothing is known.

    Attributes:
        low: (T,) lower end of a band around the values; empty where there is none.
        high: (T,) upper end of it.
        band: What the band means.
        told: What the line was made of; empty where it was computed.
    """

    role: Role
    name: str
    values: Array
    low: Array = field(default_factory=_nothing)
    high: Array = field(default_factory=_nothing)
    band: str = MEANING
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantified:
    """One quantity over T steps.

    Attributes:
        key: ``power``, ``price``, ``weather`` or ``money``.
        name: For people.
        unit: Of the values.
        traces: Measured, forecast, scheduled.
        metrics: Of the forecast; of power they are of the energy of each step, in MWh.
    """

    key: str
    name: str
    unit: str
    traces: tuple[Trace, ...]
    metrics: Metrics

    @property
    def total_unit(self) -> str:
        """Unit of what the metrics tell."""
        return "MWh" if self.key == "power" else self.unit


@dataclass(frozen=True, slots=True)
class Analysis:
    """Power, price, weather and money over T steps.

    Attributes:
        grid: T steps.
        quantities: Power first.
        sources: Names of the sources of price and weather.
        last: When the last known event began, if nothing is known of the window and there is any.
    """

    grid: TimeGrid
    quantities: tuple[Quantified, ...]
    sources: tuple[str, ...] = ()
    last: datetime | None = None

    @property
    def measured_until(self) -> datetime | None:
        """End of the last step of which the power was measured."""
        lines = [each.values for each in self.quantities[0].traces if each.role is Role.MEASURED]
        known = np.flatnonzero(~np.isnan(lines).all(axis=0)) if lines else np.empty(0)
        return self.grid.start + (int(known[-1]) + 1) * self.grid.step if known.size else None

    def quantity(self, key: str) -> Quantified | None:
        """Return one of the quantities, if it is there."""
        return next((each for each in self.quantities if each.key == key), None)
