"""A day of many sensors on a PostgreSQL of its own: learned together once, issued each hour.

Each hour every sensor gets its new value, the round of the hour is begun, and its jobs are done in this
process as a worker does them. CPU is that of this process and of all processes of the server, without what
writing the measurements took.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import psutil

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock, Source, SourceType
from flexmeasures.domain.jobs import FORECASTING, JobState
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import instant
from flexmeasures.forecasting.forecast import Forecaster
from flexmeasures.scheduling.schedule import schedule
from flexmeasures.testing.clock import NOON, FixedClock
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.queue import MemoryQueue
from flexmeasures.usecases.fleet_corrections import TREES
from flexmeasures.usecases.fleet_forecasts import TOGETHER
from flexmeasures.usecases.forecast_rounds import begin_round
from flexmeasures.usecases.model_choice import CHOOSE, choose_model
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

HOUR = timedelta(hours=1)
WITH_TREES = 3
"""Hours that are gone through with trees; the first of them reads all."""
AT_ONCE = 50
"""Sensors whose year is written in one transaction."""


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU time by process. [s]"""

    worker: float
    server: float

    @property
    def all(self) -> float:
        """Both together. [s]"""
        return self.worker + self.server

    def less(self, before: Spent) -> Spent:
        """Return what was spent since."""
        return Spent(self.worker - before.worker, self.server - before.server)


@dataclass(frozen=True, slots=True)
class Hour:
    """What one hour's forecasts took.

    Attributes:
        issued: To issue them, and in the first hour to learn lines.
        grown: To grow trees for the sensors whose turn it was.
        count: How many these were.
    """

    issued: Spent
    grown: Spent
    count: int


@dataclass(frozen=True, slots=True)
class Site:
    """A platform on a PostgreSQL of its own, with sensors that have measured for a year.

    Attributes:
        platform: Its clock is that of the benchmark.
        clock: What it shows.
        server: First process of PostgreSQL.
        sensors: S of them.
        source: Of what they measure.
    """

    platform: Platform
    clock: FixedClock
    server: psutil.Process
    sensors: list[Sensor]
    source: Source

    def tell(self, values: Array) -> None:
        """Keep the (S,) values of the hour that is over."""
        start, now = np.array([instant(self.clock() - HOUR)]), np.array([instant(self.clock())])
        told = [
            BeliefBlock(sensor.id, self.source.id, start, now, value[None])
            for sensor, value in zip(self.sensors, values, strict=True)
        ]
        with self.platform.transaction():
            self.platform.store.beliefs.add(told)

    def forecast(self) -> Hour:
        """Begin the round of the hour, and do all its jobs.

        Raises:
            RuntimeError: a job failed.
        """
        began = self._spent()
        with self.platform.transaction():
            begin_round(self.platform)
        self._do(TOGETHER)
        issued = self._spent()
        count = self._do(CHOOSE)
        failed = self.platform.store.jobs.jobs(queue=FORECASTING, states=[JobState.FAILED])
        if failed:
            raise RuntimeError(failed[0].error)
        return Hour(issued.less(began), self._spent().less(issued), count)

    def plant(self) -> None:
        """Grow trees for one sensor, and give them to all: this long after the start all would have some."""
        with self.platform.transaction():
            choose_model(self.sensors[0].id, self.platform)
            (own,) = self.platform.store.learned.since(TREES, [self.sensors[0].id], NOON - HOUR)
            for sensor in self.sensors:
                self.platform.store.learned.keep(TREES, replace(own, sensor_id=sensor.id))

    def _do(self, kind: str) -> int:
        """Do the queued jobs of a kind, and return how many they were."""
        queued = self.platform.store.jobs.jobs(queue=FORECASTING, states=[JobState.QUEUED], limit=10_000)
        wanted = [job for job in queued if job.kind == kind]
        for job in wanted:
            Runner(self.platform, KINDS).run(job.id)
        return len(wanted)

    def _spent(self) -> Spent:
        own = psutil.Process().cpu_times()
        return Spent(own.user + own.system, sum(map(_cpu, [self.server, *self.server.children()])))


def _cpu(process: psutil.Process) -> float:
    """Return the CPU time of a process and of its children that have ended. [s]"""
    times = process.cpu_times()
    return times.user + times.system + times.children_user + times.children_system


@contextmanager
def site(values: Array) -> Iterator[Site]:
    """Start a server, and write what (S, N) sensors measured until noon."""
    with (
        tempfile.TemporaryDirectory(prefix="flexmeasures-bench-") as folder,
        Embedded(Path(folder)) as services,
    ):
        database, clock = Database(services.database_uri, {}), FixedClock()
        database.upgrade()
        queue = MemoryQueue(database.store.jobs, clock)
        platform = Platform(
            store=database.store,
            queue=queue,
            now=clock,
            transaction=lambda: queue.transaction(database.transaction()),
            scheduler=schedule,
            forecaster=Forecaster(),
        )
        source = Factory(database.store).source(SourceType.GATEWAY)
        sensors = _sensors(platform, values.shape[0])
        _write(platform, sensors, source, values)
        yield Site(platform, clock, _server(Path(folder)), sensors, source)
        database.dispose()


def _sensors(platform: Platform, count: int) -> list[Sensor]:
    """Make sensors on assets of their own, all of one fleet."""
    factory = Factory(platform.store)
    with platform.transaction():
        return [
            factory.sensor(factory.asset("building"), step=HOUR, attributes={"forecasting_model": "fleet"})
            for _ in range(count)
        ]


def _write(platform: Platform, sensors: list[Sensor], source: Source, values: Array) -> None:
    """Write what was measured, each value at the end of its hour."""
    starts = instant(NOON) - np.arange(values.shape[1], 0, -1) * np.timedelta64(HOUR)
    for first in range(0, len(sensors), AT_ONCE):
        blocks = [
            BeliefBlock(sensor.id, source.id, starts, starts + np.timedelta64(HOUR), row)
            for sensor, row in zip(
                sensors[first : first + AT_ONCE], values[first : first + AT_ONCE], strict=True
            )
        ]
        with platform.transaction():
            platform.store.beliefs.add(blocks)


def _server(folder: Path) -> psutil.Process:
    """Return the first process of the PostgreSQL of an instance."""
    (path,) = folder.rglob("postmaster.pid")
    return psutil.Process(int(path.read_text().splitlines()[0]))


def some_hours(values: Array, coming: Array, hours: int) -> tuple[list[Hour], list[Hour]]:
    """Forecast for some hours by lines alone, then for three with trees for all, and return what each took.

    Args:
        values: (S, N) what was measured until noon.
        coming: (S, hours + 3) what is measured then.
        hours: How many.
    """
    spent = []
    with site(values) as place:
        for hour in range(hours + WITH_TREES):
            if hour == hours:
                place.plant()
            spent.append(place.forecast())
            place.clock.advance(HOUR)
            place.tell(coming[:, hour])
    return spent[:hours], spent[hours:]
