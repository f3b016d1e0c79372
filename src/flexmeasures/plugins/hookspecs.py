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
    """Return schedulers by the name of the asset type that they serve."""


@hookspec
def register_forecasters() -> dict[str, Forecaster]:  # type: ignore[empty-body]
    """Return forecasters by the name of the model that they are."""
