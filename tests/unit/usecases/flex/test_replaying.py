"""Replays of sites with several devices, and what they are said to cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.errors import InvalidField
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.scheduling.contracts import Commitment, Site
from flexmeasures.scheduling.problem import Problem
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.flex.order import OPERATOR, Order, read_order
from flexmeasures.usecases.flex.replaying import Replay, Replayer, cost_of
from flexmeasures.usecases.ports.platform import Platform

HOUR = timedelta(hours=1)
BATTERY: Mapping[str, object] = {"power-capacity": "1 MW", "soc-at-start": "0 MWh", "soc-max": "1 MWh"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A building with a market whose prices are published when a test says so."""

    platform: Platform
    site: Asset
    market: Sensor

    def sensor(self, *values: float) -> Sensor:
        """Return a sensor of the site with values that were known an hour before they begin."""
        make = Factory(self.platform.store)
        sensor = make.sensor(self.site, step=HOUR)
        self.publish(sensor, NOON - HOUR, *values)
        return sensor

    def publish(self, sensor: Sensor, recorded: datetime, *values: float) -> None:
        told = block(sensor, Factory(self.platform.store).source(), NOON, list(values), recorded=recorded)
        self.platform.store.beliefs.add([told])

    def replayer(
        self, models: list[Mapping[str, object]], context: object = None, hours: int = 2
    ) -> Replayer:
        prices = {"consumption-price": {"sensor": self.market.id}}
        order = Order(NOON, models, context or prices, hours * HOUR, HOUR)
        read = read_order(OPERATOR, self.site, order, self.platform)
        return Replayer(read, Replay(NOON, NOON + hours * HOUR, HOUR, hours * HOUR), self.platform)


@pytest.fixture
def scene(memory_platform: Platform) -> Scene:
    make = Factory(memory_platform.store)
    return Scene(memory_platform, make.asset("building"), make.market())


def test_devices_do_nothing_while_no_prices_are_known(scene: Scene) -> None:
    power = scene.sensor()
    scene.publish(scene.market, NOON + HOUR, 10.0, 90.0, 0.0)
    model = {"sensor": power.id, **BATTERY, "soc-at-start": "1 MWh"}
    replayer = scene.replayer([model])
    courses = list(replayer.run())
    assert len(courses) == 2
    assert (replayer.course.plans, replayer.course.idle) == (2, 1)
    assert replayer.course.power.tolist() == [[0.0, -1.0]]


def test_what_can_be_curtailed_produces_all_it_can_where_nothing_is_done(scene: Scene) -> None:
    panel, sun, fixed, load = (
        scene.sensor(),
        scene.sensor(1.0, 2.0, 0.0),
        scene.sensor(),
        scene.sensor(0.5, 0.5),
    )
    spare = scene.sensor()
    scene.publish(scene.market, NOON - HOUR, -10.0, 20.0)
    group = {"sensor": scene.sensor().id}
    models: list[Mapping[str, object]] = [
        {"sensor": panel.id, "production-capacity": {"sensor": sun.id}, "group": group},
        {"sensor": fixed.id, "inflexible-consumption": [load.id]},
        {"sensor": spare.id, "consumption-capacity": "1 MW"},
        {**group, "power-capacity": "9 MW"},
    ]
    replayer = scene.replayer(models)
    list(replayer.run())
    balance = replayer.balance()
    assert balance.nothing == pytest.approx(-10 * (0.5 - 1.0) + 20 * (0.5 - 2.0))
    assert balance.foresight == pytest.approx(-10 * (0.5 + 1.0) + 20 * (0.5 - 2.0))
    assert balance.realised == pytest.approx(balance.foresight)
    assert replayer.course.power[3].tolist() == [0.0, 0.0]
    assert balance.stock == 0.0


def test_devices_of_other_commodities_do_not_count_at_the_meter_of_electricity(scene: Scene) -> None:
    power, gas, burnt = scene.sensor(), scene.sensor(), scene.sensor(7.0, 7.0)
    scene.publish(scene.market, NOON - HOUR, 10.0, 90.0, 0.0)
    models: list[Mapping[str, object]] = [
        {"sensor": power.id, **BATTERY},
        {"sensor": gas.id, "inflexible-consumption": [burnt.id], "commodity": "gas"},
    ]
    context = [
        {"consumption-price": {"sensor": scene.market.id}},
        {"commodity": "gas", "consumption-price": "30 EUR/MWh"},
    ]
    replayer = scene.replayer(models, context)
    list(replayer.run())
    balance = replayer.balance()
    assert balance.nothing == 0.0
    assert balance.realised == pytest.approx(10 - 90)


def test_a_process_that_runs_where_it_is_dearest_costs_what_it_costs(scene: Scene) -> None:
    power = scene.sensor()
    scene.publish(scene.market, NOON - HOUR, 10.0, 90.0, 0.0)
    model = {"sensor": power.id, "process-type": "SHIFTABLE", "power": "1 MW", "duration": "PT1H"}
    balance = scene.replayer([{**model, "optimization-sense": "MAX"}]).balance()
    assert balance.foresight == pytest.approx(90.0)


def test_plans_are_whole_steps_apart(scene: Scene) -> None:
    power = scene.sensor()
    scene.publish(scene.market, NOON - HOUR, 10.0, 90.0, 0.0)
    order = Order(NOON, [{"sensor": power.id, **BATTERY}], {"consumption-price": "10 EUR/MWh"}, HOUR, HOUR)
    read = read_order(OPERATOR, scene.site, order, scene.platform)
    with pytest.raises(InvalidField, match="whole steps"):
        Replayer(read, Replay(NOON, NOON + 3 * HOUR, 1.5 * HOUR, 3 * HOUR), scene.platform)


def each(*values: float) -> Array:
    return np.array(values)


def test_the_cost_is_that_of_energy_peaks_and_what_is_beyond_limits() -> None:
    site = Site.at_price(each(10.0, 20.0, 30.0))
    problem = Problem(TimeGrid(NOON, HOUR, 3), site)
    power = np.array([[1.0, 3.0, -1.0]])
    assert cost_of(problem, power) == pytest.approx(10 + 60 - 30)
    limit = Commitment("limit", each(2.0, 2.0, np.nan), each(5.0, 5.0, 5.0), np.zeros(3), up_peak_price=7.0)
    low = Commitment("low", each(2.0, 2.0, 0.0), np.zeros(3), each(-1.0, -1.0, -1.0), down_peak_price=3.0)
    never = replace(limit, quantity=np.full(3, np.nan))
    others = (replace(limit, members=("battery",)), replace(limit, commodity="gas"), never)
    priced = replace(problem, commitments=(limit, low, *others))
    assert cost_of(priced, power) == pytest.approx(40 + (5 + 7) + (1 + 1 + 3))
