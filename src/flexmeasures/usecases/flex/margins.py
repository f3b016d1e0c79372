"""Margins for loads that are only forecast: limits of the site hold with a confidence that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.quantities import POWER
from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import Uncertainty
from flexmeasures.scheduling.problem import Problem
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.bands import FORECASTS, Band, bands
from flexmeasures.usecases.flex.knowledge import Knowledge, factor_of
from flexmeasures.usecases.flex.meters import signed_sensors
from flexmeasures.usecases.flex.values import Fixed
from flexmeasures.usecases.flex.wishes import SiteWish
from flexmeasures.usecases.ports.platform import Platform

CONFIDENCE = "confidence"


def with_margins(
    problem: Problem, wish: SiteWish, knowledge: Knowledge, prior: datetime | None, platform: Platform
) -> Problem:
    """Return a problem whose limits at the meter leave room for what forecasts may be off.

    Nothing is changed where no confidence is asked for, or where no forecast tells quantiles.

    Args:
        problem: Without margins.
        wish: Of the site: its ``confidence``, and its fixed loads.
        knowledge: Of the sensors of these loads.
        prior: What was forecast later does not count.
        platform: What is known.
    """
    told = wish.told.values.get(CONFIDENCE)
    if not isinstance(told, Fixed):
        return problem
    signs = dict(signed_sensors(wish.told, knowledge))
    if not signs:
        return problem
    steps = [knowledge.owners[sensor_id][0].step for sensor_id in signs]
    begin = problem.grid.start - max([*steps, timedelta(0)])
    between = (round(1.0 - told.value, 6), told.value)
    only = replace(FORECASTS, prior=prior)
    found = bands(list(signs), begin, problem.grid.end, platform, only=only, between=between)
    low, high = problem.site.inflexible.copy(), problem.site.inflexible.copy()
    for sensor_id, sign in signs.items():
        sensor = knowledge.owners[sensor_id][0]
        factor = sign * factor_of(sensor, (POWER,))
        sides = [abs(factor) * width for width in _widths(found[sensor_id], sensor.step, problem)]
        below, above = sides if factor > 0 else sides[::-1]
        low, high = low - below, high + above
    nothing: Array = np.empty((0, problem.grid.size))
    return replace(
        problem, site=replace(problem.site, uncertainty=Uncertainty(low, high, nothing, told.value))
    )


def _widths(band: Band, step: timedelta, problem: Problem) -> Iterator[Array]:
    """Yield how far the quantiles are below and above the median in each step, zero where none is told."""
    for width in (band.median - band.lower, band.upper - band.median):
        known = ~np.isnan(width)
        told = Beliefs(
            band.event_start[known],
            band.belief_time[known],
            np.maximum(width[known], 0.0),
            band.source_id[known],
        )
        yield np.nan_to_num(on_steps(told, step, problem.grid))
