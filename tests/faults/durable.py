"""The programmes of the durability test, which are killed at random: one accepts jobs, one does them.

Run as ``durable.py accept|work <database URI> <Redis URI> <file of accepted jobs>``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import sleep

from sqlalchemy import text

from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.redis.connection import connect
from flexmeasures.adapters.redis.queue import RedisQueue
from flexmeasures.adapters.redis.worker import Worker
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.domain.jobs import SCHEDULING
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.run import Runner
from flexmeasures.worker.watch import Watch


class Durable:
    """Database and queue of an instance, and the platform on them."""

    def __init__(self, database_uri: str, redis_uri: str) -> None:
        self.database = Database(database_uri, {})
        self.redis_uri = redis_uri
        self.queue = RedisQueue(connect(redis_uri), self.database.store.jobs, _now)
        self.platform = Platform(
            store=self.database.store,
            queue=self.queue,
            now=_now,
            transaction=lambda: self.queue.transaction(self.database.transaction()),
            scheduler=_no_scheduler,
            forecaster=_no_forecaster,
        )

    def accept(self, accepted: Path) -> None:
        """Accept jobs without end, and write down each one that was accepted."""
        with accepted.open("a", encoding="utf-8") as file:
            for number in count():
                try:
                    with self.platform.transaction():
                        job = self.platform.queue.put(SCHEDULING, "note", {"number": number})
                except ServiceUnavailable:
                    sleep(0.05)
                    continue
                file.write(f"{job.id}\n")
                file.flush()
                os.fsync(file.fileno())
                sleep(0.005)

    def work(self) -> None:
        """Do jobs until somebody stops it."""
        worker = Worker(connect(self.redis_uri), [SCHEDULING], "scheduling")
        runner = Runner(self.platform, {"note": self.note}, stopping=lambda: worker.stopping)
        worker.work(runner.run, Watch(self.platform, [SCHEDULING]))

    def note(self, arguments: Mapping[str, object], _: Platform) -> Mapping[str, object]:
        """Do a job whose result would show if it were recorded twice."""
        with self.database.joined() as session:
            session.execute(text("INSERT INTO noted (number) VALUES (:number)"), dict(arguments))
        return {"noted": arguments["number"]}


def _now() -> datetime:
    return datetime.now(UTC)


def _no_scheduler(_: Problem) -> Solution:
    raise NotImplementedError("No schedules are made here.")


def _no_forecaster(_: ForecastTask) -> Forecast:
    raise NotImplementedError("No forecasts are made here.")


if __name__ == "__main__":
    task, database, redis, log = sys.argv[1:]
    durable = Durable(database, redis)
    if task == "accept":
        durable.accept(Path(log))
    else:
        durable.work()
