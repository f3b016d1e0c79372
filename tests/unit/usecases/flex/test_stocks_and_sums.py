"""Orders that become schedules: what sensors say of stocks and loads, and sums of what is planned."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.unit.usecases.flex.office import BATTERY, HOUR, Scene, at, cost, prices, values

from flexmeasures.domain.assets import Quantity
from flexmeasures.usecases.flex.knowledge import consumption_sign


def test_states_of_charge_are_missed_at_the_prices_that_are_told(scene: Scene) -> None:
    power = scene.sensor()
    maxima = [{"value": "0.25 MWh", "datetime": at(1)}]
    targets = [{"value": "0.5 MWh", "datetime": at(2)}]
    model = {"sensor": power.id, **BATTERY, "soc-maxima": maxima, "soc-targets": targets}
    free = {"consumption-price": prices(10, 90), "soc-maxima-breach-price": "0 EUR/MWh"}
    plan = scene.plan([model], free)
    assert values(plan, power) == pytest.approx([1.0, -0.5])
    plan = scene.plan([model], {**free, "soc-minima-breach-price": "1 EUR/MWh"})
    assert values(plan, power) == pytest.approx([1.0, -1.0])
    assert cost(plan) == pytest.approx(10 - 90 + 0.5 + 0.5)


def test_what_a_sensor_says_of_a_share_is_completed(scene: Scene) -> None:
    power, heat = scene.sensor(), scene.sensor(0.5, quantity=Quantity.OTHER)
    empty = scene.sensor(quantity=Quantity.OTHER)
    target = {"value": "1 MWh", "datetime": at(2)}
    model = {"sensor": power.id, "power-capacity": "9 MW", "soc-targets": [target]}
    context = {"consumption-price": prices(90, 10)}
    known = scene.plan([{**model, "charging-efficiency": {"sensor": heat.id}}], context)
    assert values(known, power) == pytest.approx([0.0, 2.0])
    lost = scene.plan([{**model, "charging-efficiency": {"sensor": empty.id}}], context)
    assert values(lost, power) == pytest.approx([0.0, 1.0])
    fixed = scene.plan([{**model, "charging-efficiency": "25 %"}], context)
    assert values(fixed, power) == pytest.approx([0.0, 4.0])


def test_what_a_sensor_says_is_retained_is_for_its_own_steps(scene: Scene) -> None:
    power = scene.sensor()
    half_hours = scene.sensor(0.5, 0.5, 0.5, 0.5, quantity=Quantity.OTHER, step=HOUR / 2)
    target = {"value": "0.25 MWh", "datetime": at(1)}
    model = {"sensor": power.id, "soc-at-start": "1 MWh", "power-capacity": "1 MW", "soc-targets": [target]}
    plan = scene.plan(
        [{**model, "storage-efficiency": {"sensor": half_hours.id}}], {"consumption-price": prices(10)}, 1
    )
    assert values(plan, power) == pytest.approx([0.0])


def test_the_state_of_charge_may_be_a_share_of_the_largest(scene: Scene) -> None:
    power, soc = scene.sensor(), scene.sensor(0.5, quantity=Quantity.OTHER)
    model = {"sensor": power.id, "power-capacity": "9 MW", "soc-max": "2 MWh"}
    plan = scene.plan(
        [{**model, "state-of-charge": {"sensor": soc.id}}], {"consumption-price": prices(10, 90)}
    )
    assert values(plan, power) == pytest.approx([1.0, -2.0])
    assert values(plan, soc) == pytest.approx([0.5, 1.0, 0.0])


def test_a_battery_takes_its_last_state_of_charge_from_values_that_are_told(scene: Scene) -> None:
    power = scene.sensor()
    model = {"sensor": power.id, "power-capacity": "1 MW", "soc-max": "1 MWh", "state-of-charge": "0.5 MWh"}
    plan = scene.plan([model], {"consumption-price": prices(90, 10)})
    assert values(plan, power)[0] == pytest.approx(-0.5)


def test_powers_are_kept_in_the_steps_of_their_sensors(scene: Scene) -> None:
    quick, slow = scene.sensor(step=HOUR / 2), scene.sensor(step=2 * HOUR)
    models: list[Mapping[str, object]] = [
        {"sensor": one.id, "inflexible-consumption": [load.id]}
        for one, load in ((quick, scene.sensor(1.0, 2.0)), (slow, scene.sensor(3.0, 5.0)))
    ]
    plan = scene.plan(models, {"consumption-price": prices(10, 10)})
    assert values(plan, quick) == [1.0, 1.0, 2.0, 2.0]
    assert values(plan, slow) == [4.0]


def test_the_sum_at_the_meter_leaves_out_other_commodities(scene: Scene) -> None:
    power, gas, total = (scene.sensor() for _ in range(3))
    loads = [scene.sensor(1.0, 2.0), scene.sensor(7.0, 7.0)]
    models: list[Mapping[str, object]] = [
        {"sensor": power.id, "inflexible-consumption": [loads[0].id]},
        {"sensor": gas.id, "inflexible-consumption": [loads[1].id], "commodity": "gas"},
    ]
    electricity = {"consumption-price": prices(10, 10), "aggregate-power": total.id}
    plan = scene.plan(models, [electricity, {"commodity": "gas", "consumption-price": "1 EUR/MWh"}])
    assert values(plan, total) == [1.0, 2.0]


def test_a_commodity_of_which_nothing_is_said_is_balanced_within(scene: Scene) -> None:
    power, heat, use = (scene.sensor() for _ in range(3))
    demand = scene.sensor(0.5, 0.25)
    coupled = {"coupling": "heater", "power-capacity": "1 MW"}
    models: list[Mapping[str, object]] = [
        {"sensor": power.id, **coupled, "consumption-capacity": "1 MW"},
        {"sensor": heat.id, **coupled, "production-capacity": "1 MW", "commodity": "heat"},
        {"sensor": use.id, "inflexible-consumption": [demand.id], "commodity": "heat"},
    ]
    plan = scene.plan(models, [{"consumption-price": prices(10, 10)}, {"commodity": "heat"}])
    assert values(plan, power) == pytest.approx([0.5, 0.25])
    assert values(plan, heat) == pytest.approx([-0.5, -0.25])


def test_fixed_loads_count_with_their_sign_and_gaps_are_told(scene: Scene) -> None:
    power, load, sun, other = scene.sensor(), scene.sensor(1.0), scene.sensor(0.5, 0.5), scene.sensor(0.25)
    context = {
        "consumption-price": prices(10, 10),
        "inflexible-consumption": [load.id],
        "inflexible-production": [sun.id],
        "inflexible-device-sensors": [other.id],
        "aggregate-consumption": scene.sensor(name="sum").id,
    }
    plan = scene.plan([{"sensor": power.id, **BATTERY, "soc-max": "0 MWh"}], context)
    total = next(one.series.values.tolist() for one in plan.filled if one.sensor.name == "sum")
    assert total[0] == pytest.approx(1.0 - 0.5 + consumption_sign(other) * 0.25)
    assert total[1] == pytest.approx(-0.5)
    told = plan.told["explanation"]
    assert isinstance(told, list)
    assert f"Nothing is known of {load.name} ({load.id}) in 1 of 2 steps" in " ".join(told)


def test_targets_of_a_sensor_count_at_the_ends_of_its_events(scene: Scene) -> None:
    power = scene.sensor()
    wanted = scene.sensor(0.5, quantity=Quantity.STATE_OF_CHARGE)
    model = {"sensor": power.id, **BATTERY, "soc-targets": {"sensor": wanted.id}}
    plan = scene.plan([model], {"consumption-price": prices(10, 90)})
    assert values(plan, power)[0] == pytest.approx(0.5)
