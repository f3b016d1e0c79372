"""The forecaster of the platform: from a task to a forecast, whatever the history is like."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from flexmeasures.domain.beliefs import MEDIAN
from flexmeasures.domain.errors import NotEnoughData, ServiceUnavailable
from flexmeasures.domain.series import Array, Series
from flexmeasures.forecasting.features import FeatureMaker
from flexmeasures.forecasting.frame import Frame, frame_of
from flexmeasures.forecasting.kept import Fitter, Shelf
from flexmeasures.forecasting.leads import Expected, Steps, expect
from flexmeasures.forecasting.models.model import Model
from flexmeasures.forecasting.registry import BEST, model_named
from flexmeasures.forecasting.scales import divided, multiplied, size_of
from flexmeasures.forecasting.surroundings import is_dark
from flexmeasures.forecasting.task import Forecast, ForecastTask

LEAST_DAYS = 14
"""Days of history that a model needs to learn from."""
SIMPLER = ("seasonal-naive", "same-hour", "naive")
"""What is asked in turn where a model has no answer."""


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Forecasts, and keeps the models that it fitted for a day.

    Attributes:
        shelf: Where fitted models are kept.
    """

    shelf: Shelf = field(default_factory=Shelf)

    def __call__(self, task: ForecastTask) -> Forecast:
        """Do what ``forecast`` does, with models fitted at most a day before.

        Raises:
            NotEnoughData: nothing at all is known.
            UnknownEntity: there is no model of this name.
            InvalidResolution: the window does not lie on the steps of the history.
        """
        return forecast(task, self.shelf)


def forecast(task: ForecastTask, shelf: Shelf | None = None) -> Forecast:
    """Return what is to be expected, by the model asked for or the best simpler one that has an answer.

    Gaps in the history are filled from what came before them; values and quantiles are kept within the limits
    of the task and within what the sun allows, and quantiles in order.

    Args:
        task: What was known when the forecast is made.
        shelf: Where fitted models are kept; None fits all anew.

    Raises:
        NotEnoughData: nothing at all is known.
        UnknownEntity: there is no model of this name.
        InvalidResolution: the window does not lie on the steps of the history.
    """
    if (size := size_of(task)) > 1:
        return multiplied(forecast(divided(task, size), shelf), size)
    if _is_production(task):
        return _turned(forecast(_turned_task(task), shelf))
    with _algebra().limit(limits=1):
        return _forecast(task, shelf)


@cache
def _algebra() -> ThreadpoolController:
    """Return what limits the threads of linear algebra.

    The matrices are small, and workers run beside each other: threads that wait for each other are far slower
    than one.
    """
    return ThreadpoolController()


def _forecast(task: ForecastTask, shelf: Shelf | None) -> Forecast:
    """Forecast values of any sign."""
    reason = ""
    try:
        model = model_named(task.model)
    except ServiceUnavailable as error:
        model, reason = model_named(BEST), str(error)
    frame = frame_of(task)
    subject = "" if shelf is None else task.subject
    with_errors = bool(task.quantiles)
    fitter = Fitter(FeatureMaker(frame), task.issued, subject, with_errors, shelf or Shelf())
    answer = _answer(model, fitter, task.quantiles)
    values = answer.expected.values
    bounded = _bounded(values, task, frame)
    return Forecast(
        values=bounded,
        model=answer.model.name,
        version=answer.model.version,
        quantiles=_around(bounded, _bounded(values + answer.expected.offsets, task, frame), task.quantiles),
        fallback=" ".join(filter(None, (reason, answer.fallback))),
        notes=answer.expected.notes,
    )


def _around(values: Array, quantiles: Array, probabilities: tuple[float, ...]) -> Array | None:
    """Return (Q, M) quantiles in rising order, the (M,) expected values among them; None for no quantiles."""
    if not probabilities:
        return None
    rising = np.argsort(probabilities)
    ordered = np.empty_like(quantiles)
    ordered[rising] = np.sort(quantiles, axis=0)
    level = np.array(probabilities)[:, None]
    below: Array = np.where(level < MEDIAN, np.minimum(ordered, values), ordered)
    around: Array = np.where(level > MEDIAN, np.maximum(below, values), below)
    return around


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a chain of models said, which of them said most of it, and why it was not the first."""

    expected: Expected
    model: Model
    fallback: str


def _answer(model: Model, fitter: Fitter, probabilities: tuple[float, ...]) -> _Answer:
    """Ask a model, and simpler ones for whatever it has no answer to."""
    frame = fitter.maker.frame
    steps = Steps(frame.rows, frame.leads)
    size = steps.rows.size
    expected = Expected(np.full(size, np.nan), np.zeros((len(probabilities), size)))
    reason = _too_short(frame) if model.learns else ""
    if not reason:
        try:
            expected = expect(model, fitter, steps, probabilities)
        except (NotEnoughData, np.linalg.LinAlgError) as error:
            reason = str(error)
    used = model
    for simpler in map(model_named, SIMPLER):
        missing = ~np.isfinite(expected.values)
        if not missing.any():
            break
        found = expect(simpler, fitter, steps.where(missing), probabilities)
        expected.values[missing] = found.values
        expected.offsets[:, missing] = found.offsets
        if missing.all() and np.isfinite(found.values).any():
            used = simpler
            reason = reason or f"{model.name} had no answer: too much of what it looks at is missing."
    return _Answer(expected, used, reason)


def _too_short(frame: Frame) -> str:
    """Return why the history is too short to learn from, empty if it is not."""
    steps = int(frame.trainable.sum())
    days = steps * frame.cadence.step / 86400
    if days >= LEAST_DAYS:
        return ""
    return f"The history holds {days:.1f} days of values; {LEAST_DAYS} are needed to fit a model."


def _bounded(values: Array, task: ForecastTask, frame: Frame) -> Array:
    """Return values within the limits of the task, and zero at night where it was always still."""
    dark = is_dark(frame)[frame.rows]
    bounded: Array = np.clip(np.where(dark, 0.0, values), task.lower, task.upper)
    return bounded


def _is_production(task: ForecastTask) -> bool:
    """Return whether all that was measured is at or below zero, and something below."""
    known = task.history.values[np.isfinite(task.history.values)]
    return known.size > 0 and bool((known <= 0).all() and (known < 0).any())


def _turned_task(task: ForecastTask) -> ForecastTask:
    """Return the task with the sign of its values turned."""
    history = Series(task.history.grid, -task.history.values)
    quantiles = tuple(1 - q for q in task.quantiles)
    return replace(task, history=history, lower=-task.upper, upper=-task.lower, quantiles=quantiles)


def _turned(found: Forecast) -> Forecast:
    """Return the forecast with the sign of its values turned back."""
    turned = None if found.quantiles is None else -found.quantiles
    return replace(found, values=-found.values, quantiles=turned)
