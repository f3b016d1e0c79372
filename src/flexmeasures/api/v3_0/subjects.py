"""The sensors and assets that paths name, as far as the caller may know of them."""

from __future__ import annotations

from collections.abc import Callable

from flexmeasures.api.v3_0.call import Call
from flexmeasures.api.v3_0.refusals import Refused
from flexmeasures.domain.access import may_delete, may_read, may_update
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.errors import NotAuthorized, UnknownEntity
from flexmeasures.web.errors import FORBIDDEN

Right = Callable[[User, Asset], bool]


def sensor_to_read(call: Call) -> Sensor:
    """Return the sensor in the path (``sensor_id``), which the caller may see.

    Raises:
        Refused: there is none.
        NotAuthorized: the caller may not see it.
    """
    return _sensor(call, may_read)


def sensor_to_fill(call: Call) -> Sensor:
    """Return the sensor in the path (``sensor_id``), to whose data the caller may add.

    Raises:
        Refused: there is none.
        NotAuthorized: the caller may not add to it.
    """
    return _sensor(call, may_update)


def sensor_to_delete(call: Call) -> Sensor:
    """Return the sensor in the path (``sensor_id``), which the caller may remove.

    Raises:
        Refused: there is none.
        NotAuthorized: the caller may not remove it.
    """
    return _sensor(call, may_delete)


def asset_in_path(call: Call, right: Right) -> Asset:
    """Return the asset in the path (``asset_id``).

    Raises:
        UnknownEntity: there is none.
        NotAuthorized: the caller does not have this right.
    """
    try:
        asset = call.platform.store.assets.asset(call.number("asset_id"))
    except UnknownEntity as error:
        raise UnknownEntity(f"GenericAsset {call.path['asset_id']} not found") from error
    _demand(right, call.caller, asset)
    return asset


def asset_to_fill(call: Call) -> Asset:
    """Return the asset in the path (``asset_id``), which the caller may add to.

    Raises:
        Refused: there is none.
        NotAuthorized: the caller may not add to it.
    """
    asset_id = call.number("asset_id")
    try:
        asset = call.platform.store.assets.asset(asset_id)
    except UnknownEntity as error:
        text = f"No asset found with ID {call.path['asset_id']}."
        raise Refused.fields("path", {"id": [text]}) from error
    _demand(may_update, call.caller, asset)
    return asset


def _sensor(call: Call, right: Right) -> Sensor:
    assets = call.platform.store.assets
    try:
        sensor = assets.sensor(call.number("sensor_id"))
    except UnknownEntity as error:
        text = f"No sensor found with ID {call.path['sensor_id']}."
        raise Refused.fields("path", {"id": [text]}) from error
    _demand(right, call.caller, assets.asset(sensor.asset_id))
    return sensor


def _demand(right: Right, caller: User, asset: Asset) -> None:
    if not right(caller, asset):
        raise NotAuthorized(FORBIDDEN)
