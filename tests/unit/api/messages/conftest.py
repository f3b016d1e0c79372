"""A small portfolio that messages are sent to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, AssetType, Quantity
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import Caller, Reply, Web

HOST = "ea1.2018-06.localhost"
VERSIONS = ["v1", "v1_1", "v1_2", "v1_3", "v2_0"]
SINCE = {
    "getConnection": "v1_1",
    "getMeterData": "v1",
    "postMeterData": "v1",
    "getPrognosis": "v1_1",
    "postPrognosis": "v1_1",
    "postPriceData": "v1_1",
    "postWeatherData": "v1_1",
    "getDeviceMessage": "v1_2",
    "postUdiEvent": "v1_2",
}


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What messages are sent to.

    Attributes:
        web: The platform over HTTP.
        tables: What it keeps.
        owner: Of everything but the foreign asset.
        caller: A programme of the owner.
        battery: Can do both.
        consumer: Only consumes.
        producer: Only produces.
        foreign: A battery of somebody else.
    """

    web: Web
    tables: Tables
    owner: User
    caller: Caller
    battery: Asset
    consumer: Asset
    producer: Asset
    foreign: Asset

    def address(self, asset: Asset) -> str:
        """Return the address of an asset."""
        return f"{HOST}:{self.owner.id}:{asset.id}"

    def send(self, version: str, service: str, message: Mapping[str, object]) -> Reply:
        """Send a message by the method of its service."""
        send = self.caller.get if service.startswith("get") else self.caller.post
        return send(f"{version}/{service}", message)

    def right(self, service: str) -> dict[str, object]:
        """Return a message that is right for a service, in every version."""
        span: dict[str, object] = {"start": "2026-03-01T00:00:00Z", "duration": "PT1H"}
        power = {**span, "connection": self.address(self.battery), "unit": "MW"}
        event = f"{self.address(self.battery)}:5:soc"
        contents: dict[str, dict[str, object]] = {
            "getConnection": {},
            "getMeterData": power,
            "postMeterData": {**power, "values": [1, 2, 3, 4]},
            "getPrognosis": power,
            "postPrognosis": {**power, "values": [1, 2, 3, 4], "horizon": "PT6H"},
            "postPriceData": {**span, "market": f"{HOST}:epex_da", "value": 40.5, "unit": "EUR/MWh"},
            "postWeatherData": {
                **span,
                "sensor": f"{HOST}:temperature:33.4:126.5",
                "values": [20, 21, 22, 23],
                "unit": "°C",
            },
            "getDeviceMessage": {"event": event},
            "postUdiEvent": {
                "event": event,
                "value": 2,
                "unit": "MWh",
                "datetime": "2026-03-01T00:00:00Z",
            },
        }
        return {"type": f"{service[0].upper()}{service[1:]}Request", **contents[service]}


@pytest.fixture
def portfolio(memory_web: Web, memory_tables: Tables) -> Portfolio:
    """Assets, a market and a weather sensor."""
    make = Factory(memory_web.platform.store)
    assets = memory_web.platform.store.assets
    owner, other = make.user("Prosumer"), make.user("Prosumer")
    market = make.market("epex_da")
    for _ in range(2):
        make.market("tariff")
    limits = {
        "capacity_in_mw": 2.0,
        "min_soc_in_mwh": 0.0,
        "max_soc_in_mwh": 5.0,
        "market_id": market.id,
    }
    assets.add_type(AssetType(0, "building", "building", is_consumer=True))
    assets.add_type(AssetType(0, "solar", "solar", is_producer=True))
    battery, building, solar = (
        make.asset(kind, owner=owner, attributes=limits) for kind in ("battery", "building", "solar")
    )
    foreign = make.asset("battery", owner=other)
    for asset in (battery, building, solar, foreign):
        make.sensor(asset)
    station = make.asset("weather station", place=(33.4, 126.5))
    weather = make.sensor(station, Quantity.TEMPERATURE, step=QUARTER)
    memory_tables.sensors[weather.id] = replace(weather, unit="°C")
    caller = memory_web.as_user(owner)
    return Portfolio(memory_web, memory_tables, owner, caller, battery, building, solar, foreign)
