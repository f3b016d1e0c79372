"""What jobs are about, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flexmeasures.domain.jobs import Job, JobState
from flexmeasures.ui.job_words import job_arguments, job_window


def job(**arguments: object) -> Job:
    now = datetime(2026, 3, 28, tzinfo=UTC)
    return Job("1", "forecasting", "forecast", arguments, JobState.QUEUED, now)


def test_a_window_is_told_on_the_clock_of_a_zone() -> None:
    told = job(start="2026-03-28T23:00:00+00:00", end="2026-03-29T22:00:00+00:00")
    assert job_window(told, "Europe/Amsterdam") == "Sun 29 Mar, 00:00 – Mon 30 Mar, 00:00"


@pytest.mark.parametrize("arguments", [{}, {"start": "soon", "end": "later"}, {"start": "2026-03-28T23:00"}])
def test_without_a_window_nothing_is_said(arguments: dict[str, object]) -> None:
    assert job_window(job(**arguments), "UTC") == ""


def test_arguments_are_written_as_they_are() -> None:
    assert job_arguments(job(name="Söhne")) == '{\n  "name": "Söhne"\n}'
