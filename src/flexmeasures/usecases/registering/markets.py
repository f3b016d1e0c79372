"""Make markets: price sensors on public assets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.assets import Asset, Market, Quantity, Sensor
from flexmeasures.domain.errors import DuplicateEntity, InvalidField
from flexmeasures.domain.timing import write_duration
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.checks import as_address, check_step, checked_name, in_words
from flexmeasures.usecases.structure import MARKET, MARKET_TYPES, public_type

PRICE_UNIT = re.compile(r"[A-Za-z]{3}/[kMG]?Wh")


@dataclass(frozen=True, slots=True)
class NewMarket:
    """A market.

    Attributes:
        name: Unique, as in entity addresses.
        type: ``day_ahead`` or ``tou_tariff``.
        unit: Currency per energy.
        step: Of its prices.
        display_name: As people see it; None for the name in words.
        timezone: Of its sensor.
        knowledge_horizon: How long before the end of an event its price is known, where nobody says.
    """

    name: str
    type: str
    unit: str
    step: timedelta
    display_name: str | None = None
    timezone: str = "UTC"
    knowledge_horizon: timedelta | None = None


def add_market(new: NewMarket, platform: Platform) -> Market:
    """Make a market.

    Raises:
        InvalidField: a field has a value that it cannot have.
        DuplicateEntity: there is a market of this name.
    """
    check_timezone(new.timezone)
    check_step(new.step)
    name, kind = as_address(checked_name(new.name, "a market")), as_address(new.type)
    _check_words(name, kind, new.unit)
    if any(market.name == name for market in platform.store.assets.markets()):
        raise DuplicateEntity(f"A market with the name {name} already exists.")
    shown = new.display_name or in_words(name)
    assets = platform.store.assets
    asset = assets.add_asset(Asset(0, name, shown, public_type(MARKET, platform)))
    attributes: dict[str, object] = {"market_name": name, "market_type": kind, "display_name": shown}
    if new.knowledge_horizon is not None:
        attributes["knowledge_horizon"] = write_duration(new.knowledge_horizon)
    sensor = assets.add_sensor(
        Sensor(
            id=0,
            name="price",
            asset_id=asset.id,
            unit=new.unit,
            timezone=new.timezone,
            step=new.step,
            quantity=Quantity.PRICE,
            attributes=attributes,
        )
    )
    return Market(name, shown, kind, sensor)


def _check_words(name: str, kind: str, unit: str) -> None:
    if not re.fullmatch(r"[A-Za-z][\w-]*", name):
        raise InvalidField(f"name: '{name}' should be made of letters, digits, '_' and '-', a letter first.")
    if kind not in MARKET_TYPES:
        raise InvalidField(f"Market type {kind} doesn't exist; expected {' or '.join(MARKET_TYPES)}.")
    if not PRICE_UNIT.fullmatch(unit):
        raise InvalidField(f"unit: '{unit}' is no price of energy; expected a form like EUR/MWh.")
