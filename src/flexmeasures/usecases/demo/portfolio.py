"""What the demonstration consists of: who owns what, where it is, and which recording tells its story.

Power is in MW, consumption positive; a factor brings the unit and sign of a recording there. National
generation is told as one thousandth of itself, the size of a park. Devices without a recording are simulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flexmeasures.domain.accounts import ADMIN, ADMIN_READER
from flexmeasures.domain.assets import Quantity
from flexmeasures.usecases.demo.devices import BATTERY, CHARGER, Storage
from flexmeasures.usecases.demo.knowledge import Knowledge

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)

ESTATE, COOPERATIVE, AGGREGATOR, OPERATOR = "estate", "cooperative", "aggregator", "admin"
MARKET_NAME = "german_day_ahead"
KW = 1e-3
THOUSANDTH_PRODUCED = -1e-3


@dataclass(frozen=True, slots=True)
class Member:
    """A user of the demonstration, with an account of its own."""

    username: str
    account: str
    account_roles: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """With which the user logs in."""
        return f"{self.username}@example.com"


MEMBERS = (
    Member(ESTATE, "Cambridge Estate", ("Prosumer",)),
    Member(COOPERATIVE, "Sun and Sea Cooperative", ("Prosumer",)),
    Member(AGGREGATOR, "Flexible Aggregator", ("Aggregator", "Supplier"), (ADMIN_READER,)),
    Member(OPERATOR, "Platform Operator", (), (ADMIN,)),
)


@dataclass(frozen=True, slots=True)
class Feed:
    """Which recording a sensor tells.

    Attributes:
        recording: Its name.
        factor: What its values are multiplied with.
        knowledge: How early its events are known.
    """

    recording: str
    factor: float = 1.0
    knowledge: Knowledge = Knowledge.AFTERWARDS


@dataclass(frozen=True, slots=True)
class PlannedSensor:
    """A sensor and what it tells."""

    name: str
    quantity: Quantity
    unit: str
    step: timedelta = HOUR
    feeds: tuple[Feed, ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedAsset:
    """An asset, its owner and its sensor.

    Attributes:
        name: Unique; what the API calls it.
        display_name: As people see it.
        type: Name of its type.
        owner: User name of who owns it; empty for a public asset.
        place: Degrees north and east; None where it has none.
        timezone: Of its sensor, an IANA name.
        description: What it is, in a sentence.
        sensor: What is measured of it.
        attributes: Such as its capacity.
    """

    name: str
    display_name: str
    type: str
    owner: str
    place: tuple[float, float] | None
    timezone: str
    description: str
    sensor: PlannedSensor
    attributes: Mapping[str, object] = field(default_factory=dict)


def _power(recording: str, factor: float) -> PlannedSensor:
    """Return the power sensor of an asset that tells a recording."""
    return PlannedSensor("power", Quantity.POWER, "MW", feeds=(Feed(recording, factor),))


def _limits(capacity: float, storage: Storage) -> dict[str, object]:
    """Return what the platform is told of a simulated device; its capacity is in MW."""
    return {
        "capacity_in_mw": capacity,
        "min_soc_in_mwh": storage.soc_min,
        "max_soc_in_mwh": storage.soc_max,
        "roundtrip_efficiency": storage.efficiency,
    }


_SIMULATED_POWER = PlannedSensor("power", Quantity.POWER, "MW", step=QUARTER)
_CAMBRIDGE = (52.2, 0.12)

MARKET = PlannedAsset(
    name=MARKET_NAME,
    display_name="German day-ahead market",
    type="market",
    owner="",
    place=None,
    timezone="Europe/Berlin",
    description="Day-ahead prices of Germany and Austria in 2015, published at noon of the day before.",
    sensor=PlannedSensor(
        "price",
        Quantity.PRICE,
        "EUR/MWh",
        feeds=(Feed("price", knowledge=Knowledge.DAY_AHEAD),),
        attributes={
            "market_name": MARKET_NAME,
            "market_type": "day_ahead",
            "display_name": "German day-ahead market",
        },
    ),
)

WEATHER_STATION = PlannedAsset(
    name="bedford_weather_station",
    display_name="Bedford weather station",
    type="weather station",
    owner="",
    place=(52.2, -0.46),
    timezone="Europe/London",
    description="Observed air temperature. Its forecasts are synthetic: the later observation plus noise.",
    sensor=PlannedSensor(
        "temperature",
        Quantity.TEMPERATURE,
        "°C",
        feeds=(Feed("temperature"), Feed("temperature_forecast", knowledge=Knowledge.TWO_DAYS_AHEAD)),
    ),
)

_BATTERY = PlannedAsset(
    name=BATTERY.asset_name,
    display_name="Emden battery",
    type="battery",
    owner=COOPERATIVE,
    place=(53.34, 7.19),
    timezone="Europe/Berlin",
    description="A simulated battery of 1 MW and 2 MWh, which follows its schedule.",
    sensor=_SIMULATED_POWER,
    attributes=_limits(1.0, BATTERY.storage),
)

_CHARGER = PlannedAsset(
    name=CHARGER.asset_name,
    display_name="Depot charger",
    type="one-way_evse",
    owner=ESTATE,
    place=_CAMBRIDGE,
    timezone="Europe/London",
    description="A simulated charging point of 22 kW, with a van of 60 kWh that leaves full every morning.",
    sensor=_SIMULATED_POWER,
    attributes=_limits(0.022, CHARGER.storage),
)


def _building(number: int, capacity: float) -> PlannedAsset:
    """Return a building of the estate; its capacity is in MW."""
    return PlannedAsset(
        name=f"building_{number}",
        display_name=f"Building {number}",
        type="building",
        owner=ESTATE,
        place=_CAMBRIDGE,
        timezone="Europe/London",
        description=f"Electricity of building {number} of the University of Cambridge, somewhere in town.",
        sensor=_power(f"building_b{number}", KW),
        attributes={"capacity_in_mw": capacity},
    )


PUBLIC = (MARKET, WEATHER_STATION)
OWNED = (
    _building(5, 0.7),
    _building(23, 0.12),
    _building(37, 0.3),
    _CHARGER,
    PlannedAsset(
        name="spanish_solar",
        display_name="Spanish solar",
        type="solar",
        owner=COOPERATIVE,
        place=(39.5, -3.7),
        timezone="Europe/Madrid",
        description="One thousandth of the solar generation of Spain.",
        sensor=_power("solar", THOUSANDTH_PRODUCED),
        attributes={"capacity_in_mw": 7.0},
    ),
    PlannedAsset(
        name="north_sea_wind",
        display_name="North Sea wind",
        type="wind",
        owner=COOPERATIVE,
        place=(54.4, 6.5),
        timezone="Europe/Berlin",
        description="One thousandth of the offshore wind generation of Germany.",
        sensor=_power("wind", THOUSANDTH_PRODUCED),
        attributes={"capacity_in_mw": 7.5},
    ),
    PlannedAsset(
        name="oslo_charging_site",
        display_name="Oslo charging site",
        type="one-way_evse",
        owner=COOPERATIVE,
        place=(59.9, 10.8),
        timezone="Europe/Oslo",
        description="The charging points of a house in Oslo together, built from charging sessions.",
        sensor=_power("charging_site", KW),
        attributes={"capacity_in_mw": 0.05},
    ),
    _BATTERY,
)
PLANNED = PUBLIC + OWNED
