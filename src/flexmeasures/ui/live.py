"""The stream by which pages hear that there is something new."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from flexmeasures.domain.accounts import User
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.usecases.charting import readable_asset, subjects
from flexmeasures.usecases.overview import visible_assets
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.handover import take_connection
from flexmeasures.web.streams import Interest, Streams

LATER = "60"
"""When a page that found no room may ask again. [s]"""


def add_live(blueprint: Blueprint, face: Face, streams: Streams) -> None:
    """Add the stream of events."""

    @blueprint.get("/live")
    def live() -> ResponseReturnValue:
        """Tell the page when to look again; without room it looks now and then by itself."""
        user = person()
        with face.platform.transaction():
            sensors = _sensors(user, request.args.get("asset", type=int), face.platform)
        connection = None if streams.is_full else take_connection(request.environ)
        if connection is None:
            return Response("There is no room for another stream.", 503, {"Retry-After": LATER})
        streams.add(connection, Interest(sensors, face.may_see_tasks(user)))
        return Response(status=204)


def _sensors(user: User, asset_id: int | None, platform: Platform) -> frozenset[int]:
    """Return the ids of the sensors that a page shows: those of one asset, or of all that a user may see."""
    if asset_id is not None:
        asset = readable_asset(user, asset_id, platform)
        return frozenset(subject.sensor.id for subject in subjects(user, asset, platform))
    mine = [asset.id for asset in visible_assets(user, platform)]
    return frozenset(sensor.id for sensor in platform.store.assets.sensors(mine))
