"""The things that the documents' examples speak of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import Caller, Web, web_over
from flexmeasures.usecases.ports.platform import Platform

HOST = "ea1.2018-06.io.flexmeasures.company"


@dataclass(frozen=True, slots=True)
class World:
    """What the examples need.

    Attributes:
        platform: What is called.
        web: How it is called.
        prosumer: Owns everything.
        stations: Charging stations 1 to 5.
        battery: Device 10 of the examples.
    """

    platform: Platform
    web: Web
    prosumer: User
    stations: tuple[Asset, ...]
    battery: Asset

    @property
    def caller(self) -> Caller:
        """A programme of the prosumer."""
        return self.web.as_user(self.prosumer)

    def ours(self, example: Mapping[str, object]) -> dict[str, object]:
        """Return an example with our addresses in it."""
        text = json.dumps(example)
        for number, station in enumerate(self.stations, 1):
            address = f"{HOST}:{self.prosumer.id}:{station.id}"
            text = text.replace(f'"CS {number}"', f'"{address}"')
            text = text.replace(f'"{HOST}:1:{number}"', f'"{address}"')
            text = text.replace(f'"ea1.2018-06.localhost:1:{number}"', f'"{address}"')
        text = text.replace(f"{HOST}:7:10:", f"{HOST}:{self.prosumer.id}:{self.battery.id}:")
        found = json.loads(text)
        assert isinstance(found, dict)
        return found

    def sensor_of(self, asset: Asset) -> Sensor:
        """Return what measures the power of an asset."""
        return self.platform.store.assets.sensors([asset.id])[0]


@pytest.fixture
def world(memory_platform: Platform, memory_tables: Tables) -> World:
    """Five charging stations, a battery, two markets and a weather sensor."""
    platform = replace(memory_platform, rules=replace(memory_platform.rules, planning_ttl=timedelta(days=-1)))
    make = Factory(platform.store)
    prosumer = make.user("Prosumer")
    stations = tuple(make.asset("charging station", owner=prosumer, name=f"CS {n}") for n in range(1, 6))
    for station in stations:
        make.sensor(station)
    market = make.market("epex_da")
    battery = make.asset(
        "battery",
        owner=prosumer,
        attributes={
            "capacity_in_mw": 4.0,
            "min_soc_in_mwh": 0.0,
            "max_soc_in_mwh": 5.0,
            "market_id": market.id,
        },
    )
    make.sensor(battery)
    korean = make.market("kpx_da")
    platform.store.assets.delete_sensor(korean.id)
    platform.store.assets.add_sensor(replace(korean, unit="KRW/kWh"))
    place = make.asset("weather station", place=(33.4843866, 126.477859))
    weather = make.sensor(place, Quantity.TEMPERATURE, step=QUARTER)
    platform.store.assets.delete_sensor(weather.id)
    platform.store.assets.add_sensor(replace(weather, unit="°C"))
    web = web_over(platform, MemoryLogins(memory_tables))
    return World(platform, web, prosumer, stations, battery)


@pytest.fixture
def long_ago(world: World) -> datetime:
    """A time in the examples' year."""
    return datetime.fromisoformat("2015-06-02T10:00:00+00:00")
