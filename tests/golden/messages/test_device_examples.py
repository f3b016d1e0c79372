"""Chapters 15 to 18 of the documents: the examples of messages about devices."""

from datetime import timedelta

import numpy as np
import pytest
from tests.golden.messages.conftest import HOST, World

from flexmeasures.domain.addresses import UdiAddress
from flexmeasures.domain.beliefs import BeliefBlock, SourceType
from flexmeasures.domain.flexibility import SocTarget, UdiEvent
from flexmeasures.domain.jobs import JobState
from flexmeasures.domain.timing import instant, parse_datetime
from flexmeasures.usecases.flexibility import job_key, order_schedule

EVENT = f"{HOST}:7:10:203:soc"
TARGETED = f"{HOST}:7:10:204:soc-with-targets"
START = "2015-06-02T10:00:00+00:00"
A = {
    "type": "PostUdiEventRequest",
    "event": EVENT,
    "value": 12.1,
    "unit": "kWh",
    "datetime": START,
}
B = {**A, "event": TARGETED, "targets": [{"value": 25, "datetime": "2015-06-02T16:00:00+00:00"}]}
ANSWER = {
    "type": "PostUdiEventResponse",
    "status": "PROCESSED",
    "message": "Request has been processed.",
}


@pytest.mark.parametrize("version", ["v1_2", "v1_3", "v2_0"])
def test_a_state_of_charge_is_taken_in(world: World, version: str) -> None:
    reply = world.caller.post(f"{version}/postUdiEvent", world.ours(A))

    assert reply.body == ANSWER
    (storage,) = (one.storage for one in world.platform.store.assets.connections([world.battery.id]))
    assert storage.soc == pytest.approx(0.0121)
    assert storage.soc_time == parse_datetime(START)
    assert storage.udi_event_id == 203


@pytest.mark.parametrize("version", ["v1_3", "v2_0"])
def test_targets_are_taken_in_and_scheduled(world: World, version: str) -> None:
    reply = world.caller.post(f"{version}/postUdiEvent", world.ours(B))

    assert reply.body == ANSWER
    address = UdiAddress(world.battery.id, 204, "soc-with-targets")
    assert world.platform.store.events.event(world.battery.id, 204, "soc-with-targets") == UdiEvent(
        world.battery.id,
        204,
        "soc-with-targets",
        parse_datetime(START),
        0.0121,
        (SocTarget(parse_datetime("2015-06-02T16:00:00+00:00"), 0.025),),
    )
    job = world.platform.store.jobs.by_key(job_key(address))
    assert job is not None
    assert job.state is JobState.QUEUED


def test_version_1_2_knows_no_targets(world: World) -> None:
    reply = world.caller.post("v1_2/postUdiEvent", world.ours(B))

    assert (reply.code, reply.status) == (400, "UNRECOGNIZED_UDI_EVENT")
    assert reply.body["message"] == (
        "The requested UDI event (id = 204, type = soc-with-targets) is not known."
    )


@pytest.mark.parametrize("version", ["v1_2", "v1_3", "v2_0"])
def test_a_device_message_is_answered_as_documented(world: World, version: str) -> None:
    world.caller.post(f"{version}/postUdiEvent", world.ours(A))
    _plan(world, [2.15, 3, 2])

    reply = world.caller.get(
        f"{version}/getDeviceMessage", world.ours({"type": "GetDeviceMessageRequest", "event": EVENT})
    )

    assert reply.body == world.ours(
        {
            "type": "GetDeviceMessageResponse",
            "event": EVENT,
            "values": [2.15, 3, 2],
            "start": START,
            "duration": "PT45M",
            "unit": "MW",
            "status": "PROCESSED",
            "message": "Request has been processed.",
        }
    )


def _plan(world: World, power: list[float]) -> None:
    """Keep a schedule as a worker would."""
    platform, now = world.platform, world.platform.now()
    job = order_schedule(UdiAddress(world.battery.id, 203, "soc"), platform)
    platform.store.jobs.start(job.id, now)
    platform.store.jobs.end(job.id, JobState.FINISHED, now, {})
    source = platform.store.sources.of_model("FlexMeasures", SourceType.SCHEDULER)
    starts = instant(parse_datetime(START)) + np.arange(3) * np.timedelta64(timedelta(minutes=15))
    times = np.full(3, instant(now))
    sensor = world.sensor_of(world.battery)
    platform.store.beliefs.add([BeliefBlock(sensor.id, source.id, starts, times, np.array(power))])
