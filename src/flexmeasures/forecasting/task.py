"""What a forecast is asked for, and what is answered.

Shapes: L past steps, T steps to forecast, R regressors, Q quantiles. A task holds only what was known when
the forecast is issued, so that nothing can leak from the future.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid


@dataclass(frozen=True, slots=True)
class Regressor:
    """Something known about both past and future that helps.

    Attributes:
        name: Such as ``temperature``.
        past: (L,) as it was believed at the same horizon, NaN where unknown.
        future: (T,) as believed at the time of issue, NaN where unknown.
    """

    name: str
    past: Array
    future: Array


@dataclass(frozen=True, slots=True)
class ForecastTask:
    """Everything that a forecast depends on.

    Attributes:
        history: L past measured values, NaN where unknown; its grid ends at the time of issue at the latest.
        window: T steps to forecast, right behind the time of issue or later; in the steps of the history.
        issued: When the forecast is made: nothing later is known.
        regressors: R of them.
        timezone: IANA name, for local days and hours.
        lower: No value is below this, in the unit of the sensor.
        upper: No value is above this, in the unit of the sensor.
        latitude: In degrees north, where there is a place.
        longitude: In degrees east, where there is a place.
        model: Name of the model to use; empty for the best that can be had.
        quantiles: Q cumulative probabilities wanted beside the median.
    """

    history: Series
    window: TimeGrid
    issued: datetime
    regressors: tuple[Regressor, ...] = ()
    timezone: str = "UTC"
    lower: float = -float("inf")
    upper: float = float("inf")
    latitude: float | None = None
    longitude: float | None = None
    model: str = ""
    quantiles: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected values and how they were found.

    Attributes:
        values: (T,) median, in the unit of the sensor.
        model: Name of the model that made it.
        version: Of the model.
        quantiles: (Q, T) values of the quantiles asked for.
        fallback: Why a simpler model than asked for was used; empty if it was not.
    """

    values: Array
    model: str
    version: str
    quantiles: Array | None = None
    fallback: str = ""
    notes: tuple[str, ...] = field(default=())
