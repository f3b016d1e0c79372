"""Chapters 16 to 20 of the documents: the examples of messages that bring values."""

import copy
from collections.abc import Mapping

import pytest
from tests.golden.messages.conftest import World

Message = Mapping[str, object]

PROCESSED = {"status": "PROCESSED", "message": "Request has been processed."}

METER_DATA = {
    "type": "PostMeterDataRequest",
    "groups": [
        {"connections": ["CS 1", "CS 3"], "values": [306.66, 306.66, 0, 0, 306.66, 306.66]},
        {"connections": ["CS 2"], "values": [306.66, 0, 0, 0, 306.66, 306.66]},
    ],
    "start": "2015-01-01T00:00:00Z",
    "duration": "PT1H30M",
    "unit": "MW",
}
PROGNOSIS = {
    "type": "PostPrognosisRequest",
    "groups": [
        {"connections": ["CS 1", "CS 3"], "values": [300, 300, 300, 0, 0, 300]},
        {"connections": ["CS 2"], "values": [300, 0, 0, 0, 300, 300]},
    ],
    "start": "2015-01-01T00:00:00Z",
    "duration": "PT1H30M",
    "horizon": "PT7H30M",
    "unit": "MW",
}
PROGNOSIS_WITH_PRIOR = {
    "type": "PostPrognosisRequest",
    "groups": [
        {
            "connections": ["ea1.2018-06.localhost:1:3", "ea1.2018-06.localhost:1:4"],
            "values": [300, 300, 300, 0, 0, 300],
        },
        {"connections": ["ea1.2018-06.localhost:1:5"], "values": [300, 0, 0, 0, 300, 300]},
    ],
    "start": "2021-01-01T00:00:00Z",
    "duration": "PT1H30M",
    "prior": "2020-12-31T18:00:00Z",
    "unit": "MW",
}
PRICES = {
    "type": "PostPriceDataRequest",
    "market": "ea1.2018-06.localhost:epex_da",
    "values": [
        *(52.37, 51.14, 49.09, 48.35, 48.47, 49.98, 58.7, 67.76, 69.21, 70.26, 70.46, 70),
        *(70.7, 70.41, 70, 64.53, 65.92, 69.72, 70.51, 75.49, 70.35, 70.01, 66.98, 58.61),
    ],
    "start": "2015-01-01T15:00:00+09:00",
    "duration": "PT24H",
    "horizon": "PT35H",
    "unit": "EUR/MWh",
}
PRICES_WITH_PRIOR = {
    **{key: value for key, value in PRICES.items() if key != "horizon"},
    "start": "2021-01-01T00:00:00+01:00",
    "prior": "2020-12-31T13:00:00+01:00",
}
WEATHER = {
    "type": "PostWeatherDataRequest",
    "groups": [
        {
            "sensor": "ea1.2018-06.localhost:temperature:33.4843866:126.477859",
            "values": [20.04, 20.23, 20.41, 20.51, 20.55, 20.57],
        }
    ],
    "start": "2015-01-01T15:00:00+09:00",
    "duration": "PT1H30M",
    "horizon": "PT3H",
    "unit": "°C",
}
WEATHER_WITH_PRIOR = {
    **{key: value for key, value in WEATHER.items() if key != "horizon"},
    "start": "2021-01-01T15:00:00+09:00",
    "prior": "2021-01-01T12:00:00+09:00",
}

FIRST, MIDDLE, LAST = ["v1"], ["v1_1", "v1_2", "v1_3"], ["v2_0"]

EXAMPLES: list[tuple[str, str, Message]] = [
    *((version, "postMeterData", METER_DATA) for version in [*FIRST, *MIDDLE]),
    *((version, "postMeterData", {**METER_DATA, "start": "2021-01-01T00:00:00Z"}) for version in LAST),
    *((version, "postPrognosis", PROGNOSIS) for version in MIDDLE),
    *((version, "postPrognosis", PROGNOSIS_WITH_PRIOR) for version in LAST),
    *((version, "postPriceData", PRICES) for version in MIDDLE),
    *((version, "postPriceData", PRICES_WITH_PRIOR) for version in LAST),
    *((version, "postWeatherData", WEATHER) for version in MIDDLE),
    *((version, "postWeatherData", WEATHER_WITH_PRIOR) for version in LAST),
]


@pytest.mark.parametrize(("version", "service", "message"), EXAMPLES)
def test_the_example_is_answered_as_documented(
    world: World, version: str, service: str, message: Message
) -> None:
    reply = world.caller.post(f"{version}/{service}", world.ours(message))

    assert reply.body == {"type": f"{service[0].upper()}{service[1:]}Response", **PROCESSED}
    assert reply.code == 200


@pytest.mark.parametrize(("version", "service", "message"), EXAMPLES)
def test_the_example_sent_again_is_received_already(
    world: World, version: str, service: str, message: Message
) -> None:
    sent = world.ours(message)
    world.caller.post(f"{version}/{service}", copy.deepcopy(sent))

    reply = world.caller.post(f"{version}/{service}", sent)

    assert reply.code == 200
    assert reply.status == "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED"
    assert reply.body["results"] == "PROCESSED"
