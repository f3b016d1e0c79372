"""Sensors and annotations that somebody wants a forecast to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np

from flexmeasures.domain.annotations import Subjects
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import most_recent
from flexmeasures.domain.errors import InvalidResolution
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.task import ForecastTask, Regressor
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.annotated import chosen_notes, feature
from flexmeasures.usecases.forecast_tasks import only_told
from flexmeasures.usecases.forecast_wishes import AnnotationChoice, Recipe
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.regressors import Span, believed_regressor


def with_regressors(task: ForecastTask, recipe: Recipe, platform: Platform) -> ForecastTask:
    """Return a task that looks at the sensors and annotations of a recipe too.

    Measured values count until the issue, forecasts as they were known then.

    Raises:
        UnknownEntity: there is no such sensor.
        InvalidResolution: a sensor has instantaneous events.
    """
    if not recipe.sensor_ids and not recipe.annotations:
        return task
    past = TimeGrid.between(task.history.grid.start, task.window.start, task.window.step)
    span = Span(past, task.window, task.issued, task.horizon)
    return replace(task, regressors=(*task.regressors, *_regressors(recipe, span, platform)))


def _regressors(recipe: Recipe, span: Span, platform: Platform) -> Iterator[Regressor]:
    for sensor_id in (*recipe.past, *recipe.both):
        yield _observed(_lasting(sensor_id, platform), span, platform)
    for choice in recipe.annotations:
        notes = chosen_notes(_subjects(choice), choice.type, choice.name, span, platform)
        yield feature(f"noted of {choice.of} {choice.id}: {choice.type} {choice.name}", notes, span)
    for sensor_id in (*recipe.future, *recipe.both):
        sensor = _lasting(sensor_id, platform)
        yield replace(believed_regressor(sensor, span, platform), name=f"{sensor.name} {sensor.id}")


def _subjects(choice: AnnotationChoice) -> Subjects:
    """Return what the annotations of a choice are about."""
    match choice.of:
        case "account":
            return Subjects(accounts=(choice.id,))
        case "asset":
            return Subjects(assets=(choice.id,))
        case _:
            return Subjects(sensors=(choice.id,))


def _lasting(sensor_id: int, platform: Platform) -> Sensor:
    """Return a sensor whose events have a length.

    Raises:
        UnknownEntity: there is no such sensor.
        InvalidResolution: its events have none.
    """
    sensor = platform.store.assets.sensor(sensor_id)
    if sensor.step <= timedelta(0):
        raise InvalidResolution(f"Sensor {sensor.id} has instantaneous events, which cannot be a regressor.")
    return sensor


def _observed(sensor: Sensor, span: Span, platform: Platform) -> Regressor:
    """Return what was measured until the issue."""
    start = span.past.start - sensor.step
    found = platform.store.beliefs.latest(
        [sensor.id], start, span.past.end, only_told(sensor, span.issued)
    ).get(sensor.id, [])
    past = on_steps(most_recent(found), sensor.step, span.past)
    return Regressor(f"{sensor.name} {sensor.id} measured", past, np.full(span.window.size, np.nan))
