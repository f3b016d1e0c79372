"""Whether all is told that a schedule needs, and whether what is named is there."""

from __future__ import annotations

from collections.abc import Iterator

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.usecases.flex.wishes import CONTEXT_FIELD, MODEL_FIELD, SiteWish, Wishes, read_group


def check_wishes(wishes: Wishes) -> None:
    """Check that prices, devices and limits are told.

    Raises:
        InvalidParts: some are not.
    """
    context, models = _of_sites(wishes), _of_devices(wishes)
    tree: dict[str, object] = {CONTEXT_FIELD: context} if context else {}
    if not wishes.devices:
        tree[MODEL_FIELD] = ["There is no device to schedule."]
    elif models:
        tree[MODEL_FIELD] = models
    if tree:
        raise InvalidParts(tree)


def _of_devices(wishes: Wishes) -> dict[str, object]:
    """Return of which devices it is not told how large their power can be."""
    site = wishes.sites[0].told
    limits = {"power-capacity", "consumption-capacity", "production-capacity"}
    tree: dict[str, object] = {}
    for place, wish in enumerate(wishes.devices):
        fixed = any(wish.fixed_flows()) or {"power", "duration"} & wish.told.names or wish.bands
        limited = limits & wish.told.values.keys() or "site-power-capacity" in site.values
        if not (fixed or limited or _is_group(wish.asset_id, wish.sensor_id, wishes)):
            text = "Neither the device nor its site says how large its power can be, such as '10 kW'."
            tree[str(place)] = {"power-capacity": [text]}
    return tree


def _is_group(asset_id: int | None, sensor_id: int | None, wishes: Wishes) -> bool:
    named = {wish.group for wish in wishes.devices if wish.group}
    return bool({("asset", asset_id), ("sensor", sensor_id)} & named)


def _of_sites(wishes: Wishes) -> dict[str, object]:
    """Return what is missing at the meters: prices, and the devices that commitments name."""
    tree: dict[str, object] = {}
    if not {"consumption-price", "production-price"} & wishes.sites[0].told.values.keys():
        tree["consumption-price"] = ["Missing data for required field."]
    for number, site in enumerate(wishes.sites):
        scopes = dict(_scopes(site, wishes))
        if scopes and len(wishes.sites) == 1:
            tree["commitments"] = scopes
        elif scopes:
            tree[str(number)] = {"commitments": scopes}
    return tree


def _scopes(site: SiteWish, wishes: Wishes) -> Iterator[tuple[str, object]]:
    """Yield the commitments that name devices or groups of which nothing is said."""
    groups = {wish.group for wish in wishes.devices}
    sensors = {sensor_id for wish in wishes.devices for sensor_id in wish.power_sensors}
    for place, told in enumerate(site.commitments):
        strange = [one for one in told.sensors.get("sensors", ()) if one not in sensors]
        if strange:
            yield str(place), {"sensors": [f"No device has sensor {strange[0]} for its power."]}
        elif "group" in told.others and read_group(told.others["group"]) not in groups:
            yield str(place), {"group": ["No device belongs to this group."]}
