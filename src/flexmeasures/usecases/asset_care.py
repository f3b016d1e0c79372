"""Look after assets as people do: make, change and remove them, and note who did what."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flexmeasures.domain.access import owns
from flexmeasures.domain.accounts import ANONYMOUS, User
from flexmeasures.domain.assets import Asset, Connection
from flexmeasures.domain.errors import InvalidFields, NotAuthorized
from flexmeasures.usecases.manage_assets import AssetChange, change_asset, create_asset
from flexmeasures.usecases.noting import (
    acting,
    differences,
    note_asset,
    note_asset_change,
    told_of,
)
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.removing import remove_asset
from flexmeasures.usecases.reorganising import transfer_parenthood


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes along with an asset.

    Attributes:
        parts: Assets that are part of it.
        sensors: On it and its parts.
        beliefs: Measurements, forecasts and schedules about these.
    """

    parts: int
    sensors: int
    beliefs: int


def editable_asset(caller: User, asset_id: int, platform: Platform) -> Asset:
    """Return an asset that a user may change and remove.

    Raises:
        UnknownEntity: there is none.
        NotAuthorized: it is somebody else's, or the caller is a guest.
    """
    asset = platform.store.assets.asset(asset_id)
    if not owns(caller, asset) or caller.has_role(ANONYMOUS):
        raise NotAuthorized(f"Asset {asset_id} can be changed by its owner and by admins.")
    return asset


def create(caller: User, change: AssetChange, platform: Platform) -> Connection:
    """Make an asset with its power sensor.

    Raises:
        NotAuthorized: the caller is no admin.
        InvalidFields: a field has a value that it cannot have.
    """
    if not caller.is_admin:
        raise NotAuthorized("To create assets needs the role admin.")
    made = create_asset(change, platform)
    text = f"Created asset {made.asset.display_name} ({made.asset.type.display_name})."
    note_asset(acting(caller), made.asset, text, platform)
    return made


def edit(caller: User, asset: Asset, change: AssetChange, platform: Platform) -> Asset:
    """Change an asset, whether it has a power sensor or not.

    Raises:
        InvalidFields: a field has a value that it cannot have.
        Misplaced: the new owner belongs to another account, and the caller is no admin.
    """
    connection = next(iter(platform.store.assets.connections([asset.id])), None)
    if connection is not None:
        return edit_connection(caller, connection, change, platform).asset
    changed = platform.store.assets.update_asset(_changed(asset, change))
    note_asset_change(acting(caller), asset, changed, platform)
    return changed


def edit_connection(caller: User, known: Connection, change: AssetChange, platform: Platform) -> Connection:
    """Change an asset that has a power sensor.

    Raises:
        InvalidFields: a field has a value that it cannot have.
        Misplaced: the new owner belongs to another account, and the caller is no admin.
    """
    after = change_asset(caller, known, change, platform)
    told = differences(_told(known), _told(after))
    if told:
        note_asset(acting(caller), after.asset, f"Changed {'; '.join(told)}.", platform)
    return after


def put_into(caller: User, asset: Asset, parent_id: int | None, platform: Platform) -> None:
    """Make an asset part of another one, or of none.

    Raises:
        InvalidFields: there is no such asset that the caller may change, or it is part of this one.
    """
    if parent_id == asset.parent_id:
        return
    whole = "no asset"
    if parent_id is not None:
        found = [each for each in wholes_for(caller, asset, platform) if each.id == parent_id]
        if not found:
            raise InvalidFields({"parent_id": ["It can only be part of another asset that you may change."]})
        whole = found[0].display_name
    moved = transfer_parenthood(asset.id, parent_id, platform)
    note_asset(acting(caller), moved, f"Made part of {whole}.", platform)


def wholes_for(caller: User, asset: Asset | None, platform: Platform) -> list[Asset]:
    """Return the assets that one may become part of: those that the caller may change, but not its own parts.

    Args:
        caller: Who asks.
        asset: Which; None for one that is yet to be made.
        platform: All that is needed.
    """
    own = {part.id for part in platform.store.assets.branch(asset.id)} if asset else set()
    kept = platform.store.assets.assets()
    found = [each for each in kept if each.id not in own and each.account_id and owns(caller, each)]
    return sorted(found, key=lambda each: each.display_name.casefold())


def loss_of(asset: Asset, platform: Platform) -> Loss:
    """Return what would go along with an asset."""
    parts = _with_parts(asset, platform)
    sensors = [sensor.id for sensor in platform.store.assets.sensors(parts)]
    beliefs = platform.store.beliefs.count(sensors) if sensors else 0
    return Loss(len(parts) - 1, len(sensors), beliefs)


def remove(caller: User, asset: Asset, platform: Platform) -> None:
    """Remove an asset with its parts, sensors and all their data."""
    remove_asset(acting(caller), asset, platform)


def _with_parts(asset: Asset, platform: Platform) -> list[int]:
    """Return the ids of an asset and of all that is part of it."""
    parents = {each.id: each.parent_id for each in platform.store.assets.assets()}
    found = [asset.id]
    for whole in found:
        found.extend(part for part, parent in parents.items() if parent == whole)
    return found


def _changed(asset: Asset, change: AssetChange) -> Asset:
    """Return an asset that has no power sensor, after a change.

    Raises:
        InvalidFields: an owner is told, which only assets with power have.
    """
    if change.owner_id is not None and change.owner_id != asset.owner_id:
        raise InvalidFields({"owner_id": ["This asset belongs to its account; it has no power sensor."]})
    attributes = {**asset.attributes, **(change.attributes or {})}
    return replace(
        asset,
        display_name=change.display_name or asset.display_name,
        latitude=asset.latitude if change.latitude is None else change.latitude,
        longitude=asset.longitude if change.longitude is None else change.longitude,
        attributes={name: value for name, value in attributes.items() if value is not None},
    )


def _told(connection: Connection) -> dict[str, object]:
    sensor = connection.sensor
    return told_of(connection.asset) | {"resolution": sensor.step, "timezone": sensor.timezone}
