"""``flexmeasures jobs``: do jobs, and look after their queues."""

from __future__ import annotations

import csv
import json
import socket
from datetime import timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.kinds import DURATION
from flexmeasures.cli.names import Group, also_known_as
from flexmeasures.cli.program import Program
from flexmeasures.cli.tables import print_table
from flexmeasures.domain.jobs import QUEUES, SCHEDULING, Job, JobState
from flexmeasures.usecases import jobs as usecases
from flexmeasures.usecases.job_statistics import MOST, statistics

QUEUE_HELP = "forecasting or scheduling, or both: 'forecasting|scheduling'."


@click.group(cls=Group)
def jobs() -> None:
    """Do jobs and look after their queues."""


@jobs.command("run-worker")
@click.option("--name", help="What the worker is called.  [default: queue and host]")
@click.option("--queue", required=True, help=QUEUE_HELP)
@click.pass_obj
def run_worker(program: Program, name: str | None, queue: str) -> None:
    """Start a worker process for forecasting and/or scheduling jobs. Ctrl-C ends it after its current job."""
    queues = _queues(queue)
    name = name or f"{'-'.join(queues)}@{socket.gethostname()}"
    click.echo(f"Worker '{name}' does the jobs of {len(queues)} queue(s): {', '.join(queues)}.")
    program.work(queues, name)


@jobs.command("clear-queue")
@click.option("--queue", required=True, help=QUEUE_HELP)
@click.pass_obj
def clear_queue(program: Program, queue: str) -> None:
    """Clear a job queue: cancel all jobs that wait in it."""
    queues, platform = _queues(queue), program.platform()
    for name in queues:
        with platform.transaction():
            done = usecases.clear(name, platform)
        click.echo(f"Cleared {done.cancelled} jobs from {done.queue}. Queue now contains {done.left} jobs.")


jobs.add_command(also_known_as(clear_queue, "delete-queue"))


@jobs.command("show-queues")
@click.pass_obj
def show_queues(program: Program) -> None:
    """Show how many jobs each queue has, by state."""
    platform = program.platform()
    with platform.transaction():
        counts = platform.store.jobs.counts()
    click.echo("".join(f"{title:<13}" for title in ("Queue", *JobState)).rstrip())
    for queue in QUEUES:
        numbers = [counts.get(queue, {}).get(state, 0) for state in JobState]
        click.echo("".join(f"{cell:<13}" for cell in (queue, *numbers)).rstrip())


@jobs.command("inspect-job")
@click.option("--job", "job_id", required=True, help="Id of the job.")
@click.pass_obj
def inspect_job(program: Program, job_id: str) -> None:
    """Show what is recorded of a job."""
    platform = program.platform()
    with platform.transaction():
        job = usecases.find(job_id, platform)
    for name, value in _facts(job).items():
        click.echo(f"{name:<10} {value}")


@jobs.command("run-job")
@click.option("--job", "job_id", required=True, help="Id of the job.")
@click.pass_obj
def run_job(program: Program, job_id: str) -> None:
    """Do a job here and now, whatever became of it before."""
    platform = program.platform()
    with platform.transaction():
        usecases.reopen(job_id, platform)
    program.do(job_id)
    with platform.transaction():
        job = usecases.find(job_id, platform)
    click.echo(f"Job {job.id} is {job.state}.")
    if job.state is JobState.FAILED:
        raise click.ClickException(job.error or "The job does not state why it failed.")


@jobs.command("retry")
@click.option("--job", "job_id", required=True, help="Id of the job.")
@click.pass_obj
def retry(program: Program, job_id: str) -> None:
    """Put a job back into its queue."""
    platform = program.platform()
    with platform.transaction():
        job = usecases.retry(job_id, platform)
    click.echo(f"Job {job.id} is {job.state} again.")


@jobs.command("cancel")
@click.option("--job", "job_id", required=True, help="Id of the job.")
@click.pass_obj
def cancel(program: Program, job_id: str) -> None:
    """Cancel a job that is not done yet."""
    platform = program.platform()
    with platform.transaction():
        cancelled = usecases.cancel(job_id, platform)
    click.echo(f"Job {job_id} is cancelled." if cancelled else f"Job {job_id} had ended already.")


@jobs.command("stats")
@click.option(
    "--window", type=DURATION, default="60", show_default=True, help="Of jobs created within so many minutes."
)
@click.pass_obj
def stats(program: Program, window: timedelta) -> None:
    """Show how many jobs were put into each queue lately, and how long they waited and took."""
    platform = program.platform()
    with platform.transaction():
        found = statistics(window, platform)
    print_table(
        ("Queue", "Created", "Finished", "Failed", "Waited (s)", "Took (s)"),
        [
            (one.queue, one.created, one.finished, one.failed, _seconds(one.waiting), _seconds(one.working))
            for one in found
        ],
    )


class _Last(TypedDict):
    number: int
    queue: str
    state: str
    asset_id: int | None
    sensor_id: int | None
    file: Path


@jobs.command("save-last")
@click.option(
    "--n", "number", type=click.IntRange(1, 10_000), default=10, show_default=True, help="How many."
)
@click.option("--queue", type=click.Choice(QUEUES), default=SCHEDULING, show_default=True, help="Of which.")
@click.option(
    "--registry",
    "state",
    type=click.Choice([state.value for state in JobState]),
    default=JobState.FAILED.value,
    show_default=True,
    help="In which state they are.",
)
@click.option("--asset", "asset_id", type=int, help="Only those that work for this asset.")
@click.option("--sensor", "sensor_id", type=int, help="Only those that work for this sensor.")
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    default="last_jobs.csv",
    show_default=True,
    help="Where they are written.",
)
@click.pass_obj
def save_last(program: Program, **options: Unpack[_Last]) -> None:
    """Write what is recorded of the newest jobs into a CSV file."""
    platform = program.platform()
    with platform.transaction():
        found = platform.store.jobs.jobs(
            queue=options["queue"], states=[JobState(options["state"])], limit=MOST
        )
    wanted = [job for job in found if _is_meant(job, options)][: options["number"]]
    rows = [_facts(job) for job in wanted]
    titles = list(dict.fromkeys(title for row in rows for title in row))
    with options["file"].open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, titles)
        writer.writeheader()
        writer.writerows(rows)
    click.echo(f"Wrote {len(rows)} job(s) into {options['file']}")


def _is_meant(job: Job, options: _Last) -> bool:
    asset, sensor = options["asset_id"], options["sensor_id"]
    return (asset is None or job.asset_id == asset) and (
        sensor is None or job.arguments.get("sensor_id") == sensor
    )


def _seconds(time: timedelta | None) -> str:
    return "" if time is None else f"{time.total_seconds():.1f}"


def _queues(text: str) -> list[str]:
    """Read names of queues; schedules go first, for somebody waits for them."""
    names = usecases.queue_names(text)
    return sorted(set(names), key=lambda name: name != SCHEDULING)


def _facts(job: Job) -> dict[str, object]:
    facts: dict[str, object | None] = {
        "Id": job.id,
        "Queue": job.queue,
        "Kind": job.kind,
        "State": job.state,
        "Arguments": json.dumps(dict(job.arguments)),
        "Asset": job.asset_id,
        "Created": job.created.isoformat(),
        "Started": job.started and job.started.isoformat(),
        "Ended": job.ended and job.ended.isoformat(),
        "Attempts": job.attempts,
        "Error": job.error,
        "Result": json.dumps(dict(job.result)) if job.result else None,
    }
    return {name: value for name, value in facts.items() if value is not None}
