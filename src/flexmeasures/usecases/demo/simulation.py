"""The world outside while a demonstration runs: meters post, and devices follow their schedules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import numpy as np

from flexmeasures.domain.assets import Connection
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.demo.devices import Device
from flexmeasures.usecases.demo.founding import Portfolio
from flexmeasures.usecases.demo.messages import Message, event_address, meter_data, news, udi_event
from flexmeasures.usecases.demo.portfolio import AGGREGATOR, QUARTER
from flexmeasures.usecases.demo.recordings import Recording

FIRST_QUARTER = datetime(2000, 1, 1, tzinfo=UTC)
"""From here the quarters are counted that number the UDI events, in any demo year."""


class Line(Protocol):
    """How the outside talks to the platform."""

    def post(self, message: Message) -> bool:
        """Post a message and return whether it was taken."""

    def scheduled_power(self, sender: str, event: str) -> float | None:
        """Return what a device is asked to do in the quarter of its UDI event, if anything. [MW]"""


@dataclass(frozen=True, slots=True)
class Script:
    """What is simulated.

    Attributes:
        portfolio: Whose meters and devices.
        archive: Recordings by name.
        year: The demo year.
        password: Of its users.
    """

    portfolio: Portfolio
    archive: Mapping[str, Recording]
    year: int
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class State:
    """What a simulated device holds.

    Attributes:
        known: Start of the quarter for which this is so.
        soc: State of charge. [MWh]
        event_id: Number of the UDI event that told so.
    """

    known: datetime
    soc: float
    event_id: int


def quarter_of(now: datetime) -> datetime:
    """Return the start of the quarter of an hour."""
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)


def event_id_at(quarter: datetime) -> int:
    """Return the number of the UDI event of a quarter."""
    return (quarter - FIRST_QUARTER) // QUARTER


class Simulation:
    """Meters and devices, told again and again what time it is.

    Args:
        script: What is simulated.
        line: How it talks to the platform.
        now: What was known by then is on the platform already.
    """

    def __init__(self, script: Script, line: Line, now: datetime) -> None:
        self._script = script
        self._line = line
        self._told_until = now
        self._states: dict[str, State] = {}

    def start(self, device: Device, connection: Connection, now: datetime) -> None:
        """Let a device tell its state for the first time.

        Args:
            device: The device.
            connection: What the platform knows of it.
            now: The time.
        """
        quarter, known = quarter_of(now), connection.storage
        soc = device.soc_first if known.soc is None else known.soc
        if known.soc_time is not None:
            soc = device.soc_at(quarter, soc, known.soc_time)
        state = State(quarter, soc, event_id_at(quarter))
        self._states[device.asset_name] = state
        if known.udi_event_id is None or known.udi_event_id < state.event_id:
            self._tell(device, state)

    def step(self, devices: tuple[Device, ...], now: datetime) -> None:
        """Post what became known meanwhile, and let the devices do the quarters that are over."""
        self._post_news(now)
        for device in devices:
            state = self._states[device.asset_name]
            while state.known + QUARTER <= now:
                state = self._act(device, state)
            self._states[device.asset_name] = state

    def _post_news(self, now: datetime) -> None:
        if now <= self._told_until:
            return
        owners = {user.id: name for name, user in self._script.portfolio.users.items()}
        assets = {asset.id: asset for asset in self._script.portfolio.assets.values()}
        period = (self._told_until, now)
        taken = [
            self._line.post(message)
            for story in self._script.portfolio.stories
            for message in news(
                story,
                self._script.archive[story.feed.recording],
                owners.get(assets[story.sensor.asset_id].owner_id or 0, AGGREGATOR),
                period,
                self._script.year,
            )
        ]
        if all(taken):
            self._told_until = now

    def _act(self, device: Device, state: State) -> State:
        """Do one quarter of the schedule, meter it, and tell the new state of charge."""
        asset = self._script.portfolio.assets[device.asset_name]
        event = event_address(asset, state.event_id)
        asked = self._line.scheduled_power(self._sender(device), event) or 0.0
        soc = device.storage.after(state.soc, asked, QUARTER)
        power = device.storage.power(state.soc, soc, QUARTER)
        self._meter(device, Series(TimeGrid(state.known, QUARTER, 1), np.array([power])))
        quarter = state.known + QUARTER
        later = State(quarter, device.soc_at(quarter, soc, state.known), event_id_at(quarter))
        self._tell(device, later)
        return later

    def _meter(self, device: Device, power: Series) -> None:
        sensor = self._script.portfolio.sensors[device.asset_name]
        self._line.post(meter_data(sensor.id, power, self._sender(device)))

    def _tell(self, device: Device, state: State) -> None:
        asset = self._script.portfolio.assets[device.asset_name]
        targets = device.targets(state.known, state.soc)
        self._line.post(
            udi_event(asset, self._sender(device), state.event_id, (state.known, state.soc), targets)
        )

    def _sender(self, device: Device) -> str:
        """Return the user name of a device's owner."""
        owner_id = self._script.portfolio.assets[device.asset_name].owner_id
        return next(name for name, user in self._script.portfolio.users.items() if user.id == owner_id)
