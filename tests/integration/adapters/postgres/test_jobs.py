from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from flexmeasures.domain.jobs import FORECASTING, SCHEDULING, Job, JobState
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.platform import Store

HOUR = timedelta(hours=1)


def new(key: str | None = None, *, queue: str = SCHEDULING, age: timedelta = timedelta(0)) -> Job:
    return Job(str(uuid4()), queue, "schedule", {"asset_id": 1}, JobState.QUEUED, NOON - age, key)


def test_a_job_is_found_as_it_was_added(any_store: Store) -> None:
    job = replace(new("key"), asset_id=Factory(any_store).asset().id)
    any_store.jobs.add(job)
    assert any_store.jobs.job(job.id) == job
    assert any_store.jobs.by_key("key") == job
    assert any_store.jobs.job(str(uuid4())) is None
    assert any_store.jobs.by_key("other") is None


def test_a_new_job_takes_the_key_of_the_earlier_one(any_store: Store) -> None:
    first, second = new("key"), new("key")
    any_store.jobs.add(first)
    any_store.jobs.add(second)
    assert any_store.jobs.by_key("key") == second
    assert any_store.jobs.job(first.id) == replace(first, key=None)


def test_several_jobs_are_added_and_found_at_once(any_store: Store) -> None:
    earlier, first, second, third = new("b"), new("b"), new("a"), new()
    any_store.jobs.add(earlier)
    any_store.jobs.add(first, second, third)
    any_store.jobs.add()
    assert any_store.jobs.by_keys(["a", "b", "c"]) == {"a": second, "b": first}
    assert any_store.jobs.job(third.id) == third
    assert any_store.jobs.job(earlier.id) == replace(earlier, key=None)


def test_a_job_is_started_ended_and_left_as_it_ended(any_store: Store) -> None:
    job = new()
    any_store.jobs.add(job)
    started = any_store.jobs.start(job.id, NOON + HOUR)
    assert started == replace(job, state=JobState.STARTED, started=NOON + HOUR, attempts=1)
    again = any_store.jobs.start(job.id, NOON + 2 * HOUR)
    assert again is not None
    assert again.attempts == 2
    assert any_store.jobs.end(job.id, JobState.FINISHED, NOON + 3 * HOUR, {"cost": 1.5})
    ended = any_store.jobs.job(job.id)
    assert ended == replace(again, state=JobState.FINISHED, ended=NOON + 3 * HOUR, result={"cost": 1.5})
    assert any_store.jobs.start(job.id, NOON) is None
    assert not any_store.jobs.end(job.id, JobState.FAILED, NOON, {"error": "late"})
    assert any_store.jobs.job(job.id) == ended


def test_a_failed_job_keeps_its_error_until_it_is_tried_anew(any_store: Store) -> None:
    job = new()
    any_store.jobs.add(job)
    any_store.jobs.start(job.id, NOON)
    any_store.jobs.end(job.id, JobState.FAILED, NOON, {"error": "UnknownPrices: none", "asked": 3})
    failed = any_store.jobs.job(job.id)
    assert failed is not None
    assert (failed.error, failed.result) == ("UnknownPrices: none", {"asked": 3})
    assert any_store.jobs.requeue(job.id) == job
    assert any_store.jobs.job(job.id) == job


def test_what_is_unknown_is_neither_started_nor_ended_nor_queued_again(any_store: Store) -> None:
    nothing = str(uuid4())
    assert any_store.jobs.start(nothing, NOON) is None
    assert not any_store.jobs.end(nothing, JobState.FINISHED, NOON, {})
    assert any_store.jobs.requeue(nothing) is None


def test_jobs_are_listed_newest_first(any_store: Store) -> None:
    old, young, other = new(age=2 * HOUR), new(age=HOUR), new(queue=FORECASTING)
    for job in (young, old, other):
        any_store.jobs.add(job)
    any_store.jobs.end(old.id, JobState.FINISHED, NOON, {})

    def listed(**asked: object) -> list[str]:
        return [job.id for job in any_store.jobs.jobs(**asked)]  # type: ignore[arg-type]  # each test asks for one thing

    assert listed() == [other.id, young.id, old.id]
    assert listed(limit=2) == [other.id, young.id]
    assert listed(queue=SCHEDULING) == [young.id, old.id]
    assert listed(states=[JobState.FINISHED, JobState.FAILED]) == [old.id]
    assert any_store.jobs.counts() == {
        SCHEDULING: {JobState.QUEUED: 1, JobState.FINISHED: 1},
        FORECASTING: {JobState.QUEUED: 1},
    }


def test_jobs_of_some_assets_are_listed(any_store: Store) -> None:
    first, second = (Factory(any_store).asset().id for _ in range(2))
    jobs = [replace(new(), asset_id=asset_id) for asset_id in (first, second)]
    for job in (*jobs, new()):
        any_store.jobs.add(job)
    assert any_store.jobs.jobs(assets=[second]) == [jobs[1]]
    assert any_store.jobs.jobs(assets=[]) == []
    assert len(any_store.jobs.jobs()) == 3


def test_clearing_a_queue_cancels_what_waits_in_it(any_store: Store) -> None:
    waiting, started, other = new(), new(), new(queue=FORECASTING)
    for job in (waiting, started, other):
        any_store.jobs.add(job)
    any_store.jobs.start(started.id, NOON)
    assert any_store.jobs.clear(SCHEDULING, NOON) == 1
    found = [job for job in (any_store.jobs.job(one.id) for one in (waiting, started, other)) if job]
    assert [job.state for job in found] == [JobState.CANCELLED, JobState.STARTED, JobState.QUEUED]
    assert [job.ended for job in found] == [NOON, None, None]


def test_jobs_that_ended_long_ago_are_forgotten(any_store: Store) -> None:
    hour = timedelta(hours=1)
    old, recent, failed, waiting = (replace(new(), created=NOON - 9 * hour) for _ in range(4))
    for job in (old, recent, failed, waiting):
        any_store.jobs.add(job)
    any_store.jobs.end(old.id, JobState.FINISHED, NOON - 2 * hour, {})
    any_store.jobs.end(recent.id, JobState.FINISHED, NOON, {})
    any_store.jobs.end(failed.id, JobState.FAILED, NOON - 2 * hour, {"error": "Bad: luck"})
    assert any_store.jobs.forget([JobState.FINISHED], NOON - hour) == 1
    assert any_store.jobs.job(old.id) is None
    assert {job.id for job in any_store.jobs.jobs()} == {recent.id, failed.id, waiting.id}


def test_a_job_outlives_the_asset_that_it_was_for(any_store: Store) -> None:
    asset = Factory(any_store).asset()
    job = replace(new(), asset_id=asset.id)
    any_store.jobs.add(job)
    any_store.assets.delete_asset(asset.id)
    assert any_store.jobs.job(job.id) == replace(job, asset_id=None)


@pytest.mark.parametrize("text", ["", "ünï", "x" * 5000])
def test_errors_of_any_length_are_kept(any_store: Store, text: str) -> None:
    job = new()
    any_store.jobs.add(job)
    any_store.jobs.end(job.id, JobState.FAILED, NOON, {"error": text})
    kept = any_store.jobs.job(job.id)
    assert kept is not None
    assert kept.error == text
