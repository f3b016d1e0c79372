"""An office with devices to plan, for tests of orders that become schedules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.flex.order import OPERATOR, Order, read_order
from flexmeasures.usecases.flex.planning import Plan, plan_of, read_task
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


def values(plan: Plan, sensor: Sensor) -> list[float]:
    return next(one.series.values.tolist() for one in plan.filled if one.sensor.id == sensor.id)


def cost(plan: Plan) -> float:
    told = plan.told["cost"]
    assert isinstance(told, float)
    return told
