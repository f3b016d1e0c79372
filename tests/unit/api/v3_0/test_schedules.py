"""Schedules by version 3.0: what is ordered, and what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.api.v3_0.cellar import HOUR, MODEL, START, Scene

from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.jobs import JobState
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import block


def test_a_battery_buys_cheap_and_sells_dear(scene: Scene) -> None:
    reply = scene.trigger(MODEL)
    assert reply.code == 200
    assert reply.body["status"] == "ACCEPTED"
    assert reply.body["job"] == reply.body["schedule"]
    found = scene.do(reply)
    assert found.code == 200
    assert found.body["values"] == [1.0, -1.0, 1.0, -1.0]
    assert found.body["start"] == START
    assert found.body["duration"] == "PT4H"
    assert found.body["unit"] == "MW"
    info = found.body["scheduler_info"]
    assert isinstance(info, dict)
    assert info["commitment_costs"]["electricity net energy"] == pytest.approx(-110.0)


def test_values_come_in_other_units_and_signs_and_parts(scene: Scene) -> None:
    reply = scene.trigger(MODEL)
    scene.do(reply)
    found = scene.get(reply, unit="kW", duration="PT2H", **{"sign-convention": "production-positive"})
    assert found.body["values"] == [-1000.0, 1000.0]
    wrong = scene.get(reply, unit="EUR")
    assert wrong.code == 422
    assert "unit" in str(wrong.body["message"])


def test_a_pending_schedule_is_told_in_the_words_that_clients_look_for(scene: Scene) -> None:
    reply = scene.trigger(MODEL)
    pending = scene.get(reply)
    assert (pending.code, pending.status) == (400, "UNKNOWN_SCHEDULE")
    assert str(pending.body["message"]).startswith("Scheduling job waiting to be processed.")
    job = scene.caller.get(f"v3_0/jobs/{reply.body['job']}")
    assert (job.code, job.status) == (202, "QUEUED")


def test_a_job_tells_its_outcome_in_words(scene: Scene) -> None:
    reply = scene.trigger(
        {**MODEL, "soc-minima": [{"value": "3 MWh", "datetime": (NOON + HOUR).isoformat()}]}
    )
    scene.do(reply)
    job = scene.caller.get(f"v3_0/jobs/{reply.body['job']}")
    assert (job.code, job.status, job.body["message"]) == (200, "FINISHED", "Scheduling job has finished.")
    result = job.body["result"]
    assert isinstance(result, dict)
    assert result["unresolved"][0]["soc-minima"][0]["violation"] == "2000 kWh"
    assert result["explanation"]


def test_an_unknown_schedule_is_no_udi_event(scene: Scene) -> None:
    found = scene.caller.get(f"v3_0/sensors/{scene.power.id}/schedules/nothing")
    assert (found.code, found.status) == (400, "UNRECOGNIZED_UDI_EVENT")


def test_an_equal_order_is_done_once_unless_it_is_forced(scene: Scene) -> None:
    first, second = scene.trigger(MODEL), scene.trigger(MODEL)
    assert first.body["job"] == second.body["job"]
    third = scene.trigger(MODEL, **{"force-new-job-creation": True})
    assert third.body["job"] != first.body["job"]


def test_older_clients_tell_numbers_and_price_sensors_as_they_used_to(scene: Scene) -> None:
    context = {"consumption-price-sensor": scene.prices.id, "production-price-sensor": scene.prices.id}
    model = {
        "soc-unit": "kWh",
        "soc-at-start": 0,
        "soc-max": 1000,
        "soc-min": 0,
        "power-capacity": "1000 kVA",
    }
    found = scene.do(scene.trigger(model, context))
    assert found.body["values"] == [1.0, -1.0, 1.0, -1.0]


def test_a_site_lends_its_capacity_and_its_prices_to_its_devices(scene: Scene) -> None:
    assets = scene.web.platform.store.assets
    site = scene.make.asset("building", owner=scene.owner)
    assets.update_asset(replace(scene.battery, parent_id=site.id))
    kept = assets.documents([site.id])[site.id]
    context = {**scene.context, "site-power-capacity": "500 kW"}
    assets.set_documents(site.id, replace(kept, flex_context=context))
    kept = assets.documents([scene.battery.id])[scene.battery.id]
    model = {"sensor": scene.power.id, "soc-at-start": "0 kWh", "soc-max": "1 MWh"}
    assets.set_documents(scene.battery.id, replace(kept, flex_model=model))
    order = {"start": START, "duration": "PT4H"}
    reply = scene.caller.post(f"v3_0/assets/{site.id}/schedules/trigger", order)
    assert reply.code == 202
    assert scene.do(reply).body["values"] == [0.5, -0.5, 0.5, -0.5]


def test_several_devices_share_a_site(scene: Scene) -> None:
    second = scene.make.sensor(scene.make.asset(owner=scene.owner), step=HOUR)
    models = [{"sensor": one, **MODEL} for one in (scene.power.id, second.id)]
    order = {
        "start": START,
        "duration": "PT4H",
        "flex-model": models,
        "flex-context": {**scene.context, "site-consumption-capacity": "1 MW"},
    }
    for sequential in (False, True):
        told = {**order, "sequential": sequential}
        reply = scene.caller.post(f"v3_0/assets/{scene.battery.id}/schedules/trigger", told)
        first = scene.do(reply).body["values"]
        path = f"v3_0/sensors/{second.id}/schedules/{reply.body['schedule']}"
        other = scene.caller.get(path).body["values"]
        assert isinstance(first, list)
        assert isinstance(other, list)
        assert max(one + two for one, two in zip(first, other, strict=True)) <= 1.0 + 1e-9


def test_what_is_hard_fails_where_it_cannot_be_kept(scene: Scene) -> None:
    target = {"value": "3 MWh", "datetime": (NOON + HOUR).isoformat()}
    context = {**scene.context, "relax-constraints": False}
    reply = scene.trigger({**MODEL, "soc-max": "5 MWh", "soc-targets": [target]}, context)
    found = scene.do(reply)
    assert (found.code, found.status) == (400, "UNKNOWN_SCHEDULE")
    assert "Scheduling job failed with InfeasibleProblem" in str(found.body["message"])
    job = scene.caller.get(f"v3_0/jobs/{reply.body['job']}")
    assert (job.code, job.status) == (422, "FAILED")


def test_a_process_runs_where_it_is_cheapest(scene: Scene) -> None:
    model = {"process-type": "SHIFTABLE", "power": "200 kW", "duration": "PT1H"}
    found = scene.do(scene.trigger(model))
    assert found.body["values"] == [0.2, 0.0, 0.0, 0.0]
    most = scene.do(scene.trigger({**model, "optimization-sense": "MAX"}))
    assert most.body["values"] == [0.0, 0.0, 0.0, 0.2]


def test_the_schedules_of_others_are_not_known(scene: Scene) -> None:
    reply = scene.trigger(MODEL)
    scene.do(reply)
    asset = scene.web.platform.store.assets.asset(scene.foreign.asset_id)
    stranger = scene.web.as_user(scene.web.platform.store.accounts.user(asset.owner_id or 0))
    asked = stranger.get(f"v3_0/sensors/{scene.foreign.id}/schedules/{reply.body['schedule']}")
    assert (asked.code, asked.status) == (400, "UNRECOGNIZED_UDI_EVENT")
    assert stranger.get(f"v3_0/jobs/{reply.body['job']}").code == 403


def test_a_tree_that_is_a_ring_is_scheduled_all_the_same(scene: Scene) -> None:
    assets = scene.web.platform.store.assets
    site = scene.make.asset("building", owner=scene.owner)
    assets.update_asset(replace(site, parent_id=scene.battery.id))
    assets.update_asset(replace(scene.battery, parent_id=site.id))
    assert scene.do(scene.trigger(MODEL)).code == 200


def test_prices_that_are_not_known_fail_the_job_and_say_so(scene: Scene) -> None:
    reply = scene.trigger(MODEL, start=(NOON + timedelta(days=9)).isoformat())
    found = scene.do(reply)
    assert "UnknownPrices" in str(found.body["message"])
    job = scene.web.platform.store.jobs.job(str(reply.body["job"]))
    assert job is not None
    assert job.state is JobState.FAILED


def test_the_state_of_charge_is_read_and_planned(scene: Scene) -> None:
    stock = scene.make.sensor(scene.battery, Quantity.STATE_OF_CHARGE, step=timedelta(0))
    source = scene.make.source()
    scene.web.platform.store.beliefs.add([block(stock, source, NOON, [0.5], recorded=NOON)])
    model = {name: told for name, told in MODEL.items() if name != "soc-at-start"}
    reply = scene.trigger({**model, "state-of-charge": {"sensor": stock.id}})
    found = scene.do(reply)
    assert found.body["values"] == [0.5, -1.0, 1.0, -1.0]
    kept = scene.caller.get(f"v3_0/sensors/{stock.id}/schedules/{reply.body['schedule']}")
    assert kept.body["values"] == [0.5, 1.0, 0.0, 1.0]
