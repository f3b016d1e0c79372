"""Loads that are only forecast: limits with a margin for a confidence, and costs over scenarios.

How far a load may be off its most likely value is what the quantiles of its latest forecast tell. Between two
of them, and beyond the last one, the distance grows as it does for a normal distribution. What several loads
may be off adds up: they are taken to err together, which is the worst that they can do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Beliefs
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

CONFIDENCE, SCENARIOS = "confidence", "scenarios"
TRUST = 0.5
"""Confidence that leaves no room: half of the loads turn out to be larger."""

LEVELS = (0.75, 0.9, 0.95)
"""Quantiles that are looked for, with those on the other side, beside that of the confidence."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A problem that takes into account what is not certain.

    Attributes:
        problem: With margins and scenarios.
        notes: What is not known of them, in sentences.
    """

    problem: Problem
    notes: tuple[str, ...] = ()


def with_doubt(
    problem: Problem, wish: SiteWish, knowledge: Knowledge, prior: datetime | None, platform: Platform
) -> Doubtful:
    """Return a problem whose limits at the meter leave room, and whose cost is a mean, as it is wished.

    Args:
        problem: As if everything were certain.
        wish: Of the site: its ``confidence`` and ``scenarios``, and its fixed loads.
        knowledge: Of the sensors of these loads.
        prior: What was forecast later does not count.
        platform: What is known.
    """
    confidence, count = _number(wish, CONFIDENCE, TRUST), round(_number(wish, SCENARIOS, 0))
    signs = dict(signed_sensors(wish.told, knowledge))
    if not signs or (confidence == TRUST and not count):
        return Doubtful(problem)
    forecasts = _Forecasts(replace(FORECASTS, prior=prior), platform)
    spreads = list(_spreads(signs, confidence, problem, knowledge, forecasts))
    levels = [1 - confidence, confidence, *((place + 0.5) / count for place in range(count))]
    loads = [
        problem.site.inflexible + sum((one.off(level) for one in spreads), start=np.zeros(problem.grid.size))
        for level in levels
    ]
    scenarios: Array = np.array(loads[2:]).reshape(-1, problem.grid.size)
    unsure = Uncertainty(loads[0], loads[1], scenarios, confidence)
    notes = tuple(note for one in spreads for note in one.notes(confidence))
    return Doubtful(replace(problem, site=replace(problem.site, uncertainty=unsure)), notes)


def _number(wish: SiteWish, name: str, otherwise: float) -> float:
    told = wish.told.values.get(name)
    return told.value if isinstance(told, Fixed) else otherwise


@dataclass(frozen=True, slots=True)
class _Spread:
    """How far a load may be off.

    Attributes:
        sensor: Of the load.
        levels: (Q,) of the quantiles that are known somewhere, rising; the median is among them. [-]
        offsets: (Q, T) from the median, NaN where not known. [MW]
    """

    sensor: Sensor
    levels: tuple[float, ...]
    offsets: Array

    def off(self, level: float) -> Array:
        """Return the (T,) distance of a quantile from the median, zero where nothing is known. [MW]"""
        known = ~np.isnan(self.offsets)
        found: Array = np.zeros(self.offsets.shape[1])
        for pattern in np.unique(known, axis=1).T:
            rows = np.flatnonzero(pattern)
            if rows.size > 1:
                steps = (known == pattern[:, None]).all(axis=0)
                before, after, share = self._between(level, rows)
                near, far = self.offsets[before, steps], self.offsets[after, steps]
                found[steps] = near + share * (far - near)
        return found

    def _between(self, level: float, rows: NDArray[np.intp]) -> tuple[int, int, float]:
        """Return two levels that are known, and how far another one is from the first to the second."""
        scores = np.array([NormalDist().inv_cdf(self.levels[row]) for row in rows])
        score = NormalDist().inv_cdf(level)
        place = int(np.clip(np.searchsorted(scores, score), 1, scores.size - 1))
        share = (score - scores[place - 1]) / (scores[place] - scores[place - 1])
        return int(rows[place - 1]), int(rows[place]), float(share)

    def notes(self, confidence: float) -> Iterator[str]:
        """Yield what is not known of it."""
        name, size = f"{self.sensor.name} ({self.sensor.id})", self.offsets.shape[1]
        missing = int(((~np.isnan(self.offsets)).sum(axis=0) < 2).sum())  # the median alone
        if missing:
            yield (
                f"No forecast tells how far {name} may be off in {missing} of {size} steps: "
                "the most likely value counts there."
            )
        most = max(self.levels)
        if missing < size and confidence > most:
            told, asked = f"{100 * most:g} %", f"{100 * confidence:g} %"
            yield f"Forecasts of {name} tell quantiles up to {told}: that of {asked} is extrapolated."


def _spreads(
    signs: Mapping[int, float], level: float, problem: Problem, knowledge: Knowledge, doubt: _Forecasts
) -> Iterator[_Spread]:
    """Yield how far each load may be off."""
    above = sorted({*LEVELS, *({level} - {TRUST})})
    longest = max(knowledge.owners[sensor_id][0].step for sensor_id in signs)
    found = {one: doubt.bands(list(signs), problem, longest, one) for one in above}
    for sensor_id, sign in signs.items():
        sensor = knowledge.owners[sensor_id][0]
        factor = sign * factor_of(sensor, (POWER,))
        rows = {TRUST: np.zeros(problem.grid.size)}
        for one in above:
            below, beyond = _distances(found[one][sensor_id], sensor.step, problem)
            rows[one] = abs(factor) * (beyond if factor > 0 else below)
            rows[1 - one] = -abs(factor) * (below if factor > 0 else beyond)
        told = {one: row for one, row in rows.items() if not np.isnan(row).all()}
        yield _Spread(sensor, tuple(sorted(told)), np.array([told[one] for one in sorted(told)]))


@dataclass(frozen=True, slots=True)
class _Forecasts:
    """Forecasts of loads.

    Attributes:
        only: Those that count.
        platform: What is known.
    """

    only: BeliefFilter
    platform: Platform

    def bands(
        self, sensor_ids: list[int], problem: Problem, longest: timedelta, level: float
    ) -> Mapping[int, Band]:
        """Return medians between two quantiles."""
        begin, between = problem.grid.start - longest, (round(1 - level, 6), level)
        return bands(sensor_ids, begin, problem.grid.end, self.platform, only=self.only, between=between)


def _distances(band: Band, step: timedelta, problem: Problem) -> Iterator[Array]:
    """Yield how far the quantiles are below and above the median in each step, NaN where none is told."""
    for width in (band.median - band.lower, band.upper - band.median):
        known = ~np.isnan(width)
        told = Beliefs(
            band.event_start[known],
            band.belief_time[known],
            np.maximum(width[known], 0.0),
            band.source_id[known],
        )
        yield on_steps(told, step, problem.grid)
