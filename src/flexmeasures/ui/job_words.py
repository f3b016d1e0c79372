"""What a job is about, as people read it."""

from __future__ import annotations

import json

from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone
from flexmeasures.domain.jobs import Job
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.ui.words import moment


def job_window(job: Job, zone: str) -> str:
    """Say which time a job is about; empty where it states none."""
    told = {**job.arguments, **job.result}
    try:
        start, end = (parse_datetime(str(told[name])) for name in ("start", "end"))
    except (KeyError, InvalidPeriod, InvalidTimezone):
        return ""
    return f"{moment(start, zone)} – {moment(end, zone)}"


def job_arguments(job: Job) -> str:
    """Write what a job is called with."""
    return json.dumps(dict(job.arguments), indent=2, ensure_ascii=False, default=str)
