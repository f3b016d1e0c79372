"""Jobs that wait for the end of the transaction in which they were recorded."""

from __future__ import annotations

from contextvars import ContextVar

from flexmeasures.domain.jobs import Job

_waiting: ContextVar[tuple[Job, ...]] = ContextVar("jobs to be sent", default=())
_depth: ContextVar[int] = ContextVar("transactions within each other", default=0)


def hold(job: Job) -> None:
    """Keep a job until the transaction of this context ends."""
    _waiting.set((*_waiting.get(), job))


def in_transaction() -> bool:
    """Tell whether a transaction is open in this context."""
    return _depth.get() > 0


def take() -> tuple[Job, ...]:
    """Return the jobs kept so far and keep none."""
    jobs = _waiting.get()
    _waiting.set(())
    return jobs


def enter() -> None:
    """Note that a transaction begins; it may be part of another one."""
    _depth.set(_depth.get() + 1)


def leave() -> bool:
    """Note that a transaction ends; return whether it was the outermost one."""
    depth = _depth.get() - 1
    _depth.set(depth)
    return depth == 0
