"""The jobs by kind; each only calls its use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from types import MappingProxyType

from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.jobs import Job
from flexmeasures.usecases.flexibility import SCHEDULE
from flexmeasures.usecases.forecasts import AHEAD, ROLLING, make_forecast, make_forecast_ahead
from flexmeasures.usecases.ports import Platform
from flexmeasures.usecases.scheduling import make_schedule

Work = Callable[[Mapping[str, object], Platform], Mapping[str, object]]
"""Does a job with these arguments and returns what it found, as plain JSON values."""


def do(job: Job, kinds: Mapping[str, Work], platform: Platform) -> Mapping[str, object]:
    """Do a job and return what it found.

    Raises:
        UnknownEntity: no such kind of job is known.
    """
    work = kinds.get(job.kind)
    if work is None:
        raise UnknownEntity(f"Nobody knows how to do a job of kind '{job.kind}'.")
    return work(job.arguments, platform)


def _forecast(arguments: Mapping[str, object], platform: Platform) -> Mapping[str, object]:
    made = make_forecast(
        int(str(arguments["sensor_id"])),
        datetime.fromisoformat(str(arguments["start"])),
        datetime.fromisoformat(str(arguments["end"])),
        timedelta(minutes=int(str(arguments["horizon_minutes"]))),
        platform,
    )
    return asdict(made)


def _forecast_ahead(arguments: Mapping[str, object], platform: Platform) -> Mapping[str, object]:
    return asdict(make_forecast_ahead(int(str(arguments["sensor_id"])), platform))


KINDS: Mapping[str, Work] = MappingProxyType(
    {SCHEDULE: make_schedule, ROLLING: _forecast, AHEAD: _forecast_ahead}
)
