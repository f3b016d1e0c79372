"""The list of assets: searched, sorted and paged by the server, so that it works without scripts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flexmeasures.domain.addresses import authority, write_connection
from flexmeasures.domain.assets import Asset, Connection
from flexmeasures.ui.downloads import csv_file
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.ui.paging import SIZES, asked_page, has_all
from flexmeasures.ui.roles import may_create_assets
from flexmeasures.ui.spreadsheet import harmless
from flexmeasures.usecases.overview import visible_assets

HEADS = (
    "name",
    "type",
    "latitude",
    "longitude",
    "capacity (MW)",
    "resolution (min)",
    "asset id",
    "owner id",
    "entity address",
    "part of asset id",
)


@dataclass(frozen=True, slots=True)
class Row:
    """An asset in the list.

    Attributes:
        asset: Which.
        connection: Its connection to the grid, if it has one.
        address: Its entity address.
        wholes: What it is part of, from the outermost asset on.
    """

    asset: Asset
    connection: Connection | None
    address: str
    wholes: tuple[Asset, ...] = ()


ORDERS: Mapping[str, Callable[[Row], tuple[str, float]]] = MappingProxyType(
    {
        "name": lambda row: (row.asset.display_name.casefold(), 0.0),
        "group": lambda row: (_path(row), 0.0),
        "type": lambda row: (row.asset.type.display_name.casefold(), 0.0),
        "capacity": lambda row: ("", -(row.connection.capacity or 0.0) if row.connection else 0.0),
        "id": lambda row: ("", -float(row.asset.id)),
    }
)


def add_listing(blueprint: Blueprint, face: Face) -> None:
    """Add the list of assets, on pages and as a file."""

    @blueprint.get("/assets", strict_slashes=False)
    def assets() -> ResponseReturnValue:
        """Show the assets that the visitor may see."""
        rows = _asked(face)
        page = asked_page(len(rows), tuple(ORDERS))
        rows.sort(key=ORDERS[page.sort])
        return render_template(
            "assets.html",
            rows=page.of(rows),
            page=page,
            sizes=SIZES,
            orders=tuple(ORDERS),
            may_create=may_create_assets(person()),
        )

    @blueprint.get("/assets.csv")
    def assets_file() -> ResponseReturnValue:
        """Answer all rows of the list, for spreadsheets."""
        return csv_file(_write(_asked(face)), "assets")

    @blueprint.get("/assets/owned_by/<int:owner_id>", strict_slashes=False)
    def assets_of(owner_id: int) -> ResponseReturnValue:
        """Lead to the assets of one owner."""
        return redirect(url_for("pages.assets", owner=owner_id))


def _asked(face: Face) -> list[Row]:
    """Return the assets that are looked for, among those that the visitor may see."""
    platform = face.platform
    with platform.transaction():
        seen = visible_assets(person(), platform)
        connections = {each.id: each for each in platform.store.assets.connections()}
    owner, search = request.args.get("owner", None, int), request.args.get("q", "")
    visible = {each.id: each for each in seen}
    today = platform.now().date()
    begin = authority(request.host, face.settings.FLEXMEASURES_HOSTS_AND_AUTH_START, today)
    rows = [
        Row(
            each,
            connections.get(each.id),
            write_connection(begin, each.owner_id, each.id),
            _wholes(each, visible),
        )
        for each in seen
        if owner is None or each.owner_id == owner
    ]
    return [row for row in rows if has_all(_text(row), search)]


def _wholes(asset: Asset, visible: Mapping[int, Asset]) -> tuple[Asset, ...]:
    """Return what an asset is part of, from the outermost one on, as far as the visitor may see it."""
    found: list[Asset] = []
    whole = visible.get(asset.parent_id or 0)
    while whole is not None:
        found.insert(0, whole)
        whole = visible.get(whole.parent_id or 0)
    return tuple(found)


def _path(row: Row) -> str:
    return "\n".join(each.display_name.casefold() for each in (*row.wholes, row.asset))


def _text(row: Row) -> str:
    wholes = " ".join(each.display_name for each in row.wholes)
    own = f"{row.asset.display_name} {row.asset.name} {row.asset.type.display_name}"
    return f"{own} {row.address} {wholes}"


def _write(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS)
    for row in rows:
        asset, connection = row.asset, row.connection
        writer.writerow(
            [
                harmless(asset.display_name),
                harmless(asset.type.name),
                asset.latitude,
                asset.longitude,
                connection.capacity if connection else None,
                connection.sensor.step.total_seconds() / 60 if connection else None,
                asset.id,
                asset.owner_id,
                row.address,
                row.wholes[-1].id if row.wholes else None,
            ]
        )
    return text.getvalue()
