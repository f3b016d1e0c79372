"""Assets, sensors, and what the documents call connections, markets and weather sensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Quantity(StrEnum):
    """What a sensor measures, where the platform makes use of it."""

    POWER = "power"
    PRICE = "price"
    STATE_OF_CHARGE = "state of charge"
    TEMPERATURE = "temperature"
    IRRADIANCE = "irradiance"
    WIND_SPEED = "wind speed"
    OTHER = ""


WEATHER = frozenset({Quantity.TEMPERATURE, Quantity.IRRADIANCE, Quantity.WIND_SPEED})


@dataclass(frozen=True, slots=True)
class AssetType:
    """A kind of asset and what it can do."""

    id: int
    name: str
    display_name: str
    hover_label: str | None = None
    is_consumer: bool = False
    is_producer: bool = False
    can_curtail: bool = False
    can_shift: bool = False
    daily_seasonality: bool = False
    weekly_seasonality: bool = False
    yearly_seasonality: bool = False


@dataclass(frozen=True, slots=True)
class Sensor:
    """What a series of events belongs to.

    Attributes:
        id: Identity.
        name: Unique within its asset.
        asset_id: What it measures something of.
        unit: Of its values.
        timezone: IANA name.
        step: Length of its events; zero for instantaneous ones.
        quantity: What it measures.
        consumption_is_positive: Whether users of version 3 post and read consumption as positive values.
        attributes: Anything else.
    """

    id: int
    name: str
    asset_id: int
    unit: str
    timezone: str
    step: timedelta
    quantity: Quantity = Quantity.OTHER
    consumption_is_positive: bool = True
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asset:
    """A physical or virtual thing with sensors, part of a tree.

    Attributes:
        id: Identity.
        name: Unique within its account.
        display_name: As people see it.
        type: Its kind.
        account_id: Who it belongs to; None for a public asset.
        owner_id: The user who owns it; None where only an account does.
        parent_id: The asset it is part of.
        latitude: In degrees north.
        longitude: In degrees east.
        attributes: Anything else.
    """

    id: int
    name: str
    display_name: str
    type: AssetType
    account_id: int | None = None
    owner_id: int | None = None
    parent_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_pure_consumer(self) -> bool:
        """Whether it only ever consumes."""
        return self.type.is_consumer and not self.type.is_producer

    @property
    def is_pure_producer(self) -> bool:
        """Whether it only ever produces."""
        return self.type.is_producer and not self.type.is_consumer


@dataclass(frozen=True, slots=True)
class Documents:
    """What is kept of an asset beside its fields, and read where it is needed.

    Attributes:
        description: For people.
        external_id: Of its account's own system.
        flex_context: What holds for the site; its parts inherit it.
        flex_model: What holds for the device.
        sensors_to_show: On its page.
        sensors_to_show_as_kpis: Above them.
    """

    description: str = ""
    external_id: str | None = None
    flex_context: Mapping[str, object] = field(default_factory=dict)
    flex_model: Mapping[str, object] = field(default_factory=dict)
    sensors_to_show: tuple[object, ...] = ()
    sensors_to_show_as_kpis: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Storage:
    """What is known of the storage in an asset.

    Attributes:
        soc_min: Least state of charge. [MWh]
        soc_max: Largest state of charge, None where it is not known. [MWh]
        efficiency: Of a round trip, in (0, 1]. [-]
        soc: Last known state of charge. [MWh]
        soc_time: When it was known.
        udi_event_id: In which UDI event it was told.
    """

    soc_min: float = 0.0
    soc_max: float | None = None
    efficiency: float = 1.0
    soc: float | None = None
    soc_time: datetime | None = None
    udi_event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """An asset as the grid sees it: what the documents call an asset.

    Attributes:
        asset: The asset.
        sensor: Measures its power. [MW, consumption positive]
        capacity: Largest power in either direction. [MW]
        market_id: Sensor of the prices that it pays and gets.
        storage: Its storage; all defaults where it has none.
    """

    asset: Asset
    sensor: Sensor
    capacity: float | None = None
    market_id: int | None = None
    storage: Storage = field(default_factory=Storage)

    @property
    def id(self) -> int:
        """Identity of the asset, as in entity addresses."""
        return self.asset.id


@dataclass(frozen=True, slots=True)
class Market:
    """A price sensor with the name that addresses use.

    Attributes:
        name: Unique, as in entity addresses.
        display_name: As people see it.
        type: Such as ``day_ahead`` or ``tou_tariff``.
        sensor: Measures its prices. [currency/energy]
    """

    name: str
    display_name: str
    type: str
    sensor: Sensor


@dataclass(frozen=True, slots=True)
class WeatherSensor:
    """A sensor of the weather at a place."""

    sensor: Sensor
    latitude: float
    longitude: float
