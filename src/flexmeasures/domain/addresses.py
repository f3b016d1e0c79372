"""Entity addresses: the names that messages give to connections, markets, weather sensors and UDI events.

An address reads ``ea1.<year-month>.<reversed host>:<local part>``. Month, host and owner are not checked
beyond their form; the local part alone says what is meant. It may begin with ``fm0.``, or be
``fm1.<sensor id>`` for anything that has a sensor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address

from flexmeasures.domain.errors import InvalidAddress

ID_MAX = 2**31 - 1
"""No identity is larger."""

_LENGTH_MAX = 500
"""No address is longer, so that reading one takes no time."""

_ID = r"[0-9]{1,18}"
_DEGREES = r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?"
_DATE = re.compile(r"\.[0-9]{4}-[0-9]{2}")
_HOST = re.compile(r"\.[^:]+:(?P<local>.+)")
_SENSOR = re.compile(rf"fm1\.({_ID})")
_CONNECTION = re.compile(rf"(?:{_ID}:)*({_ID})")
_SHORT_CONNECTION = re.compile(rf"(?:{_ID}:)?({_ID})")
_MARKET = re.compile(rf"(?:{_ID}:)*([^\W\d_][\w-]*)")
_WEATHER = re.compile(rf"(?:{_ID}:)*([^\W\d_][\w ]*):({_DEGREES}):({_DEGREES})")
_EVENT = re.compile(rf"(?:{_ID}:)*({_ID}):({_ID}):(.*[^0-9:].*)")


@dataclass(frozen=True, slots=True)
class SensorAddress:
    """Names a sensor by its identity."""

    sensor_id: int


@dataclass(frozen=True, slots=True)
class ConnectionAddress:
    """Names a connection by the identity of its asset."""

    asset_id: int


@dataclass(frozen=True, slots=True)
class MarketAddress:
    """Names a market."""

    name: str


@dataclass(frozen=True, slots=True)
class WeatherAddress:
    """Names a weather sensor by what it measures and its place in degrees north and east."""

    quantity: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class UdiAddress:
    """Names a UDI event of a device."""

    asset_id: int
    event_id: int
    event_type: str


def parse_connection(text: str) -> ConnectionAddress | SensorAddress:
    """Read the address of a connection, with or without an owner.

    >>> parse_connection("ea1.2021-02.io.flexmeasures.company:30:73")
    ConnectionAddress(asset_id=73)

    Raises:
        InvalidAddress: ``text`` is no such address.
    """
    local = _local_part(text)
    return _sensor(local) or ConnectionAddress(int(_match(_CONNECTION, local, text)[1]))


def parse_short_connection(text: str) -> ConnectionAddress | SensorAddress:
    """Read the address of a connection, which may be reduced to ``[<owner id>:]<asset id>``.

    Raises:
        InvalidAddress: ``text`` is no such address.
    """
    short = _SHORT_CONNECTION.fullmatch(text[:_LENGTH_MAX])
    return ConnectionAddress(int(short[1])) if short else parse_connection(text)


def parse_market(text: str) -> MarketAddress | SensorAddress:
    """Read the address of a market.

    Raises:
        InvalidAddress: ``text`` is no such address.
    """
    local = _local_part(text)
    return _sensor(local) or MarketAddress(_match(_MARKET, local, text)[1])


def parse_weather(text: str) -> WeatherAddress | SensorAddress:
    """Read the address of a weather sensor.

    Raises:
        InvalidAddress: ``text`` is no such address, or no such place is on earth.
    """
    local = _local_part(text)
    if sensor := _sensor(local):
        return sensor
    quantity, latitude, longitude = _match(_WEATHER, local, text).groups()
    place = WeatherAddress(quantity, float(latitude), float(longitude))
    if abs(place.latitude) > 90 or abs(place.longitude) > 180:
        raise InvalidAddress(f"Could not parse {text}.")
    return place


def parse_udi(text: str) -> UdiAddress:
    """Read the address of a UDI event.

    >>> parse_udi("ea1.2018-06.io.flexmeasures.company:7:10:203:soc")
    UdiAddress(asset_id=10, event_id=203, event_type='soc')

    Raises:
        InvalidAddress: ``text`` is no such address.
    """
    asset_id, event_id, event_type = _match(_EVENT, _local_part(text), text).groups()
    return UdiAddress(int(asset_id), int(event_id), event_type)


def authority(host: str, auth_start: Mapping[str, str], today: date) -> str:
    """Return what the addresses of a host begin with, behind ``ea1.``.

    >>> authority("company.flexmeasures.io:5000", {"flexmeasures.io": "2021-01"}, date(2026, 1, 1))
    '2021-01.io.flexmeasures.company'

    Args:
        host: Name of the host, maybe with its port.
        auth_start: By host or domain: the first full month in which its owner had it.
        today: For hosts that nothing is said of: theirs is the month after.
    """
    name = host.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.") or "localhost"
    if name == "127.0.0.1" or name.startswith("["):
        name = "localhost"  # a colon would end the host within an address
    labels = name.split(".")
    known = (auth_start.get(".".join(labels[skip:])) for skip in range(len(labels)))
    month = next((month for month in known if month), None) or _next_month(today)
    return f"{month}.{name if _is_ip(name) else '.'.join(reversed(labels))}"


def write_connection(naming_authority: str, owner_id: int | None, asset_id: int) -> str:
    """Write the address of a connection; the owner is left out where there is none."""
    local = f"{asset_id}" if owner_id is None else f"{owner_id}:{asset_id}"
    return f"ea1.{naming_authority}:{local}"


def _local_part(text: str) -> str:
    """Return what follows the host, without a leading ``fm0.``."""
    if not text.startswith("ea1"):
        raise InvalidAddress(
            f"A valid type 1 USEF entity address starts with 'ea1', please review {text[:_LENGTH_MAX]}"
        )
    if not _DATE.match(text, 3):
        raise InvalidAddress("After 'ea1.', a date spec of the format [0-9]{4}-[0-9]{2} is expected.")
    found = _HOST.fullmatch(text, 11)
    if not found or len(text) > _LENGTH_MAX:
        raise InvalidAddress(f"Could not parse {text[:_LENGTH_MAX]}.")
    return found["local"].removeprefix("fm0.")


def _sensor(local: str) -> SensorAddress | None:
    found = _SENSOR.fullmatch(local)
    return SensorAddress(int(found[1])) if found else None


def _match(pattern: re.Pattern[str], local: str, text: str) -> re.Match[str]:
    found = pattern.fullmatch(local)
    if not found:
        raise InvalidAddress(f"Could not parse {text}.")
    return found


def _next_month(today: date) -> str:
    year, month = divmod(12 * today.year + today.month, 12)
    return f"{year:04}-{month + 1:02}"


def _is_ip(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
