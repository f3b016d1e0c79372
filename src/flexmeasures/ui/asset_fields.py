"""The form of an asset: what it shows, and what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from flexmeasures.domain.assets import Asset, Connection
from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.ui.forms import Form
from flexmeasures.usecases.manage_assets import AssetChange

MINUTE = timedelta(minutes=1)
LONGEST_NAME = 80
LARGEST = 1e12
LEAST_CAPACITY = 1e-4
"""MW."""

OWN_FIELDS = frozenset(
    {"capacity_in_mw", "min_soc_in_mwh", "max_soc_in_mwh", "soc_in_mwh", "soc_datetime", "market_id"}
)
"""Attributes that have a field of their own."""

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "capacity_in_mw": "capacity",
        "name": "display_name",
        "min_soc_in_mwh": "soc_min",
        "max_soc_in_mwh": "soc_max",
        "event_resolution": "resolution",
        "asset_type_name": "type",
        "market_id": "market",
        "owner_id": "owner",
        "parent_id": "parent",
    }
)
"""What use cases call the fields of this form."""


def texts_of(asset: Asset, connection: Connection | None, zone: str) -> dict[str, str]:
    """Return how an asset fills in the form."""
    told: dict[str, object] = {
        "display_name": asset.display_name,
        "type": asset.type.name,
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "owner": asset.owner_id,
        "parent": asset.parent_id,
    }
    if connection is not None:
        storage, time = connection.storage, connection.storage.soc_time
        told |= {
            "capacity": connection.capacity,
            "resolution": connection.sensor.step // MINUTE,
            "timezone": connection.sensor.timezone,
            "market": connection.market_id,
            "soc_min": asset.attributes.get("min_soc_in_mwh"),
            "soc_max": storage.soc_max,
            "soc": storage.soc,
            "soc_time": time.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes") if time else None,
        }
    others = {name: value for name, value in asset.attributes.items() if name not in OWN_FIELDS}
    told["attributes"] = json.dumps(others, indent=2, ensure_ascii=False) if others else None
    return {name: _written(value) for name, value in told.items()}


def change_in(form: Form, known: Asset | None, *, has_power: bool) -> AssetChange:
    """Return what a form says of an asset; what is wrong is noted in the form.

    Args:
        form: As it was filled in.
        known: The asset as it is; None for one to be made.
        has_power: Whether it has (or gets) a power sensor.
    """
    latitude, longitude = form.number("latitude", -90, 90), form.number("longitude", -180, 180)
    if known is None or has_power:
        form.demand("latitude", latitude)
        form.demand("longitude", longitude)
    name = form.needed("display_name", LONGEST_NAME, least=4)
    owner = form.whole("owner", 1, 2**30)
    attributes = _others(form, known)
    if not has_power:
        return AssetChange(
            display_name=name, latitude=latitude, longitude=longitude, attributes=attributes, owner_id=owner
        )
    if known is None:
        form.demand("owner", owner)
    minutes, market = form.whole("resolution", 1, 525_600), form.whole("market", 1, 2**30)
    form.demand("resolution", minutes)
    form.demand("market", market)
    return AssetChange(
        name=name if known is None else None,
        display_name=name,
        type=form.text("type"),
        owner_id=owner,
        market_id=market,
        latitude=latitude,
        longitude=longitude,
        step=timedelta(minutes=minutes) if minutes else None,
        timezone=form.text("timezone") or None,
        attributes=_kept(attributes | _storage(form), known),
    )


def _storage(form: Form) -> dict[str, object]:
    """Return capacity and storage, None where nothing is told."""
    capacity = form.number("capacity", LEAST_CAPACITY, LARGEST)
    form.demand("capacity", capacity)
    time = _time(form)
    return {
        "capacity_in_mw": capacity,
        "min_soc_in_mwh": form.number("soc_min", 0, LARGEST),
        "max_soc_in_mwh": form.number("soc_max", 0, LARGEST),
        "soc_in_mwh": form.number("soc", 0, LARGEST),
        "soc_datetime": time.isoformat() if time else None,
    }


def _kept(attributes: dict[str, object], known: Asset | None) -> dict[str, object]:
    """Leave out what is nothing where there was nothing before."""
    before = known.attributes if known else {}
    return {name: value for name, value in attributes.items() if value is not None or name in before}


def _time(form: Form) -> datetime | None:
    text = form.text("soc_time")
    if not text:
        return None
    try:
        return parse_datetime(text.replace(" ", "T", 1))
    except (InvalidPeriod, InvalidTimezone):
        form.note("soc_time", "Give date, time and offset, such as 2026-03-28T13:15+01:00.")
        return None


def _others(form: Form, known: Asset | None) -> dict[str, object]:
    """Return all other attributes; those that were taken out are None."""
    text = form.text("attributes")
    try:
        told = json.loads(text, parse_constant=_refuse) if text else {}
    except (ValueError, RecursionError) as error:
        form.note("attributes", f"This is no JSON: {error}.")
        return {}
    if not isinstance(told, dict) or OWN_FIELDS & told.keys() or "\\u0000" in text:
        form.note("attributes", "Give a JSON object, without the fields above.")
        return {}
    gone = {name: None for name in (known.attributes if known else ()) if name not in OWN_FIELDS}
    return {**gone, **told}


def _refuse(word: str) -> object:
    """Refuse what Python takes for JSON and others do not.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"{word} is no number")


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else str(value)
