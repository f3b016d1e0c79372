"""Look after assets with their power sensor: list, make, change and remove them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from flexmeasures.domain.access import owns
from flexmeasures.domain.accounts import User
from flexmeasures.domain.addresses import ID_MAX
from flexmeasures.domain.assets import Asset, AssetType, Connection
from flexmeasures.domain.errors import InvalidField, InvalidFields, Misplaced, NotAuthorized, UnknownEntity
from flexmeasures.domain.places import Place
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.connections import NewConnection, add_connection
from flexmeasures.usecases.structure import type_named

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class AssetChange:
    """What is to be true of an asset; None leaves a field as it is.

    Attributes:
        name: Unique in its account.
        display_name: As people see it.
        type: Name of its asset type.
        owner_id: Who owns it.
        market_id: Its market.
        latitude: In degrees north.
        longitude: In degrees east.
        step: Of its power sensor.
        timezone: Of its power sensor.
        attributes: Capacity, limits and state of charge, by the names of the documents.
    """

    name: str | None = None
    display_name: str | None = None
    type: str | None = None
    owner_id: int | None = None
    market_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    step: timedelta | None = None
    timezone: str | None = None
    attributes: Mapping[str, object] | None = None


def list_assets(caller: User, owner_id: int | None, platform: Platform) -> list[Connection]:
    """Return assets, newest first: of one owner, or all that the caller owns; an admin owns all.

    Raises:
        NotAuthorized: the assets of another owner are asked for.
    """
    if owner_id is not None and owner_id != caller.id and not caller.is_admin:
        raise NotAuthorized("You cannot be authorized for this content or functionality.")
    found = platform.store.assets.connections()
    if owner_id is not None:
        return [connection for connection in found if connection.asset.owner_id == owner_id]
    return [connection for connection in found if owns(caller, connection.asset)]


def own_asset(caller: User, asset_id: int, platform: Platform) -> Connection:
    """Return an asset of the caller.

    Raises:
        UnknownEntity: there is none.
        NotAuthorized: it is somebody else's.
    """
    found = platform.store.assets.connections([asset_id]) if asset_id <= ID_MAX else []
    if not found:
        raise UnknownEntity(f"Asset {asset_id} not found")
    if not owns(caller, found[0].asset):
        raise NotAuthorized("You cannot be authorized for this content or functionality.")
    return found[0]


def create_asset(change: AssetChange, platform: Platform) -> Connection:
    """Make an asset of which all that is needed is told.

    Raises:
        InvalidFields: a field has a value that it cannot have.
    """
    attributes = dict(change.attributes or {})
    _check_timezone(change.timezone)
    owner = _owner(change.owner_id, platform)
    name = _free_name(change.name, owner.account.id, platform)
    _check_limits(attributes)
    new = NewConnection(
        name=name,
        type=_type(change.type, platform).name,
        capacity=float(str(attributes["capacity_in_mw"])),
        step=change.step or timedelta(0),
        place=Place(change.latitude or 0.0, change.longitude or 0.0),
        owner_id=owner.id,
        market_id=_market(change.market_id, platform),
        timezone=change.timezone or platform.rules.timezone,
    )
    made = add_connection(new, platform)
    asset = replace(
        made.asset,
        display_name=change.display_name or made.asset.display_name,
        attributes={**made.asset.attributes, **attributes},
    )
    platform.store.assets.update_asset(asset)
    return platform.store.assets.connections([asset.id])[0]


def change_asset(caller: User, known: Connection, change: AssetChange, platform: Platform) -> Connection:
    """Change an asset.

    Raises:
        InvalidFields: a field has a value that it cannot have.
        Misplaced: the new owner belongs to another account, and the caller is no admin.
    """
    asset = known.asset
    attributes = {**asset.attributes, **(change.attributes or {})}
    _check_limits(attributes)
    if change.market_id is not None:
        attributes["market_id"] = _market(change.market_id, platform)
    changed = replace(
        asset,
        name=asset.name if change.name is None else _free_name(change.name, asset.account_id, platform),
        display_name=change.display_name or asset.display_name,
        type=asset.type if change.type is None else _type(change.type, platform),
        latitude=asset.latitude if change.latitude is None else change.latitude,
        longitude=asset.longitude if change.longitude is None else change.longitude,
        attributes={name: value for name, value in attributes.items() if value is not None},
    )
    if change.owner_id is not None:
        changed = _given_to(_owner(change.owner_id, platform), changed, caller)
    _change_sensor(known, change, platform)
    platform.store.assets.update_asset(changed)
    return platform.store.assets.connections([asset.id])[0]


def _given_to(owner: User, asset: Asset, caller: User) -> Asset:
    """Return an asset under another owner.

    Raises:
        Misplaced: the owner belongs to another account, and the caller is no admin.
    """
    if owner.account.id != asset.account_id and not caller.is_admin:
        raise Misplaced(f"New owner {owner.id} not allowed, belongs to different account than current owner.")
    return replace(asset, owner_id=owner.id, account_id=owner.account.id)


def _change_sensor(known: Connection, change: AssetChange, platform: Platform) -> None:
    """Change the steps or time zone of a power sensor of which nothing is known yet.

    Raises:
        InvalidFields: something is known of it, or there is no such time zone.
    """
    sensor = known.sensor
    _check_timezone(change.timezone)
    wanted = replace(sensor, step=change.step or sensor.step, timezone=change.timezone or sensor.timezone)
    if wanted == sensor:
        return
    if platform.store.beliefs.count([sensor.id]):
        name = "event_resolution" if wanted.step != sensor.step else "timezone"
        raise InvalidFields({name: ["This cannot be changed any more, as there are data."]})
    platform.store.assets.delete_sensor(sensor.id)
    platform.store.assets.add_sensor(wanted)


def _check_timezone(name: str | None) -> None:
    """Check that a time zone is known, if one is told.

    Raises:
        InvalidFields: it is not.
    """
    if name is None:
        return
    try:
        check_timezone(name)
    except InvalidField as error:
        raise InvalidFields({"timezone": [f"Timezone {name} doesn't exist."]}) from error


def _free_name(name: str | None, account_id: int | None, platform: Platform) -> str:
    """Return a name that no asset of an account has.

    Raises:
        InvalidFields: there is none, or one has it.
    """
    wanted = (name or "").replace(" (MW)", "").strip()
    if not wanted or len(wanted) > LONGEST_NAME:
        raise InvalidFields({"name": [f"A name has 1 to {LONGEST_NAME} characters."]})
    taken = platform.store.assets.assets(account_id=account_id, public=False)
    if any(asset.name == wanted and asset.account_id == account_id for asset in taken):
        raise InvalidFields({"name": [f"An asset with the name {wanted} already exists."]})
    return wanted


def _owner(user_id: int | None, platform: Platform) -> User:
    """Return who may own assets: who consumes or produces, or looks after everything.

    Raises:
        InvalidFields: there is no such user, or they hold neither role.
    """
    try:
        owner = platform.store.accounts.user(user_id if user_id and user_id <= ID_MAX else 0)
    except UnknownEntity as error:
        raise InvalidFields({"owner_id": [f"Owner with id {user_id} doesn't exist."]}) from error
    if not owner.is_admin and not owner.has_role("Prosumer"):
        roles = sorted(owner.roles | owner.account.roles)
        raise InvalidFields(
            {"owner_id": [f"Asset owner must have role 'Prosumer'. User {owner.id} has roles {roles}."]}
        )
    return owner


def _market(market_id: int | None, platform: Platform) -> int | None:
    """Return the id of a market.

    Raises:
        InvalidFields: there is none.
    """
    if all(market.sensor.id != market_id for market in platform.store.assets.markets()):
        raise InvalidFields({"market_id": [f"Market with id {market_id} doesn't exist."]})
    return market_id


def _type(name: str | None, platform: Platform) -> AssetType:
    """Return an asset type.

    Raises:
        InvalidFields: there is none of this name.
    """
    kind = type_named(name or "", platform)
    if kind is None:
        raise InvalidFields({"asset_type_name": [f"Asset type {name} doesn't exist."]})
    return kind


def _check_limits(attributes: Mapping[str, object]) -> None:
    """Check that a storage can be as full as it is empty.

    Raises:
        InvalidFields: it cannot.
    """
    least, largest = attributes.get("min_soc_in_mwh"), attributes.get("max_soc_in_mwh")
    if isinstance(least, (int, float)) and isinstance(largest, (int, float)) and least > largest:
        raise InvalidFields({"max_soc_in_mwh": ["This value must be equal or higher than the minimum soc."]})
