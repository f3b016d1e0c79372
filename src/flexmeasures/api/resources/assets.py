"""Assets in version 2.0."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from flexmeasures.api.resources.answers import answer, body, identity, in_transaction, known_caller
from flexmeasures.api.resources.fields import NEEDED, read_asset
from flexmeasures.domain.assets import Connection
from flexmeasures.domain.errors import InvalidFields, NotAuthorized
from flexmeasures.usecases import asset_care, manage_assets
from flexmeasures.usecases.ports.platform import Platform


def add_asset_routes(blueprint: Blueprint, platform: Platform) -> None:
    """Add the routes of assets."""

    def list_assets() -> ResponseReturnValue:
        found = manage_assets.list_assets(known_caller(), _owner_id(), platform)
        return jsonify([write_asset(connection) for connection in found])

    def create() -> ResponseReturnValue:
        user = known_caller()
        if not user.is_admin:
            raise NotAuthorized
        return answer(write_asset(asset_care.create(user, read_asset(body(), NEEDED), platform)), 201)

    def show(asset_id: str) -> ResponseReturnValue:
        user = known_caller()
        return answer(write_asset(manage_assets.own_asset(user, identity(asset_id), platform)))

    def change(asset_id: str) -> ResponseReturnValue:
        user = known_caller()
        known = manage_assets.own_asset(user, identity(asset_id), platform)
        return answer(write_asset(asset_care.edit_connection(user, known, read_asset(body()), platform)))

    def delete(asset_id: str) -> ResponseReturnValue:
        user = known_caller()
        known = manage_assets.own_asset(user, identity(asset_id), platform)
        asset_care.remove(user, known.asset, platform)
        return "", 204

    for path, method, view in (
        ("/assets", "GET", list_assets),
        ("/assets", "POST", create),
    ):
        blueprint.add_url_rule(
            path, view_func=in_transaction(view, platform), methods=[method], strict_slashes=False
        )
    for method, one in (("GET", show), ("PATCH", change), ("DELETE", delete)):
        blueprint.add_url_rule(
            "/asset/<asset_id>",
            f"{one.__name__}_asset",
            in_transaction(one, platform),
            methods=[method],
            strict_slashes=False,
        )


def write_asset(connection: Connection) -> dict[str, object]:
    """Write an asset with all its fields, under the documents' names and the original's."""
    asset, sensor, storage = connection.asset, connection.sensor, connection.storage
    attributes = asset.attributes
    return {
        "id": asset.id,
        "name": asset.name,
        "display_name": asset.display_name,
        "asset_type": asset.type.name,
        "asset_type_name": asset.type.name,
        "unit": attributes.get("unit", sensor.unit),
        "timezone": sensor.timezone,
        "event_resolution": sensor.step // timedelta(minutes=1),
        "capacity_in_mw": connection.capacity,
        "min_soc_in_mwh": attributes.get("min_soc_in_mwh"),
        "max_soc_in_mwh": storage.soc_max,
        "soc_in_mwh": storage.soc,
        "soc_datetime": storage.soc_time.isoformat() if storage.soc_time else None,
        "soc_udi_event_id": storage.udi_event_id,
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "owner": asset.owner_id,
        "owner_id": asset.owner_id,
        "market": connection.market_id,
        "market_id": connection.market_id,
    }


def _owner_id() -> int | None:
    """Return whose assets are asked for.

    Raises:
        InvalidFields: this is no number.
    """
    text = request.args.get("owner_id")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidFields({"owner_id": ["Not a valid integer."]})
    return int(text)
