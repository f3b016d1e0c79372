"""Forecasts of a sensor: trigger them, fetch them, and tell how good they were."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from pydantic import Field

from flexmeasures.api.v3_0.answer import Answer
from flexmeasures.api.v3_0.call import Call
from flexmeasures.api.v3_0.fields import Kebab, Length, Number, Time
from flexmeasures.api.v3_0.jobs import WORDS, phrase
from flexmeasures.api.v3_0.refusals import UNPROCESSABLE, Refused
from flexmeasures.api.v3_0.route import Access, Route
from flexmeasures.api.v3_0.subjects import sensor_to_read
from flexmeasures.domain.access import may_read, may_update
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import MEDIAN
from flexmeasures.domain.errors import NotAuthorized
from flexmeasures.domain.jobs import OPEN, Job, JobState
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import write_duration
from flexmeasures.usecases.accuracy import Accuracy, accuracy_of
from flexmeasures.usecases.forecast_choices import how_forecast
from flexmeasures.usecases.forecast_fields import read_wish
from flexmeasures.usecases.forecast_tasks import CHOICE
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.wished_answers import Answered, answered
from flexmeasures.usecases.wished_forecasts import WISHED, queue_wished, target_of
from flexmeasures.web.errors import FORBIDDEN

USUAL_HORIZONS = (1, 6, 24, 48)
HOUR = timedelta(hours=1)


class TriggerFields(Kebab):
    """What to forecast, and how."""

    start: Time | None = Field(None, description="Start of the first event; the current one by default.")
    end: Time | None = Field(None, description="End of the last event.")
    duration: Length | None = Field(None, description="Of all events; the planning horizon by default.")
    prior: Time | None = Field(None, description="Nothing that was recorded later counts.")
    max_forecast_horizon: Length | None = Field(None, description="How far each issue looks ahead.")
    forecast_frequency: Length | None = Field(None, description="How often forecasts are issued.")
    probabilistic: bool = Field(False, description="Whether the answer tells quantiles too.")
    quantiles: list[Number] = Field([], description="Cumulative probabilities beside 0.1, 0.5 and 0.9.")
    sensor_to_save: object = Field(None, description="Sensor that the forecasts are kept of.")
    model: str | None = Field(None, description="Name of the model; the best that can be had by default.")
    config: dict[str, object] | None = Field(None, description="How to forecast.")
    force_new_job_creation: bool = Field(False, description="Taken, as each call makes a new job.")


class AccuracyFields(Kebab):
    """Of which events and horizons accuracy is told."""

    start: Time | None = Field(
        None, description="Start of the first event; a week before the end by default."
    )
    end: Time | None = Field(None, description="End of the last event; now by default.")
    duration: Length | None = Field(None, description="From the start; instead of an end.")
    horizon: Length | None = Field(
        None, description="Before the end of each event; all usual ones by default."
    )


def trigger(call: Call) -> Answer:
    """Put forecasts into the queue."""
    sensor = sensor_to_read(call)
    fields = call.json(TriggerFields)
    message = fields.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude={"force_new_job_creation", "duration"}
    )
    if fields.duration is not None:
        message["duration"] = write_duration(fields.duration)
    for name in ("max_forecast_horizon", "forecast_frequency"):
        length = getattr(fields, name)
        if isinstance(length, timedelta):
            message[name.replace("_", "-")] = write_duration(length)
    _demand_rights(call, sensor, message)
    job = queue_wished(sensor, message, call.platform)
    return Answer.accepted(job.id, "forecast", f"/api/v3_0/sensors/{sensor.id}/forecasts/{job.id}")


def _demand_rights(call: Call, sensor: Sensor, message: dict[str, object]) -> None:
    """Check that the caller may add to what is saved and see what is looked at.

    Raises:
        NotAuthorized: the caller may not.
        InvalidParts: some fields are unknown or wrong.
        UnknownEntity: a sensor is not there.
    """
    assets, wish = call.platform.store.assets, read_wish(sensor.id, message)
    if not may_update(call.caller, assets.asset(target_of(wish, call.platform).asset_id)):
        raise NotAuthorized(FORBIDDEN)
    looked_at = [assets.asset(assets.sensor(sensor_id).asset_id) for sensor_id in wish.recipe.sensor_ids]
    for choice in wish.recipe.annotations:
        if choice.of == "account" and not (call.caller.is_admin or choice.id == call.caller.account.id):
            raise NotAuthorized(FORBIDDEN)
        if choice.of != "account":
            asset_id = choice.id if choice.of == "asset" else assets.sensor(choice.id).asset_id
            looked_at.append(assets.asset(asset_id))
    if not all(may_read(call.caller, asset) for asset in looked_at):
        raise NotAuthorized(FORBIDDEN)


def forecast(call: Call) -> Answer:
    """Tell the forecasts of a job, or how far it is."""
    sensor = sensor_to_read(call)
    job = _job(call, sensor)
    told = {"status": WORDS[job.state], "message": phrase(job)}
    if job.state in OPEN:
        return Answer(told, 202, pending=True)
    if job.state is not JobState.FINISHED:
        raise Refused({"result": "Rejected", **told}, 422)
    found = answered(job, call.platform)
    return Answer({**told, **_series(found)})


def _job(call: Call, sensor: Sensor) -> Job:
    """Return the job in the path.

    Raises:
        Refused: there is none, or it forecasts another sensor.
    """
    job_id = call.text("uuid")
    job = call.platform.store.jobs.job(job_id) if "\x00" not in job_id else None
    if job is None or job.kind != WISHED:
        text = f"No forecast with job ID {job_id} is known."
        raise Refused({"result": "Rejected", "status": "UNKNOWN_FORECAST", "message": text}, 400)
    if job.arguments.get("sensor_id") != sensor.id:
        text = f"Job {job_id} does not forecast sensor {sensor.id}."
        raise Refused({"result": "Rejected", "status": UNPROCESSABLE, "message": text}, 422)
    return job


def _series(found: Answered) -> dict[str, object]:
    """Return forecasts as clients of version 3 read them."""
    sign = 1.0 if found.target.consumption_is_positive else -1.0
    levels = {
        level if sign > 0 else round(1 - level, 10): _numbers(sign * values)
        for level, values in found.levels.items()
    }
    told: dict[str, object] = {
        "start": found.grid.start.isoformat(),
        "duration": write_duration(found.grid.duration),
        "resolution": write_duration(found.grid.step),
        "values": levels.pop(MEDIAN),
        "unit": found.target.unit,
        "model": found.model,
        "fallback": found.fallback,
        "notes": list(found.notes),
    }
    if levels:
        told["quantiles"] = {f"{level:g}": levels[level] for level in sorted(levels)}
    return told


def _numbers(values: Array) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def accuracy(call: Call) -> Answer:
    """Tell how good the stored forecasts of a sensor were."""
    sensor, fields = sensor_to_read(call), call.query(AccuracyFields)
    start, end = _period(fields, call.platform)
    horizons = [fields.horizon] if fields.horizon else [hours * HOUR for hours in USUAL_HORIZONS]
    found, how = accuracy_of(sensor, start, end, horizons, call.platform), how_forecast(sensor)
    return Answer(
        {
            "sensor": sensor.id,
            "unit": sensor.unit,
            "start": start.isoformat(),
            "end": end.isoformat(),
            "accuracy": [_scores(part) for part in found],
            "model": how.model,
            "reason": how.reason.value,
            "choice": sensor.attributes.get(CHOICE),
        }
    )


def _period(fields: AccuracyFields, platform: Platform) -> tuple[datetime, datetime]:
    """Return start and end of the events that count.

    Raises:
        Refused: the end is not after the start.
    """
    if fields.end is None and fields.start is not None and fields.duration is not None:
        end = fields.start + fields.duration
    else:
        end = fields.end or platform.now()
    start = fields.start or end - (fields.duration or timedelta(days=7))
    if end <= start:
        raise Refused.fields("query", {"end": [f"{end.isoformat()} is not after {start.isoformat()}."]})
    return start, end


def _scores(part: Accuracy) -> dict[str, object]:
    """Return what is known of one horizon, null where nothing can be compared."""
    scores, fit = part.scores, part.calibration
    names = ("count", "realised", "expected", "mae", "wape", "accuracy")
    numbers = {name: None if scores is None else _finite(getattr(scores, name)) for name in names}
    return {
        "horizon": write_duration(part.horizon),
        **numbers,
        "pinball": fit.pinball if fit else None,
        "coverage": fit.coverage if fit else None,
        "nominal-coverage": fit.nominal if fit else None,
    }


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


_PATH = "/sensors/<int:sensor_id>/forecasts"
ROUTES = (
    Route(
        *("POST", f"{_PATH}/trigger", trigger, "Have forecasts of a sensor made.", Access.CREATE),
        body=TriggerFields,
        success=202,
    ),
    Route("GET", f"{_PATH}/<uuid>", forecast, "Tell the forecasts of a job.", Access.READ),
    Route(
        *("GET", f"{_PATH}/accuracy", accuracy, "Tell how good forecasts were.", Access.READ),
        query=AccuracyFields,
    ),
)
