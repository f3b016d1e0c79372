"""Orders of schedules: what they inherit, what they may name, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from flexmeasures.domain.assets import Asset, Documents, Quantity, Sensor
from flexmeasures.domain.errors import InvalidParts
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.flex.inheritance import site_of, whole_context, whole_model
from flexmeasures.usecases.flex.order import OPERATOR, Order, check_kept, read_order
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
PRICED: Mapping[str, object] = {"consumption-price": "10 EUR/MWh"}


@dataclass(frozen=True, slots=True)
class Scene:
    """An asset with a sensor of its power."""

    platform: Platform
    asset: Asset
    power: Sensor

    @property
    def make(self) -> Factory:
        return Factory(self.platform.store)

    @property
    def order(self) -> Order:
        model = [{"sensor": self.power.id, "power-capacity": "1 MW"}]
        return Order(NOON, model, PRICED, HOUR, HOUR)

    def refusal(self, order: Order) -> str:
        with pytest.raises(InvalidParts) as caught:
            read_order(OPERATOR, self.asset, order, self.platform)
        return str(caught.value)

    def context(self, told: object) -> object:
        return whole_context(site_of(self.asset, self.platform), told)


@pytest.fixture
def scene(memory_platform: Platform) -> Scene:
    make = Factory(memory_platform.store)
    asset = make.asset()
    return Scene(memory_platform, asset, make.sensor(asset, step=HOUR))


def test_a_model_is_a_list_of_devices(scene: Scene) -> None:
    assert scene.refusal(replace(scene.order, model="all")) == "flex-model: Expected a list of devices."
    assert scene.refusal(replace(scene.order, model=[])) == "flex-model: There is no device to schedule."


def test_a_schedule_has_steps_and_not_too_many(scene: Scene) -> None:
    order = scene.order
    assert "is no length of time" in scene.refusal(replace(order, resolution=timedelta(0)))
    assert "This ends too late." in scene.refusal(replace(order, duration=timedelta.max))
    assert "0 steps are planned" in scene.refusal(replace(order, duration=timedelta(0)))
    assert "2521 steps are planned" in scene.refusal(replace(order, duration=2521 * HOUR))


def test_prices_of_sensors_and_values_share_one_currency(scene: Scene) -> None:
    sensor = scene.make.sensor(quantity=Quantity.PRICE, step=HOUR)
    context = {"consumption-price": {"sensor": sensor.id}, "production-price": "1 SEK/MWh"}
    assert "here are EUR and SEK" in scene.refusal(replace(scene.order, context=context))


def test_all_sensors_that_do_not_fit_are_told_by_field(scene: Scene) -> None:
    price = scene.make.sensor(quantity=Quantity.PRICE, step=HOUR)
    promise = {"name": "market", "baseline": {"sensor": price.id}, "up-price": "1 EUR/MWh"}
    order = replace(
        scene.order,
        model=[{"sensor": scene.power.id, "power-capacity": {"sensor": 98765}}],
        context={**PRICED, "site-power-capacity": {"sensor": price.id}, "commitments": [promise]},
    )
    with pytest.raises(InvalidParts) as caught:
        read_order(OPERATOR, scene.asset, order, scene.platform)
    misfit = f"Sensor {price.id} measures 'EUR/MWh', which is no unit of power."
    assert caught.value.tree == {
        "flex-model": {"0": {"power-capacity": ["No sensor found with ID 98765."]}},
        "flex-context": {
            "site-power-capacity": [misfit],
            "commitments": {"0": {"baseline": [misfit]}},
        },
    }


def test_an_asset_whose_parent_is_gone_is_on_top(scene: Scene) -> None:
    site = site_of(replace(scene.asset, parent_id=98765), scene.platform)
    assert [asset.id for asset in site.line] == [scene.asset.id]


def test_the_market_of_an_asset_tells_its_prices(scene: Scene) -> None:
    site = site_of(replace(scene.asset, attributes={"market_id": 7}), scene.platform)
    assert whole_context(site, {}) == {"consumption-price": {"sensor": 7}}
    told = {"consumption-price": {"sensor": 8}}
    assert whole_context(site, told) == told


def test_contexts_are_completed_by_commodity(scene: Scene) -> None:
    gas = {"commodity": "gas", "consumption-price": "30 EUR/MWh"}
    kept = Documents(flex_context={"commodities": [{"grid-fee": "1 EUR/MWh"}, gas, "nonsense"]})
    scene.platform.store.assets.set_documents(scene.asset.id, kept)
    fee = {"grid-fee": "1 EUR/MWh"}
    assert scene.context({**PRICED}) == [{**fee, **PRICED}, gas]
    changed = {"commodity": "gas", "site-power-capacity": "1 MW"}
    assert scene.context([changed]) == [fee, {**gas, **changed}]


@pytest.mark.parametrize("told", ["cheap", 5, [5], [{}, "gas"]])
def test_what_is_no_context_is_left_as_it_is_for_what_reads_it(scene: Scene, told: object) -> None:
    assert scene.context(told) == told


def test_a_device_inherits_what_is_kept_of_the_asset_that_it_names(scene: Scene) -> None:
    kept = Documents(flex_model={"soc-max": "2 MWh", "roundtrip-efficiency": "90 %"})
    scene.platform.store.assets.set_documents(scene.asset.id, kept)
    site = site_of(scene.asset, scene.platform)
    told = {"asset": scene.asset.id, "charging-efficiency": "80 %"}
    assert whole_model(site, [told, 5], {}) == [{"soc-max": "2 MWh", **told}, 5]
    assert whole_model(site, [{"sensor": 3}], {}) == [
        {"sensor": 3},
        {"asset": scene.asset.id, **kept.flex_model},
    ]


def test_what_is_kept_of_an_asset_is_refused_by_document_and_field() -> None:
    check_kept({"flex_model": {"soc-max": "1 MWh"}, "flex_context": {}, "description": 5})
    with pytest.raises(InvalidParts) as caught:
        check_kept({"flex_model": {"colour": 1}, "flex_context": "cheap"})
    assert caught.value.tree == {
        "flex_model": {"colour": ["Unknown field."]},
        "flex_context": ["'cheap' is no object with fields."],
    }


def test_what_is_kept_of_an_asset_has_no_lists() -> None:
    segment = {"value": "1 MWh", "datetime": NOON.isoformat()}
    with pytest.raises(InvalidParts) as caught:
        check_kept({"flex_model": {"soc-minima": [segment]}, "flex_context": [PRICED]})
    assert list(caught.value.tree) == ["flex_model"]
    assert "soc-minima" in str(caught.value)
