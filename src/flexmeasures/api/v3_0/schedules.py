"""Order schedules, and read them back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from flexmeasures.api.v3_0.answer import PROCESSED, Answer
from flexmeasures.api.v3_0.call import Call
from flexmeasures.api.v3_0.fields import Kebab, Length, Text, Time
from flexmeasures.api.v3_0.jobs import WORDS, may_know, phrase
from flexmeasures.api.v3_0.refusals import Refused
from flexmeasures.api.v3_0.route import Access, Route
from flexmeasures.api.v3_0.subjects import asset_to_fill, sensor_to_fill, sensor_to_read
from flexmeasures.domain.errors import InvalidUnit, UnknownSchedule
from flexmeasures.domain.jobs import OPEN, SCHEDULING, Job, JobState
from flexmeasures.domain.timing import write_duration
from flexmeasures.usecases.flex.answer import USUAL_DURATION, Planned, Sign, Wanted, planned
from flexmeasures.usecases.flex.order import Order, order_for_asset, order_for_sensor

DECIMALS = 9
_REJECTED = "Rejected"


class TriggerFields(Kebab):
    """What is told of a schedule that is asked for."""

    start: Time
    duration: Length | None = None
    resolution: Length | None = None
    prior: Time | None = None
    flex_model: dict[str, object] | list[object] = Field(default_factory=dict)
    flex_context: dict[str, object] | list[object] = Field(default_factory=dict)
    force_new_job_creation: bool = False


class SensorTriggerFields(TriggerFields):
    """What is told of the schedule of one device; older clients tell its flexibility among all else."""

    soc_at_start: object = None
    soc_unit: object = None
    soc_min: object = None
    soc_max: object = None
    soc_targets: object = None
    roundtrip_efficiency: object = None
    soc_sensor: object = None

    def whole_model(self) -> object:
        """Return the flex-model, with what is told of it elsewhere."""
        told = {
            name.replace("_", "-"): getattr(self, name)
            for name in self.model_fields_set
            if name not in TriggerFields.model_fields
        }
        return {**told, **self.flex_model} if isinstance(self.flex_model, dict) and told else self.flex_model


class AssetTriggerFields(TriggerFields):
    """What is told of the schedule of several devices."""

    flex_model: dict[str, object] | list[object] = Field(default_factory=list)
    sequential: bool = False


class ScheduleQuery(Kebab):
    """Which part of a schedule is asked for, and how it is told."""

    duration: Length = USUAL_DURATION
    unit: Text = ""
    sign_convention: Sign = Sign.CONSUMPTION


def trigger_for_sensor(call: Call) -> Answer:
    """Have a schedule made for the device of a sensor."""
    sensor = sensor_to_fill(call)
    fields = call.json(SensorTriggerFields)
    job = order_for_sensor(call.caller, sensor, _order(fields, fields.whole_model()), call.platform)
    return Answer.accepted(job.id, "schedule", f"/api/v3_0/sensors/{sensor.id}/schedules/{job.id}", 200)


def trigger_for_asset(call: Call) -> Answer:
    """Have a schedule made for the devices of an asset."""
    asset = asset_to_fill(call)
    fields = call.json(AssetTriggerFields, "")
    order = _order(fields, fields.flex_model, sequential=fields.sequential)
    job = order_for_asset(call.caller, asset, order, call.platform)
    return Answer.accepted(job.id, "schedule", f"/api/v3_0/jobs/{job.id}")


def schedule(call: Call) -> Answer:
    """Tell a schedule, or how far it is."""
    sensor = sensor_to_read(call)
    query = call.query(ScheduleQuery, "")
    job = _job(call)
    if job.state is not JobState.FINISHED:
        return _unfinished(job, newer=call.platform.rules.sunset.active)
    wanted = Wanted(query.duration, query.unit, query.sign_convention)
    try:
        return Answer(_told(planned(job, sensor, wanted, call.platform), job))
    except InvalidUnit as error:
        raise Refused.fields("", {"unit": [str(error)]}) from error
    except UnknownSchedule as error:
        return _unknown(str(error))


def _order(fields: TriggerFields, model: object, *, sequential: bool = False) -> Order:
    return Order(
        start=fields.start,
        model=model,
        context=fields.flex_context,
        duration=fields.duration,
        resolution=fields.resolution,
        prior=fields.prior,
        sequential=sequential,
        anew=fields.force_new_job_creation,
    )


def _job(call: Call) -> Job:
    """Return the job in the path.

    Raises:
        Refused: there is none that makes schedules and that the caller may know of.
    """
    uuid = call.text("uuid")
    job = call.platform.store.jobs.job(uuid) if "\x00" not in uuid else None
    if job is None or job.queue != SCHEDULING or not may_know(call.caller, job, call.platform):
        text = f"The requested UDI event (id = {uuid}, type = job) is not known."
        raise Refused({"result": _REJECTED, "status": "UNRECOGNIZED_UDI_EVENT", "message": text}, 400)
    return job


def _unfinished(job: Job, *, newer: bool) -> Answer:
    """Return how far a job is: as clients of today read it, or as newer ones do."""
    if newer and job.state in OPEN:
        return Answer({"status": WORDS[job.state], "message": phrase(job)}, 202, pending=True)
    answer = _unknown(phrase(job))
    return Answer(answer.body, answer.code, pending=job.state in OPEN)


def _unknown(text: str) -> Answer:
    return Answer({"result": _REJECTED, "status": "UNKNOWN_SCHEDULE", "message": text}, 400)


def _told(found: Planned, job: Job) -> Mapping[str, object]:
    told: dict[str, object] = {"scheduler_info": found.info, **PROCESSED}
    told["explanation"] = job.result.get("explanation", [])
    if found.series is None:
        return told
    values = np.round(found.series.values, DECIMALS) + 0.0  # no negative zeros
    return {
        **told,
        "values": values.tolist(),
        "start": found.series.grid.start.isoformat(),
        "duration": write_duration(found.series.grid.duration),
        "unit": found.unit,
    }


ROUTES = (
    Route(
        "POST",
        "/sensors/<int:sensor_id>/schedules/trigger",
        trigger_for_sensor,
        "Have a schedule made for a device.",
        Access.CREATE,
        SensorTriggerFields,
        is_replaced=True,
    ),
    Route(
        "GET",
        "/sensors/<int:sensor_id>/schedules/<uuid>",
        schedule,
        "Get a schedule.",
        Access.READ,
        query=ScheduleQuery,
    ),
    Route(
        "POST",
        "/assets/<int:asset_id>/schedules/trigger",
        trigger_for_asset,
        "Have schedules made for the devices of an asset.",
        Access.CREATE,
        AssetTriggerFields,
        success=202,
    ),
)
