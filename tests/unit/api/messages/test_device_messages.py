"""Device messages in each state of their job, and the order of UDI events."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from tests.unit.api.messages.conftest import Portfolio

from flexmeasures.domain.jobs import Job, JobState
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.web import Reply, web_over

NEWER = ["v1_3", "v2_0"]
BASE = "No known schedule for this time period."


def _ask(portfolio: Portfolio, version: str = "v2_0") -> Reply:
    return portfolio.send(version, "getDeviceMessage", portfolio.right("getDeviceMessage"))


def _tell(portfolio: Portfolio, version: str = "v2_0", **change: object) -> Reply:
    return portfolio.send(version, "postUdiEvent", {**portfolio.right("postUdiEvent"), **change})


def _job(portfolio: Portfolio) -> Job:
    (job,) = portfolio.tables.jobs.values()
    return job


@pytest.mark.parametrize("version", NEWER)
@pytest.mark.parametrize(
    ("state", "error", "text"),
    [
        (JobState.QUEUED, None, "Scheduling job waiting to be processed."),
        (JobState.STARTED, None, "Scheduling job in progress."),
        (JobState.CANCELLED, None, "Scheduling job was cancelled."),
        (
            JobState.FAILED,
            "UnknownPrices: Prices unknown for planning window.",
            "Scheduling job failed with UnknownPrices: Prices unknown for planning window.",
        ),
        (
            JobState.FAILED,
            None,
            "Scheduling job failed with Exception: The job does not state why it failed. The worker may be"
            " missing an exception handler, or its exception handler is not storing the exception as job"
            " meta data.",
        ),
        (
            JobState.FINISHED,
            None,
            "A scheduling job has been processed based on your UDI event, but the schedule was not found"
            " in the database.",
        ),
    ],
)
def test_without_a_schedule_the_state_of_its_job_is_told(
    portfolio: Portfolio, version: str, state: JobState, error: str | None, text: str
) -> None:
    _tell(portfolio, version)
    job = _job(portfolio)
    portfolio.tables.jobs[job.id] = replace(job, state=state, error=error)

    reply = _ask(portfolio, version)

    assert (reply.code, reply.status) == (400, "UNKNOWN_SCHEDULE")
    assert reply.body["message"] == f"{BASE} {text}"


def test_another_spelling_of_host_and_month_is_the_same_event(portfolio: Portfolio) -> None:
    _tell(portfolio)
    event = f"ea1.1999-01.org.example:{portfolio.battery.id}:5:soc"

    reply = portfolio.send("v2_0", "getDeviceMessage", {"type": "GetDeviceMessageRequest", "event": event})

    assert reply.body["message"] == f"{BASE} Scheduling job waiting to be processed."


def test_the_latest_event_is_remembered_without_its_job(portfolio: Portfolio) -> None:
    _tell(portfolio)
    portfolio.tables.jobs.clear()

    reply = _ask(portfolio)

    assert reply.body["message"] == (
        f"{BASE} Your UDI event is the most recent event for this device,"
        " but the schedule was not found in the database."
    )


def test_earlier_events_are_forgotten_after_a_week(portfolio: Portfolio) -> None:
    _tell(portfolio)
    event = f"{portfolio.address(portfolio.battery)}:6:soc"
    _tell(portfolio, event=event)
    clock = cast("FixedClock", portfolio.web.platform.now)

    clock.advance(timedelta(days=6))
    known = _ask(portfolio).status
    clock.advance(timedelta(days=2))

    assert (known, _ask(portfolio).status) == ("UNKNOWN_SCHEDULE", "UNRECOGNIZED_UDI_EVENT")


def test_an_event_must_be_newer_than_the_one_before(portfolio: Portfolio) -> None:
    first = _tell(portfolio)
    again = _tell(portfolio)
    event = f"{portfolio.address(portfolio.battery)}:6:soc"
    earlier = _tell(portfolio, event=event, datetime="2026-02-28T23:45:00Z")
    same_time = [_tell(portfolio, version, event=event).status for version in ("v1_2", "v1_3")]

    assert first.status == "PROCESSED"
    assert again.status == "OUTDATED_UDI_EVENT"
    assert again.body["message"] == (
        "The requested UDI event (id = 5) is equal or before the latest existing one (id = 5)."
    )
    assert earlier.status == "INVALID_DATETIME"
    assert str(earlier.body["message"]).startswith(
        "Datetime cannot be used. The date of the requested UDI event (2026-02-28T23:45:00+00:00)"
        " is earlier than the latest known date"
    )
    assert same_time == ["INVALID_DATETIME", "PROCESSED"]


def test_in_play_mode_events_come_in_any_order(portfolio: Portfolio) -> None:
    platform = portfolio.web.platform
    play = replace(platform, rules=replace(platform.rules, mode="play"))
    caller = web_over(play, MemoryLogins(portfolio.tables)).as_user(portfolio.owner)

    replies = [caller.post("v2_0/postUdiEvent", portfolio.right("postUdiEvent")) for _ in range(2)]

    assert [reply.status for reply in replies] == ["PROCESSED", "PROCESSED"]


@pytest.mark.parametrize("version", NEWER)
def test_an_event_may_tell_the_limits_of_its_device(portfolio: Portfolio, version: str) -> None:
    _tell(portfolio, version, unit="kWh", value=2000, soc_min=500, soc_max=4000, roundtrip_efficiency=0.9)

    (event,) = portfolio.tables.events.values()
    assert (event.soc, event.soc_min, event.soc_max, event.efficiency) == (2.0, 0.5, 4.0, 0.9)


def test_version_1_2_asks_for_the_schedule_when_it_is_wanted(portfolio: Portfolio) -> None:
    _tell(portfolio, "v1_2")
    before = dict(portfolio.tables.jobs)
    make = Factory(portfolio.web.platform.store)
    lonely = make.asset("battery", owner=portfolio.owner, attributes={"capacity_in_mw": 1.0})
    make.sensor(lonely)
    event = f"{portfolio.address(lonely)}:1:soc"
    _tell(portfolio, "v1_2", event=event)

    reply = portfolio.send("v1_2", "getDeviceMessage", {"type": "GetDeviceMessageRequest", "event": event})

    assert before == {}
    assert reply.status == "INVALID_MARKET"
    assert reply.body["message"] == "No market is registered for the requested asset."


@pytest.mark.parametrize("version", NEWER)
def test_a_schedule_can_follow_what_was_known_by_a_prior(portfolio: Portfolio, version: str) -> None:
    reply = _tell(portfolio, version, prior="2026-02-28T12:00:00+01:00")

    assert reply.status == "PROCESSED"
    assert _job(portfolio).arguments["prior"] == "2026-02-28T12:00:00+01:00"


@pytest.mark.parametrize(
    ("prior", "status"), [("soon", "INVALID_HORIZON"), ("2026-02-28T12:00:00", "INVALID_TIMEZONE")]
)
def test_a_prior_of_an_event_is_a_time_with_its_offset(portfolio: Portfolio, prior: str, status: str) -> None:
    assert _tell(portfolio, prior=prior).status == status
    assert portfolio.tables.jobs == {}
