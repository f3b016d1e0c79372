"""What a forecast is asked for, and what is answered.

Shapes: L past steps, T steps to forecast, R regressors, Q quantiles. A task holds only what was known when
the forecast is issued, so that nothing can leak from the future.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid


@dataclass(frozen=True, slots=True)
class Regressor:
    """Something known about both past and future that helps.

    Attributes:
        name: Such as ``temperature``.
        past: From the start of the history until the start of the window, as it was believed at the same
            horizon; of observations, until the end of the history. NaN where unknown.
        future: (T,) as believed at the time of issue, NaN where unknown; all NaN for observations.
        revised: Whether later beliefs took the place of earlier ones: then what is said of the next step may
            be younger than the issue, and does not count.
    """

    name: str
    past: Array
    future: Array
    revised: bool = True


@dataclass(frozen=True, slots=True)
class ForecastTask:
    """Everything that a forecast depends on.

    A task without a horizon is issued once: its history ends with the last known value, and each step of the
    window is forecast from there. A task with a horizon rolls: each step is forecast from the history that
    was known so long before the end of the step; the history may then reach into the window.

    Attributes:
        history: L past measured values, NaN where unknown.
        window: T steps to forecast, in the steps of the history.
        issued: When the forecast is made; of a rolling one, when that of the first step is. Models are fitted
            on what was known then.
        regressors: R of them.
        timezone: IANA name, for local days and hours.
        lower: No value is below this, in the unit of the sensor.
        upper: No value is above this, in the unit of the sensor.
        latitude: In degrees north, where there is a place.
        longitude: In degrees east, where there is a place.
        model: Name of the model to use; empty for the best that can be had.
        quantiles: Q cumulative probabilities wanted beside the median.
        horizon: Time from the issue until the end of each step, None where all are issued at once.
        delay: Time from the end of a step until its measured value is known. Only a rolling task needs it.
        subject: Identity of what is forecast: fitted models are kept under it for a day. Empty keeps none.
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
    horizon: timedelta | None = None
    delay: timedelta = timedelta(0)
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected values and how they were found.

    Attributes:
        values: (T,) median, in the unit of the sensor; NaN where a rolling task knew nothing yet.
        model: Name of the model that made it.
        version: Of the model.
        quantiles: (Q, T) values of the quantiles asked for.
        fallback: Why a simpler model than asked for was used; empty if it was not.
        notes: What else a reader should know, such as which model was chosen and why.
    """

    values: Array
    model: str
    version: str
    quantiles: Array | None = None
    fallback: str = ""
    notes: tuple[str, ...] = field(default=())
