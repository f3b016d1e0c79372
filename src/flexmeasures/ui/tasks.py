"""The page of jobs: what waits, what is being done, what went wrong, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flexmeasures.domain.errors import NotAuthorized, ServiceUnavailable
from flexmeasures.domain.jobs import QUEUES, Job, JobState
from flexmeasures.ui.face import Face
from flexmeasures.ui.gate import person
from flexmeasures.usecases import jobs as use_case
from flexmeasures.usecases.overview import visible_assets
from flexmeasures.usecases.ports.platform import Platform

SHOWN = 100

MOST = 1000
"""Jobs that are retried at once."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """How a queue is.

    Attributes:
        name: Which.
        counts: Jobs by state.
        oldest: Since when the job at its head waits.
        workers: How many listen to it; None if the queue does not answer.
    """

    name: str
    counts: dict[JobState, int]
    oldest: datetime | None
    workers: int | None

    @property
    def is_attended(self) -> bool:
        """Whether somebody listens, or nobody can tell."""
        return self.workers is None or self.workers > 0


def add_tasks(blueprint: Blueprint, face: Face) -> None:
    """Add the page of jobs, the part of it that renews itself, and what can be done with a job."""
    platform = face.platform

    def content() -> dict[str, object]:
        _check(face)
        queue, state = request.args.get("queue"), request.args.get("state")
        states = [known for known in JobState if known == state]
        with platform.transaction():
            found = platform.store.jobs.jobs(
                queue=queue if queue in QUEUES else None, states=states, limit=SHOWN
            )
            queues = [queue_state(name, platform) for name in QUEUES]
            names = _asset_names(found, platform)
        return {
            "queues": queues,
            "jobs": found,
            "names": names,
            "states": list(JobState),
            "queue": queue,
            "state": state,
            "shown": SHOWN,
            "failed": sum(each.counts.get(JobState.FAILED, 0) for each in queues),
        }

    @blueprint.get("/tasks")
    def tasks() -> ResponseReturnValue:
        """Show the whole page."""
        return render_template("tasks.html", **content())

    @blueprint.get("/tasks/list")
    def tasks_list() -> ResponseReturnValue:
        """Show what changes."""
        return render_template("parts/jobs.html", **content())

    @blueprint.post("/tasks/<uuid:job_id>/retry")
    def retry_task(job_id: object) -> ResponseReturnValue:
        """Put a job back into its queue."""
        _check_admin()
        with platform.transaction():
            use_case.retry(str(job_id), platform)
        return redirect(url_for("pages.tasks"), 303)

    @blueprint.post("/tasks/retry-failed")
    def retry_failed() -> ResponseReturnValue:
        """Put all failed jobs back into their queues."""
        _check_admin()
        with platform.transaction():
            for job in platform.store.jobs.jobs(states=(JobState.FAILED,), limit=MOST):
                use_case.retry(job.id, platform)
        return redirect(url_for("pages.tasks"), 303)

    @blueprint.post("/tasks/<uuid:job_id>/cancel")
    def cancel_task(job_id: object) -> ResponseReturnValue:
        """Cancel a job."""
        _check_admin()
        with platform.transaction():
            use_case.cancel(str(job_id), platform)
        return redirect(url_for("pages.tasks"), 303)


def queue_state(name: str, platform: Platform) -> QueueState:
    """Return how a queue is."""
    jobs = platform.store.jobs
    waiting = jobs.jobs(queue=name, states=(JobState.QUEUED,), limit=1000)
    oldest = min((job.created for job in waiting), default=None)
    counts = jobs.counts().get(name, {})
    return QueueState(name, counts, oldest, _workers(name, platform))


def _workers(queue: str, platform: Platform) -> int | None:
    try:
        return platform.queue.listeners(queue)
    except ServiceUnavailable:
        return None


def _check(face: Face) -> None:
    if not face.may_see_tasks(person()):
        raise NotAuthorized("The list of jobs needs the role admin.")


def _check_admin() -> None:
    if not person().is_admin:
        raise NotAuthorized("To retry or cancel jobs needs the role admin.")


def _asset_names(jobs: Sequence[Job], platform: Platform) -> dict[int, str]:
    """Return the names of the assets of jobs, as far as the visitor may see them."""
    wanted = {job.asset_id for job in jobs if job.asset_id is not None}
    seen = visible_assets(person(), platform)
    return {asset.id: asset.display_name for asset in seen if asset.id in wanted}
