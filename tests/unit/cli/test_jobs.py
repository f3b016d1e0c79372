"""``flexmeasures jobs``."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest

from flexmeasures.domain.jobs import FORECASTING, SCHEDULING, Job, JobState
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.usecases.jobs import find


@pytest.fixture
def job(flexmeasures: CommandLine) -> Job:
    """Return a job that waits."""
    return flexmeasures.platform.queue.put(SCHEDULING, "schedule", {"asset_id": 3})


@pytest.mark.parametrize("words", [("jobs", "run-worker"), ("jobs", "run_worker"), ("run-worker",)])
def test_a_worker_is_started_by_any_of_its_names(words: tuple[str, ...], flexmeasures: CommandLine) -> None:
    said = flexmeasures.says(*words, "--name", "Bob", "--queue", "forecasting|scheduling")
    assert said == "Worker 'Bob' does the jobs of 2 queue(s): scheduling, forecasting.\n"
    assert flexmeasures.program.workers == [((SCHEDULING, FORECASTING), "Bob")]


def test_a_worker_can_do_without_a_name(flexmeasures: CommandLine) -> None:
    flexmeasures.says("run-worker", "--queue", "forecasting")
    ((queues, name),) = flexmeasures.program.workers
    assert queues == (FORECASTING,)
    assert name.startswith("forecasting@")


def test_a_worker_needs_a_queue_that_there_is(flexmeasures: CommandLine) -> None:
    assert "Missing option '--queue'" in flexmeasures.refusal("run-worker", "--name", "Bob")
    reason = flexmeasures.refusal("run-worker", "--name", "Bob", "--queue", "dreams")
    assert reason.startswith("Unknown queue 'dreams'.")


@pytest.mark.parametrize("words", [("jobs", "clear-queue"), ("jobs", "clear_queue"), ("clear-queue",)])
def test_queues_are_cleared_by_any_name(words: tuple[str, ...], flexmeasures: CommandLine, job: Job) -> None:
    said = flexmeasures.says(*words, "--queue", "forecasting|scheduling")
    assert said.splitlines() == [
        "Cleared 1 jobs from scheduling. Queue now contains 0 jobs.",
        "Cleared 0 jobs from forecasting. Queue now contains 0 jobs.",
    ]
    assert find(job.id, flexmeasures.platform).state is JobState.CANCELLED


def test_queues_are_shown_with_numbers_by_state(flexmeasures: CommandLine, job: Job) -> None:
    title, forecasting, scheduling = flexmeasures.says("jobs", "show-queues").splitlines()
    assert title.split() == ["Queue", "queued", "started", "finished", "failed", "cancelled"]
    assert forecasting.split() == ["forecasting", "0", "0", "0", "0", "0"]
    assert scheduling.split() == ["scheduling", "1", "0", "0", "0", "0"]


def test_a_job_can_be_inspected(flexmeasures: CommandLine, job: Job) -> None:
    jobs = flexmeasures.platform.store.jobs
    jobs.end(job.id, JobState.FAILED, flexmeasures.platform.now(), {"error": "UnknownPrices: none."})
    said = flexmeasures.says("jobs", "inspect-job", "--job", job.id)
    assert re.search(r'^Arguments +\{"asset_id": 3\}$', said, re.MULTILINE)
    assert re.search(r"^Error +UnknownPrices: none\.$", said, re.MULTILINE)
    assert "Started" not in said


def test_a_job_can_be_done_here_and_now(flexmeasures: CommandLine, job: Job) -> None:
    assert "is queued" in flexmeasures.says("jobs", "run-job", "--job", job.id)
    assert flexmeasures.program.done == [job.id]


def test_a_job_can_be_cancelled_and_tried_again(flexmeasures: CommandLine, job: Job) -> None:
    assert "is cancelled" in flexmeasures.says("jobs", "cancel", "--job", job.id)
    assert "had ended already" in flexmeasures.says("jobs", "cancel", "--job", job.id)
    assert "is queued again" in flexmeasures.says("jobs", "retry", "--job", job.id)
    assert find(job.id, flexmeasures.platform).state is JobState.QUEUED


@pytest.mark.parametrize("command", ["inspect-job", "run-job", "cancel", "retry"])
def test_an_unknown_job_is_named(command: str, flexmeasures: CommandLine) -> None:
    assert flexmeasures.refusal("jobs", command, "--job", "x") == "There is no job 'x'."


@pytest.fixture
def done(flexmeasures: CommandLine, clock: FixedClock) -> Job:
    """Return a job that waited ten seconds and failed after two more."""
    platform = flexmeasures.platform
    job = platform.queue.put(FORECASTING, "forecast", {"sensor_id": 7})
    platform.store.jobs.start(job.id, clock.advance(timedelta(seconds=10)))
    platform.store.jobs.end(job.id, JobState.FAILED, clock.advance(timedelta(seconds=2)), {"error": "Oh no"})
    return job


def test_it_is_told_how_long_jobs_waited_and_took(flexmeasures: CommandLine, done: Job, job: Job) -> None:
    rows = [line.split() for line in flexmeasures.says("jobs", "stats").splitlines()[2:]]
    assert rows == [["forecasting", "1", "0", "1", "10.0", "2.0"], ["scheduling", "1", "0", "0"]]


def test_jobs_before_the_window_do_not_count(flexmeasures: CommandLine, done: Job, clock: FixedClock) -> None:
    clock.advance(timedelta(minutes=6))
    rows = flexmeasures.says("jobs", "stats", "--window", "5").splitlines()[2:]
    assert [row.split()[1] for row in rows] == ["0", "0"]


@pytest.mark.parametrize(
    ("words", "number"), [((), 1), (("--sensor", "7"), 1), (("--sensor", "8"), 0), (("--asset", "3"), 0)]
)
def test_the_last_jobs_are_written_into_a_file(
    words: tuple[str, ...], number: int, flexmeasures: CommandLine, done: Job, tmp_path: Path
) -> None:
    file = tmp_path / "jobs.csv"
    said = flexmeasures.says("jobs", "save-last", "--queue", "forecasting", "--file", str(file), *words)
    assert said == f"Wrote {number} job(s) into {file}\n"
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["Id"], row["Error"]) for row in rows] == [(done.id, "Oh no")] * number


def test_a_queue_is_deleted_by_emptying_it(flexmeasures: CommandLine, job: Job) -> None:
    assert "Cleared 1 jobs from scheduling." in flexmeasures.says(
        "jobs", "delete-queue", "--queue", "scheduling"
    )
