from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.beliefs import MEASURED, Beliefs, most_recent
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.usecases.demo.benefit import SCHEDULED, benefit_of_schedule, stored_schedule
from flexmeasures.usecases.demo.devices import BATTERY, CHARGER, DAY, Device
from flexmeasures.usecases.demo.founding import Portfolio
from flexmeasures.usecases.demo.opening import device_of
from flexmeasures.usecases.demo.past import live
from flexmeasures.usecases.demo.portfolio import QUARTER
from flexmeasures.usecases.demo.recordings import Recording
from flexmeasures.usecases.demo.simulation import quarter_of
from flexmeasures.usecases.ports.platform import Platform

pytestmark = pytest.mark.services


def measured(device: Device, portfolio: Portfolio, platform: Platform) -> Beliefs:
    sensor, now = portfolio.sensors[device.asset_name], platform.now()
    return most_recent(platform.store.beliefs.latest([sensor.id], now - 9 * DAY, now, MEASURED)[sensor.id])


def test_devices_follow_schedules_that_rest_on_what_was_known(
    platform: Platform, portfolio: Portfolio, archive: Mapping[str, Recording]
) -> None:
    schedules = live(portfolio, archive, platform.now().year, platform)
    assert schedules == 6
    for device in (BATTERY, CHARGER):
        check_measurements(device, portfolio, platform)
    check_recording_times(portfolio, platform)
    battery = device_of(BATTERY.asset_name, portfolio, platform)
    assert benefit_of_schedule(battery, platform.now() - DAY, DAY, platform).earned > 0
    charged = measured(CHARGER, portfolio, platform).value.sum() / 4
    assert charged == pytest.approx(3 * 0.048 / 0.9**0.5, rel=0.01)  # three vans left full
    assert live(portfolio, archive, platform.now().year, platform) == 0


def check_measurements(device: Device, portfolio: Portfolio, platform: Platform) -> None:
    found = measured(device, portfolio, platform)
    assert (np.diff(found.event_start) == np.timedelta64(QUARTER)).all()
    assert found.event_start[-1] == instant(quarter_of(platform.now()) - QUARTER)
    assert (found.belief_time == found.event_start + np.timedelta64(QUARTER)).all()
    grid = TimeGrid(platform.now() - DAY, QUARTER, 4 * 12)
    asked = stored_schedule(device_of(device.asset_name, portfolio, platform), grid, platform)
    np.testing.assert_allclose(found.on(grid).values, asked.values, atol=1e-6)  # the solver's tolerance


def check_recording_times(portfolio: Portfolio, platform: Platform) -> None:
    sensor = portfolio.sensors[BATTERY.asset_name]
    start = platform.now() - 2 * DAY
    schedule = most_recent(
        platform.store.beliefs.latest([sensor.id], start, start + 2 * DAY, SCHEDULED)[sensor.id]
    )
    assert (schedule.belief_time <= schedule.event_start).all()
    assert (schedule.event_start - schedule.belief_time < np.timedelta64(timedelta(hours=36))).all()
