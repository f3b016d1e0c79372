"""Chapter 14 of the documents: the examples of how messages are written, in all versions."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.golden.messages.conftest import World

from flexmeasures.domain.timing import parse_datetime
from flexmeasures.testing.web import PASSWORD

VERSIONS = ["v1", "v1_1", "v1_2", "v1_3", "v2_0"]
SPAN = {"start": "2016-05-01T12:45:00Z", "duration": "PT1H30M", "unit": "MW"}
VALUES = [306.66, 306.66, 0, 0, 306.66, 306.66]
OTHERS = [306.66, 0, 0, 0, 306.66, 306.66]
GROUPS = {
    "groups": [{"connections": ["CS 1", "CS 2"], "values": VALUES}, {"connection": "CS 3", "values": OTHERS}],
    **SPAN,
}
FLAT = {"connections": ["CS 1", "CS 2"], "values": VALUES, **SPAN}
ARRAY = {"values": [10, 5, 8], "start": "2016-05-01T13:00:00Z", "duration": "PT45M"}
TIMESERIES = {
    "timeseries": [
        {"value": 10, "start": "2016-05-01T13:00:00Z", "duration": "PT15M"},
        {"value": 5, "start": "2016-05-01T13:15:00Z", "duration": "PT15M"},
        {"value": 8, "start": "2016-05-01T13:30:00Z", "duration": "PT15M"},
    ]
}


@pytest.mark.parametrize("version", VERSIONS)
def test_groups_inherit_what_stands_outside_of_them(world: World, version: str) -> None:
    assert _post(world, version, GROUPS) == "PROCESSED"

    assert [_known(world, number) for number in (1, 2, 3)] == [VALUES, VALUES, OTHERS]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_single_group_may_be_flattened(world: World, version: str) -> None:
    assert _post(world, version, FLAT) == "PROCESSED"

    assert [_known(world, number) for number in (1, 2)] == [VALUES, VALUES]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("form", [ARRAY, TIMESERIES], ids=["array", "timeseries"])
def test_a_timeseries_is_equal_to_its_shorthand(
    world: World, version: str, form: Mapping[str, object]
) -> None:
    assert _post(world, version, {**form, "connection": "CS 1", "unit": "MW"}) == "PROCESSED"

    assert _known(world, 1) == [10, 5, 8]


@pytest.mark.parametrize("version", VERSIONS)
def test_singular_and_plural_keys_are_not_told_apart(world: World, version: str) -> None:
    one, several = {"connections": "CS 1", "values": 5}, {"connection": ["CS 2", "CS 3"], "value": [5] * 6}

    assert [_post(world, version, {**SPAN, **form}) for form in (one, several)] == ["PROCESSED"] * 2
    assert [_known(world, number) for number in (1, 2, 3)] == [[5] * 6] * 3


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_beliefs_can_be_filtered_by_horizon_and_prior(world: World, version: str) -> None:
    early = {**ARRAY, "start": "2020-08-02T13:00:00Z", "prior": "2020-08-01T16:00:00Z"}
    late = {**early, "values": [1, 1, 1], "prior": "2020-08-01T18:00:00Z"}
    for form in (early, late):
        message = {"type": "PostPrognosisRequest", "connection": "CS 1", "unit": "MW", **form}
        assert world.caller.post("v2_0/postPrognosis", world.ours(message)).status == "PROCESSED"
    query = {
        "type": "GetPrognosisRequest",
        "connection": "CS 1",
        "unit": "MW",
        "start": "2020-08-02T13:00:00Z",
        "duration": "PT45M",
        "horizon": "PT6H",
        "prior": "2020-08-01T17:00:00Z",
    }

    reply = world.caller.get(f"{version}/getPrognosis", world.ours(query))

    assert reply.body["values"] == [10, 5, 8]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_first_version_of_the_list_of_services_is_that_of_the_example(world: World, version: str) -> None:
    query = {"type": "GetServiceRequest", "version": "1.0"}

    reply = world.web.anonymous().get(f"{version}/getService", query)

    services = reply.body["services"]
    assert isinstance(services, list)
    meter = [service for service in services if service["name"] in {"getMeterData", "postMeterData"}]
    roles = ["Aggregator", "Supplier", "MDC", "DSO", "Prosumer", "ESCo"]
    assert meter == [
        {"name": "getMeterData", "access": roles, "description": "Request meter reading"},
        {"name": "postMeterData", "access": roles, "description": "Send meter reading"},
    ]
    assert (services == meter) == (version == "v1")


def test_a_token_is_had_for_email_and_password(world: World) -> None:
    world.web.as_user(world.prosumer)

    reply = world.web.anonymous().post(
        "requestAuthToken", {"email": world.prosumer.email, "password": PASSWORD}
    )

    assert reply.code == 200
    assert reply.body["user_id"] == world.prosumer.id
    assert reply.body["auth_token"]


def _post(world: World, version: str, message: Mapping[str, object]) -> object:
    sent = world.ours({"type": "PostMeterDataRequest", **message})
    return world.caller.post(f"{version}/postMeterData", sent).status


def _known(world: World, number: int) -> list[float]:
    sensor = world.sensor_of(world.stations[number - 1])
    start, end = parse_datetime("2016-05-01T12:00:00Z"), parse_datetime("2016-05-01T15:00:00Z")
    (known,) = world.platform.store.beliefs.latest([sensor.id], start, end)[sensor.id]
    values: list[float] = known.value.tolist()
    return values
