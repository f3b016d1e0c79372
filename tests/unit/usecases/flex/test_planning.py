"""Orders that become schedules: devices, groups, prices of what is missed, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf

import pytest

from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.domain.errors import InvalidField, InvalidParts
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.flex.knowledge import consumption_sign
from flexmeasures.usecases.flex.order import OPERATOR, Order, read_order
from flexmeasures.usecases.flex.planning import Plan, keep, plan_of, read_task
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
BATTERY: Mapping[str, object] = {"power-capacity": "1 MW", "soc-at-start": "0 MWh", "soc-max": "1 MWh"}


def at(hour: int) -> str:
    return (NOON + hour * HOUR).isoformat()


def prices(*values: float) -> list[dict[str, object]]:
    return [
        {"value": f"{value} EUR/MWh", "start": at(hour), "duration": "PT1H"}
        for hour, value in enumerate(values)
    ]


@dataclass(frozen=True, slots=True)
class Scene:
    """A building with sensors of power."""

    platform: Platform
    site: Asset

    @property
    def make(self) -> Factory:
        return Factory(self.platform.store)

    def sensor(
        self,
        *values: float,
        quantity: Quantity = Quantity.POWER,
        step: timedelta = HOUR,
        name: str = "",
    ) -> Sensor:
        """Return a sensor of the site, with values from noon on."""
        sensor = self.make.sensor(self.site, quantity, step=step, name=name)
        if values:
            told = block(sensor, self.make.source(), NOON, list(values), recorded=NOON)
            self.platform.store.beliefs.add([told])
        return sensor

    def plan(
        self,
        models: list[Mapping[str, object]],
        context: Mapping[str, object] | list[object],
        hours: int = 2,
        *,
        sequential: bool = False,
    ) -> Plan:
        order = Order(NOON, models, context, hours * HOUR, HOUR, sequential=sequential)
        read = read_order(OPERATOR, self.site, order, self.platform)
        return plan_of(read_task(read.arguments, self.platform), self.platform)


@pytest.fixture
def scene(memory_platform: Platform) -> Scene:
    return Scene(memory_platform, Factory(memory_platform.store).asset("building", name="office"))


def values(plan: Plan, sensor: Sensor) -> list[float]:
    return next(one.series.values.tolist() for one in plan.filled if one.sensor.id == sensor.id)


def cost(plan: Plan) -> float:
    told = plan.told["cost"]
    assert isinstance(told, float)
    return told


def test_groups_within_groups_share_the_outer_capacity(scene: Scene) -> None:
    first, second, inner, outer = (scene.sensor() for _ in range(4))
    models: list[Mapping[str, object]] = [
        {"sensor": first.id, **BATTERY, "group": {"sensor": inner.id}},
        {"sensor": second.id, **BATTERY, "group": {"sensor": outer.id}},
        {"sensor": inner.id, "group": {"sensor": outer.id}},
        {"sensor": outer.id, "power-capacity": "1 MW"},
    ]
    plan = scene.plan(models, {"consumption-price": prices(10, 90)})
    assert values(plan, first)[0] + values(plan, second)[0] == pytest.approx(1.0)


def test_groups_that_hold_each_other_hold_what_is_in_both(scene: Scene) -> None:
    power, one, other = (scene.sensor() for _ in range(3))
    models: list[Mapping[str, object]] = [
        {"sensor": power.id, **BATTERY, "group": {"sensor": one.id}},
        {"sensor": one.id, "group": {"sensor": other.id}, "power-capacity": "0.25 MW"},
        {"sensor": other.id, "group": {"sensor": one.id}, "power-capacity": "0.5 MW"},
    ]
    plan = scene.plan(models, {"consumption-price": prices(10, 90)})
    assert values(plan, power) == pytest.approx([0.25, -0.25])


def test_a_group_may_consume_more_at_a_high_price_only(scene: Scene) -> None:
    first, second, group = (scene.sensor() for _ in range(3))
    models: list[Mapping[str, object]] = [
        {"sensor": one.id, **BATTERY, "group": {"sensor": group.id}} for one in (first, second)
    ]
    plan = scene.plan(
        [*models, {"sensor": group.id, "consumption-capacity": "0.5 MW"}],
        {"consumption-price": prices(10, 90)},
    )
    assert values(plan, first)[0] + values(plan, second)[0] == pytest.approx(0.5)
    assert cost(plan) == pytest.approx(0.5 * (10 - 90))


def test_a_device_may_exceed_its_capacity_where_that_pays(scene: Scene) -> None:
    power = scene.sensor()
    model = {"sensor": power.id, **BATTERY, "consumption-capacity": "0.4 MW", "production-capacity": "1 MW"}
    hard = {"consumption-price": prices(10, 90)}
    assert values(scene.plan([model], hard), power) == pytest.approx([0.4, -0.4])
    cheap = scene.plan([model], {**hard, "consumption-breach-price": "5 EUR/MW"})
    assert values(cheap, power) == pytest.approx([1.0, -1.0])
    assert cost(cheap) == pytest.approx(10 - 90 + 0.6 * 5 + 0.6 * 5)
    dear = scene.plan([model], {**hard, "consumption-breach-price": "500 EUR/MW"})
    assert values(dear, power) == pytest.approx([0.4, -0.4])


def test_a_capacity_that_is_relaxed_is_exceeded_only_where_it_must_be(scene: Scene) -> None:
    power = scene.sensor()
    target = {"value": "1 MWh", "datetime": at(2)}
    model = {"sensor": power.id, **BATTERY, "consumption-capacity": "0.4 MW", "soc-targets": [target]}
    context = {"consumption-price": prices(10, 90), "relax-capacity-constraints": True}
    plan = scene.plan([{**model, "production-capacity": "0 MW"}], context)
    assert values(plan, power) == pytest.approx([0.5, 0.5])


def test_a_price_of_exceeding_capacities_leaves_devices_without_any_as_they_are(scene: Scene) -> None:
    power, group = scene.sensor(), scene.sensor()
    models: list[Mapping[str, object]] = [
        {"sensor": power.id, **BATTERY, "group": {"sensor": group.id}},
        {"sensor": group.id, "consumption-capacity": "0.5 MW"},
    ]
    context = {"consumption-price": prices(10, 90), "consumption-breach-price": "0 EUR/MW"}
    assert values(scene.plan(models, context), power) == pytest.approx([0.5, -0.5])


def test_a_direction_without_any_capacity_stays_closed(scene: Scene) -> None:
    power = scene.sensor()
    model = {"sensor": power.id, **BATTERY, "soc-at-start": "1 MWh", "production-capacity": "0 MW"}
    context = {"consumption-price": prices(10, 90), "production-breach-price": "0 EUR/MW"}
    assert values(scene.plan([model], context), power) == [0.0, 0.0]


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


def test_confidence_means_nothing_where_no_loads_are_fixed(scene: Scene) -> None:
    model = {"sensor": (power := scene.sensor()).id, **BATTERY}
    context = {"consumption-price": prices(10, 90), "confidence": "90 %"}
    assert values(scene.plan([model], context), power) == pytest.approx([1.0, -1.0])


def test_devices_are_known_by_their_assets_too(scene: Scene) -> None:
    first, second = scene.make.asset(name="pump"), scene.make.asset(name="boiler")
    moved = [replace(one, display_name="heater", parent_id=scene.site.id) for one in (first, second)]
    for asset in moved:
        scene.platform.store.assets.update_asset(asset)
    soc = {"soc-minima": [{"value": "2 MWh", "datetime": at(1)}]}
    models: list[Mapping[str, object]] = [{"asset": one.id, **BATTERY, **soc} for one in moved]
    plan = scene.plan([*models, {**BATTERY}], {"consumption-price": prices(10, 90)})
    missed = plan.told["unresolved"]
    assert isinstance(missed, list)
    assert [one["asset"] for one in missed] == [first.id, second.id]
    shortfalls = plan.told["shortfalls"]
    assert isinstance(shortfalls, list)
    assert {one["device"] for one in shortfalls} == {"heater", "heater (1)"}


def test_sensors_of_one_asset_are_told_apart(scene: Scene) -> None:
    first, second = scene.sensor(), scene.sensor(name="charger")
    models: list[Mapping[str, object]] = [
        {"consumption": one.id, **BATTERY, "soc-minima": [{"value": "2 MWh", "datetime": at(1)}]}
        for one in (first, second)
    ]
    shortfalls = scene.plan(models, {"consumption-price": prices(10, 90)}).told["shortfalls"]
    assert isinstance(shortfalls, list)
    assert {one["device"] for one in shortfalls} == {"office", "office: charger"}


def test_devices_without_a_stock_are_planned_one_by_one_too(scene: Scene) -> None:
    battery, load = scene.sensor(), scene.sensor()
    models: list[Mapping[str, object]] = [
        {"sensor": battery.id, **BATTERY},
        {"sensor": load.id, "consumption-capacity": "1 MW"},
    ]
    plan = scene.plan(models, {"consumption-price": prices(10, -90)}, sequential=True)
    assert plan.engine.endswith("one by one")
    assert values(plan, load) == pytest.approx([0.0, 1.0])


def test_a_group_of_itself_leaves_nothing_to_plan(scene: Scene) -> None:
    power = scene.sensor()
    model = {"sensor": power.id, **BATTERY, "group": {"sensor": power.id}}
    for sequential in (False, True):
        plan = scene.plan([model], {"consumption-price": prices(10)}, 1, sequential=sequential)
        assert plan.filled == []
        assert keep(plan, None, scene.platform)["num-beliefs"] == 0


def test_a_task_that_is_incomplete_is_refused(scene: Scene) -> None:
    with pytest.raises(InvalidField, match="start"):
        read_task({}, scene.platform)
    with pytest.raises(InvalidField, match="soon"):
        read_task({"start": at(0), "end": at(1), "resolution": "soon"}, scene.platform)


def test_modes_of_operation_bound_a_load_from_both_sides(scene: Scene) -> None:
    power = scene.sensor()
    modes = [{"consumption-range": ["0 kW", "0 kW"]}, {"consumption-range": ["300 kW", "700 kW"]}]
    model = {"sensor": power.id, "power-capacity": "1 MW", "operation-modes": modes}
    plan = scene.plan([model], {"consumption-price": prices(10, -90)})
    assert values(plan, power) == pytest.approx([0.0, 0.7])


def test_targets_of_a_sensor_count_at_the_ends_of_its_events(scene: Scene) -> None:
    power = scene.sensor()
    wanted = scene.sensor(0.5, quantity=Quantity.STATE_OF_CHARGE)
    model = {"sensor": power.id, **BATTERY, "soc-targets": {"sensor": wanted.id}}
    plan = scene.plan([model], {"consumption-price": prices(10, 90)})
    assert values(plan, power)[0] == pytest.approx(0.5)


def test_a_machine_that_runs_runs_for_a_while(scene: Scene) -> None:
    power = scene.sensor()
    target = {"value": "1 MWh", "datetime": at(3)}
    model = {"sensor": power.id, **BATTERY, "production-capacity": "0 kW", "soc-targets": [target]}
    running = {"minimum-power": "250 kW", "start-cost": "1 EUR", "minimum-run-time": "PT3H"}
    plan = scene.plan([{**model, **running}], {"consumption-price": prices(10, 50, 90)}, 3)
    assert values(plan, power) == pytest.approx([0.5, 0.25, 0.25])
    assert cost(plan) == pytest.approx(5 + 12.5 + 22.5 + 1)


def test_groups_without_capacities_and_couplings_without_partners_bind_nothing(scene: Scene) -> None:
    power, group = scene.sensor(), scene.sensor()
    models: list[Mapping[str, object]] = [
        {"sensor": power.id, **BATTERY, "group": {"sensor": group.id}, "coupling": "lone"},
        {"sensor": group.id},
    ]
    assert values(scene.plan(models, {"consumption-price": prices(10, 90)}), power) == [1.0, -1.0]


def test_a_process_runs_where_it_may_and_is_cheapest(scene: Scene) -> None:
    power = scene.sensor()
    forbidden = [{"start": at(0), "duration": "PT1H"}]
    model = {"sensor": power.id, "process-type": "SHIFTABLE", "power": "1 MW", "duration": "PT1H"}
    plan = scene.plan(
        [{**model, "time-restrictions": forbidden}], {"consumption-price": prices(10, 90, 50)}, 3
    )
    assert values(plan, power) == [0.0, 0.0, 1.0]


def test_all_devices_without_a_largest_power_are_named(scene: Scene) -> None:
    empty = scene.sensor()
    models: list[Mapping[str, object]] = [
        {"sensor": scene.sensor().id, "power-capacity": {"sensor": empty.id}, "soc-at-start": "0 MWh"}
        for _ in range(2)
    ]
    with pytest.raises(InvalidParts) as caught:
        scene.plan(models, {"consumption-price": prices(10)}, 1)
    tree = caught.value.tree["flex-model"]
    assert isinstance(tree, dict)
    assert list(tree) == ["0", "1"]


def test_wishes_of_a_device_may_name_its_asset_twice(scene: Scene) -> None:
    asset = scene.make.asset(name="fleet")
    models: list[Mapping[str, object]] = [
        {"asset": asset.id, **BATTERY, "soc-minima": [{"value": "2 MWh", "datetime": at(1)}]}
        for _ in range(2)
    ]
    shortfalls = scene.plan(models, {"consumption-price": prices(10, 90)}).told["shortfalls"]
    assert isinstance(shortfalls, list)
    assert {one["device"] for one in shortfalls} == {"fleet", "fleet (1)"}


def test_where_nothing_is_proven_there_is_no_gap(scene: Scene) -> None:
    model = {"sensor": scene.sensor().id, **BATTERY}
    order = Order(NOON, [model], {"consumption-price": prices(10, 90)}, 2 * HOUR, HOUR)
    task = read_task(read_order(OPERATOR, scene.site, order, scene.platform).arguments, scene.platform)

    def unproven(problem: Problem) -> Solution:
        return replace(scene.platform.scheduler(problem), bound=-inf)

    told = plan_of(task, replace(scene.platform, scheduler=unproven)).told
    info = told["scheduler_info"]
    assert isinstance(info, dict)
    assert (told["bound"], info["gap"]) == (None, None)
