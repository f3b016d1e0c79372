"""What it costs to deviate: groups, capacities that may be exceeded, and commitments of people."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.unit.usecases.flex.office import BATTERY, Scene, at, cost, prices, values

from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.errors import InvalidParts
from flexmeasures.usecases.flex.planning import keep


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


def test_a_group_of_itself_leaves_nothing_to_plan(scene: Scene) -> None:
    power = scene.sensor()
    model = {"sensor": power.id, **BATTERY, "group": {"sensor": power.id}}
    for sequential in (False, True):
        plan = scene.plan([model], {"consumption-price": prices(10)}, 1, sequential=sequential)
        assert plan.filled == []
        assert keep(plan, None, scene.platform)["num-beliefs"] == 0


def test_groups_without_capacities_and_couplings_without_partners_bind_nothing(scene: Scene) -> None:
    power, group = scene.sensor(), scene.sensor()
    models: list[Mapping[str, object]] = [
        {"sensor": power.id, **BATTERY, "group": {"sensor": group.id}, "coupling": "lone"},
        {"sensor": group.id},
    ]
    assert values(scene.plan(models, {"consumption-price": prices(10, 90)}), power) == [1.0, -1.0]


def test_the_price_of_exceeding_a_site_may_differ_by_hour(scene: Scene) -> None:
    power = scene.sensor()
    model = {
        "sensor": power.id,
        **BATTERY,
        "soc-max": "2 MWh",
        "production-capacity": "0 MW",
        "end-value": "900 EUR/MWh",
    }
    dear = [{**one, "value": f"{price} EUR/MW"} for one, price in zip(prices(1, 1), (2000, 1), strict=True)]
    context = {"consumption-price": prices(10, 10), "site-consumption-capacity": "0.5 MW"}
    plan = scene.plan([model], {**context, "site-consumption-breach-price": dear})
    assert values(plan, power) == pytest.approx([0.5, 1.0])
    assert cost(plan) == pytest.approx(15 + 0.5 + 0.5 - 900 * 1.5)


def test_a_commitment_of_a_group_holds_for_its_devices_together(scene: Scene) -> None:
    first, second, other, group = (scene.sensor() for _ in range(4))
    models: list[Mapping[str, object]] = [
        {"sensor": first.id, **BATTERY, "group": {"sensor": group.id}},
        {"sensor": second.id, **BATTERY, "group": {"sensor": group.id}},
        {"sensor": other.id, **BATTERY},
        {"sensor": group.id},
    ]
    promise = {
        "name": "fuse",
        "baseline": "0.5 MW",
        "up-price": "1000 EUR/MWh",
        "group": {"sensor": group.id},
    }
    plan = scene.plan(models, {"consumption-price": prices(10, 90), "commitments": [promise]})
    assert values(plan, first)[0] + values(plan, second)[0] == pytest.approx(0.5)
    assert values(plan, other)[0] == pytest.approx(1.0)


def test_a_commitment_of_one_device_leaves_the_others_alone(scene: Scene) -> None:
    first, second = scene.sensor(), scene.sensor()
    models: list[Mapping[str, object]] = [
        {"consumption": first.id, **BATTERY},
        {"sensor": second.id, **BATTERY},
    ]
    promise = {"name": "quiet", "baseline": "0 MW", "up-price": "1000 EUR/MWh", "sensors": [first.id]}
    plan = scene.plan(models, {"consumption-price": prices(10, 90), "commitments": [promise]})
    assert values(plan, first) == pytest.approx([0.0, 0.0])
    assert values(plan, second) == pytest.approx([1.0, -1.0])


def test_commitments_cost_by_the_highest_power_of_each_price(scene: Scene) -> None:
    power = scene.sensor()
    model = {"sensor": power.id, **BATTERY}
    market = {"name": "market", "baseline": "0 MW"}
    context = {"consumption-price": prices(10, 90)}
    up = scene.plan([model], {**context, "commitments": [{**market, "up-price": "1000 EUR/MW"}]})
    assert values(up, power) == pytest.approx([0.0, 0.0])
    windows = [{**one, "value": "1000 EUR/MW"} for one in prices(0)]
    at_first = scene.plan([model], {**context, "commitments": [{**market, "up-price": windows}]})
    assert values(at_first, power) == pytest.approx([0.0, 0.0])
    down = scene.plan([model], {**context, "commitments": [{**market, "down-price": "-30 EUR/MW"}]})
    assert values(down, power) == pytest.approx([1.0, -1.0])
    assert cost(down) == pytest.approx(10 - 90 + 30)


def test_commitments_under_names_of_ours_are_told_apart(scene: Scene) -> None:
    model = {"sensor": scene.sensor().id, **BATTERY}
    told = [
        {"name": name, "baseline": "0 MW", "up-price": "5 EUR/MWh"}
        for name in ("electricity consumption peak", "any soc minima", "mine")
    ]
    plan = scene.plan([model], {"consumption-price": prices(10, 90), "commitments": told})
    info = plan.told["scheduler_info"]
    assert isinstance(info, dict)
    assert {"electricity consumption peak (custom)", "any soc minima (custom)", "mine"} <= set(
        info["commitment_costs"]
    )


@pytest.mark.parametrize(
    ("scope", "place"),
    [({"sensors": [999]}, "sensors"), ({"group": {"asset": 1}}, "group")],
)
def test_commitments_name_devices_that_are_there(
    scene: Scene, scope: Mapping[str, object], place: str
) -> None:
    model = {"sensor": scene.sensor().id, **BATTERY}
    promise = {"name": "odd", "baseline": "0 MW", "up-price": "5 EUR/MWh", **scope}
    told = {"consumption-price": prices(10, 90), "commitments": [promise]}
    for context, way in (
        (told, "flex-context.commitments.0"),
        ([told, {"commodity": "gas"}], "flex-context.0."),
    ):
        with pytest.raises(InvalidParts) as caught:
            scene.plan([model], context)
        assert way in str(caught.value)
        assert place in str(caught.value)


def test_a_group_of_which_nothing_is_said_is_told(scene: Scene) -> None:
    power, group = scene.sensor(), scene.sensor()
    plan = scene.plan(
        [{"sensor": power.id, **BATTERY, "group": {"sensor": group.id}}],
        {"consumption-price": prices(10, 90)},
    )
    told = plan.told["explanation"]
    assert isinstance(told, list)
    assert f"Nothing is said of the group of sensor {group.id}: it limits nothing." in told


def test_an_older_name_of_the_state_of_charge_is_read(scene: Scene) -> None:
    power, soc = scene.sensor(), scene.sensor(0.5, quantity=Quantity.STATE_OF_CHARGE)
    model = {"sensor": power.id, "power-capacity": "1 MW", "soc-max": "1 MWh", "soc-sensor": soc.id}
    plan = scene.plan([model], {"consumption-price": prices(90, 10)})
    assert values(plan, power)[0] == pytest.approx(-0.5)


def test_a_price_of_a_commitment_may_be_what_a_sensor_says(scene: Scene) -> None:
    power, price = scene.sensor(), scene.sensor(1000, 1000, quantity=Quantity.PRICE)
    model = {"sensor": power.id, **BATTERY}
    quiet = {"name": "quiet", "baseline": "0 MW", "up-price": {"sensor": price.id}}
    plan = scene.plan([model], {"consumption-price": prices(10, 90), "commitments": [quiet]})
    assert values(plan, power) == pytest.approx([0.0, 0.0])


def test_a_price_of_exceeding_a_site_without_capacity_says_nothing(scene: Scene) -> None:
    model = {"sensor": (power := scene.sensor()).id, **BATTERY}
    context = {"consumption-price": prices(10, 90), "site-consumption-breach-price": "5 EUR/MW"}
    assert values(scene.plan([model], context), power) == [1.0, -1.0]
