"""Assets: find, make, change and remove them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import Field, field_validator

from flexmeasures.api.v3_0.answer import NOTHING, Answer
from flexmeasures.api.v3_0.call import Call
from flexmeasures.api.v3_0.fields import Identity, Number, Snake, Text
from flexmeasures.api.v3_0.listing import PageQuery, listed
from flexmeasures.api.v3_0.route import Access, Route
from flexmeasures.api.v3_0.sensors import read_object
from flexmeasures.api.v3_0.subjects import asset_in_path
from flexmeasures.domain.access import may_delete, may_read, may_update
from flexmeasures.domain.assets import Asset, Documents, Sensor
from flexmeasures.usecases import asset_care
from flexmeasures.usecases.flex.order import check_kept
from flexmeasures.usecases.inventory import assets
from flexmeasures.usecases.inventory.assets import AssetWish
from flexmeasures.usecases.structure import asset_types

_OBJECTS = ("attributes", "flex_context", "flex_model", "sensors_to_show", "sensors_to_show_as_kpis")
_NAMES = {"parent_asset_id": "parent_id"}
_FIELDS = ("name", "latitude", "longitude", "parent_asset_id", "attributes", "account_id")
_DOCUMENTS = ("description", "external_id", *_OBJECTS[1:])


class AssetFields(Snake):
    """What is told of an asset."""

    name: Text | None = Field(None, min_length=1, max_length=80)
    description: Text | None = Field(None, max_length=255)
    generic_asset_type_id: Identity | None = None
    latitude: Number | None = Field(None, ge=-90, le=90)
    longitude: Number | None = Field(None, ge=-180, le=180)
    parent_asset_id: Identity | None = None
    external_id: Text | None = Field(None, max_length=255)
    attributes: dict[str, object] | None = None
    flex_context: dict[str, object] | list[object] | None = None
    flex_model: dict[str, object] | None = None
    sensors_to_show: list[object] | None = None
    sensors_to_show_as_kpis: list[object] | None = None

    @field_validator(*_OBJECTS, mode="before")
    @classmethod
    def read_text(cls, value: object) -> object:
        """Return an object or list that may be written as text."""
        return read_object(value)

    def wish(self) -> AssetWish:
        """Return what is to be true of the asset."""
        told = self.model_fields_set
        fields = {_NAMES.get(name, name): getattr(self, name) for name in _FIELDS if name in told}
        documents = {name: _kept(name, getattr(self, name)) for name in _DOCUMENTS if name in told}
        return AssetWish(_without_empty(fields), documents, self.generic_asset_type_id)


class NewAssetFields(AssetFields):
    """What is told of a new asset."""

    name: Text = Field(min_length=1, max_length=80)
    generic_asset_type_id: Identity
    account_id: Identity | None = None


class AssetsQuery(PageQuery):
    """Which assets are asked for."""

    account: Identity | None = None
    account_id: Identity | None = Field(None, alias="account_id")
    root: Identity | None = None
    depth: int | None = Field(None, ge=0, le=100)
    all_accessible: bool = Field(False, alias="all_accessible")
    include_public: bool = Field(False, alias="include_public")
    asset_type: Identity | None = Field(None, alias="asset_type")
    fields: Text | None = Field(None, max_length=1000)


def _kept(name: str, value: object) -> object:
    """Return a document as it is kept: contexts of several commodities as an object."""
    if name == "description":
        return value or ""
    if name == "flex_context" and isinstance(value, list):
        return {"commodities": value}
    if isinstance(value, list):
        return tuple(value)
    return ({} if name.startswith("flex") else ()) if value is None and name != "external_id" else value


def _without_empty(fields: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value
        for name, value in fields.items()
        if value is not None or name not in {"name", "attributes"}
    }


def list_assets(call: Call) -> Answer:
    """List assets: those of one's account by default."""
    query = call.query(AssetsQuery)
    account_id = query.account or query.account_id
    if account_id is None and not query.all_accessible:
        account_id = call.caller.account.id
    public = query.include_public or query.all_accessible
    found = assets.visible(call.caller, account_id, call.platform, public=public)
    if query.root is not None:
        found = _below(query.root, query.depth, found, call)
    if query.asset_type is not None:
        found = [asset for asset in found if asset.type.id == query.asset_type]
    rows = [_chosen(row, query.fields) for row in write_assets(found, call)]
    return listed(rows, query, ("name", "id"))


def _below(root: int, depth: int | None, found: list[Asset], call: Call) -> list[Asset]:
    """Return an asset and what is part of it, not deeper than asked for."""
    branch = {asset.id: asset for asset in call.platform.store.assets.branch(root)}
    level, near = {root}, set()
    steps = 0
    while level and (depth is None or steps <= depth):
        near |= level
        level = {one.id for one in branch.values() if one.parent_id in level} - near
        steps += 1
    return [asset for asset in found if asset.id in near & branch.keys()]


def _chosen(row: dict[str, object], fields: str | None) -> dict[str, object]:
    return row if fields is None else {name: row[name] for name in fields.split("|") if name in row}


def list_public(call: Call) -> Answer:
    """List the assets that belong to nobody."""
    query = call.query(AssetsQuery)
    found = call.platform.store.assets.assets()
    public = sorted((asset for asset in found if asset.account_id is None), key=lambda asset: asset.id)
    return Answer([_chosen(row, query.fields) for row in write_assets(public, call)])


def list_types(call: Call) -> Answer:
    """List the kinds of assets."""
    return Answer(
        [
            {"id": kind.id, "name": kind.name, "description": kind.hover_label or kind.display_name}
            for kind in asset_types(call.platform)
        ]
    )


def create(call: Call) -> Answer:
    """Make an asset."""
    wish = call.json(NewAssetFields).wish()
    check_kept(wish.documents)
    made = assets.create(call.caller, wish, call.platform)
    return Answer(write_assets([made], call)[0], 201)


def show(call: Call) -> Answer:
    """Tell an asset."""
    return Answer.with_status(write_assets([asset_in_path(call, may_read)], call)[0])


def change(call: Call) -> Answer:
    """Change an asset."""
    asset = asset_in_path(call, may_update)
    wish = call.json(AssetFields).wish()
    check_kept(wish.documents)
    return Answer.with_status(write_assets([assets.edit(call.caller, asset, wish, call.platform)], call)[0])


def remove(call: Call) -> Answer:
    """Remove an asset with its parts, sensors and data."""
    asset_care.remove(call.caller, asset_in_path(call, may_delete), call.platform)
    return NOTHING


def list_sensors(call: Call) -> Answer:
    """List the sensors of an asset, in pages."""
    asset = asset_in_path(call, may_read)
    query = call.query(PageQuery)
    rows = [
        {"id": one.id, "name": one.name, "unit": one.unit, "resolution": one.step.total_seconds()}
        for one in call.platform.store.assets.sensors([asset.id])
    ]
    return listed(rows, query.model_copy(update={"page": query.page or 1}), ("name", "id"))


def write_assets(found: list[Asset], call: Call) -> list[dict[str, object]]:
    """Write assets as JSON; their documents are JSON within."""
    store = call.platform.store
    ids = [asset.id for asset in found]
    documents = store.assets.documents(ids)
    sensors: dict[int, list[Sensor]] = {}
    for sensor in store.assets.sensors(ids):
        sensors.setdefault(sensor.asset_id, []).append(sensor)
    parts = _parts(found, call)
    owners = {account.id: account.name for account in store.accounts.accounts()}
    return [
        _write(asset, documents.get(asset.id, Documents()))
        | {
            "owner": {"id": asset.account_id, "name": owners.get(asset.account_id or 0)},
            "sensors": [{"id": one.id, "name": one.name} for one in sensors.get(asset.id, [])],
            "child_assets": [_short(part) for part in parts if part.parent_id == asset.id],
        }
        for asset in found
    ]


def _parts(found: list[Asset], call: Call) -> list[Asset]:
    """Return the parts of assets that the caller may see: by one query for one, and for all else."""
    assets_of = call.platform.store.assets
    among = assets_of.branch(found[0].id) if len(found) == 1 else assets_of.assets()
    return [asset for asset in among if asset.parent_id is not None and may_read(call.caller, asset)]


def _short(asset: Asset) -> dict[str, object]:
    return {
        "id": asset.id,
        "name": asset.name,
        "account_id": asset.account_id,
        "generic_asset_type": {"id": asset.type.id, "name": asset.type.name},
    }


def _write(asset: Asset, documents: Documents) -> dict[str, object]:
    context = documents.flex_context
    told = {
        "attributes": dict(asset.attributes),
        "flex_context": context.get("commodities", dict(context)),
        "flex_model": dict(documents.flex_model),
        "sensors_to_show": list(documents.sensors_to_show),
        "sensors_to_show_as_kpis": list(documents.sensors_to_show_as_kpis),
    }
    return {
        **_short(asset),
        "description": documents.description,
        "generic_asset_type_id": asset.type.id,
        "parent_asset_id": asset.parent_id,
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "external_id": documents.external_id,
        **{name: json.dumps(value) for name, value in told.items()},
    }


_ONE = "/assets/<int:asset_id>"
ROUTES = (
    Route("GET", "/assets", list_assets, "List assets.", Access.READ, query=AssetsQuery),
    Route("POST", "/assets", create, "Make an asset.", Access.ACCOUNT_ADMINS, NewAssetFields, success=201),
    Route("GET", "/assets/public", list_public, "List public assets.", Access.USERS, query=AssetsQuery),
    Route("GET", "/assets/types", list_types, "List the kinds of assets.", Access.USERS),
    Route("GET", _ONE, show, "Get an asset.", Access.READ),
    Route("PATCH", _ONE, change, "Change an asset.", Access.UPDATE, AssetFields),
    Route("DELETE", _ONE, remove, "Remove an asset with its data.", Access.DELETE, success=204),
    Route("GET", f"{_ONE}/sensors", list_sensors, "List an asset's sensors.", Access.READ, query=PageQuery),
)
