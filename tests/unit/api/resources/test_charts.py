"""Charts of power: who gets them, of what, and what is in them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.web import Caller, Web

QUERY = {
    "resource": "my-battery",
    "start_time": "2026-03-02T12:00:00Z",
    "end_time": "2026-03-02T14:00:00Z",
    "resolution": "PT15M",
}


@pytest.fixture
def owner(memory_web: Web) -> User:
    """Who owns two batteries with measured, forecast and scheduled power."""
    make = Factory(memory_web.platform.store)
    user = make.user("Prosumer")
    for name, scale in (("my-battery", 1.0), ("my-other-battery", 2.0)):
        asset: Asset = make.asset("battery", owner=user, name=name)
        sensor = make.sensor(asset)
        early = NOON - timedelta(hours=7)
        for kind, values, recorded in (
            (SourceType.GATEWAY, [1.0, 2.0, 3.0], None),
            (SourceType.FORECASTER, [1.5, 2.5], early),
            (SourceType.SCHEDULER, [0.5], early),
        ):
            scaled = [scale * value for value in values]
            make.store.beliefs.add([block(sensor, make.source(kind), NOON, scaled, recorded=recorded)])
    return user


@pytest.fixture
def caller(memory_web: Web, owner: User) -> Caller:
    """A programme of the owner."""
    return memory_web.as_user(owner)


def test_a_chart_shows_measured_forecast_and_scheduled_power(caller: Caller) -> None:
    item = caller.get("v2_0/charts/power", QUERY)

    assert item.code == 200
    assert {"doc", "root_id", "target_id", "status"} <= set(item.body)
    text = json.dumps(item.body)
    assert text.count('"name": "GlyphRenderer"') == 3
    assert all(f'"value": "{name}"' in text for name in ("Power", "Forecast", "Schedule"))


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"resource": "battery"}, 3),
        ({"resource": "battery", "show_individual_traces_for": "power"}, 4),
        ({"resource": "battery", "show_individual_traces_for": "schedules"}, 4),
        ({"start_time": "2026-03-02:12:00:00UTC", "end_time": "2026-03-02:13:00:00UTC"}, 3),
        ({"consumption_as_positive": "false"}, 3),
        ({"forecast_horizon": "PT8H"}, 2),
        ({"resolution": "PT1H"}, 3),
        ({"end_time": "2026-03-02T12:15:00Z", "unknown": "ignored"}, 3),
        ({"start_time": "2015-01-01T00:00:00Z", "end_time": "2015-01-02T00:00:00Z"}, 0),
    ],
)
def test_what_is_shown_can_be_chosen(caller: Caller, change: dict[str, object], lines: int) -> None:
    item = caller.get("v2_0/charts/power", {**QUERY, **change})

    assert item.code == 200
    assert json.dumps(item.body).count('"name": "GlyphRenderer"') == lines


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"resource": ""}, "resource"),
        ({"start_time": "soon"}, "start_time"),
        ({"end_time": "2026-03-02T12:00:00"}, "end_time"),
        ({"end_time": "2026-03-01T12:00:00Z"}, "end_time"),
        ({"start_time": "1900-01-01T00:00:00Z"}, "end_time"),
        ({"resolution": "PT0S"}, "end_time"),
        ({"resolution": "fine"}, "resolution"),
        ({"forecast_horizon": "far"}, "forecast_horizon"),
        ({"show_consumption_as_positive": "perhaps"}, "show_consumption_as_positive"),
        ({"show_individual_traces_for": "everything"}, "show_individual_traces_for"),
    ],
)
def test_what_is_asked_must_make_sense(caller: Caller, change: dict[str, object], field: str) -> None:
    reply = caller.get("v2_0/charts/power", {**QUERY, **change})

    assert (reply.code, reply.status) == (422, "UNPROCESSABLE_ENTITY")
    message = reply.body["message"]
    assert isinstance(message, dict)
    assert list(message["querystring"]) == [field]


def test_others_see_no_chart_and_nobody_else_either(memory_web: Web, owner: User) -> None:
    make = Factory(memory_web.platform.store)
    stranger, reader = make.user("Prosumer"), make.user("admin-reader")

    assert memory_web.as_user(stranger).get("v2_0/charts/power", QUERY).code == 404
    assert memory_web.as_user(reader).get("v2_0/charts/power", QUERY).code == 200
    assert memory_web.anonymous().get("v2_0/charts/power", QUERY).code == 401


def test_bokehjs_is_served_from_here(memory_web: Web) -> None:
    client = memory_web.app.test_client()

    script = client.get("/api/v2_0/charts/bokeh/bokeh.min.js")

    assert script.status_code == 200
    assert script.headers["Content-Type"].startswith("text/javascript")
    script.close()
    assert client.get("/api/v2_0/charts/bokeh/..%2Fcss").status_code == 404


def test_bokeh_is_loaded_by_charts_only() -> None:
    check = (
        "import sys, flexmeasures.api.routes, flexmeasures.web.application;"
        "heavy = {'bokeh', 'pandas', 'polars', 'scipy', 'sklearn', 'highspy', 'lightgbm', 'numba'};"
        "print(heavy & set(sys.modules))"
    )

    found = subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True)

    assert found.stdout.strip() == "set()"
