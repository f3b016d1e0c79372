"""Orders that become schedules: processes, machines, names of devices, and tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf

import pytest
from tests.unit.usecases.flex.office import BATTERY, HOUR, Scene, at, cost, prices, values

from flexmeasures.domain.errors import InvalidField, InvalidParts
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.testing.clock import NOON
from flexmeasures.usecases.flex.order import OPERATOR, Order, read_for_sensor, read_order
from flexmeasures.usecases.flex.planning import plan_of, read_task


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


def test_a_machine_that_runs_runs_for_a_while(scene: Scene) -> None:
    power = scene.sensor()
    target = {"value": "1 MWh", "datetime": at(3)}
    model = {"sensor": power.id, **BATTERY, "production-capacity": "0 kW", "soc-targets": [target]}
    running = {"minimum-power": "250 kW", "start-cost": "1 EUR", "minimum-run-time": "PT3H"}
    plan = scene.plan([{**model, **running}], {"consumption-price": prices(10, 50, 90)}, 3)
    assert values(plan, power) == pytest.approx([0.5, 0.25, 0.25])
    assert cost(plan) == pytest.approx(5 + 12.5 + 22.5 + 1)


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


def test_plain_numbers_of_a_process_are_in_the_unit_of_its_sensor(scene: Scene) -> None:
    sensor = scene.sensor()
    scene.platform.store.assets.update_sensor(replace(sensor, unit="kW"))
    model = {"sensor": sensor.id, "process-type": "SHIFTABLE", "power": 20, "duration": "PT1H"}
    plan = scene.plan([model], {"consumption-price": prices(90, 10)})
    assert values(plan, sensor) == [0.0, 20.0]
    phases = {**model, "power-profile": [20, "0.01 MW"], "duration": "PT2H"}
    assert values(scene.plan([phases], {"consumption-price": prices(90, 10)}), sensor) == [20.0, 10.0]


def test_an_asset_tells_what_kind_of_process_it_is(scene: Scene) -> None:
    machine = scene.make.asset("process", name="machine")
    scene.platform.store.assets.update_asset(replace(machine, attributes={"process-type": "BREAKABLE"}))
    power = scene.make.sensor(machine, step=HOUR)
    order = Order(NOON, {"power": 1, "duration": "PT2H"}, {"consumption-price": prices(10, 90, 20)}, 3 * HOUR)
    read = read_for_sensor(OPERATOR, power, order, scene.platform)
    plan = plan_of(read_task(read.arguments, scene.platform), scene.platform)
    assert values(plan, power) == [1.0, 0.0, 1.0]


def test_a_scheduler_that_nobody_offers_is_refused(scene: Scene) -> None:
    model = {"sensor": (power := scene.sensor()).id, **BATTERY}
    for name, fine in (("StorageScheduler", True), ("Magic", False), ({"class": "Magic"}, False)):
        asset = replace(scene.site, attributes={"custom-scheduler": name})
        scene.platform.store.assets.update_asset(asset)
        here = Scene(scene.platform, asset)
        if fine:
            assert values(here.plan([model], {"consumption-price": prices(10, 90)}), power) == [1.0, -1.0]
        else:
            with pytest.raises(InvalidParts, match=r"custom-scheduler: .*'Magic', which no plug-in offers"):
                here.plan([model], {"consumption-price": prices(10, 90)})
