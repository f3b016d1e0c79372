"""Looking after jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.jobs import FORECASTING, SCHEDULING, Job, JobState
from flexmeasures.usecases import jobs
from flexmeasures.usecases.ports.platform import Platform, Rules

NONE: frozenset[str] = frozenset()


def put(platform: Platform, queue: str = SCHEDULING) -> Job:
    with platform.transaction():
        return platform.queue.put(queue, "work", {})


def test_names_of_queues_are_joined_by_vertical_bars() -> None:
    assert jobs.queue_names("forecasting|scheduling") == [FORECASTING, SCHEDULING]


def test_an_unknown_queue_is_named_in_the_error() -> None:
    with pytest.raises(UnknownEntity, match="Unknown queue 'ingestion'"):
        jobs.queue_names("forecasting|ingestion")


def test_a_failed_job_can_be_tried_again(memory_platform: Platform) -> None:
    job = put(memory_platform)
    memory_platform.store.jobs.end(job.id, JobState.FAILED, memory_platform.now(), {"error": "Bad: luck"})
    memory_platform.queue.drop(SCHEDULING)
    with memory_platform.transaction():
        again = jobs.retry(job.id, memory_platform)
    assert (again.state, again.error, again.attempts) == (JobState.QUEUED, None, 0)
    assert memory_platform.queue.held(SCHEDULING) == {job.id}


def test_a_job_that_is_not_there_cannot_be_tried_again(memory_platform: Platform) -> None:
    with pytest.raises(UnknownEntity):
        jobs.retry("none", memory_platform)


def test_a_job_is_cancelled_once(memory_platform: Platform) -> None:
    job = put(memory_platform)
    assert [jobs.cancel(job.id, memory_platform) for _ in range(2)] == [True, False]
    assert jobs.find(job.id, memory_platform).state is JobState.CANCELLED


def test_clearing_a_queue_leaves_the_other_one(memory_platform: Platform) -> None:
    put(memory_platform)
    put(memory_platform, FORECASTING)
    assert jobs.clear(FORECASTING, memory_platform) == jobs.Cleared(FORECASTING, 1, 0)
    assert memory_platform.queue.held(FORECASTING) == NONE
    assert len(memory_platform.queue.held(SCHEDULING)) == 1


def test_what_the_queue_holds_is_not_sent_again(memory_platform: Platform) -> None:
    put(memory_platform)
    assert jobs.resend([SCHEDULING], NONE, memory_platform) == NONE
    assert len(memory_platform.queue.held(SCHEDULING)) == 1


def test_a_lost_job_is_suspected_and_then_sent_again_with_the_oldest_first(memory_platform: Platform) -> None:
    lost = {put(memory_platform).id, put(memory_platform).id}
    memory_platform.queue.drop(SCHEDULING)
    suspects = jobs.resend([SCHEDULING], NONE, memory_platform)
    assert suspects == lost
    with memory_platform.transaction():
        assert jobs.resend([SCHEDULING], suspects, memory_platform) == NONE
    assert memory_platform.queue.held(SCHEDULING) == lost


def test_a_job_that_was_started_by_a_killed_worker_is_sent_again(memory_platform: Platform) -> None:
    job = put(memory_platform)
    memory_platform.queue.drop(SCHEDULING)
    memory_platform.store.jobs.start(job.id, memory_platform.now())
    with memory_platform.transaction():
        jobs.resend([SCHEDULING], frozenset({job.id}), memory_platform)
    assert memory_platform.queue.held(SCHEDULING) == {job.id}


def test_a_job_that_ended_is_not_sent_again(memory_platform: Platform) -> None:
    job = put(memory_platform)
    memory_platform.queue.drop(SCHEDULING)
    jobs.cancel(job.id, memory_platform)
    assert jobs.resend([SCHEDULING], frozenset({job.id}), memory_platform) == NONE
    assert memory_platform.queue.held(SCHEDULING) == NONE


def ended(platform: Platform, state: JobState, ago: timedelta) -> str:
    job = put(platform)
    platform.store.jobs.end(job.id, state, platform.now() - ago, {})
    return job.id


def test_finished_jobs_are_kept_for_a_week_and_others_for_a_month(memory_platform: Platform) -> None:
    day = timedelta(days=1)
    kept = {
        ended(memory_platform, JobState.FINISHED, 6 * day),
        ended(memory_platform, JobState.FAILED, 29 * day),
        ended(memory_platform, JobState.CANCELLED, 29 * day),
        put(memory_platform).id,
    }
    ended(memory_platform, JobState.FINISHED, 8 * day)
    ended(memory_platform, JobState.FAILED, 31 * day)
    ended(memory_platform, JobState.CANCELLED, 31 * day)
    assert jobs.forget(memory_platform) == 3
    assert {job.id for job in memory_platform.store.jobs.jobs()} == kept


@pytest.mark.parametrize(("ttl", "forgotten"), [(90, 0), (-1, 0), (0, 2)])
def test_jobs_are_kept_as_long_as_their_results_can_be_asked_for(
    memory_platform: Platform, ttl: int, forgotten: int
) -> None:
    platform = replace(memory_platform, rules=Rules(planning_ttl=timedelta(days=ttl)))
    for state in (JobState.FINISHED, JobState.FAILED):
        ended(platform, state, timedelta(days=60))
    assert jobs.forget(platform) == forgotten
