"""What a job costs beside its work: from the commit of its row to its end, in process and forked.

``python -m benchmarks.jobs``. The forked worker is RQ's own, with the same jobs and the same rows.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from redis import Redis
from rich.console import Console
from rich.table import Table
from rq import Queue as RqQueue
from rq import Worker as ForkingWorker
from rq.job import Job as RqJob

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.redis.connection import connect
from flexmeasures.adapters.redis.queue import SERIALIZER, RedisQueue
from flexmeasures.adapters.redis.worker import Worker
from flexmeasures.domain.jobs import SCHEDULING
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.run import Runner
from flexmeasures.worker.watch import Watch

JOBS = 60
ROUNDS = 6
"""Taken in turn; the best of each counts, for other processes only ever slow one down."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Database and queue of an instance, and the platform on them."""

    database: Database
    redis: Redis
    platform: Platform

    def put(self, number: int) -> list[str]:
        """Put jobs without work, one per transaction, and return their ids."""
        ids = []
        for _ in range(number):
            with self.platform.transaction():
                ids.append(self.platform.queue.put(SCHEDULING, "nothing", {}).id)
        return ids


@contextmanager
def stage() -> Iterator[Stage]:
    """Start servers of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="flexmeasures-bench-") as folder,
        Embedded(Path(folder)) as services,
    ):
        database = Database(services.database_uri, {})
        database.upgrade()
        redis = connect(services.redis_uri)
        queue = RedisQueue(redis, database.store.jobs, _now)
        platform = Platform(
            store=database.store,
            queue=queue,
            now=_now,
            transaction=lambda: queue.transaction(database.transaction()),
            scheduler=_no_scheduler,
            forecaster=_no_forecaster,
        )
        yield Stage(database, redis, platform)
        database.dispose()
        redis.close()


def in_process(stage: Stage) -> None:
    """Do all jobs that wait, as our workers do."""
    worker = Worker(stage.redis, [SCHEDULING], "benchmark")
    worker.work(_runner(stage).run, Watch(stage.platform, [SCHEDULING]), until_empty=True)


def forked(stage: Stage) -> None:
    """Do all jobs that wait, each in a process of its own."""
    runner = _runner(stage)

    class RecordedJob(RqJob):
        def perform(self) -> None:
            runner.run(self.id)

    queue = RqQueue(SCHEDULING, connection=stage.redis, serializer=SERIALIZER)
    worker = ForkingWorker([queue], connection=stage.redis, job_class=RecordedJob, serializer=SERIALIZER)
    worker.work(burst=True, logging_level="ERROR")


def rows_alone(stage: Stage) -> None:
    """Start and end all jobs without any queue."""
    runner = _runner(stage)
    for job in stage.database.store.jobs.jobs(limit=JOBS):
        runner.run(job.id)


def latency(stage: Stage) -> list[float]:
    """Return how long single jobs take, from before their transaction to their end. [s]"""
    worker = os.fork()
    if not worker:
        Worker(stage.redis, [SCHEDULING], "benchmark").work(
            _runner(stage).run, Watch(stage.platform, [SCHEDULING])
        )
        os._exit(0)
    time.sleep(1)
    found = []
    for _ in range(50):
        began = time.perf_counter()
        (job_id,) = stage.put(1)
        while (job := stage.database.store.jobs.job(job_id)) is not None and job.ended is None:
            time.sleep(0.0005)
        found.append(time.perf_counter() - began)
    os.kill(worker, signal.SIGTERM)
    os.waitpid(worker, 0)
    return found


def _runner(stage: Stage) -> Runner:
    return Runner(stage.platform, {"nothing": lambda _, __: {}})


def _milliseconds_each(work: Callable[[Stage], None], stage: Stage) -> float:
    began = time.perf_counter()
    work(stage)
    return (time.perf_counter() - began) / JOBS * 1e3


def _accept(stage: Stage) -> None:
    stage.put(JOBS)


def _now() -> datetime:
    return datetime.now(UTC)


def _no_scheduler(_: Problem) -> Solution:
    raise NotImplementedError("No schedules are made here.")


def _no_forecaster(_: ForecastTask) -> Forecast:
    raise NotImplementedError("No forecasts are made here.")


def main() -> int:
    """Measure and print a table."""
    best: dict[str, float] = {}
    with stage() as opened:
        for _ in range(ROUNDS):
            for what, work in WORKS.items():
                accepted = _milliseconds_each(_accept, opened)
                found = _milliseconds_each(work, opened)
                opened.redis.flushdb()
                best[ACCEPTED] = min(accepted, best.get(ACCEPTED, accepted))
                best[what] = min(found, best.get(what, found))
        best["from before the transaction to its end, one at a time"] = median(latency(opened)) * 1e3
    table = Table("what", "ms per job", "ratio", title="Jobs without work")
    for what, figure in best.items():
        table.add_row(what, f"{figure:.1f}", f"{figure / best[ALONE]:.1f}")
    Console().print(table)
    return 0


ACCEPTED = "accepted: row, commit, sent"
ALONE = "rows alone, without a queue"
WORKS: Mapping[str, Callable[[Stage], None]] = {
    ALONE: rows_alone,
    "in process (ours)": in_process,
    "forked (RQ's worker)": forked,
}

if __name__ == "__main__":
    sys.exit(main())
