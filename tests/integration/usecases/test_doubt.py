"""Probabilistic forecasts that a worker made and the database keeps are what schedules leave room for."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.series import Array
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.web import Caller, Web
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

pytestmark = [pytest.mark.services, pytest.mark.full]

HOUR = timedelta(hours=1)
DAYS = 21


def measured() -> Array:
    """Return three weeks of an office that uses more by day, and never quite the same."""
    hours = np.arange(24 * DAYS)
    noise = np.random.default_rng(5).normal(0, 0.03, hours.size)
    return np.maximum(0.3 + 0.2 * np.sin(2 * np.pi * (hours - 6) / 24) + noise, 0.0)


def office(web: Web) -> tuple[Caller, Sensor, Sensor, Sensor]:
    """Return who manages an office, its load, its battery and its prices."""
    make = Factory(web.platform.store)
    owner = make.user()
    site = make.asset("building", owner=owner)
    load, power = (make.sensor(site, step=HOUR) for _ in range(2))
    market = make.market()
    begin = NOON - DAYS * timedelta(days=1)
    known = block(load, make.source(SourceType.GATEWAY), begin, measured().tolist())
    costs = [50.0 + hour % 12 for hour in range(24)]
    prices = block(market, make.source(SourceType.MARKET), NOON, costs, recorded=NOON)
    web.platform.store.beliefs.add([known, prices])
    return web.as_user(owner), load, power, market


def test_schedules_leave_room_for_what_stored_forecasts_may_be_off(web: Web) -> None:
    caller, load, power, market = office(web)
    asked = {"start": NOON.isoformat(), "duration": "P1D", "probabilistic": True}
    forecast = caller.post(f"v3_0/sensors/{load.id}/forecasts/trigger", asked)
    assert forecast.code == 202, forecast.body
    Runner(web.platform, KINDS).run(str(forecast.body["forecast"]))

    def planned(**context: object) -> tuple[list[float], str]:
        order = {
            "start": NOON.isoformat(),
            "duration": "P1D",
            "flex-model": {
                "power-capacity": "1 MW",
                "soc-at-start": "0 MWh",
                "soc-max": "2 MWh",
                "soc-targets": [{"value": "2 MWh", "datetime": (NOON + 20 * HOUR).isoformat()}],
            },
            "flex-context": {
                "consumption-price": {"sensor": market.id},
                "inflexible-consumption": [{"sensor": load.id}],
                "site-consumption-capacity": "800 kW",
                **context,
            },
        }
        ordered = caller.post(f"v3_0/sensors/{power.id}/schedules/trigger", order)
        Runner(web.platform, KINDS).run(str(ordered.body["schedule"]))
        path = f"v3_0/sensors/{power.id}/schedules/{ordered.body['schedule']}"
        found = caller.get(path, {"duration": "P1D"})
        assert found.code == 200, found.body
        values = found.body["values"]
        return values if isinstance(values, list) else [], str(found.body["explanation"])

    trusting, _ = planned()
    careful, said = planned(confidence="90 %")
    mean, _ = planned(confidence="90 %", scenarios=9)
    assert max(careful) < max(trusting) - 0.005
    assert max(mean) < max(trusting) - 0.005
    assert sum(careful) == pytest.approx(sum(trusting), abs=1e-6)
    assert "may be off" not in said
