"""What the simulated devices did before the demonstration is shown.

Time is run through again: at each noon of the last days only what was known by then is told, the devices say
what they hold and get a schedule from it, and then they do it for a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import numpy as np

from flexmeasures.domain.beliefs import BeliefBlock, SourceType
from flexmeasures.domain.flexibility import UdiEvent
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.demo.benefit import stored_schedule
from flexmeasures.usecases.demo.devices import DAY, DEVICES, Device
from flexmeasures.usecases.demo.founding import Portfolio
from flexmeasures.usecases.demo.history import catch_up
from flexmeasures.usecases.demo.messages import EVENT_TYPE
from flexmeasures.usecases.demo.opening import device_of
from flexmeasures.usecases.demo.portfolio import QUARTER
from flexmeasures.usecases.demo.recordings import Recording
from flexmeasures.usecases.demo.simulation import event_id_at, quarter_of
from flexmeasures.usecases.flexibility import post_udi_event
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.scheduling import make_schedule

DAYS = 2
NOON = 12  # h UTC; prices of the next day are known then
SIMULATION = "Simulated devices"


@dataclass(frozen=True, slots=True)
class Held:
    """What a device holds.

    Attributes:
        soc: State of charge. [MWh]
        known: Since when.
    """

    soc: float
    known: datetime


def live(portfolio: Portfolio, archive: Mapping[str, Recording], year: int, platform: Platform) -> int:
    """Let devices that never told anything live through the last days; return how many schedules that took.

    Args:
        portfolio: Of which devices.
        archive: Recordings by name.
        year: The demo year.
        platform: Where all is told. Its clock says until when.
    """
    fresh = [
        device
        for device in DEVICES
        if device_of(device.asset_name, portfolio, platform).storage.soc_time is None
    ]
    if not fresh:
        return 0
    until = quarter_of(platform.now())
    times = [*_noons_before(until), until]
    held = {device.asset_name: Held(device.soc_first, times[0]) for device in fresh}
    for start, end in pairwise(times):
        then = replace(platform, now=_standing_at(start))
        catch_up(portfolio.stories, archive, year, then)
        for device in fresh:
            held[device.asset_name] = _live_until(end, device, held[device.asset_name], portfolio, then)
    return len(fresh) * (len(times) - 1)


def _noons_before(until: datetime) -> list[datetime]:
    """Return the noons of the last days, in order."""
    noon = until.replace(hour=NOON, minute=0)
    last = noon if noon < until else noon - DAY
    return [last - days * DAY for days in range(DAYS, -1, -1)]


def _standing_at(time: datetime) -> Callable[[], datetime]:
    """Return a clock that stands still."""
    return lambda: time


def _live_until(
    end: datetime, device: Device, before: Held, portfolio: Portfolio, platform: Platform
) -> Held:
    """Schedule a device from what the platform knows now, let it do that, and return what it holds then."""
    start = platform.now()
    connection = device_of(device.asset_name, portfolio, platform)
    soc = device.soc_at(start, before.soc, before.known)
    event = UdiEvent(connection.id, event_id_at(start), EVENT_TYPE, start, soc, device.targets(start, soc))
    post_udi_event(event, platform)
    make_schedule({"asset_id": connection.id, "event_id": event.event_id, "event_type": EVENT_TYPE}, platform)
    asked = stored_schedule(connection, TimeGrid.between(start, end, QUARTER), platform)
    power, soc = _follow(device, asked, soc)
    source = platform.store.sources.of_model(SIMULATION, SourceType.SCRIPT, "before the demonstration began")
    ends = power.grid.starts() + np.timedelta64(power.grid.step)
    platform.store.beliefs.add([BeliefBlock.of(power, connection.sensor.id, source.id, ends)], replace=True)
    platform.store.assets.set_attributes(connection.id, {"soc_in_mwh": soc, "soc_datetime": end.isoformat()})
    return Held(soc, end)


def _follow(device: Device, asked: Series, soc: float) -> tuple[Series, float]:
    """Return what a device really consumes when it is asked to, and what it holds then.

    A van that comes in between waits for the next schedule.
    """
    grid = asked.grid
    power = np.zeros(grid.size)
    for step, wanted in enumerate(np.nan_to_num(asked.values)):
        time = grid.start + step * grid.step
        if device.van_left(grid.start, time):
            return Series(grid, power), device.soc_at(grid.end, soc, grid.start)
        after = device.storage.after(soc, float(wanted), grid.step)
        power[step] = device.storage.power(soc, after, grid.step)
        soc = after
    return Series(grid, power), soc
