"""How a job finds what does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.domain.jobs import Job
from flexmeasures.usecases.ports.platform import Platform

Work = Callable[[Mapping[str, object], Platform], Mapping[str, object]]
"""Does a job with these arguments and returns what it found, as plain JSON values."""


def do(job: Job, kinds: Mapping[str, Work], platform: Platform) -> Mapping[str, object]:
    """Do a job and return what it found.

    Raises:
        UnknownEntity: no such kind of job is known.
    """
    work = kinds.get(job.kind)
    if work is None:
        raise UnknownEntity(f"Nobody knows how to do a job of kind '{job.kind}'.")
    return work(job.arguments, platform)
