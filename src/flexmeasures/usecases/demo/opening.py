"""What a demonstration does before it is shown: forecast what comes, and wait for schedules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flexmeasures.domain.addresses import UdiAddress
from flexmeasures.domain.assets import Connection, Sensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.domain.jobs import OPEN, Job
from flexmeasures.domain.timing import instant
from flexmeasures.usecases.demo.devices import DEVICES
from flexmeasures.usecases.demo.founding import Portfolio
from flexmeasures.usecases.demo.history import AHEAD, TOLD
from flexmeasures.usecases.demo.messages import EVENT_TYPE
from flexmeasures.usecases.demo.simulation import event_id_at, quarter_of
from flexmeasures.usecases.flexibility import job_key
from flexmeasures.usecases.forecast_queue import queue_forecasts_ahead
from flexmeasures.usecases.forecasts import make_forecast, make_forecast_ahead
from flexmeasures.usecases.ports.platform import Platform

SHOWN = timedelta(days=2)
"""How much of the past is forecast too, so that forecasts can be compared with what came."""
DAY = timedelta(days=1)
QUICK = "ridge"
"""A forecasting model that is fitted in a second."""
FORECAST = BeliefFilter(source_types=frozenset({SourceType.FORECASTER}))


def forget_if_ahead(portfolio: Portfolio, platform: Platform) -> bool:
    """Forget all values if some of them lie in the future, as after New Year; return whether they did."""
    ids = [sensor.id for sensor in portfolio.sensors.values()]
    latest = platform.store.beliefs.last(ids, BeliefFilter(source_types=TOLD))
    limit = instant(platform.now() + AHEAD + DAY)
    if not any((known.event_start > limit).any() for known in latest.values()):
        return False
    platform.store.beliefs.delete(ids, forecasts=True, measurements=True)
    for device in DEVICES:
        asset = portfolio.assets[device.asset_name]
        nothing = dict.fromkeys(("soc_in_mwh", "soc_datetime", "soc_udi_event_id"))
        platform.store.assets.set_attributes(asset.id, nothing)
    return True


def count(portfolio: Portfolio, platform: Platform) -> int:
    """Return how many values there are of the portfolio."""
    return platform.store.beliefs.count([sensor.id for sensor in portfolio.sensors.values()])


def without_forecasts(portfolio: Portfolio, platform: Platform) -> list[Sensor]:
    """Return the sensors of which nothing that is still to come is forecast, those first that others need."""
    sensors = portfolio.forecast_sensors()
    latest = platform.store.beliefs.last([sensor.id for sensor in sensors], FORECAST)
    now = instant(platform.now())
    return [
        sensor
        for sensor in sensors
        if sensor.id not in latest or not (latest[sensor.id].event_start > now).any()
    ]


def forecast(sensor: Sensor, platform: Platform) -> int:
    """Forecast what comes next of a sensor, and the last days as a day before; return how many values.

    So that there is something to see soon, this is done by one quick model. With the next measurements,
    workers use the best one.
    """
    now = platform.now().replace(minute=0, second=0, microsecond=0)
    quick = replace(platform, forecaster=lambda task: platform.forecaster(replace(task, model=QUICK)))
    shown = make_forecast(sensor.id, now - SHOWN, now, DAY, quick)
    return shown.count + make_forecast_ahead(sensor.id, quick).count


def renew_forecasts(portfolio: Portfolio, platform: Platform) -> int:
    """Have workers forecast anew what comes next; return how many jobs that are."""
    return len(queue_forecasts_ahead(list(portfolio.forecast_sensors()), platform))


def device_of(name: str, portfolio: Portfolio, platform: Platform) -> Connection:
    """Return what the platform knows now of a simulated device."""
    return platform.store.assets.connections([portfolio.assets[name].id])[0]


def schedule_job(connection: Connection, platform: Platform) -> Job | None:
    """Return the job that makes the schedule of a device for this quarter of an hour, once it has ended."""
    event_id = connection.storage.udi_event_id
    if event_id is None or event_id < event_id_at(quarter_of(platform.now())):
        return None
    job = platform.store.jobs.by_key(job_key(UdiAddress(connection.id, event_id, EVENT_TYPE)))
    return None if job is None or job.state in OPEN else job
