"""One recorded job, done once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest

from flexmeasures.domain.errors import FlexMeasuresError, ServiceUnavailable, UnknownPrices
from flexmeasures.domain.jobs import SCHEDULING, Job, JobState
from flexmeasures.usecases import jobs
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.jobs import Work
from flexmeasures.worker.run import LONGEST_ERROR, MAX_ATTEMPTS, Runner, describe

Arguments = Mapping[str, object]


def put(platform: Platform) -> Job:
    with platform.transaction():
        return platform.queue.put(SCHEDULING, "work", {"number": 7})


def runner(platform: Platform, work: Work) -> Runner:
    return Runner(platform, {"work": work}, pause=lambda _: None)


def state(job: Job, platform: Platform) -> Job:
    return jobs.find(job.id, platform)


def test_a_job_gets_its_arguments_and_keeps_its_result(memory_platform: Platform) -> None:
    job = put(memory_platform)
    runner(memory_platform, lambda arguments, _: {"found": arguments["number"]}).run(job.id)
    done = state(job, memory_platform)
    assert (done.state, done.result, done.attempts) == (JobState.FINISHED, {"found": 7}, 1)
    assert done.started == done.ended == memory_platform.now()


def test_a_job_that_has_ended_is_not_done_again(memory_platform: Platform) -> None:
    done: list[Arguments] = []

    def work(arguments: Arguments, _: Platform) -> Arguments:
        done.append(arguments)
        return {}

    job = put(memory_platform)
    for _ in range(2):
        runner(memory_platform, work).run(job.id)
    assert done == [{"number": 7}]


def test_an_unknown_job_is_passed_over(memory_platform: Platform) -> None:
    runner(memory_platform, lambda *_: {}).run("no such job")
    assert memory_platform.store.jobs.jobs() == []


def test_what_a_failed_job_has_changed_is_undone_and_its_error_kept(memory_platform: Platform) -> None:
    def work(_: Arguments, platform: Platform) -> Arguments:
        platform.store.accounts.add_role("half done")
        raise UnknownPrices("Market 3 lacks prices.")

    job = put(memory_platform)
    runner(memory_platform, work).run(job.id)
    failed = state(job, memory_platform)
    assert (failed.state, failed.error) == (JobState.FAILED, "UnknownPrices: Market 3 lacks prices.")
    assert "half done" not in memory_platform.store.accounts.roles()


def test_a_job_of_an_unknown_kind_fails_and_says_so(memory_platform: Platform) -> None:
    job = put(memory_platform)
    Runner(memory_platform, {}).run(job.id)
    assert state(job, memory_platform).error == "UnknownEntity: Nobody knows how to do a job of kind 'work'."


def test_the_results_of_a_job_that_was_cancelled_meanwhile_are_undone(memory_platform: Platform) -> None:
    def work(_: Arguments, platform: Platform) -> Arguments:
        platform.store.accounts.add_role("too late")
        return {}

    job = put(memory_platform)
    stubborn = CancelledMeanwhile(memory_platform, job)
    runner(stubborn.platform, work).run(job.id)
    assert state(job, memory_platform).state is JobState.CANCELLED
    assert "too late" not in memory_platform.store.accounts.roles()


class CancelledMeanwhile:
    """A platform on which a job is cancelled between its start and its end."""

    def __init__(self, platform: Platform, job: Job) -> None:
        self._plain = platform
        self._job = job
        self._transactions = 0
        self.platform = replace(platform, transaction=self._transaction)

    @contextmanager
    def _opened(self) -> Iterator[None]:
        self._transactions += 1
        if self._transactions == 2:
            with self._plain.transaction():
                jobs.cancel(self._job.id, self._plain)
        with self._plain.transaction():
            yield

    def _transaction(self) -> AbstractContextManager[None]:
        return self._opened()


def test_a_job_waits_for_a_database_that_is_away(memory_platform: Platform) -> None:
    answers: list[FlexMeasuresError | None] = [ServiceUnavailable("away"), None]
    waits: list[float] = []

    def work(_: Arguments, __: Platform) -> Arguments:
        if error := answers.pop(0):
            raise error
        return {"came": "back"}

    job = put(memory_platform)
    Runner(memory_platform, {"work": work}, pause=waits.append).run(job.id)
    done = state(job, memory_platform)
    assert (done.state, done.result, done.attempts) == (JobState.FINISHED, {"came": "back"}, 2)
    assert waits == [0.1]


def test_a_job_that_is_broken_off_again_and_again_is_given_up(memory_platform: Platform) -> None:
    def work(_: Arguments, __: Platform) -> Arguments:
        raise ServiceUnavailable("away")

    job = put(memory_platform)
    runner(memory_platform, work).run(job.id)
    failed = state(job, memory_platform)
    assert failed.state is JobState.FAILED
    assert failed.error is not None
    assert str(MAX_ATTEMPTS) in failed.error


def test_a_job_whose_workers_were_killed_is_given_up_after_three(memory_platform: Platform) -> None:
    job = put(memory_platform)
    for _ in range(MAX_ATTEMPTS):
        memory_platform.store.jobs.start(job.id, memory_platform.now())
    runner(memory_platform, lambda *_: {}).run(job.id)
    assert state(job, memory_platform).state is JobState.FAILED


def test_a_worker_that_is_to_stop_leaves_the_job_open(memory_platform: Platform) -> None:
    stopping = False

    def work(_: Arguments, __: Platform) -> Arguments:
        nonlocal stopping
        stopping = True
        raise ServiceUnavailable("away")

    job = put(memory_platform)
    Runner(memory_platform, {"work": work}, stopping=lambda: stopping, pause=lambda _: None).run(job.id)
    assert state(job, memory_platform).state is JobState.STARTED


def test_jobs_put_by_a_job_are_sent_when_it_is_finished(memory_platform: Platform) -> None:
    def work(_: Arguments, platform: Platform) -> Arguments:
        platform.queue.put(SCHEDULING, "next", {})
        return {}

    job = put(memory_platform)
    runner(memory_platform, work).run(job.id)
    assert [sent.kind for sent in memory_platform.store.jobs.jobs(states=[JobState.QUEUED])] == ["next"]
    assert len(memory_platform.queue.held(SCHEDULING)) == 2


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("first line\nsecond line"), "ValueError: first line"),
        (ValueError(), "ValueError"),
        (ValueError("at postgresql://me:secret@host/name"), "ValueError: at postgresql://…@host/name"),
    ],
)
def test_errors_are_kept_short_and_without_passwords(error: Exception, text: str) -> None:
    assert describe(error) == text


def test_no_error_is_kept_at_endless_length() -> None:
    assert len(describe(ValueError("x" * 5000))) == LONGEST_ERROR
