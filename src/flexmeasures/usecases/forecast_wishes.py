"""What somebody wants to have forecast, and how."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Snap:
    """Values from ``low`` to ``high`` become ``target``, in the unit of the sensor."""

    target: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AnnotationChoice:
    """Annotations that are told to a model as a feature: 1 while one holds, 0 else.

    Attributes:
        of: ``account``, ``asset`` or ``sensor``.
        id: Of that.
        type: Of the annotations, such as ``holiday``.
        name: Content of the annotations; empty for any.
    """

    of: str
    id: int
    type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to forecast.

    Attributes:
        model: Name; empty for what the sensor gets anyway.
        past: Sensors of which only measured values count.
        future: Sensors of which only forecasts count.
        both: Sensors of which both count.
        annotations: That count.
        lower: No value is below, in the unit of the sensor.
        upper: No value is above, in the unit of the sensor.
        snaps: Of values in the unit of the sensor.
        most_missing: Largest share of the history that may be missing. [-]
        train_start: Nothing before counts.
        train_period: Nothing older than so long before the issue counts.
        retrain: How often to fit anew.
    """

    model: str = ""
    past: tuple[int, ...] = ()
    future: tuple[int, ...] = ()
    both: tuple[int, ...] = ()
    annotations: tuple[AnnotationChoice, ...] = ()
    lower: float = -math.inf
    upper: float = math.inf
    snaps: tuple[Snap, ...] = ()
    most_missing: float = 1.0
    train_start: datetime | None = None
    train_period: timedelta | None = None
    retrain: timedelta | None = None

    @property
    def sensor_ids(self) -> tuple[int, ...]:
        """All sensors that count."""
        return (*self.past, *self.future, *self.both)


@dataclass(frozen=True, slots=True)
class Wish:
    """What to forecast.

    Attributes:
        sensor_id: Whose events.
        start: Start of the first event; None for the current one.
        end: End of the last event; None where the length says it.
        length: Of all events, where no end is told; None for as long as the platform plans ahead.
        prior: Nothing that was recorded later counts; None for all that is known.
        look_ahead: How far each issue looks ahead; None for as long as the platform plans ahead.
        every: How often forecasts are issued within a window that has begun already.
        probabilistic: Whether the usual quantiles are wanted in the answer; they are recorded anyway.
        quantiles: Cumulative probabilities wanted beside the usual ones.
        target_id: Sensor to record forecasts of; None for the one that is forecast.
        recipe: How to forecast.
    """

    sensor_id: int
    start: datetime | None = None
    end: datetime | None = None
    length: timedelta | None = None
    prior: datetime | None = None
    look_ahead: timedelta | None = None
    every: timedelta | None = None
    probabilistic: bool = False
    quantiles: tuple[float, ...] = ()
    target_id: int | None = None
    recipe: Recipe = field(default_factory=Recipe)
