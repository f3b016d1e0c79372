"""The store of jobs: their durable record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from flexmeasures.adapters.postgres.changes import note
from flexmeasures.adapters.postgres.sessions import FRESH, Sessions
from flexmeasures.adapters.postgres.tables.jobs import JobRow
from flexmeasures.domain.jobs import OPEN, Job, JobState

_INSERT = insert(JobRow)
_HOLD_KEYS = text("""
SELECT count(pg_advisory_xact_lock(hashtextextended(key, 0))::text)
FROM unnest(CAST(:keys AS text[])) AS asked(key)""")


class Jobs:
    """Jobs in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def add(self, *jobs: Job) -> None:
        if not jobs:
            return
        with self._joined() as session:
            if keys := sorted({job.key for job in jobs if job.key is not None}):
                _free(session, keys)
            session.connection().execute(_INSERT, [_row(job) for job in jobs])
            note(session, queues={job.queue for job in jobs})

    def job(self, job_id: str) -> Job | None:
        return self._first(JobRow.id == job_id)

    def by_key(self, key: str) -> Job | None:
        return self._first(JobRow.key == key)

    def by_keys(self, keys: Collection[str]) -> dict[str, Job]:
        wanted = select(JobRow).where(JobRow.key.in_(keys))
        with self._joined() as session:
            rows = session.scalars(wanted, execution_options=FRESH)
            return {row.key: _job(row) for row in rows if row.key is not None}

    def start(self, job_id: str, at: datetime) -> Job | None:
        changes = {"state": JobState.STARTED, "started": at, "attempts": JobRow.attempts + 1}
        return self._change((JobRow.id == job_id) & JobRow.state.in_(OPEN), changes)

    def end(self, job_id: str, state: JobState, at: datetime, outcome: Mapping[str, object]) -> bool:
        error = outcome.get("error")
        changes = {
            "state": state,
            "ended": at,
            "error": None if error is None else str(error),
            "result": {name: value for name, value in outcome.items() if name != "error"},
        }
        return self._change((JobRow.id == job_id) & JobRow.state.in_(OPEN), changes) is not None

    def requeue(self, job_id: str) -> Job | None:
        untried: dict[str, object] = {
            "state": JobState.QUEUED,
            "started": None,
            "ended": None,
            "attempts": 0,
            "error": None,
            "result": {},
        }
        return self._change(JobRow.id == job_id, untried)

    def jobs(
        self,
        *,
        queue: str | None = None,
        states: Iterable[JobState] = (),
        assets: Collection[int] | None = None,
        limit: int = 100,
    ) -> list[Job]:
        wanted = select(JobRow).order_by(JobRow.created.desc(), JobRow.id).limit(limit)
        if queue is not None:
            wanted = wanted.where(JobRow.queue == queue)
        if asked := list(states):
            wanted = wanted.where(JobRow.state.in_(asked))
        if assets is not None:
            wanted = wanted.where(JobRow.asset_id.in_(assets))
        with self._joined() as session:
            return [_job(row) for row in session.scalars(wanted, execution_options=FRESH)]

    def counts(self) -> dict[str, dict[JobState, int]]:
        numbers = select(JobRow.queue, JobRow.state, func.count()).group_by(JobRow.queue, JobRow.state)
        counts: dict[str, dict[JobState, int]] = {}
        with self._joined() as session:
            for queue, state, number in session.execute(numbers):
                counts.setdefault(queue, {})[JobState(state)] = number
        return counts

    def clear(self, queue: str, at: datetime) -> int:
        queued = (JobRow.queue == queue) & (JobRow.state == JobState.QUEUED)
        cancelled = {"state": JobState.CANCELLED, "ended": at}
        with self._joined() as session:
            note(session, queues=(queue,))
            return session.connection().execute(update(JobRow).where(queued).values(cancelled)).rowcount

    def forget(self, states: Iterable[JobState], before: datetime) -> int:
        # nothing ends before it was created, and that is what an index knows
        over = (JobRow.created < before) & (JobRow.ended < before) & JobRow.state.in_(list(states))
        with self._joined() as session:
            return session.connection().execute(delete(JobRow).where(over)).rowcount

    def _first(self, condition: ColumnElement[bool]) -> Job | None:
        with self._joined() as session:
            row = session.scalar(select(JobRow).where(condition), execution_options=FRESH)
            return None if row is None else _job(row)

    def _change(self, condition: ColumnElement[bool], changes: Mapping[str, object]) -> Job | None:
        statement = update(JobRow).where(condition).values(changes).returning(JobRow)
        with self._joined() as session:
            row = session.scalar(statement, execution_options=FRESH)
            if row is not None:
                note(session, queues=(row.queue,))
            return None if row is None else _job(row)


def _free(session: Session, keys: Sequence[str]) -> None:
    """Take keys from the jobs that have them; whoever else wants one waits for the end of this transaction.

    Args:
        session: Inside a transaction.
        keys: In order: two who want the same ones do not wait for each other.
    """
    session.execute(_HOLD_KEYS, {"keys": list(keys)})
    session.execute(update(JobRow).where(JobRow.key.in_(keys)).values(key=None))


def _row(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "queue": job.queue,
        "kind": job.kind,
        "arguments": dict(job.arguments),
        "state": job.state,
        "created": job.created,
        "key": job.key,
        "asset_id": job.asset_id,
        "started": job.started,
        "ended": job.ended,
        "attempts": job.attempts,
        "error": job.error,
        "result": dict(job.result),
    }


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        queue=row.queue,
        kind=row.kind,
        arguments=row.arguments,
        state=JobState(row.state),
        created=row.created,
        key=row.key,
        asset_id=row.asset_id,
        started=row.started,
        ended=row.ended,
        attempts=row.attempts,
        error=row.error,
        result=row.result,
    )
