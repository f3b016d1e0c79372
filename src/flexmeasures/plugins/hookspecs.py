"""What a plug-in can offer."""

from __future__ import annotations

from collections.abc import Callable

import pluggy

from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution

Scheduler = Callable[[Problem], Solution]
Forecaster = Callable[[ForecastTask], Forecast]

hookspec = pluggy.HookspecMarker("flexmeasures")
hookimpl = pluggy.HookimplMarker("flexmeasures")


@hookspec
def register_schedulers() -> dict[str, Scheduler]:  # type: ignore[empty-body]
    """Return schedulers by the asset type that they serve, or by the name by which assets ask for them.

    A scheduler is anything that can be called with a problem; of a class, one object is made.
    """


@hookspec
def register_forecasters() -> dict[str, Forecaster]:  # type: ignore[empty-body]
    """Return forecasters by the name of the model that they are."""
