"""What clients are told of services that have successors, and of the jobs of an asset."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.unit.api.v3_0.cellar import MODEL, START, Scene

from flexmeasures.testing.memory.logins import MemoryLogins
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import web_over
from flexmeasures.usecases.ports.platform import Rules, Sunset


def under(rules: Rules, scene: Scene, tables: Tables) -> Scene:
    """Return the same scene under other rules."""
    web = web_over(replace(scene.web.platform, rules=rules), MemoryLogins(tables))
    return replace(scene, web=web, caller=web.as_user(scene.owner))


def test_newer_clients_are_told_that_a_schedule_is_pending(scene: Scene, memory_tables: Tables) -> None:
    newer = under(Rules(sunset=Sunset(active=True)), scene, memory_tables)
    reply = newer.trigger(MODEL)
    pending = newer.get(reply)
    assert (pending.code, pending.status) == (202, "QUEUED")
    assert pending.body["message"] == "Scheduling job waiting to be processed."
    assert newer.do(reply).code == 200
    failed = newer.do(newer.trigger(MODEL, start="2035-01-01T00:00:00+00:00"))
    assert (failed.code, failed.status) == (400, "UNKNOWN_SCHEDULE")


def test_a_service_with_a_successor_says_so_and_when_it_ends(scene: Scene, memory_tables: Tables) -> None:
    headers = scene.trigger(MODEL).headers
    assert headers["Deprecation"] == "true"
    assert "Sunset" not in headers
    told = Sunset(date=date(2027, 1, 1), link="https://example.com/end")
    headers = under(Rules(sunset=told), scene, memory_tables).trigger(MODEL).headers
    assert headers["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert "<https://example.com/end>" in headers["Link"]
    assert "Deprecation" not in scene.caller.get(f"v3_0/assets/{scene.battery.id}").headers


@pytest.mark.parametrize(
    ("longest", "steps"),
    [(3, "3"), (timedelta(hours=2), "2"), (None, "")],
    ids=["steps", "duration", "unlimited"],
)
def test_schedules_look_ahead_as_far_as_the_rules_allow(
    scene: Scene, memory_tables: Tables, longest: int | timedelta | None, steps: str
) -> None:
    reply = under(Rules(longest_plan=longest), scene, memory_tables).trigger(MODEL)
    if steps:
        assert f"expected 1 to {steps}." in str(reply.body["message"])
    else:
        assert reply.code == 200


def test_an_equal_order_is_another_job_where_orders_are_not_kept(scene: Scene, memory_tables: Tables) -> None:
    forgetful = under(Rules(same_order_for=timedelta(0)), scene, memory_tables)
    assert forgetful.trigger(MODEL).body["job"] != forgetful.trigger(MODEL).body["job"]


def test_the_jobs_of_an_asset_and_its_parts_are_listed(scene: Scene) -> None:
    site = scene.make.asset("building", owner=scene.owner)
    scene.web.platform.store.assets.update_asset(replace(scene.battery, parent_id=site.id))
    done, waiting = scene.trigger(MODEL), scene.trigger({**MODEL, "soc-max": "2 MWh"})
    scene.do(done)
    reply = scene.caller.get(f"v3_0/assets/{site.id}/jobs")
    assert (reply.code, reply.body["redis_connection_err"]) == (200, None)
    jobs = reply.body["jobs"]
    assert isinstance(jobs, list)
    assert {one["job_id"]: one["status"] for one in jobs} == {
        done.body["job"]: "finished",
        waiting.body["job"]: "queued",
    }
    assert {one["asset_id"] for one in jobs} == {scene.battery.id}
    assert START in jobs[0]["metadata"]
    foreign = scene.caller.get(f"v3_0/assets/{scene.foreign.asset_id}/jobs")
    assert (foreign.code, scene.caller.get("v3_0/assets/99999/jobs").code) == (403, 404)
