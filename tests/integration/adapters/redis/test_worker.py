"""A worker that does jobs in its own process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from redis import Redis

from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.redis.attendance import busy_jobs
from flexmeasures.adapters.redis.connection import connect
from flexmeasures.adapters.redis.queue import RedisQueue, TimeLimits
from flexmeasures.adapters.redis.worker import Worker
from flexmeasures.domain.jobs import FORECASTING, SCHEDULING, Job, JobState
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.waiting import eventually
from flexmeasures.usecases.jobs import find
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.run import Runner
from flexmeasures.worker.watch import Watch

pytestmark = pytest.mark.services

Arguments = Mapping[str, object]


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Give back the signals that workers take."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Stage:
    """A worker that does jobs until there are none left, and remembers them."""

    def __init__(self, platform: Platform, redis: Redis) -> None:
        self.platform = platform
        self.redis = redis
        self.done: list[object] = []
        self.worker = Worker(redis, [SCHEDULING, FORECASTING], "worker")

    def put(self, number: int, queue: str = SCHEDULING) -> Job:
        with self.platform.transaction():
            return self.platform.queue.put(queue, "note", {"number": number})

    def note(self, arguments: Arguments, _: Platform) -> Arguments:
        self.done.append(arguments["number"])
        return {"busy": len(busy_jobs(self.redis))}

    def run(self, *, until_empty: bool = True) -> None:
        kinds = {"note": self.note, "stop": self.stop, "fail": self.fail, "dawdle": self.dawdle}
        runner = Runner(self.platform, kinds, stopping=lambda: self.worker.stopping)
        watch = Watch(self.platform, [SCHEDULING, FORECASTING])
        self.worker.work(runner.run, watch, until_empty=until_empty)

    def stop(self, _: Arguments, __: Platform) -> Arguments:
        os.kill(os.getpid(), signal.SIGTERM)
        return {"was": "told to stop"}

    def dawdle(self, _: Arguments, __: Platform) -> Arguments:
        eventually(lambda: False)
        return {}

    def fail(self, _: Arguments, __: Platform) -> Arguments:
        raise ZeroDivisionError("0 is no divisor")


@pytest.fixture
def stage(redis_platform: Platform, redis: Redis) -> Stage:
    """Return a worker of all queues."""
    return Stage(redis_platform, redis)


def test_schedules_are_made_before_forecasts(stage: Stage) -> None:
    for number in (1, 2):
        stage.put(number, FORECASTING)
    job = stage.put(3, SCHEDULING)
    stage.run()
    assert stage.done == [3, 1, 2]
    assert find(job.id, stage.platform).result == {"busy": 1}


def test_redis_keeps_nothing_of_a_finished_job(stage: Stage, redis: Redis) -> None:
    stage.put(1)
    stage.run()
    assert redis.keys("rq:job:*") == []
    assert redis.keys("flexmeasures:worker:*") == []


def test_a_failed_job_does_not_end_the_worker(stage: Stage) -> None:
    with stage.platform.transaction():
        failing = stage.platform.queue.put(SCHEDULING, "fail", {})
    stage.put(1)
    stage.run()
    assert find(failing.id, stage.platform).error == "ZeroDivisionError: 0 is no divisor"
    assert stage.done == [1]


def test_a_job_that_takes_too_long_fails_and_says_so(
    stage: Stage, database: Database, redis: Redis, clock: FixedClock
) -> None:
    hasty = RedisQueue(redis, database.store.jobs, clock, TimeLimits(180, {SCHEDULING: 1}))
    job = hasty.put(SCHEDULING, "dawdle", {})
    stage.put(1)
    stage.run()
    failed = find(job.id, stage.platform)
    assert (failed.state, failed.attempts) == (JobState.FAILED, 1)
    assert failed.error == "JobTimeoutException: Task exceeded maximum timeout value (1 seconds)"
    assert stage.done == [1]


def test_a_worker_told_to_stop_ends_its_job_and_leaves_the_next(stage: Stage) -> None:
    with stage.platform.transaction():
        job = stage.platform.queue.put(SCHEDULING, "stop", {})
    left = stage.put(1)
    stage.run(until_empty=False)
    assert find(job.id, stage.platform).state is JobState.FINISHED
    assert find(left.id, stage.platform).state is JobState.QUEUED


def test_jobs_that_redis_lost_are_done_all_the_same(stage: Stage, redis: Redis) -> None:
    job = stage.put(1)
    redis.flushdb()
    with stage.platform.transaction():
        last = stage.platform.queue.put(FORECASTING, "stop", {})
    redis.flushdb()
    stage.run(until_empty=False)
    assert find(last.id, stage.platform).state is JobState.FINISHED
    assert find(job.id, stage.platform).state is JobState.FINISHED


def test_a_worker_does_not_break_down_without_redis(stage: Stage, tmp_path: Path) -> None:
    away = Worker(connect(f"unix://{tmp_path}/no.sock"), [SCHEDULING], "worker")
    away.work(lambda _: None, Watch(stage.platform, [SCHEDULING]), until_empty=True)
    assert not away.stopping


def test_the_queue_of_the_stage_is_the_real_one(stage: Stage) -> None:
    assert isinstance(stage.platform.queue, RedisQueue)
