"""Which model a sensor is forecast by, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone
from flexmeasures.domain.timing import parse_datetime, parse_duration
from flexmeasures.forecasting.registry import BEST
from flexmeasures.usecases.forecast_tasks import CHOICE, is_of_fleet, model_of


class Reason(StrEnum):
    """Why a sensor gets its model."""

    NAMED = "the sensor names it"
    TOGETHER = "the sensor is forecast together with others"
    CHOSEN = "it did best on the latest weeks, or as well as dearer ones"
    USUAL = "none was chosen yet"


@dataclass(frozen=True, slots=True)
class Tried:
    """A model that was tried, and its 1 - WAPE. [-]"""

    model: str
    accuracy: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the latest choice among models rests on.

    Attributes:
        model: That was chosen.
        chosen: When.
        horizon: At which models were tried.
        tried: How much of the latest time they were tried on.
        models: All that were tried, the best first.
    """

    model: str
    chosen: datetime
    horizon: timedelta
    tried: timedelta
    models: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class HowForecast:
    """How a sensor is forecast.

    Attributes:
        model: Name of the model that is asked first.
        reason: Why.
        evidence: Of the latest choice, None where models were not tried yet.
    """

    model: str
    reason: Reason
    evidence: Evidence | None


def how_forecast(sensor: Sensor) -> HowForecast:
    """Return which model a sensor is forecast by, and why."""
    evidence, model = _evidence(sensor.attributes.get(CHOICE)), model_of(sensor)
    if is_of_fleet(sensor):
        return HowForecast(evidence.model if evidence else model, Reason.TOGETHER, evidence)
    if evidence is not None and evidence.model == model:
        return HowForecast(model, Reason.CHOSEN, evidence)
    return HowForecast(model or BEST, Reason.NAMED if model else Reason.USUAL, evidence)


def _evidence(kept: object) -> Evidence | None:
    """Read what was kept of a choice, nothing where somebody else wrote the attribute."""
    if not isinstance(kept, Mapping) or not isinstance(kept.get("accuracy"), Mapping):
        return None
    models = [Tried(str(name), value) for name, value in kept["accuracy"].items() if isinstance(value, float)]
    try:
        return Evidence(
            str(kept["model"]),
            parse_datetime(str(kept["chosen"])),
            parse_duration(str(kept["horizon"])),
            parse_duration(str(kept["tried"])),
            tuple(sorted(models, key=lambda tried: -tried.accuracy)),
        )
    except (KeyError, InvalidPeriod, InvalidTimezone):
        return None
