"""What corrects the forecasts of a fleet for one of its sensors, and what makes such corrections.

The library that grows trees is imported when it is first asked for.

Shapes: S sensors, N steps of history, H leads.
"""

from __future__ import annotations

import importlib
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.domain.series import Array
from flexmeasures.forecasting.fleet import FleetForecast
from flexmeasures.forecasting.fleet_features import History


class Correction(Protocol):
    """What a fleet does not see of a sensor."""

    @property
    @abstractmethod
    def spread(self) -> float:
        """Mean size of errors with the correction, as a share of that without. [-]"""

    @abstractmethod
    def ahead(self, history: History, residuals: Array) -> Array:
        """Return (H,) what to add to what a fleet expects after the last step of a history.

        Args:
            history: Of one sensor.
            residuals: (H,) how far the fleet expects values off their weekly profile.
        """

    @abstractmethod
    def content(self) -> bytes:
        """Return it in a form that can be kept."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A correction, and how good it was on weeks that it had not learned from.

    Attributes:
        correction: What was learned.
        without: 1 - WAPE of the fleet alone, a day ahead. [-]
        with_it: The same with the correction. [-]
    """

    correction: Correction
    without: float
    with_it: float


class Grower(Protocol):
    """Learns corrections."""

    @abstractmethod
    def grow(self, history: History, leads: int) -> Grown:
        """Learn what a fleet does not see of one sensor.

        Args:
            history: Of this sensor: twelve weeks at least.
            leads: H steps to forecast, a week at most.

        Raises:
            NotEnoughData: too little is known.
        """

    @abstractmethod
    def read(self, content: bytes) -> Correction:
        """Return a correction that was kept."""


def grower() -> Grower:
    """Return what grows trees.

    Raises:
        ServiceUnavailable: a library that it needs is missing on this machine.
    """
    try:
        loaded = importlib.import_module("flexmeasures.forecasting.models.fleet_trees")
    except (ImportError, OSError) as error:
        raise ServiceUnavailable(f"Boosted trees cannot be loaded: {error}") from error
    found: Grower = loaded.GROWER
    return found


def corrected(found: FleetForecast, history: History, by_place: Mapping[int, Correction]) -> FleetForecast:
    """Return what is expected of a fleet, with the corrections of some of its sensors.

    Args:
        found: What the fleet expects after the last step of the history.
        history: Of all its sensors.
        by_place: Corrections by the place of their sensor in the fleet.
    """
    values, quantiles = found.values.copy(), found.quantiles.copy()
    for place, correction in by_place.items():
        alone = replace(history, values=history.values[place : place + 1])
        around = correction.spread * (quantiles[:, place] - values[place])
        more = correction.ahead(alone, found.residuals[place])
        values[place] += np.where(found.still[place], 0.0, more)
        quantiles[:, place] = values[place] + around
    return replace(found, values=values, quantiles=quantiles)
