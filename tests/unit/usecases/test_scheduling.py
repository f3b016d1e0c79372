from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import (
    InvalidField,
    MissingMarket,
    UnknownPrices,
    UnknownUdiEvent,
    UnsupportedAsset,
)
from flexmeasures.domain.flexibility import SocTarget, UdiEvent
from flexmeasures.scheduling.equipment import StorageDevice
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.scheduling.solution import Solution
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.scheduling import make_schedule

HOUR = timedelta(hours=1)
LIMITS: dict[str, object] = {"capacity_in_mw": 2.0, "min_soc_in_mwh": 0.5, "max_soc_in_mwh": 5.0}


@dataclass(slots=True)
class Scene:
    """A device with its market, and the problems that the scheduler was given."""

    platform: Platform
    make: Factory
    market: Sensor
    problems: list[Problem] = field(default_factory=list)

    def device(self, kind: str = "battery", *, without: str = "", **attributes: object) -> Asset:
        """Make a device with a power sensor."""
        everything = {**LIMITS, "market_id": self.market.id, **attributes}
        everything.pop(without, None)
        asset = self.make.asset(kind, owner=self.make.user(), attributes=everything)
        self.make.sensor(asset)
        return asset

    def prices(self, values: list[float], start: datetime = NOON) -> None:
        """Make prices known."""
        known = block(self.market, self.make.source(SourceType.MARKET), start, values, recorded=NOON)
        self.platform.store.beliefs.add([known])

    def schedule(self, asset: Asset, **event: object) -> dict[str, object]:
        """Schedule a device after an event."""
        happened = replace(UdiEvent(asset.id, 1, "soc", NOON, 2.0), **event)  # type: ignore[arg-type]  # fields by name
        self.platform.store.events.add(happened)
        arguments = {"asset_id": asset.id, "event_id": 1, "event_type": "soc"}
        return dict(make_schedule(arguments, self.platform))

    @property
    def problem(self) -> Problem:
        """The last one."""
        return self.problems[-1]

    @property
    def storage(self) -> StorageDevice:
        """The device of the last problem."""
        return self.problem.storages[0]


@pytest.fixture
def scene(memory_platform: Platform) -> Scene:
    """A market with hourly prices for a day, and a scheduler that remembers."""
    make = Factory(memory_platform.store)
    scene = Scene(memory_platform, make, make.market())

    def remember(problem: Problem) -> Solution:
        scene.problems.append(problem)
        return schedule(problem)

    scene.platform = replace(memory_platform, scheduler=remember)
    return scene


def test_a_schedule_is_kept_and_summed_up(scene: Scene) -> None:
    scene.prices([100.0] * 8 + [90.0] * 8 + [100.0] * 8)
    battery = scene.device()

    result = scene.schedule(battery)

    sensor = scene.platform.store.assets.sensors([battery.id])[0]
    (kept,) = scene.platform.store.beliefs.latest([sensor.id], NOON, NOON + 48 * HOUR)[sensor.id]
    assert kept.value.size == 96
    assert result["start"] == NOON.isoformat()
    assert result["end"] == (NOON + 24 * HOUR).isoformat()
    power_cost = float(kept.value @ scene.problem.site.buy_price) / 4
    assert result["cost"] == pytest.approx(power_cost)
    assert result["shortfalls"] == []


def test_prices_of_hours_hold_for_their_quarters(scene: Scene) -> None:
    scene.prices([10.0, 20.0, 30.0])

    scene.schedule(scene.device(), time=NOON + timedelta(minutes=37))

    assert scene.problem.grid.start == NOON + timedelta(minutes=30)
    assert scene.problem.site.buy_price.tolist() == [10.0] * 2 + [20.0] * 4 + [30.0] * 4


def test_prices_of_quarters_are_averaged_for_longer_steps(scene: Scene) -> None:
    quarters = scene.make.market("quarters", step=timedelta(minutes=15))
    known = block(quarters, scene.make.source(SourceType.MARKET), NOON, [10.0, 20.0, 30.0, 40.0])
    scene.platform.store.beliefs.add([known])
    attributes = {**LIMITS, "market_id": quarters.id}
    asset = scene.make.asset(owner=scene.make.user(), attributes=attributes)
    scene.make.sensor(asset, step=HOUR)

    scene.schedule(asset)

    assert scene.problem.site.buy_price.tolist() == [25.0]


def test_a_missing_hour_is_bridged_and_told(scene: Scene) -> None:
    scene.prices([10.0])
    scene.prices([40.0], NOON + 2 * HOUR)

    result = scene.schedule(scene.device())

    assert scene.problem.grid.size == 12
    inside = scene.problem.site.buy_price[4:8]
    assert (np.diff(inside) > 0).all()
    assert "Prices of 4 steps are missing" in str(result["explanation"])
    assert "the schedule covers this time only" in str(result["explanation"])


def test_prices_per_kwh_become_prices_per_mwh(scene: Scene) -> None:
    attributes = {"market_name": "kpx_da"}
    sensor = Sensor(
        0, "kpx_da", scene.make.asset("market").id, "KRW/kWh", "UTC", HOUR, Quantity.PRICE, True, attributes
    )
    market = scene.platform.store.assets.add_sensor(sensor)
    known = block(market, scene.make.source(SourceType.MARKET), NOON, [50.0])
    scene.platform.store.beliefs.add([known])

    scene.schedule(scene.device(market_id=market.id))

    assert scene.problem.site.buy_price.tolist() == [50_000.0] * 4


def test_limits_of_a_battery_are_its_own_unless_the_event_says_so(scene: Scene) -> None:
    scene.prices([10.0])

    scene.schedule(scene.device(roundtrip_efficiency=0.81))
    own = scene.storage
    scene.schedule(scene.device(), soc_min=1.0, soc_max=4.0, efficiency=0.64)

    assert (own.soc_min[0], own.soc_max[0]) == (0.5, 5.0)
    assert own.charging_efficiency == pytest.approx(0.9)
    assert (scene.storage.soc_min[0], scene.storage.soc_max[0]) == (1.0, 4.0)
    assert scene.storage.discharging_efficiency == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("targets", "limit"), [((), np.inf), ((SocTarget(NOON + HOUR, 3.0), SocTarget(NOON + HOUR, 4.0)), 4.0)]
)
def test_a_charging_station_may_be_filled_up_to_its_highest_target(
    scene: Scene, targets: tuple[SocTarget, ...], limit: float
) -> None:
    scene.prices([10.0])

    scene.schedule(scene.device("two-way_evse", without="max_soc_in_mwh"), targets=targets)

    assert scene.storage.soc_max[0] == limit


def test_a_station_that_only_consumes_does_not_produce(scene: Scene) -> None:
    scene.prices([10.0])
    scene.platform.store.assets.add_type(AssetType(0, "one-way_evse", "one-way EVSE", is_consumer=True))

    scene.schedule(scene.device("one-way_evse"))

    assert (scene.storage.power_min[0], scene.storage.power_max[0]) == (0.0, 2.0)


def test_targets_are_due_at_the_end_of_a_step_and_others_are_dropped(scene: Scene) -> None:
    scene.prices([10.0, 10.0])
    dues = [NOON - HOUR, NOON, NOON + HOUR, NOON + 3 * HOUR]

    scene.schedule(scene.device(), targets=tuple(SocTarget(due, 3.0) for due in dues))

    assert np.flatnonzero(~np.isnan(scene.storage.soc_target)).tolist() == [3]


@pytest.mark.parametrize("lacking", ["capacity_in_mw", "max_soc_in_mwh"])
def test_a_battery_needs_its_limits(scene: Scene, lacking: str) -> None:
    scene.prices([10.0])

    with pytest.raises(InvalidField, match=lacking):
        scene.schedule(scene.device(without=lacking))


def test_without_prices_or_market_there_is_no_schedule(scene: Scene) -> None:
    with pytest.raises(UnknownPrices, match="Prices unknown for planning window"):
        scene.schedule(scene.device())
    with pytest.raises(MissingMarket):
        scene.schedule(scene.device(without="market_id"))


def test_other_assets_and_unknown_events_are_told(scene: Scene) -> None:
    scene.prices([10.0])

    with pytest.raises(UnsupportedAsset, match="supported for asset type building"):
        scene.schedule(scene.device("building"))
    with pytest.raises(UnknownUdiEvent):
        make_schedule({"asset_id": 1, "event_id": 99, "event_type": "soc"}, scene.platform)


def test_what_has_no_steps_of_power_has_no_schedule(scene: Scene) -> None:
    scene.prices([10.0])

    with pytest.raises(UnsupportedAsset, match="Nothing measures the power"):
        scene.schedule(scene.make.asset("battery"))
    momentary = scene.make.asset("battery", attributes={**LIMITS, "market_id": scene.market.id})
    scene.make.sensor(momentary, step=timedelta(0))
    with pytest.raises(UnsupportedAsset, match="no steps to plan"):
        scene.schedule(momentary)
