"""Queue the jobs that make forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.jobs import FORECASTING, Job, JobState
from flexmeasures.usecases.forecast_tasks import is_of_fleet
from flexmeasures.usecases.forecasts import AHEAD, ROLLING, default_horizons
from flexmeasures.usecases.ports.jobs import Wanted
from flexmeasures.usecases.ports.platform import Platform

LIVE = timedelta(days=2)
"""Age of the newest value up to which a sensor counts as live."""
LONGEST = timedelta(days=7)
"""Events that are longer are forecast on request only."""
TARIFF = "tou_tariff"
"""Type of markets whose prices are agreed on beforehand."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class News:
    """New data of a sensor.

    Attributes:
        sensor: Of which.
        start: Start of the first new event.
        end: End of the last new event.
        resolution: Of the new data as it was sent.
    """

    sensor: Sensor
    start: datetime
    end: datetime
    resolution: timedelta


def queue_forecasts(news: Sequence[News], platform: Platform) -> list[Job]:
    """Queue the jobs that follow new data, all at once, and return them.

    One job per default horizon forecasts the events that lie so long behind the new data. Prices are forecast
    a day and two ahead, over at most the last day of the new data. Near the present, one more job forecasts
    all that comes next; it is queued once, however much data arrives before it is done. Sensors that are
    forecast together with others every hour get none of these.
    """
    told = [one for one in news if is_to_be_forecast(one.sensor, platform) and not is_of_fleet(one.sensor)]
    live = {one.sensor.id: one.sensor for one in told if one.end > platform.now() - LIVE}
    rolling = [job for one in told for job in _rolling_jobs(one)]
    return platform.queue.put_all([*rolling, *_ahead_jobs(list(live.values()), platform)])


def is_to_be_forecast(sensor: Sensor, platform: Platform) -> bool:
    """Return whether a sensor is forecast without being asked.

    Tariffs are not, as they are agreed on beforehand, nor are events that are longer than a week; where games
    are played, only power is.
    """
    is_left_out = platform.rules.mode == "play" and sensor.quantity is not Quantity.POWER
    is_tariff = sensor.attributes.get("market_type") == TARIFF
    return timedelta(0) < sensor.step <= LONGEST and not is_left_out and not is_tariff


def _rolling_jobs(news: News) -> list[Wanted]:
    horizons, start = default_horizons(news.resolution), news.start
    if news.sensor.quantity is Quantity.PRICE:
        horizons, start = (24 * _HOUR, 48 * _HOUR), max(start, news.end - 24 * _HOUR)
    return [rolling_job(news.sensor, start + h, news.end + h, h) for h in horizons]


def rolling_job(sensor: Sensor, start: datetime, end: datetime, horizon: timedelta) -> Wanted:
    """Return the job that forecasts each event of ``[start, end)`` a horizon before its end."""
    arguments = {
        "sensor_id": sensor.id,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "horizon_minutes": horizon // timedelta(minutes=1),
    }
    return Wanted(FORECASTING, ROLLING, arguments, asset_id=sensor.asset_id)


def _ahead_jobs(sensors: Sequence[Sensor], platform: Platform) -> list[Wanted]:
    """Return the jobs that forecast all that comes next of some sensors, but for those that wait already."""
    keys = {f"{AHEAD}:{sensor.id}": sensor for sensor in sensors}
    waiting = platform.store.jobs.by_keys(keys) if keys else {}
    return [
        Wanted(FORECASTING, AHEAD, {"sensor_id": sensor.id}, key=key, asset_id=sensor.asset_id)
        for key, sensor in keys.items()
        if key not in waiting or waiting[key].state is not JobState.QUEUED
    ]


def queue_forecasts_ahead(sensors: Sequence[Sensor], platform: Platform) -> list[Job]:
    """Queue jobs that forecast all that comes next of some sensors, unless one waits already."""
    return platform.queue.put_all(_ahead_jobs(sensors, platform))
