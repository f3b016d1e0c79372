"""The list of assets: searched, sorted and paged by the server, so that it works without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.addresses import authority, write_connection
from flexmeasures.domain.assets import Asset, Connection
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.usecases.overview import visible_assets

SIZES = (10, 25, 100)


@dataclass(frozen=True, slots=True)
class Row:
    """An asset in the list.

    Attributes:
        asset: Which.
        connection: Its connection to the grid, if it has one.
        address: Its entity address.
    """

    asset: Asset
    connection: Connection | None
    address: str


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked of the list, and how much there is.

    Attributes:
        search: Text in names, types or addresses.
        sort: By what.
        number: From one.
        size: Rows on each.
        found: Rows in all.
    """

    search: str
    sort: str
    number: int
    size: int
    found: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.found // self.size))


ORDERS: Mapping[str, Callable[[Row], tuple[str, float]]] = MappingProxyType(
    {
        "name": lambda row: (row.asset.display_name.casefold(), 0.0),
        "type": lambda row: (row.asset.type.display_name.casefold(), 0.0),
        "capacity": lambda row: ("", -(row.connection.capacity or 0.0) if row.connection else 0.0),
        "id": lambda row: ("", -float(row.asset.id)),
    }
)


def add_listing(blueprint: Blueprint, face: Face) -> None:
    """Add the list of assets."""
    platform = face.platform

    @blueprint.get("/assets")
    def assets() -> ResponseReturnValue:
        """Show the assets that the visitor may see."""
        with platform.transaction():
            seen = visible_assets(person(), platform)
            connections = {each.id: each for each in platform.store.assets.connections()}
        begin = _authority(face)
        rows = [
            Row(each, connections.get(each.id), write_connection(begin, each.owner_id, each.id))
            for each in seen
        ]
        rows = _found(rows, request.args.get("q", ""))
        page = _page(len(rows))
        rows.sort(key=ORDERS[page.sort])
        start = (page.number - 1) * page.size
        return render_template(
            "assets.html", rows=rows[start : start + page.size], page=page, sizes=SIZES, orders=tuple(ORDERS)
        )


def _authority(face: Face) -> str:
    today = face.platform.now().date()
    return authority(request.host, face.settings.FLEXMEASURES_HOSTS_AND_AUTH_START, today)


def _found(rows: Sequence[Row], search: str) -> list[Row]:
    wanted = search.casefold().split()
    return [row for row in rows if all(word in _text(row) for word in wanted)]


def _text(row: Row) -> str:
    return f"{row.asset.display_name} {row.asset.name} {row.asset.type.display_name} {row.address}".casefold()


def _page(found: int) -> Page:
    sort = request.args.get("sort", "name")
    size = request.args.get("per", SIZES[0], int)
    size = size if size in SIZES else SIZES[0]
    number = min(max(request.args.get("page", 1, int), 1), max(1, -(-found // size)))
    return Page(request.args.get("q", ""), sort if sort in ORDERS else "name", number, size, found)
