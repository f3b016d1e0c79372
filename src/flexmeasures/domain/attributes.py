"""What attributes of assets and sensors say: the names that the platform makes use of, read in one place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from flexmeasures.domain.assets import Asset, Connection, Market, Sensor, Storage
from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone
from flexmeasures.domain.timing import parse_datetime

MARKET_TYPE = "market"
"""Type of the public assets whose price sensors are markets."""


def connection(asset: Asset, sensor: Sensor) -> Connection:
    """Return an asset as the grid sees it, by its power sensor. What an attribute lacks is not known."""
    told = asset.attributes
    return Connection(
        asset=asset,
        sensor=sensor,
        capacity=_number(told, "capacity_in_mw"),
        market_id=_whole(told, "market_id"),
        storage=Storage(
            soc_min=_number(told, "min_soc_in_mwh") or 0.0,
            soc_max=_number(told, "max_soc_in_mwh"),
            efficiency=_number(told, "roundtrip_efficiency") or 1.0,
            soc=_number(told, "soc_in_mwh"),
            soc_time=_time(told, "soc_datetime"),
            udi_event_id=_whole(told, "soc_udi_event_id"),
        ),
    )


def market(sensor: Sensor) -> Market:
    """Return a price sensor as a market. It goes by the name of the sensor unless an attribute names it."""
    told = sensor.attributes
    name = str(told.get("market_name") or sensor.name)
    return Market(name, str(told.get("display_name") or name), str(told.get("market_type") or ""), sensor)


def _number(told: Mapping[str, object], name: str) -> float | None:
    """Return a number, or None where there is none or something else."""
    value = told.get(name)
    if value is None or isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _whole(told: Mapping[str, object], name: str) -> int | None:
    number = _number(told, name)
    return int(number) if number is not None and number.is_integer() else None


def _time(told: Mapping[str, object], name: str) -> datetime | None:
    value = told.get(name)
    if not isinstance(value, str):
        return None
    try:
        return parse_datetime(value)
    except (InvalidPeriod, InvalidTimezone):
        return None
