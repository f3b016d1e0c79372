"""What became of a job."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from flexmeasures.api.v3_0.answer import Answer
from flexmeasures.api.v3_0.call import Call
from flexmeasures.api.v3_0.route import Access, Route
from flexmeasures.api.v3_0.subjects import asset_in_path
from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import User
from flexmeasures.domain.errors import NotAuthorized, UnknownEntity
from flexmeasures.domain.jobs import OPEN, Job, JobState
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.web.errors import FORBIDDEN

MOST_LISTED = 100
"""So many jobs of an asset are listed: the latest."""

WORDS: Mapping[JobState, str] = {
    JobState.QUEUED: "QUEUED",
    JobState.STARTED: "STARTED",
    JobState.FINISHED: "FINISHED",
    JobState.FAILED: "FAILED",
    JobState.CANCELLED: "CANCELED",
}
_CODES = {JobState.FINISHED: 200, JobState.FAILED: 422}
_TIMES = ("enqueued-at", "started-at", "ended-at")


def job(call: Call) -> Answer:
    """Tell what became of a job."""
    found = job_to_read(call.caller, call.text("uuid"), call.platform)
    told: dict[str, object] = {
        "status": WORDS[found.state],
        "message": phrase(found),
        "result": found.result or None,
        "origin": found.queue,
        "func-name": f"flexmeasures.{found.kind}",
        **{
            name: time.isoformat() if time else None
            for name, time in zip(_TIMES, (found.created, found.started, found.ended), strict=True)
        },
        "exc-info": found.error,
    }
    twins = {name.replace("-", "_"): value for name, value in told.items()}
    return Answer({**told, **twins}, _CODES.get(found.state, 202), pending=found.state in OPEN)


def job_to_read(caller: User, job_id: str, platform: Platform) -> Job:
    """Return a job whose asset the caller may see.

    Raises:
        UnknownEntity: there is none.
        NotAuthorized: the caller may not see it.
    """
    found = platform.store.jobs.job(job_id) if "\x00" not in job_id else None
    if found is None:
        raise UnknownEntity(f"Job {job_id!r} is not known.")
    if not may_know(caller, found, platform):
        raise NotAuthorized(FORBIDDEN)
    return found


def may_know(caller: User, job: Job, platform: Platform) -> bool:
    """Tell whether a user may know of a job: whoever may see its asset; admins where that is gone."""
    if job.asset_id is None:
        return caller.is_admin
    return may_read(caller, platform.store.assets.asset(job.asset_id))


def phrase(found: Job) -> str:
    """Say how far a job is, in the words that clients look for."""
    queue = found.queue.capitalize()
    tails = {
        JobState.QUEUED: "waiting to be processed.",
        JobState.STARTED: "in progress.",
        JobState.FINISHED: "has finished.",
        JobState.CANCELLED: "was cancelled.",
        JobState.FAILED: f"failed with {found.error or 'Exception: The job does not state why.'}",
    }
    return f"{queue} job {tails[found.state]}"


def jobs_of_asset(call: Call) -> Answer:
    """List the latest jobs of an asset and its parts."""
    asset = asset_in_path(call, may_read)
    branch = [one for one in call.platform.store.assets.branch(asset.id) if may_read(call.caller, one)]
    found = call.platform.store.jobs.jobs(assets=[one.id for one in branch], limit=MOST_LISTED)
    return Answer({"jobs": [_listed(one) for one in found], "redis_connection_err": None})


def _listed(found: Job) -> dict[str, object]:
    """Return a job as lists tell it."""
    metadata = json.dumps(found.arguments, sort_keys=True)
    return {
        "job_id": found.id,
        "metadata": metadata,
        "metadata_hash": hashlib.sha256(metadata.encode()).hexdigest(),
        "queue": found.queue,
        "asset_or_sensor_type": "asset",
        "asset_id": found.asset_id,
        "status": WORDS[found.state].lower(),
        "err": found.error,
        "enqueued_at": found.created.isoformat(),
    }


ROUTES = (
    Route("GET", "/jobs/<uuid>", job, "Tell what became of a job.", Access.READ),
    Route("GET", "/assets/<int:asset_id>/jobs", jobs_of_asset, "List the jobs of an asset.", Access.READ),
)
