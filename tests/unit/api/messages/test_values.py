"""Values as they are read: gaps, slots, groups, and which belief counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.api.messages.conftest import Portfolio
from tests.unit.api.messages.meter_data import START, keep_values, post_values, read_values

from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.testing.factories import Factory, block


def test_gaps_are_null_inside_and_dropped_at_the_ends(portfolio: Portfolio) -> None:
    keep_values(portfolio, [1.0], START + timedelta(minutes=15))
    keep_values(portfolio, [2.0], START + timedelta(minutes=45))

    reply = read_values(portfolio, duration="PT2H")

    assert reply["values"] == [1.0, None, 2.0]
    assert (reply["start"], reply["duration"]) == ("2026-03-01T00:15:00Z", "PT45M")


def test_where_nothing_is_known_values_are_empty(portfolio: Portfolio) -> None:
    reply = read_values(portfolio)

    assert reply["values"] == []
    assert reply["status"] == "PROCESSED"


@pytest.mark.parametrize(
    ("resolution", "values", "duration"),
    [
        ("PT15M", list(range(8)), "PT2H"),
        ("PT30M", [0.5, 2.5, 4.5, 6.5], "PT2H"),
        ("PT1H", [1.5, 5.5], "PT2H"),
        ("P1D", [3.5], "P1D"),
        ("PT24H", [3.5], "P1D"),
        ("P1M", [3.5], "P31D"),
        ("P1Y", [3.5], "P365D"),
    ],
)
def test_coarser_slots_are_means(
    portfolio: Portfolio, resolution: str, values: list[float], duration: str
) -> None:
    keep_values(portfolio, [float(value) for value in range(8)])

    reply = read_values(portfolio, duration="P1D", resolution=resolution)

    assert (reply["values"], reply["duration"]) == (values, duration)


def test_months_are_those_of_the_calendar_where_the_sensor_is(portfolio: Portfolio) -> None:
    store = portfolio.web.platform.store
    sensor = store.assets.sensors([portfolio.battery.id])[0]
    portfolio.tables.sensors[sensor.id] = replace(sensor, timezone="Europe/Amsterdam")
    begin = parse_datetime("2025-03-01T00:00:00+01:00")
    march = (parse_datetime("2025-04-01T00:00:00+02:00") - begin) // timedelta(minutes=15)
    keep_values(portfolio, [1.0] * march + [3.0], begin)

    reply = read_values(portfolio, start=begin.isoformat(), duration="P60D", resolution="P1M")

    assert reply["values"] == [1.0, 3.0]
    assert march == 31 * 96 - 4


@pytest.mark.parametrize(
    ("resolution", "values", "duration"),
    [("P1D", [1.0, 2.0, 3.0], "P2DT23H"), ("PT24H", [1.0, pytest.approx(49 / 24), 3.0], "P3D")],
)
def test_days_are_those_of_the_calendar_and_24_hours_are_not(
    portfolio: Portfolio, resolution: str, values: list[float], duration: str
) -> None:
    store = portfolio.web.platform.store
    sensor = store.assets.sensors([portfolio.battery.id])[0]
    portfolio.tables.sensors[sensor.id] = replace(sensor, timezone="Europe/Amsterdam")
    begin = parse_datetime("2025-03-29T00:00:00+01:00")
    keep_values(portfolio, [1.0] * 96 + [2.0] * 92 + [3.0] * 96, begin)

    reply = read_values(portfolio, start=begin.isoformat(), duration="P4D", resolution=resolution)

    assert (reply["values"], reply["duration"]) == (values, duration)


def test_a_start_within_a_step_gives_the_step_that_holds_it(portfolio: Portfolio) -> None:
    keep_values(portfolio, [1.0, 2.0])

    reply = read_values(portfolio, start="2026-03-01T00:05:00Z", duration="PT5M")

    assert (reply["values"], reply["start"]) == ([1.0], "2026-03-01T00:00:00Z")


def test_offsets_are_kept_in_the_answer(portfolio: Portfolio) -> None:
    keep_values(portfolio, [1.0])

    reply = read_values(portfolio, start="2026-03-01T09:00:00+09:00")

    assert reply["start"] == "2026-03-01T09:00:00+09:00"


def test_the_same_values_are_said_once_and_others_in_groups(portfolio: Portfolio) -> None:
    names = [portfolio.address(asset) for asset in (portfolio.battery, portfolio.consumer)]
    post_values(portfolio, connection=None, connections=names)
    together = portfolio.caller.get(
        "v2_0/getMeterData",
        {k: v for k, v in portfolio.right("getMeterData").items() if k != "connection"}
        | {"connections": names},
    ).body
    post_values(portfolio, connection=names[1], values=[5], start="2026-03-01T01:00:00Z")
    apart = portfolio.caller.post(
        "v1/getMeterData",
        {
            **{k: v for k, v in portfolio.right("getMeterData").items() if k != "connection"},
            "duration": "PT2H",
            "groups": [{"connection": names[0]}, {"connections": [names[1]]}],
        },
    ).body

    assert (together["connections"], together["values"]) == (names, [1, 2, 3, 4])
    assert apart["groups"] == [
        {"connection": names[0], "values": [1, 2, 3, 4, None, None, None, None]},
        {"connection": names[1], "values": [1, 2, 3, 4, 5, 5, 5, 5]},
    ]


def test_a_connection_that_is_asked_for_twice_is_told_once(portfolio: Portfolio) -> None:
    query = portfolio.right("getMeterData")
    name = query.pop("connection")

    reply = portfolio.caller.get("v2_0/getMeterData", {**query, "connections": [name, name]})

    assert reply.body["connection"] == name
    assert "groups" not in reply.body


def test_groups_of_one_duration_have_equal_numbers_of_values(portfolio: Portfolio) -> None:
    message = portfolio.right("postMeterData")
    name = message.pop("connection")
    message["groups"] = [{"connection": name}, {"connection": name, "values": [1, 2]}]

    reply = portfolio.caller.post("v2_0/postMeterData", message)

    assert (reply.code, reply.status) == (400, "PTUS_INCOMPLETE")
    assert "equal numbers of values" in str(reply.body["message"])
    assert not portfolio.tables.beliefs


def test_numbers_beyond_all_floats_are_no_values(portfolio: Portfolio) -> None:
    body = json.dumps({**portfolio.right("postMeterData"), "values": "LARGE"})

    reply = portfolio.caller.send("v2_0/postMeterData", body.replace('"LARGE"', "[1.5, 1e999]").encode())

    assert (reply.code, reply.status) == (400, "PTUS_INCOMPLETE")


def test_a_timeseries_is_read_as_values(portfolio: Portfolio) -> None:
    series = [
        {"value": value, "start": f"2026-03-01T00:{15 * place:02}:00Z", "duration": "PT15M"}
        for place, value in enumerate([10, 5, 8])
    ]

    status = post_values(portfolio, values=None, start=None, duration=None, timeseries=series)["status"]

    assert status == "PROCESSED"
    assert read_values(portfolio)["values"] == [10, 5, 8]


def test_a_timeseries_with_a_hole_is_refused(portfolio: Portfolio) -> None:
    series = [{"value": 1, "start": f"2026-03-01T0{hour}:00:00Z", "duration": "PT15M"} for hour in (0, 1)]

    reply = post_values(portfolio, values=None, start=None, duration=None, timeseries=series)

    assert reply["status"] == "INVALID_PERIOD"


def test_the_most_recent_belief_counts_and_a_prior_looks_back(portfolio: Portfolio) -> None:
    end = START + timedelta(hours=1)
    post_values(portfolio, values=[1], prior=(end + timedelta(minutes=1)).isoformat())
    post_values(portfolio, values=[2], prior=(end + timedelta(minutes=9)).isoformat())

    now = read_values(portfolio)
    earlier = read_values(portfolio, prior=(end + timedelta(minutes=5)).isoformat())

    assert (now["values"], earlier["values"]) == ([2] * 4, [1] * 4)


def test_among_beliefs_of_one_time_the_callers_own_counts_then_the_meter_data_company(
    portfolio: Portfolio,
) -> None:
    make = Factory(portfolio.web.platform.store)
    sensor = portfolio.web.platform.store.assets.sensors([portfolio.battery.id])[0]
    sources = portfolio.web.platform.store.sources
    company, admin = make.user("MDC", name="company"), make.user("admin", name="admin")
    other = make.user("Supplier", name="other")
    for user, value in ((other, 3.0), (company, 2.0), (portfolio.owner, 1.0)):
        make.store.beliefs.add([block(sensor, sources.of_user(user), START, [value])])

    mine = read_values(portfolio)["values"]
    theirs = portfolio.web.as_user(admin).get("v2_0/getMeterData", portfolio.right("getMeterData")).body

    assert (mine, theirs["values"]) == ([1.0], [2.0])


def test_prognoses_are_no_measurements_and_schedules_are_neither(portfolio: Portfolio) -> None:
    make = Factory(portfolio.web.platform.store)
    sensor = make.store.assets.sensors([portfolio.battery.id])[0]
    early = START - timedelta(hours=1)
    for kind, value, recorded in (
        (SourceType.FORECASTER, 1.0, early),
        (SourceType.SCHEDULER, 2.0, early + timedelta(minutes=1)),
        (SourceType.GATEWAY, 3.0, None),
    ):
        make.store.beliefs.add([block(sensor, make.source(kind), START, [value], recorded=recorded)])

    measured = read_values(portfolio)["values"]
    predicted = portfolio.caller.get("v2_0/getPrognosis", portfolio.right("getPrognosis")).body["values"]

    assert (measured, predicted) == ([3.0], [1.0])
