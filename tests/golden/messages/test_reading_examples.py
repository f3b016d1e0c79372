"""Chapters 14 and 16 to 20 of the documents: the examples of messages that ask for values."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from tests.golden.messages.conftest import World

from flexmeasures.domain.assets import Asset

VALUES = [306.66, 306.66, 0, 0, 306.66, 306.66]
NUMBERS = {"v1": "1.0", "v1_1": "1.1", "v1_2": "1.2", "v1_3": "1.3", "v2_0": "2.0"}
VERSIONS = list(NUMBERS)

METER_QUERY = {
    "type": "GetMeterDataRequest",
    "connection": "CS 1",
    "start": "2015-01-01T00:00:00Z",
    "duration": "PT1H30M",
    "unit": "MW",
}
METER_ANSWER = {
    "type": "GetMeterDataResponse",
    "connection": "CS 1",
    "values": VALUES,
    "start": "2015-01-01T00:00:00Z",
    "duration": "PT1H30M",
    "unit": "MW",
    "status": "PROCESSED",
    "message": "Request has been processed.",
}
PROGNOSIS_QUERY = {
    **METER_QUERY,
    "type": "GetPrognosisRequest",
    "horizon": "PT6H",
    "resolution": "PT15M",
}


@pytest.fixture
def measured(world: World) -> World:
    """Charging station 1, as measured in the examples."""
    message = {**METER_QUERY, "type": "PostMeterDataRequest", "values": VALUES}
    assert world.caller.post("v1/postMeterData", world.ours(message)).status == "PROCESSED"
    return world


@pytest.fixture
def predicted(measured: World) -> World:
    """Charging station 1, as predicted in the examples, and measured otherwise."""
    message = {
        **METER_QUERY,
        "start": "2015-01-02T00:00:00Z",
        "type": "PostPrognosisRequest",
        "values": VALUES,
        "horizon": "PT6H",
    }
    assert measured.caller.post("v2_0/postPrognosis", measured.ours(message)).status == "PROCESSED"
    return measured


@pytest.mark.parametrize("version", VERSIONS)
def test_meter_data_are_answered_as_documented(measured: World, version: str) -> None:
    reply = measured.caller.get(f"{version}/getMeterData", measured.ours(METER_QUERY))

    assert reply.body == measured.ours(METER_ANSWER)


def test_version_1_takes_the_question_by_post(measured: World) -> None:
    reply = measured.caller.post("v1/getMeterData", measured.ours(METER_QUERY))

    assert reply.body == measured.ours(METER_ANSWER)


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_prognoses_are_answered_as_documented(predicted: World, version: str) -> None:
    query = {**PROGNOSIS_QUERY, "start": "2015-01-02T00:00:00Z"}

    reply = predicted.caller.get(f"{version}/getPrognosis", predicted.ours(query))

    assert reply.body == predicted.ours(
        {**METER_ANSWER, "type": "GetPrognosisResponse", "start": "2015-01-02T00:00:00Z"}
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_sources_can_be_named_by_role_and_number(measured: World, version: str) -> None:
    sources = {"sources": ["MDC", str(measured.prosumer.id)]}

    reply = measured.caller.get(f"{version}/getMeterData", measured.ours({**METER_QUERY, **sources}))

    assert reply.body == measured.ours(METER_ANSWER)


def test_a_source_that_is_not_there_is_refused(measured: World) -> None:
    reply = measured.caller.get("v2_0/getMeterData", measured.ours({**METER_QUERY, "source": "99"}))

    assert (reply.code, reply.status) == (400, "INVALID_SOURCE")


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_connections_are_listed_from_newest_to_oldest(world: World, version: str) -> None:
    reply = world.caller.get(f"{version}/getConnection", {"type": "GetConnectionRequest"})

    assert reply.body["type"] == "GetConnectionResponse"
    assert reply.body["names"] == [world.battery.name, "CS 5", "CS 4", "CS 3", "CS 2", "CS 1"]
    assert reply.body["connections"] == [
        f"ea1.2026-04.localhost:{world.prosumer.id}:{asset.id}"
        for asset in (world.battery, *reversed(world.stations))
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_services_are_listed_to_anybody(world: World, version: str) -> None:
    reply = world.web.anonymous().get(f"{version}/getService")

    assert reply.body["type"] == "GetServiceResponse"
    assert reply.body["version"] == NUMBERS[version]
    assert _first(reply.body["services"], "getMeterData")["description"] == "Request meter reading"
    assert _first(reply.body["services"], "postMeterData")["description"] == "Send meter reading"


def test_the_prior_of_an_example_is_six_hours_before_the_end_of_the_whole(world: World) -> None:
    station = world.stations[0]
    message = {
        "type": "PostPrognosisRequest",
        "connection": "CS 1",
        "unit": "MW",
        "values": [10, 5, 8],
        "start": "2016-05-01T13:00:00Z",
        "duration": "PT45M",
        "prior": "2016-05-01T07:45:00Z",
    }
    world.caller.post("v2_0/postPrognosis", world.ours(message))

    assert _horizons(world, station) == [timedelta(minutes=minutes) for minutes in (330, 345, 360)]


def test_a_rolling_horizon_counts_for_each_value(world: World) -> None:
    station = world.stations[0]
    message = {
        "type": "PostPrognosisRequest",
        "connection": "CS 1",
        "unit": "MW",
        "values": [10, 5, 8],
        "start": "2016-05-01T13:00:00Z",
        "duration": "PT45M",
        "horizon": "PT6H",
    }
    world.caller.post("v2_0/postPrognosis", world.ours(message))

    assert _horizons(world, station) == [timedelta(hours=6)] * 3


def test_a_horizon_of_version_1_counts_for_the_end_of_the_message(world: World) -> None:
    station = world.stations[0]
    message = {
        "type": "PostPrognosisRequest",
        "connection": "CS 1",
        "unit": "MW",
        "values": [10, 5, 8],
        "start": "2016-05-01T13:00:00Z",
        "duration": "PT45M",
        "horizon": "PT6H",
    }
    world.caller.post("v1_3/postPrognosis", world.ours(message))

    assert _horizons(world, station) == [timedelta(minutes=minutes) for minutes in (330, 345, 360)]


def _first(services: object, name: str) -> Mapping[str, object]:
    assert isinstance(services, list)
    found: Mapping[str, object] = next(service for service in services if service["name"] == name)
    return found


def _horizons(world: World, station: Asset) -> list[timedelta]:
    sensor = world.sensor_of(station)
    ((known,),) = world.platform.store.beliefs.latest(
        [sensor.id],
        world.platform.now() - timedelta(days=36500),
        world.platform.now(),
    ).values()
    return [
        (start - recorded).item() + sensor.step
        for start, recorded in zip(known.event_start, known.belief_time, strict=True)
    ]
