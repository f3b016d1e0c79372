"""A battery with prices, and orders for its schedule by version 3.0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.web import Caller, Reply, Web
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

HOUR = timedelta(hours=1)
START = NOON.isoformat()


@dataclass(frozen=True, slots=True)
class Scene:
    """A battery with prices, and somebody else's."""

    web: Web
    make: Factory
    owner: User
    caller: Caller
    battery: Asset
    power: Sensor
    prices: Sensor
    foreign: Sensor

    @property
    def context(self) -> Mapping[str, object]:
        return {"consumption-price": {"sensor": self.prices.id}}

    def trigger(self, model: object, context: object = None, **more: object) -> Reply:
        told = {
            "start": START,
            "duration": "PT4H",
            "flex-model": model,
            "flex-context": context or self.context,
        }
        return self.caller.post(f"v3_0/sensors/{self.power.id}/schedules/trigger", {**told, **more})

    def do(self, reply: Reply) -> Reply:
        """Do the job that was ordered and return the schedule."""
        assert reply.code in {200, 202}, reply.body
        Runner(self.web.platform, KINDS).run(str(reply.body["schedule"]))
        return self.get(reply)

    def get(self, reply: Reply, **query: object) -> Reply:
        return self.caller.get(f"v3_0/sensors/{self.power.id}/schedules/{reply.body['schedule']}", query)


MODEL: Mapping[str, object] = {
    "power-capacity": "1 MW",
    "soc-at-start": "0 kWh",
    "soc-max": "1 MWh",
    "soc-min": "0 MWh",
}
