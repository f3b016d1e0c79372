"""``flexmeasures jobs``: do jobs, and look after their queues."""

from __future__ import annotations

import json
import socket

import click

from flexmeasures.cli.names import Group
from flexmeasures.cli.program import Program
from flexmeasures.domain.jobs import QUEUES, SCHEDULING, Job, JobState
from flexmeasures.usecases import jobs as usecases

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
