"""All kinds of flexibility by version 3.0, with optima that are worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.web import Caller, Web
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

HOUR = timedelta(hours=1)
PRICES = [10.0, 50.0, 20.0, 90.0]


def at(hour: int) -> str:
    return (NOON + hour * HOUR).isoformat()


@dataclass(frozen=True, slots=True)
class Scene:
    """Some devices behind one meter."""

    web: Web
    make: Factory
    caller: Caller
    sensors: tuple[Sensor, ...]

    @property
    def ids(self) -> list[int]:
        return [sensor.id for sensor in self.sensors]

    def plan(
        self, models: list[Mapping[str, object]], context: object, hours: int = 4
    ) -> tuple[list[list[float]], Mapping[str, object]]:
        """Return what each device is to do, and what became of the job."""
        told = {"start": at(0), "duration": f"PT{hours}H", "flex-model": models, "flex-context": context}
        path = f"v3_0/assets/{self.sensors[0].asset_id}/schedules/trigger"
        reply = self.caller.post(path, told)
        assert reply.code == 202, reply.body
        job = str(reply.body["schedule"])
        Runner(self.web.platform, KINDS).run(job)
        done = self.caller.get(f"v3_0/jobs/{job}")
        assert done.code == 200, done.body
        result = done.body["result"]
        assert isinstance(result, dict)
        named = [one["sensor"] for one in models if "sensor" in one]
        return [self.values(number, job, hours) for number in named if isinstance(number, int)], result

    def values(self, number: int, job: str, hours: int) -> list[float]:
        query = {"duration": f"PT{hours}H"}
        found = self.caller.get(f"v3_0/sensors/{number}/schedules/{job}", query).body.get("values")
        return found if isinstance(found, list) else []


@pytest.fixture
def scene(memory_web: Web) -> Scene:
    make = Factory(memory_web.platform.store)
    owner = make.user()
    site = make.asset("building", owner=owner)
    sensors = tuple(make.sensor(site, step=HOUR) for _ in range(3))
    return Scene(memory_web, make, memory_web.as_user(owner), sensors)


def prices(*values: float) -> list[dict[str, object]]:
    return [
        {"value": f"{value} EUR/MWh", "start": at(hour), "duration": "PT1H"}
        for hour, value in enumerate(values or PRICES)
    ]


BATTERY: Mapping[str, object] = {"power-capacity": "1 MW", "soc-at-start": "0 MWh", "soc-max": "1 MWh"}


def test_selling_may_pay_less_than_buying_costs(scene: Scene) -> None:
    (power,), result = scene.plan(
        [{"sensor": scene.ids[0], **BATTERY}],
        {"consumption-price": prices(), "production-price": prices(0, 0, 0, 60)},
    )
    assert power == [1.0, 0.0, 0.0, -1.0]
    assert result["cost"] == pytest.approx(10 - 60)


def test_a_fee_of_the_grid_is_paid_on_consumption_alone(scene: Scene) -> None:
    context = {"consumption-price": prices(), "grid-fee": "35 EUR/MWh"}
    (power,), result = scene.plan([{"sensor": scene.ids[0], **BATTERY}], context)
    assert power == [1.0, 0.0, 0.0, -1.0]
    assert result["cost"] == pytest.approx(10 + 35 - 90)


def test_a_peak_is_paid_once_above_what_is_free(scene: Scene) -> None:
    target = {"value": "2 MWh", "datetime": at(4)}
    model = {**BATTERY, "soc-max": "2 MWh", "soc-targets": [target], "production-capacity": "0 kW"}
    context = {
        "consumption-price": prices(10, 10, 10, 10),
        "site-peak-consumption-price": "100 EUR/MW",
        "site-peak-consumption": "200 kW",
    }
    (power,), result = scene.plan([{"sensor": scene.ids[0], **model}], context)
    assert power == pytest.approx([0.5] * 4)
    info = result["scheduler_info"]
    assert isinstance(info, dict)
    assert info["commitment_costs"]["electricity consumption peak"] == pytest.approx(30)
    assert result["cost"] == pytest.approx(20 + 30)


def test_a_site_is_exceeded_where_that_pays(scene: Scene) -> None:
    target = {"value": "1 MWh", "datetime": at(1)}
    model = {**BATTERY, "soc-targets": [target]}
    context = {
        "consumption-price": prices(10),
        "site-consumption-capacity": "400 kW",
        "site-consumption-breach-price": "5 EUR/MW",
    }
    (power,), result = scene.plan([{"sensor": scene.ids[0], **model}], context, hours=1)
    assert power == [1.0]
    assert result["cost"] == pytest.approx(10 + 0.6 * 5 + 0.6 * 5)


def test_minima_may_be_missed_at_a_price(scene: Scene) -> None:
    minima = [{"value": "1 MWh", "start": at(1), "end": at(2)}]
    context = {"consumption-price": prices(200, 200, 10, 0), "soc-minima-breach-price": "1 EUR/MWh"}
    model = {**BATTERY, "soc-minima": minima, "production-capacity": "0 kW"}
    (power,), result = scene.plan([{"sensor": scene.ids[0], **model}], context)
    assert power[:2] == [0.0, 0.0]
    assert result["cost"] == pytest.approx(1 + 2)


def test_a_commitment_is_kept_where_that_pays(scene: Scene) -> None:
    promise = {
        "name": "capacity market",
        "baseline": "500 kW",
        "up-price": "1000 EUR/MWh",
        "down-price": "-1000 EUR/MWh",
    }
    context = {"consumption-price": prices(10, 10), "commitments": [promise]}
    (power,), result = scene.plan([{"sensor": scene.ids[0], **BATTERY}], context, hours=2)
    assert power == pytest.approx([0.5, 0.5])
    info = result["scheduler_info"]
    assert isinstance(info, dict)
    assert info["commitment_costs"]["capacity market"] == pytest.approx(0)


def test_two_devices_share_a_group(scene: Scene) -> None:
    group = {"sensor": scene.ids[2]}
    models: list[Mapping[str, object]] = [
        {"sensor": scene.ids[0], **BATTERY, "group": group},
        {"sensor": scene.ids[1], **BATTERY, "group": group},
        {"sensor": scene.ids[2], "power-capacity": "1 MW"},
    ]
    found, _ = scene.plan(models, {"consumption-price": prices(10, 90)}, hours=2)
    assert sum(power[0] for power in found[:2]) == pytest.approx(1.0)


def test_solar_is_curtailed_where_prices_are_negative(scene: Scene) -> None:
    sun = scene.make.sensor(scene.web.platform.store.assets.asset(scene.sensors[0].asset_id), step=HOUR)
    source = scene.make.source()
    scene.web.platform.store.beliefs.add([block(sun, source, NOON, [1.0, 2.0, 3.0, 0.0], recorded=NOON)])
    model = {
        "sensor": scene.ids[0],
        "production-capacity": {"sensor": sun.id},
        "consumption-capacity": "0 kW",
        "power-capacity": "5 MW",
    }
    (power,), _ = scene.plan([model], {"consumption-price": prices(10, -5, 20, 10)})
    assert power == [-1.0, 0.0, -3.0, 0.0]


def test_a_heat_pump_fills_its_buffer_when_it_is_warm(scene: Scene) -> None:
    cop = [{"value": 2, "start": at(0), "duration": "PT2H"}, {"value": 4, "start": at(2), "duration": "PT2H"}]
    model = {
        "sensor": scene.ids[0],
        "power-capacity": "1 MW",
        "production-capacity": "0 kW",
        "charging-efficiency": cop,
        "soc-usage": ["1 MW"],
        "soc-at-start": "2 MWh",
        "soc-max": "4 MWh",
    }
    (power,), result = scene.plan([model], {"consumption-price": prices(10, 10, 10, 10)})
    assert sum(power) == pytest.approx(0.5)
    assert sum(power[:2]) == pytest.approx(0.0)
    assert result["cost"] == pytest.approx(5)


def test_a_boiler_turns_gas_into_the_heat_that_is_used(scene: Scene) -> None:
    models: list[Mapping[str, object]] = [
        {
            "sensor": scene.ids[0],
            "commodity": "gas",
            "coupling": "boiler",
            "consumption-capacity": "5 MW",
            "coupling-coefficient": 1,
        },
        {
            "sensor": scene.ids[1],
            "commodity": "heat",
            "coupling": "boiler",
            "production-capacity": "5 MW",
            "coupling-coefficient": 0.9,
        },
        {
            "sensor": scene.ids[2],
            "commodity": "heat",
            "power-capacity": "2 MW",
            "production-capacity": "0 kW",
            "soc-at-start": "0 MWh",
            "soc-max": "9 MWh",
            "soc-targets": [{"value": "1.8 MWh", "datetime": at(2)}],
        },
    ]
    context = [
        {"consumption-price": prices(10, 10)},
        {"commodity": "gas", "consumption-price": "30 EUR/MWh", "site-consumption-capacity": "9 MW"},
    ]
    (gas, heat, stored), result = scene.plan(models, context, hours=2)
    assert sum(gas) == pytest.approx(2.0)
    assert sum(heat) == pytest.approx(-1.8)
    assert sum(stored) == pytest.approx(1.8)
    info = result["scheduler_info"]
    assert isinstance(info, dict)
    assert info["commitment_costs"]["gas net energy"] == pytest.approx(60)


def test_two_feeds_fill_one_stock(scene: Scene) -> None:
    asset = scene.web.platform.store.assets.asset(scene.sensors[0].asset_id)
    stock = scene.make.sensor(asset, Quantity.STATE_OF_CHARGE, step=timedelta(0))
    shared = {
        "state-of-charge": {"sensor": stock.id},
        "production-capacity": "0 kW",
        "power-capacity": "1 MW",
    }
    target = {"value": "2 MWh", "datetime": at(1)}
    models: list[Mapping[str, object]] = [
        {
            "sensor": scene.ids[0],
            **shared,
            "soc-at-start": "0 MWh",
            "soc-max": "3 MWh",
            "soc-targets": [target],
        },
        {"sensor": scene.ids[1], **shared},
    ]
    found, _ = scene.plan(models, {"consumption-price": prices(10)}, hours=1)
    assert found == [[1.0], [1.0]]


def test_a_breakable_process_takes_the_cheapest_free_hours(scene: Scene) -> None:
    model = {
        "sensor": scene.ids[0],
        "process-type": "BREAKABLE",
        "power": "1 MW",
        "duration": "PT2H",
        "time-restrictions": [{"start": at(0), "duration": "PT1H"}],
    }
    (power,), result = scene.plan([model], {"consumption-price": prices()})
    assert power == [0.0, 1.0, 1.0, 0.0]
    assert result["cost"] == pytest.approx(70)


def test_modes_of_operation_leave_nothing_in_between(scene: Scene) -> None:
    modes = [{"consumption-range": ["0 kW", "0 kW"]}, {"consumption-range": ["600 kW", "1 MW"]}]
    target = {"value": "0.7 MWh", "datetime": at(2)}
    model = {**BATTERY, "operation-modes": modes, "soc-targets": [target]}
    (power,), _ = scene.plan(
        [{"sensor": scene.ids[0], **model}], {"consumption-price": prices(50, 10)}, hours=2
    )
    assert power == pytest.approx([0.0, 0.7])


def test_emissions_come_first_where_they_are_the_first_goal(scene: Scene) -> None:
    intensity = [
        {"value": "500 g/kWh", "start": at(0), "duration": "PT1H"},
        {"value": "100 g/kWh", "start": at(1), "duration": "PT1H"},
    ]
    context = {
        "consumption-price": prices(10, 50),
        "co2-intensity": intensity,
        "goals": ["emissions", "cost"],
    }
    target = {"value": "1 MWh", "datetime": at(2)}
    model = {**BATTERY, "soc-targets": [target], "production-capacity": "0 kW"}
    (power,), _ = scene.plan([{"sensor": scene.ids[0], **model}], context, hours=2)
    assert power == pytest.approx([0.0, 1.0], abs=1e-5)


def test_what_is_stored_at_the_end_is_worth_something(scene: Scene) -> None:
    model = {**BATTERY, "end-value": "30 EUR/MWh"}
    (power,), result = scene.plan(
        [{"sensor": scene.ids[0], **model}], {"consumption-price": prices(10)}, hours=1
    )
    assert power == [1.0]
    assert result["cost"] == pytest.approx(10 - 30)


def test_the_sum_at_the_meter_is_kept(scene: Scene) -> None:
    context = {
        "consumption-price": prices(),
        "aggregate-consumption": {"sensor": scene.ids[1]},
        "aggregate-production": {"sensor": scene.ids[2]},
    }
    scene.plan([{"sensor": scene.ids[0], **BATTERY}], context)
    found = scene.web.platform.store.beliefs.latest(scene.ids[1:], NOON, NOON + 4 * HOUR)
    assert found[scene.ids[1]][0].value.tolist() == [1.0, 0.0, 1.0, 0.0]
    assert found[scene.ids[2]][0].value.tolist() == [0.0, 1.0, 0.0, 1.0]


def test_a_site_leaves_room_for_what_forecasts_may_be_off(scene: Scene) -> None:
    load = scene.make.sensor(scene.web.platform.store.assets.asset(scene.sensors[0].asset_id), step=HOUR)
    source = scene.make.source()
    median = block(load, source, NOON, [0.5], recorded=NOON)
    quantiles = [
        replace(median, value=np.array([value]), probability=np.array([level]))
        for level, value in ((0.1, 0.4), (0.9, 0.8))
    ]
    scene.web.platform.store.beliefs.add([median, *quantiles])
    context = {
        "consumption-price": prices(-10),
        "inflexible-consumption": [{"sensor": load.id}],
        "site-consumption-capacity": "1 MW",
    }
    model = {"sensor": scene.ids[0], **BATTERY}
    (trusting,), _ = scene.plan([model], context, hours=1)
    (careful,), _ = scene.plan([model], {**context, "confidence": "90 %"}, hours=1)
    assert trusting == pytest.approx([0.5])
    assert careful == pytest.approx([0.2])
