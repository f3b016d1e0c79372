"""What the simulated meter and devices say to the platform: messages of version 2.0 of the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Asset, Quantity
from flexmeasures.domain.flexibility import SocTarget
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import Instants, TimeGrid, from_instant, write_duration
from flexmeasures.usecases.demo.history import Story, told
from flexmeasures.usecases.demo.knowledge import Knowledge
from flexmeasures.usecases.demo.portfolio import AGGREGATOR
from flexmeasures.usecases.demo.recordings import Recording

AUTHORITY = "ea1.2021-01.io.flexmeasures"
"""Addresses are told apart by what follows it."""

EVENT_TYPE = "soc-with-targets"
LOOK_BACK = timedelta(days=2)
LOOK_AHEAD = timedelta(days=4)
TWO_DIGITS_OF_WATTS = 8


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be posted.

    Attributes:
        sender: User name of who posts it.
        service: Such as ``postMeterData``.
        body: Of the message.
    """

    sender: str
    service: str
    body: Mapping[str, object]


def meter_data(sensor_id: int, series: Series, sender: str) -> Message:
    """Return measured power, told when the events were over. [MW, consumption positive]"""
    return Message(
        sender,
        "postMeterData",
        _body("PostMeterDataRequest", series, "MW") | {"connection": _address(sensor_id), "horizon": "PT0M"},
    )


def news(
    story: Story, recording: Recording, sender: str, period: tuple[datetime, datetime], year: int
) -> Iterator[Message]:
    """Return what a recording tells of in a period.

    Args:
        story: Which sensor, and how its recording is told.
        recording: The one that the story names.
        sender: User name of who owns the asset, if it has an owner.
        period: What became known after the first and until the second of these times.
        year: The demo year.
    """
    since, until = period
    step = recording.series.grid.step
    start = (since - LOOK_BACK).replace(minute=0, second=0, microsecond=0)
    window = TimeGrid.between(start, until + LOOK_AHEAD, step)
    for chapter in told(story, recording, window, year):
        fresh = chapter.between(since, until)
        for series, recorded in _runs(fresh.series, fresh.recorded, story.feed.knowledge):
            yield _news_message(story, series, recorded, sender)


def udi_event(
    asset: Asset, sender: str, event_id: int, state: tuple[datetime, float], targets: tuple[SocTarget, ...]
) -> Message:
    """Return what a device says of itself.

    Args:
        asset: The device.
        sender: User name of its owner.
        event_id: Number of the event.
        state: When the state of charge was so, and what it was. [MWh]
        targets: What it wishes.
    """
    known, soc = state
    body = {
        "type": "PostUdiEventRequest",
        "event": event_address(asset, event_id),
        "value": round(soc, TWO_DIGITS_OF_WATTS),
        "unit": "MWh",
        "datetime": known.isoformat(),
        "targets": [
            {"value": round(target.soc, TWO_DIGITS_OF_WATTS), "datetime": target.due.isoformat()}
            for target in targets
        ],
    }
    return Message(sender, "postUdiEvent", body)


def event_address(asset: Asset, event_id: int) -> str:
    """Return the address of a UDI event with targets."""
    return f"{AUTHORITY}:{asset.owner_id}:{asset.id}:{event_id}:{EVENT_TYPE}"


def _address(sensor_id: int) -> str:
    return f"{AUTHORITY}:fm1.{sensor_id}"


def _news_message(story: Story, series: Series, recorded: datetime, sender: str) -> Message:
    sensor, knowledge = story.sensor, story.feed.knowledge
    if sensor.quantity is Quantity.POWER:
        return meter_data(sensor.id, series, sender)
    since = {"horizon": "PT0M"} if knowledge is Knowledge.AFTERWARDS else {"prior": recorded.isoformat()}
    if sensor.quantity is Quantity.PRICE:
        body = _body("PostPriceDataRequest", series, sensor.unit) | {"market": _address(sensor.id)}
        return Message(AGGREGATOR, "postPriceData", body | since)
    body = _body("PostWeatherDataRequest", series, sensor.unit) | {"sensor": _address(sensor.id)}
    return Message(AGGREGATOR, "postWeatherData", body | since)


def _body(message_type: str, series: Series, unit: str) -> dict[str, object]:
    return {
        "type": message_type,
        "start": series.grid.start.isoformat(),
        "duration": write_duration(series.grid.duration),
        "unit": unit,
        "values": [round(float(value), TWO_DIGITS_OF_WATTS) for value in series.values],
    }


def _runs(series: Series, recorded: Instants, knowledge: Knowledge) -> Iterator[tuple[Series, datetime]]:
    """Cut known values where some are missing, or where they became known at different times."""
    known = ~np.isnan(series.values)
    apart = np.diff(recorded) != 0 if knowledge is not Knowledge.AFTERWARDS else False
    edges = np.flatnonzero((np.diff(known.astype(np.int8)) != 0) | apart) + 1
    for indices in np.split(np.arange(known.size), edges):
        if indices.size and known[indices[0]]:
            first, step = int(indices[0]), series.grid.step
            grid = TimeGrid(series.grid.start + first * step, step, indices.size)
            yield Series(grid, series.values[indices]), from_instant(recorded[first])
