"""Chapter 15 of the documents: simulation."""

import pytest
from tests.golden.messages.conftest import HOST, World

from flexmeasures.domain.timing import parse_datetime

KOREAN_PRICES = {
    "type": "PostPriceDataRequest",
    "market": f"{HOST}:kpx_da",
    "values": [
        *(52.37, 51.14, 49.09, 48.35, 48.47, 49.98, 58.7, 67.76, 69.21, 70.26, 70.46, 70),
        *(70.7, 70.41, 70, 64.53, 65.92, 69.72, 70.51, 75.49, 70.35, 70.01, 66.98, 58.61),
    ],
    "start": "2015-01-01T15:00:00+09:00",
    "duration": "PT24H",
    "horizon": "PT33H",
    "unit": "KRW/kWh",
}
WEATHER = {
    "type": "PostWeatherDataRequest",
    "sensor": f"{HOST}:temperature:33.4843866:126.477859",
    "values": [20.04, 20.23, 20.41, 20.51, 20.55, 20.57],
    "start": "2015-01-01T15:00:00+09:00",
    "duration": "PT1H30M",
    "prior": "2015-01-01T12:00:00+09:00",
    "unit": "°C",
}
ONE = {
    "type": "PostMeterDataRequest",
    "start": "2015-01-01T00:00:00+00:00",
    "duration": "PT0H15M",
    "horizon": "-PT5M",
    "unit": "MW",
}
THREE = {**ONE, "duration": "PT0H45M"}
METER_DATA: list[tuple[dict[str, object], dict[int, list[float]]]] = [
    ({**ONE, "connection": f"{HOST}:1:1", "value": 220}, {1: [220]}),
    ({**THREE, "connection": f"{HOST}:1:1", "values": [220, 210, 200]}, {1: [220, 210, 200]}),
    ({**ONE, "connections": [f"{HOST}:1:1", f"{HOST}:1:2"], "value": 10}, {1: [10], 2: [10]}),
    (
        {
            **ONE,
            "groups": [
                {"connection": f"{HOST}:1:1", "value": 220},
                {"connection": f"{HOST}:1:2", "value": 300},
            ],
        },
        {1: [220], 2: [300]},
    ),
    (
        {
            **THREE,
            "groups": [
                {"connection": f"{HOST}:1:1", "values": [220, 210, 200]},
                {"connection": f"{HOST}:1:2", "values": [300, 303, 306]},
            ],
        },
        {1: [220, 210, 200], 2: [300, 303, 306]},
    ),
]
VERSIONS = ["v1", "v1_1", "v1_2", "v1_3", "v2_0"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("message", "kept"), METER_DATA)
def test_power_can_be_posted_in_various_ways(
    world: World, version: str, message: dict[str, object], kept: dict[int, list[float]]
) -> None:
    reply = world.caller.post(f"{version}/postMeterData", world.ours(message))

    assert reply.status == "PROCESSED"
    for number, values in kept.items():
        sensor = world.sensor_of(world.stations[number - 1])
        start = parse_datetime("2015-01-01T00:00:00+00:00")
        (known,) = world.platform.store.beliefs.latest([sensor.id], start, world.platform.now())[sensor.id]
        assert known.value.tolist() == values
        late = (known.belief_time - known.event_start).astype("timedelta64[m]").astype(int)
        assert late[-1] == 20
        assert late[0] == (20 if version == "v2_0" else 5 + 15 * len(values))


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_korean_prices_are_taken_in(world: World, version: str) -> None:
    assert world.caller.post(f"{version}/postPriceData", KOREAN_PRICES).status == "PROCESSED"


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_weather_forecasts_are_taken_in(world: World, version: str) -> None:
    assert world.caller.post(f"{version}/postWeatherData", WEATHER).status == "PROCESSED"


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_a_prognosis_can_be_asked_for_with_a_rolling_horizon(world: World, version: str) -> None:
    query = {
        "type": "GetPrognosisRequest",
        "connection": f"{HOST}:1:1",
        "start": "2015-01-01T00:00:00+00:00",
        "duration": "PT24H",
        "horizon": "PT6H",
        "resolution": "PT15M",
        "unit": "MW",
    }

    reply = world.caller.get(f"{version}/getPrognosis", world.ours(query))

    assert reply.status == "PROCESSED"
    assert reply.body["values"] == []
