"""Forecasts on a schedule: what comes next every hour, which model is best every week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, SourceType
from flexmeasures.domain.timing import from_instant
from flexmeasures.usecases.fleet_forecasts import queue_together
from flexmeasures.usecases.forecast_queue import LIVE, is_to_be_forecast, queue_forecasts_ahead
from flexmeasures.usecases.forecast_tasks import is_of_fleet
from flexmeasures.usecases.forecasts import AHEAD
from flexmeasures.usecases.model_choice import queue_choice
from flexmeasures.usecases.ports.platform import Platform

TASK = "forecast-rounds"
"""Name under which the latest round is kept."""
ROUND = timedelta(hours=1)
WEEK = timedelta(days=7)
EPOCH = datetime.fromisoformat("1970-01-01T00:00+00:00")

_MACHINES = frozenset({SourceType.FORECASTER, SourceType.SCHEDULER})


def begin_round(platform: Platform) -> int:
    """Queue what is due, once an hour however many workers ask; return how many jobs.

    Live sensors of which nothing was forecast for an hour are forecast: data that comes seldom would leave
    them with old forecasts. One in so many sensors as a week has hours has its model chosen anew, each at an
    hour of its own. Sensors that ask to be forecast together with others are.
    """
    now = platform.now()
    latest = platform.store.tasks.latest(TASK)
    if latest is not None and timedelta(0) <= now - latest[0] < ROUND:
        return 0
    platform.store.tasks.report(TASK, now, succeeded=True)
    live = _live(now, platform)
    fleet = [sensor for sensor in live if is_of_fleet(sensor)]
    jobs = queue_forecasts_ahead(_waiting(live, now, platform), platform)
    turn = (now - EPOCH) // ROUND % (WEEK // ROUND)
    chosen = [sensor for sensor in live if sensor.id % (WEEK // ROUND) == turn]
    jobs += queue_together(fleet, platform)
    return len(jobs) + sum(len(queue_choice(sensor, platform)) for sensor in chosen)


def _live(now: datetime, platform: Platform) -> list[Sensor]:
    """Return the sensors that measured or were told something lately."""
    ids = [asset.id for asset in platform.store.assets.assets()]
    sensors = [one for one in platform.store.assets.sensors(ids) if is_to_be_forecast(one, platform)]
    told = BeliefFilter(source_types=frozenset(SourceType) - _MACHINES, prior=now)
    last = platform.store.beliefs.last([sensor.id for sensor in sensors], told) if sensors else {}
    return [
        sensor
        for sensor in sensors
        if sensor.id in last and from_instant(last[sensor.id].event_start[-1]) > now - LIVE
    ]


def _waiting(sensors: Sequence[Sensor], now: datetime, platform: Platform) -> list[Sensor]:
    """Return the sensors of no fleet of which nothing was forecast for an hour."""
    alone = {f"{AHEAD}:{sensor.id}": sensor for sensor in sensors if not is_of_fleet(sensor)}
    jobs = platform.store.jobs.by_keys(alone) if alone else {}
    return [sensor for key, sensor in alone.items() if key not in jobs or now - jobs[key].created >= ROUND]
