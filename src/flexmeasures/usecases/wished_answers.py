"""Read the forecasts that a job made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import MEDIAN, BeliefFilter, most_recent
from flexmeasures.domain.jobs import Job
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, parse_datetime
from flexmeasures.usecases.forecast_fields import read_wish
from flexmeasures.usecases.forecast_tasks import BAND
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Answered:
    """The forecasts that a job made.

    Attributes:
        target: The sensor that they are of.
        grid: T events.
        levels: (T,) values by cumulative probability, NaN where there are none; the median among them.
        model: Which model said most of them.
        fallback: Why a simpler model than the best was used; empty if it was not.
        notes: What was chosen, and why.
    """

    target: Sensor
    grid: TimeGrid
    levels: Mapping[float, Array]
    model: str
    fallback: str
    notes: tuple[str, ...]


def answered(job: Job, platform: Platform) -> Answered:
    """Return what a finished job forecast, as it was known at the last issue.

    Raises:
        UnknownEntity: the sensor is not there any more.
    """
    found = job.result
    target = platform.store.assets.sensor(_number(found, "target_id"))
    start, end, recorded = (parse_datetime(str(found[name])) for name in ("start", "end", "recorded"))
    grid = TimeGrid.between(start, end, target.step)
    only = BeliefFilter(source_ids=(_number(found, "source_id"),), prior=recorded)
    notes = found.get("notes")
    return Answered(
        target=target,
        grid=grid,
        levels={level: _level(target, grid, only, level, platform) for level in _wanted(job)},
        model=str(found["model"]),
        fallback=str(found["fallback"]),
        notes=tuple(map(str, notes)) if isinstance(notes, (list, tuple)) else (),
    )


def _wanted(job: Job) -> tuple[float, ...]:
    """Return the cumulative probabilities that a job was asked for."""
    message = job.arguments.get("wish")
    wish = read_wish(_number(job.arguments, "sensor_id"), message if isinstance(message, Mapping) else {})
    band = BAND if wish.probabilistic else ()
    return tuple(sorted({MEDIAN, *band, *wish.quantiles}))


def _level(target: Sensor, grid: TimeGrid, only: BeliefFilter, level: float, platform: Platform) -> Array:
    """Return (T,) one quantile of what was recorded, NaN where nothing was."""
    exactly = BeliefFilter(source_ids=only.source_ids, prior=only.prior, probability=level)
    parts = platform.store.beliefs.latest([target.id], grid.start, grid.end, exactly).get(target.id, [])
    return most_recent(parts).on(grid).values


def _number(values: Mapping[str, object], name: str) -> int:
    value = values.get(name)
    return value if isinstance(value, int) else 0
