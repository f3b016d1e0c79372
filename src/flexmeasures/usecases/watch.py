"""Keep the latest run of each recurring task, and tell how it went."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class TaskRun:
    """The latest run of a task."""

    at: datetime
    succeeded: bool


def latest_run(name: str, platform: Platform) -> TaskRun:
    """Return the latest run of a task.

    Raises:
        UnknownEntity: it never ran.
    """
    found = platform.store.tasks.latest(name)
    if found is None:
        raise UnknownEntity(f"Task {name} has no last run time.")
    return TaskRun(*found)


def report_run(name: str, run: TaskRun, platform: Platform) -> None:
    """Keep the outcome of a run of a task."""
    platform.store.tasks.report(name, run.at, succeeded=run.succeeded)


@contextmanager
def reported(name: str, platform: Platform) -> Iterator[None]:
    """Do a task and keep whether it went well, in a transaction of its own.

    Args:
        name: Of the task.
        platform: All that is needed.
    """
    try:
        yield
    except BaseException:
        _report_now(name, platform, succeeded=False)
        raise
    _report_now(name, platform, succeeded=True)


def _report_now(name: str, platform: Platform, *, succeeded: bool) -> None:
    with platform.transaction():
        report_run(name, TaskRun(platform.now(), succeeded), platform)
