"""What power costs or earns step by step, as it came and as it was expected.

Shapes: T steps.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.beliefs import SourceType, most_recent
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.analysis import Quantified, Trace
from flexmeasures.usecases.analysis_power import TotalPower
from flexmeasures.usecases.forecast_metrics import Metrics, measure
from flexmeasures.usecases.lines import Known, Role
from flexmeasures.usecases.reasons import price_factor_of


def money_of(power: TotalPower, price: Known, grid: TimeGrid) -> Quantified | None:
    """Return costs of consumption, or revenues of production, in each step; None if prices are no such ones.

    What is expected is the forecast of power at the price that was known, or else forecast, when the forecast
    counts. Around it lies the share by which it was wrong in the window.

    Args:
        power: Of assets together.
        price: What is known of the prices of a market.
        grid: T steps.
    """
    factor = price_factor_of(price.sensor)
    if price.sensor.quantity is not Quantity.PRICE or np.isnan(factor):
        return None
    per_step = factor * (grid.step / timedelta(hours=1))
    told, ahead = true_price(price, grid) * per_step, _expected_price(price, grid) * per_step
    paired, expected = power.paired * told, power.expected * ahead
    realised = power.realised * told
    known = not np.isnan(realised).all()
    found = measure(paired, expected, np.nansum)
    metrics = replace(
        found,
        realised=float(np.nansum(realised)) if known else np.nan,
        coverage=found.coverage * power.quantity.metrics.coverage,
    )
    name = "Revenues" if power.quantity.name == "Production" else "Costs"
    coin = price.sensor.unit.split("/", maxsplit=1)[0]
    lines = [
        Trace(Role.MEASURED, "Realised", realised),
        _around(Trace(Role.FORECAST, "Expected", power.ahead * ahead), metrics),
        Trace(Role.SCHEDULE, "Scheduled", power.planned * told),
    ]
    shown = tuple(line for line in lines if not np.isnan(line.values).all())
    return Quantified("money", name, coin, shown, metrics)


def true_price(price: Known, grid: TimeGrid) -> Array:
    """Return the (T,) prices that are known, by whomever but forecasters."""
    ahead = [block for block in price.ahead if price.source(block).type != SourceType.FORECASTER]
    return on_steps(most_recent([*price.measured, *ahead]), price.step, grid)


def _expected_price(price: Known, grid: TimeGrid) -> Array:
    """Return the (T,) prices as they were known or forecast ahead."""
    return on_steps(most_recent(list(price.ahead)), price.step, grid)


def _around(line: Trace, metrics: Metrics) -> Trace:
    if np.isnan(metrics.wape) or not metrics.is_telling:
        return line
    spread = np.abs(line.values) * metrics.wape
    meaning = f"± {100 * metrics.wape:.0f} % (WAPE)"
    return replace(line, low=line.values - spread, high=line.values + spread, band=meaning)
