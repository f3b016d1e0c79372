"""Watch over recurring tasks: did each run lately, and well?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Expectation:
    """How often a task should run.

    Attributes:
        task: Its name.
        at_most: How long ago its last run may be.
    """

    task: str
    at_most: timedelta


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a task."""

    task: str
    text: str


def troubles(expected: Sequence[Expectation], platform: Platform) -> list[Trouble]:
    """Return what is wrong with tasks: those that never ran, failed, or ran too long ago."""
    found = []
    for expectation in expected:
        text = _trouble(expectation, platform)
        if text:
            found.append(Trouble(expectation.task, text))
    return found


def _trouble(expectation: Expectation, platform: Platform) -> str:
    latest = platform.store.tasks.latest(expectation.task)
    if latest is None:
        return (
            f"Task {expectation.task} has no last run and thus cannot be monitored."
            " Is it configured properly?"
        )
    at, succeeded = latest
    if not succeeded:
        return f"A failure has been reported on task {expectation.task}."
    if platform.now() - at > expectation.at_most:
        return (
            f"Task {expectation.task}'s latest run time is outside of the acceptable range"
            f" ({expectation.at_most})."
        )
    return ""
