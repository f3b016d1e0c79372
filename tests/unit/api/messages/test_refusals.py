"""Each status word, in every version that has the service, with its text and envelope."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from tests.unit.api.messages.conftest import HOST, SINCE, VERSIONS, Portfolio


@dataclass(frozen=True, slots=True)
class Case:
    """A message that is right but for one thing, and what is answered.

    Attributes:
        service: What is called.
        change: Fields that are set; None takes one away.
        status: The status word.
        text: In the answer.
        since: First version.
        until: Last version.
    """

    service: str
    change: Mapping[str, object]
    status: str
    text: str = ""
    since: str = "v1"
    until: str = "v2_0"
    code: int = field(default=400)


POST, GET = "postMeterData", "getMeterData"
UDI, DEVICE = "postUdiEvent", "getDeviceMessage"
PRICES, WEATHER, PROGNOSIS = "postPriceData", "postWeatherData", "postPrognosis"
PERIOD = "A time period in your request doesn't seem right."
NOT_YOURS = "One or more connections in your request were not found in your account."
EMPTY = "Missing values. Request includes empty or ill-formatted value(s)."
HORIZON = "The prognosis horizon in your request could not be parsed."
RESOLUTIONS = "Only the following resolutions are supported: PT15M"
NOT_SINCE_2 = "v1_3"

CASES = [
    Case(POST, {"type": None}, "NO_MESSAGE_TYPE", "Request message should include 'type'."),
    Case(
        GET,
        {"type": "GetPrognosisRequest"},
        "INVALID_MESSAGE_TYPE",
        "Request message should specify type 'GetMeterDataRequest'.",
    ),
    Case("getConnection", {"type": "Other"}, "INVALID_MESSAGE_TYPE"),
    Case(POST, {"unit": "kW"}, "INVALID_UNIT", "Data for power should be given in MW."),
    Case(GET, {"unit": None}, "INVALID_UNIT", "Data for power should be given in MW."),
    Case(PRICES, {"unit": "MW"}, "INVALID_UNIT", "Data for price should be given in EUR/MWh or KRW/kWh."),
    Case(
        PRICES,
        {"unit": "KRW/kWh"},
        "INVALID_UNIT",
        "Data for epex_da prices should be given in EUR/MWh.",
    ),
    Case(WEATHER, {"unit": None}, "INVALID_UNIT", "Data should be given a unit."),
    Case(WEATHER, {"unit": "m/s"}, "INVALID_UNIT", "Data for temperature should be given in °C or 0C."),
    Case(UDI, {"unit": "MW"}, "INVALID_UNIT", "Data for State of charge should be given in kWh or MWh."),
    Case(POST, {"connection": None}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(POST, {"connection": ""}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(GET, {"connection": []}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(PRICES, {"market": None}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(WEATHER, {"sensor": None}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(DEVICE, {"event": None}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(POST, {"connection": f"{HOST}:999999"}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(POST, {"connection": f"{HOST}:99999999999999"}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(POST, {"connection": f"{HOST}:fm1.999999"}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(POST, {"connection": "FOREIGN"}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(GET, {"connection": "FOREIGN"}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(UDI, {"event": "FOREIGN:5:soc"}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(DEVICE, {"event": "FOREIGN:5:soc"}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(POST, {"connection": "STATION"}, "UNRECOGNIZED_CONNECTION_GROUP", NOT_YOURS),
    Case(POST, {"values": None}, "PTUS_INCOMPLETE", "Missing values."),
    Case(POST, {"values": []}, "PTUS_INCOMPLETE", EMPTY),
    Case(POST, {"values": [1, None]}, "PTUS_INCOMPLETE", EMPTY),
    Case(POST, {"values": [1, "two"]}, "PTUS_INCOMPLETE", EMPTY),
    Case(POST, {"values": [1, [2]]}, "PTUS_INCOMPLETE", EMPTY),
    Case(POST, {"values": [1, True]}, "PTUS_INCOMPLETE", EMPTY),
    Case(POST, {"values": ["nan"]}, "PTUS_INCOMPLETE", EMPTY),
    Case(POST, {"values": ["1e999"]}, "PTUS_INCOMPLETE", EMPTY),
    Case(POST, {"values": [10**400]}, "PTUS_INCOMPLETE", EMPTY),
    Case(UDI, {"value": None}, "PTUS_INCOMPLETE", "Missing values."),
    Case(UDI, {"value": "full"}, "PTUS_INCOMPLETE", EMPTY),
    Case(POST, {"horizon": "soon"}, "INVALID_HORIZON", HORIZON),
    Case(POST, {"horizon": ""}, "INVALID_HORIZON", HORIZON),
    Case(POST, {"horizon": 5}, "INVALID_HORIZON", HORIZON),
    Case(POST, {"horizon": "P200Y"}, "INVALID_HORIZON", HORIZON),
    Case(POST, {"horizon": "P40000D"}, "INVALID_HORIZON", HORIZON),
    Case(
        POST,
        {"horizon": "PT1H"},
        "INVALID_HORIZON",
        f"{HORIZON} Meter data must have a zero or negative horizon to indicate observations after the fact.",
    ),
    Case(
        PROGNOSIS,
        {"horizon": None},
        "INVALID_HORIZON",
        f"{HORIZON} Please specify the horizon field using an ISO 8601 duration (such as 'PT24H').",
        until=NOT_SINCE_2,
    ),
    Case(
        PROGNOSIS,
        {"horizon": "R/PT6H"},
        "INVALID_HORIZON",
        f"{HORIZON} API versions 2.0 and higher use regular ISO 8601 durations instead of repeating time"
        " intervals. For example: R/P1D should be replaced by P1D.",
        since="v2_0",
    ),
    Case(
        POST, {"prior": "yesterday"}, "INVALID_HORIZON", f"{HORIZON} Missing horizon or prior.", since="v2_0"
    ),
    Case(POST, {"prior": "2026-03-01T00:00:00"}, "INVALID_TIMEZONE", since="v2_0"),
    Case(
        POST,
        {"prior": "2026-03-01T00:30:00Z"},
        "INVALID_HORIZON",
        f"{HORIZON} Meter data can only be observed after the fact.",
        since="v2_0",
    ),
    Case(
        POST,
        {"start": "2026-03-02T11:30:00Z"},
        "INVALID_HORIZON",
        f"{HORIZON} Meter data can only be observed after the fact.",
        since="v2_0",
    ),
    Case(GET, {"prior": "2026-03-01T00:30:00Z"}, "INVALID_HORIZON"),
    Case(GET, {"horizon": "PT1H"}, "INVALID_HORIZON", HORIZON),
    Case(POST, {"start": None}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"start": "2026-03-01"}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"start": "0001-01-01T00:00:00+09:00"}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"start": "9999-12-31T23:00:00Z"}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"start": "2026-03-01T00:00:00+25:00"}, "INVALID_PERIOD", PERIOD),
    Case(GET, {"start": "2026-03-01T00:00:00-99:99"}, "INVALID_PERIOD", PERIOD),
    Case(
        POST,
        {"start": "2026-03-01T00:00:00"},
        "INVALID_TIMEZONE",
        "Start time should explicitly state a timezone.",
    ),
    Case(POST, {"duration": None}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"duration": "PT0H"}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"duration": "-PT1H"}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"duration": "an hour"}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"duration": "P99999Y"}, "INVALID_PERIOD", PERIOD),
    Case(GET, {"duration": "P9999999999D"}, "INVALID_PERIOD", PERIOD),
    Case(GET, {"duration": "P3000000D"}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"values": None, "duration": None, "timeseries": [{"value": 1}]}, "INVALID_PERIOD", PERIOD),
    Case(POST, {"values": [1, 2, 3, 4, 5]}, "INVALID_RESOLUTION", RESOLUTIONS),
    Case(POST, {"duration": "PT0.000001S"}, "INVALID_RESOLUTION", RESOLUTIONS),
    Case(GET, {"resolution": "PT20M"}, "INVALID_RESOLUTION", f"{RESOLUTIONS} or a multiple hereof."),
    Case(
        GET,
        {"resolution": "coarse"},
        "INVALID_RESOLUTION",
        "The resolution string cannot be parsed as ISO8601 duration: coarse",
    ),
    Case(POST, {"start": "2026-03-01T00:07:00Z"}, "INVALID_PTU_DURATION"),
    Case(POST, {"connection": "CS 1"}, "INVALID_DOMAIN"),
    Case(GET, {"connection": "ea1.18-6.localhost:1:1"}, "INVALID_DOMAIN"),
    Case(GET, {"connection": "7:1"}, "INVALID_DOMAIN", since="v1_1"),
    Case(PRICES, {"market": f"{HOST}:5"}, "INVALID_DOMAIN"),
    Case(WEATHER, {"sensor": f"{HOST}:temperature:133.4:126.5"}, "INVALID_DOMAIN"),
    Case(UDI, {"event": None}, "INVALID_DOMAIN", "No event identifier sent."),
    Case(
        UDI,
        {"event": [f"{HOST}:7:1:5:soc", f"{HOST}:7:1:6:soc"]},
        "INVALID_DOMAIN",
        "A message tells of one event.",
    ),
    Case(DEVICE, {"event": f"{HOST}:7"}, "INVALID_DOMAIN"),
    Case(UDI, {"event": "BUILDING:5:soc"}, "INVALID_DOMAIN", "only supports UDI events for"),
    Case(DEVICE, {"event": "BUILDING:5:soc"}, "INVALID_DOMAIN", "only supports device messages for"),
    Case(
        POST,
        {"connection": "BUILDING", "values": [-1]},
        "POWER_VALUE_TOO_SMALL",
        "is registered as a pure consumer and can only receive non-negative values.",
    ),
    Case(
        POST,
        {"connection": "SOLAR", "values": [1]},
        "POWER_VALUE_TOO_BIG",
        "is registered as a pure producer and can only receive non-positive values.",
    ),
    Case(
        PRICES,
        {"market": f"{HOST}:dummy-tou"},
        "UNRECOGNIZED_MARKET",
        "The requested market named dummy-tou is not known.",
    ),
    Case(
        WEATHER,
        {"sensor": f"{HOST}:temperature:33.5:126.5"},
        "UNRECOGNIZED_SENSOR",
        "No sensor is known at this location. The nearest sensor is at latitude 33.4 and longitude 126.5",
    ),
    Case(
        WEATHER,
        {"sensor": f"{HOST}:fog:33.5:126.5"},
        "UNRECOGNIZED_SENSOR",
        "No sensor is known at this location. In fact, we can't find any sensors.",
    ),
    Case(GET, {"source": [42, "Wizard"]}, "INVALID_SOURCE", "The data source is not found: 42, Wizard"),
    Case(UDI, {"datetime": None}, "INVALID_DATETIME", "Datetime cannot be used. Missing datetime parameter."),
    Case(
        UDI,
        {"datetime": "now"},
        "INVALID_DATETIME",
        "Datetime cannot be used. Cannot parse datetime string now as iso date",
    ),
    Case(
        UDI,
        {"datetime": "2026-03-01T00:00:00"},
        "INVALID_TIMEZONE",
        "Datetime should explicitly state a timezone.",
    ),
    Case(
        UDI,
        {"event": "BATTERY:5:temperature"},
        "UNRECOGNIZED_UDI_EVENT",
        "The requested UDI event (id = 5, type = temperature) is not known.",
        until="v1_2",
    ),
    Case(
        UDI,
        {"event": "BATTERY:5:temperature"},
        "UNRECOGNIZED_UDI_EVENT",
        "The requested UDI event type temperature is not known.",
        since="v1_3",
    ),
    Case(
        UDI,
        {"event": "BATTERY:5:soc-with-targets"},
        "INCOMPLETE_UDI_EVENT",
        "The requested UDI event (id = 5, type = soc-with-targets) is incomplete.",
        since="v1_3",
    ),
    Case(
        UDI,
        {
            "event": "BATTERY:5:soc-with-targets",
            "targets": [{"value": 1, "datetime": "2026-03-04T00:00:00Z"}],
        },
        "INVALID_DATETIME",
        "Maximum scheduling horizon is 2 days, 0:00:00.",
        since="v1_3",
    ),
    Case(
        UDI,
        {"event": "BATTERY:5:soc-with-targets", "targets": [{"datetime": "2026-03-01T00:00:00Z"}]},
        "PTUS_INCOMPLETE",
        since="v1_3",
    ),
    Case(
        UDI,
        {"event": "BATTERY:5:soc-with-targets", "targets": [{"value": 1}]},
        "INVALID_DATETIME",
        "Target missing datetime parameter.",
        since="v1_3",
    ),
    Case(UDI, {"event": "BATTERY:5:soc-with-targets", "targets": ["full"]}, "PTUS_INCOMPLETE", since="v1_3"),
    Case(
        UDI,
        {
            "event": "BATTERY:5:soc-with-targets",
            "targets": [{"value": 1, "datetime": "2026-03-01T00:00:00"}],
        },
        "INVALID_TIMEZONE",
        "Target datetime should explicitly state a timezone.",
        since="v1_3",
    ),
    Case(UDI, {"roundtrip_efficiency": 1.5}, "PTUS_INCOMPLETE", since="v1_3"),
    Case(UDI, {"soc_min": 3, "soc_max": 2}, "PTUS_INCOMPLETE", since="v1_3"),
    Case(
        DEVICE,
        {"event": "BATTERY:99:soc"},
        "UNRECOGNIZED_UDI_EVENT",
        "The requested UDI event (id = 99, type = soc) is not known.",
    ),
    Case(DEVICE, {"duration": "PT0H"}, "INVALID_PERIOD", f"{PERIOD} Cannot parse 'duration' value."),
    Case(DEVICE, {"duration": "-PT1H"}, "INVALID_PERIOD", f"{PERIOD} Cannot parse 'duration' value."),
    Case(GET, {"source": ""}, "INVALID_SOURCE", "The data source is not found:"),
    Case(
        PRICES,
        {"market": f"{HOST}:tariff"},
        "INVALID_API_VERSION",
        "The requested API version is deprecated for this feature. Multiple sensors were found named tariff.",
    ),
]


def _versions(case: Case) -> list[str]:
    first = max(case.since, SINCE[case.service], key=VERSIONS.index)
    return VERSIONS[VERSIONS.index(first) : VERSIONS.index(case.until) + 1]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{n}-{case.service}-{case.status}") for n, case in enumerate(CASES)]
)
def test_what_is_wrong_is_told_and_nothing_is_kept(portfolio: Portfolio, case: Case) -> None:
    message = _changed(portfolio, case)
    before = copy.deepcopy(portfolio.tables.beliefs), copy.deepcopy(portfolio.tables.events)

    for version in _versions(case):
        reply = portfolio.send(version, case.service, message)

        assert (reply.code, reply.status) == (case.code, case.status), (version, reply.body)
        assert case.text in str(reply.body["message"])
        assert reply.body["result"] == "Rejected"
        assert reply.body["type"] == f"{case.service[0].upper()}{case.service[1:]}Response"
    assert (portfolio.tables.beliefs, portfolio.tables.events) == before
    assert portfolio.tables.jobs == {}


def _changed(portfolio: Portfolio, case: Case) -> dict[str, object]:
    message = {**portfolio.right(case.service), **case.change}
    station = portfolio.foreign.id + 1
    names = {
        "FOREIGN": portfolio.address(portfolio.foreign),
        "BATTERY": portfolio.address(portfolio.battery),
        "BUILDING": portfolio.address(portfolio.consumer),
        "SOLAR": portfolio.address(portfolio.producer),
        "STATION": f"{HOST}:{station}",
    }
    for key, value in message.items():
        head, colon, rest = str(value).partition(":")
        if head in names:
            message[key] = f"{names[head]}{colon}{rest}"
    return {key: value for key, value in message.items() if value is not None}
