"""Looks for lost jobs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flexmeasures.domain.errors import ServiceUnavailable, UnknownEntity
from flexmeasures.domain.jobs import FORECASTING, SCHEDULING, JobState
from flexmeasures.usecases.forecast_rounds import TASK
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.watch import FORGETTING_PAUSE, SUSPICIOUS_PAUSE, USUAL_PAUSE, Watch


class Stopwatch:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def lose_a_job(platform: Platform) -> str:
    with platform.transaction():
        job = platform.queue.put(SCHEDULING, "work", {})
    platform.queue.drop(SCHEDULING)
    return job.id


def test_the_first_look_is_due_at_once(memory_platform: Platform) -> None:
    assert Watch(memory_platform, [SCHEDULING], Stopwatch()).is_due


def test_a_lost_job_is_sent_at_the_second_look(memory_platform: Platform) -> None:
    job_id = lose_a_job(memory_platform)
    watch = Watch(memory_platform, [SCHEDULING], Stopwatch())
    watch.look()
    assert memory_platform.queue.held(SCHEDULING) == frozenset()
    watch.look()
    assert memory_platform.queue.held(SCHEDULING) == {job_id}


def test_a_suspicion_makes_the_next_look_come_sooner(memory_platform: Platform) -> None:
    clock = Stopwatch()
    watch = Watch(memory_platform, [SCHEDULING], clock)
    watch.look()
    clock.time = USUAL_PAUSE - 0.1
    assert not watch.is_due
    lose_a_job(memory_platform)
    watch.look()
    clock.time += SUSPICIOUS_PAUSE
    assert watch.is_due


class ForgetfulTasks:
    """Knows no task, and says so by an error."""

    def report(self, name: str, at: datetime, *, succeeded: bool) -> None:
        raise UnknownEntity(name)

    def latest(self, name: str) -> tuple[datetime, bool] | None:
        raise UnknownEntity(name)


def test_a_round_that_cannot_begin_stops_no_worker(memory_platform: Platform) -> None:
    store = replace(memory_platform.store, tasks=ForgetfulTasks())
    watch = Watch(replace(memory_platform, store=store), [FORECASTING], Stopwatch())
    watch.look()
    assert not watch.is_due


def test_what_is_due_is_queued_where_forecasts_are_made(memory_platform: Platform) -> None:
    Watch(memory_platform, [SCHEDULING], Stopwatch()).look()
    assert memory_platform.store.tasks.latest(TASK) is None
    Watch(memory_platform, [FORECASTING], Stopwatch()).look()
    assert memory_platform.store.tasks.latest(TASK) == (memory_platform.now(), True)


def test_old_jobs_are_forgotten_once_an_hour(memory_platform: Platform) -> None:
    def end_long_ago() -> str:
        with memory_platform.transaction():
            job = memory_platform.queue.put(SCHEDULING, "work", {})
        long_ago = memory_platform.now() - timedelta(days=99)
        memory_platform.store.jobs.end(job.id, JobState.FINISHED, long_ago, {})
        return job.id

    clock = Stopwatch()
    watch = Watch(memory_platform, [SCHEDULING], clock)
    first = end_long_ago()
    watch.look()
    assert memory_platform.store.jobs.job(first) is None
    second = end_long_ago()
    clock.time += FORGETTING_PAUSE - 1
    watch.look()
    assert memory_platform.store.jobs.job(second) is not None
    clock.time += 1
    watch.look()
    assert memory_platform.store.jobs.job(second) is None


class Failing(AbstractContextManager[None]):
    """A transaction that cannot be opened."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __enter__(self) -> None:
        raise self._error

    def __exit__(self, *_: object) -> None:
        """Leave."""


def test_an_outage_does_not_end_the_watch(memory_platform: Platform) -> None:
    away = replace(memory_platform, transaction=lambda: Failing(ServiceUnavailable("away")))
    watch = Watch(away, [SCHEDULING], Stopwatch())
    watch.look()
    assert not watch.is_due


def test_an_error_that_is_no_outage_is_not_swallowed(memory_platform: Platform) -> None:
    broken = replace(memory_platform, transaction=lambda: Failing(ZeroDivisionError()))
    watch = Watch(broken, [SCHEDULING], Stopwatch())
    with pytest.raises(ZeroDivisionError):
        watch.look()
