"""What every platform starts with: types, roles and a dummy market. Adding it twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from flexmeasures.domain.accounts import (
    ACCOUNT_ADMIN,
    ADMIN,
    ADMIN_READER,
    CONSULTANT,
    TASK_RUNNER,
)
from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefBlock, SourceType
from flexmeasures.domain.timing import instant
from flexmeasures.usecases.ports.platform import Platform

MARKET = "market"
WEATHER_STATION = "weather station"
DUMMY_MARKET = "dummy-tou"
TARIFF_STEP = timedelta(days=365)
TARIFF_YEARS = range(2015, 2025)
TARIFF_PRICE = 50.0
"""Of the dummy market. [EUR/MWh]"""

WEATHER_QUANTITIES = {
    "temperature": Quantity.TEMPERATURE,
    "wind_speed": Quantity.WIND_SPEED,
    "radiation": Quantity.IRRADIANCE,
}
"""Types of weather sensors, by their documented names."""

MARKET_TYPES = {"day_ahead": "day-ahead market", "tou_tariff": "time-of use tariff"}
"""Types of markets, with the names that people see."""

USER_ROLES = {
    ADMIN: "Super user",
    ADMIN_READER: "Can read everything",
    ACCOUNT_ADMIN: "Can manage the users and assets of an account",
    CONSULTANT: "Can manage the accounts of clients",
    TASK_RUNNER: "Can report the runs of tasks",
}

ACCOUNT_ROLES = {
    "Prosumer": "A consumer who might also produce",
    "MDC": "Metering Data Company",
    "Supplier": "Supplier of energy",
    "Aggregator": "Aggregator of energy flexibility",
    "ESCo": "Energy Service Company",
    "DSO": "Distribution System Operator",
}


def _evse(name: str, directions: str, *, is_producer: bool) -> AssetType:
    return AssetType(
        id=0,
        name=f"{name}_evse",
        display_name=f"{name} EVSE",
        hover_label=f"{directions} Electric Vehicle Supply Equipment",
        is_consumer=True,
        is_producer=is_producer,
        can_shift=True,
        daily_seasonality=True,
        weekly_seasonality=True,
        yearly_seasonality=True,
    )


def _consumer(name: str, display_name: str, *, is_producer: bool, can_curtail: bool) -> AssetType:
    return AssetType(
        id=0,
        name=name,
        display_name=display_name,
        is_consumer=True,
        is_producer=is_producer,
        can_curtail=can_curtail,
        can_shift=True,
        daily_seasonality=True,
        weekly_seasonality=True,
        yearly_seasonality=True,
    )


ASSET_TYPES = (
    AssetType(0, "solar", "solar panel", is_producer=True, daily_seasonality=True, yearly_seasonality=True),
    AssetType(
        0,
        "wind",
        "wind turbine",
        is_producer=True,
        can_curtail=True,
        daily_seasonality=True,
        yearly_seasonality=True,
    ),
    _evse("one-way", "uni-directional", is_producer=False),
    _evse("two-way", "bi-directional", is_producer=True),
    _consumer("battery", "stationary battery", is_producer=True, can_curtail=True),
    _consumer("building", "building", is_producer=True, can_curtail=False),
    _consumer("process", "process", is_producer=False, can_curtail=False),
    _consumer("heat-storage", "heat storage", is_producer=False, can_curtail=False),
)
"""In the order of their ids on a fresh platform."""

_PUBLIC_TYPES = (AssetType(0, MARKET, "market"), AssetType(0, WEATHER_STATION, "weather station"))
"""Kinds of assets that markets and weather sensors belong to."""


@dataclass(frozen=True, slots=True)
class Structure:
    """How much of everything there is."""

    asset_types: int
    weather_sensor_types: int
    market_types: int
    markets: int


def add_structure(platform: Platform) -> Structure:
    """Make types, roles and the dummy market where they are missing, and return how many there are."""
    store = platform.store
    for asset_type in (*ASSET_TYPES, *_PUBLIC_TYPES):
        store.assets.add_type(asset_type)
    for name, description in USER_ROLES.items():
        store.accounts.add_role(name, description)
    for name, description in ACCOUNT_ROLES.items():
        store.accounts.add_account_role(name, description)
    if not any(market.name == DUMMY_MARKET for market in store.assets.markets()):
        _add_dummy_market(platform)
    return Structure(
        asset_types=len(asset_types(platform)),
        weather_sensor_types=len(WEATHER_QUANTITIES),
        market_types=len(MARKET_TYPES),
        markets=len(store.assets.markets()),
    )


def asset_types(platform: Platform) -> list[AssetType]:
    """Return the types of assets, without those of markets and weather stations."""
    internal = {kind.name for kind in _PUBLIC_TYPES}
    return [kind for kind in platform.store.assets.types() if kind.name not in internal]


def type_named(name: str, platform: Platform) -> AssetType | None:
    """Return the asset type of this name."""
    return next((kind for kind in platform.store.assets.types() if kind.name == name), None)


def public_type(name: str, platform: Platform) -> AssetType:
    """Return the type of markets or weather stations, made when it is missing."""
    kind = next(kind for kind in _PUBLIC_TYPES if kind.name == name)
    return platform.store.assets.add_type(kind)


def _add_dummy_market(platform: Platform) -> None:
    assets = platform.store.assets
    market = public_type(MARKET, platform)
    asset = assets.add_asset(Asset(id=0, name=DUMMY_MARKET, display_name="Dummy-tou", type=market))
    sensor = assets.add_sensor(
        Sensor(
            id=0,
            name="price",
            asset_id=asset.id,
            unit="EUR/MWh",
            timezone="UTC",
            step=TARIFF_STEP,
            quantity=Quantity.PRICE,
            attributes={
                "market_name": DUMMY_MARKET,
                "market_type": "tou_tariff",
                "display_name": "Dummy-tou",
            },
        )
    )
    platform.store.beliefs.add([_tariff(sensor, platform)])


def _tariff(sensor: Sensor, platform: Platform) -> BeliefBlock:
    """Return the prices of the dummy market. A tariff is known from its beginning."""
    source = platform.store.sources.of_model("Seita", SourceType.DEMO)
    starts = np.array([instant(datetime(year, 1, 1, tzinfo=UTC)) for year in TARIFF_YEARS])
    return BeliefBlock(
        sensor_id=sensor.id,
        source_id=source.id,
        event_start=starts,
        belief_time=np.full(starts.size, starts[0]),
        value=np.full(starts.size, TARIFF_PRICE),
    )
