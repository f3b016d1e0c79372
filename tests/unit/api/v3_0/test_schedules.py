"""Schedules by version 3.0: what is ordered, what is refused, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.domain.jobs import JobState
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.web import Caller, Reply, Web
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

HOUR = timedelta(hours=1)
START = NOON.isoformat()


@dataclass(frozen=True, slots=True)
class Scene:
    """A battery with prices, and somebody else's."""

    web: Web
    make: Factory
    owner: User
    caller: Caller
    battery: Asset
    power: Sensor
    prices: Sensor
    foreign: Sensor

    @property
    def context(self) -> Mapping[str, object]:
        return {"consumption-price": {"sensor": self.prices.id}}

    def trigger(self, model: object, context: object = None, **more: object) -> Reply:
        told = {
            "start": START,
            "duration": "PT4H",
            "flex-model": model,
            "flex-context": context or self.context,
        }
        return self.caller.post(f"v3_0/sensors/{self.power.id}/schedules/trigger", {**told, **more})

    def do(self, reply: Reply) -> Reply:
        """Do the job that was ordered and return the schedule."""
        assert reply.code in {200, 202}, reply.body
        Runner(self.web.platform, KINDS).run(str(reply.body["schedule"]))
        return self.get(reply)

    def get(self, reply: Reply, **query: object) -> Reply:
        return self.caller.get(f"v3_0/sensors/{self.power.id}/schedules/{reply.body['schedule']}", query)


@pytest.fixture
def scene(memory_web: Web) -> Scene:
    make = Factory(memory_web.platform.store)
    owner, stranger = make.user(), make.user()
    battery = make.asset(owner=owner)
    power, prices = make.sensor(battery, step=HOUR), make.market()
    foreign = make.sensor(make.asset(owner=stranger), step=HOUR)
    source = make.source()
    memory_web.platform.store.beliefs.add(
        [block(prices, source, NOON, [10.0, 50.0, 20.0, 90.0], recorded=NOON)]
    )
    return Scene(memory_web, make, owner, memory_web.as_user(owner), battery, power, prices, foreign)


MODEL: Mapping[str, object] = {
    "power-capacity": "1 MW",
    "soc-at-start": "0 kWh",
    "soc-max": "1 MWh",
    "soc-min": "0 MWh",
}


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


SENSORLESS: Mapping[str, object] = {"consumption-price": "100 EUR/MWh"}
HOSTILE: list[tuple[str, Mapping[str, object], object, str]] = [
    ("a wrong unit", {**MODEL, "soc-max": "1 MW"}, None, "flex-model.soc-max"),
    ("no unit", {**MODEL, "soc-max": 5}, None, "flex-model.soc-max"),
    ("not a number", {**MODEL, "soc-max": "NaN MWh"}, None, "flex-model.soc-max"),
    ("infinity", {**MODEL, "soc-max": "1e999 MWh"}, None, "flex-model.soc-max"),
    ("an object", {**MODEL, "soc-max": {"a": 1}}, None, "flex-model.soc-max"),
    ("an unknown field", {**MODEL, "soc-maximum": "1 MWh"}, None, "flex-model.soc-maximum"),
    ("the least above the most", {**MODEL, "soc-min": "2 MWh"}, None, "flex-model.soc-max"),
    ("too efficient", {**MODEL, "roundtrip-efficiency": "120 %"}, None, "flex-model.roundtrip-efficiency"),
    ("no efficiency", {**MODEL, "roundtrip-efficiency": 0}, None, "flex-model.roundtrip-efficiency"),
    ("a bad target", {**MODEL, "soc-targets": [{"value": "1 MWh"}]}, None, "flex-model.soc-targets.0"),
    (
        "a naive time",
        {**MODEL, "soc-targets": [{"value": "1 MWh", "datetime": "2015-01-01T00:00"}]},
        None,
        "flex-model.soc-targets.0.datetime",
    ),
    (
        "an unknown sensor",
        MODEL,
        {"consumption-price": {"sensor": 999_999}},
        "flex-context.consumption-price",
    ),
    ("a huge id", MODEL, {"consumption-price": {"sensor": 10**30}}, "flex-context.consumption-price"),
    ("no price", MODEL, {"site-power-capacity": "1 kW"}, "flex-context.consumption-price"),
    (
        "two currencies",
        MODEL,
        {"consumption-price": "1 EUR/kWh", "production-price": "1 USD/kWh"},
        "flex-context.consumption-price",
    ),
    ("a negative capacity", MODEL, {**SENSORLESS, "site-power-capacity": "-1 kW"}, "flex-context.site-power"),
    ("no capacity", {"soc-max": "1 MWh"}, SENSORLESS, "flex-model.power-capacity"),
    ("a flag that is none", MODEL, {**SENSORLESS, "relax-constraints": "yes"}, "flex-context.relax"),
    ("a strange goal", MODEL, {**SENSORLESS, "goals": ["fame"]}, "flex-context.goals"),
    ("a nameless commitment", MODEL, {**SENSORLESS, "commitments": [{}]}, "flex-context.commitments.0.name"),
    ("bands upside down", {**MODEL, "operation-modes": [{"consumption-range": ["2 kW", "1 kW"]}]}, None, "0"),
]


@pytest.mark.parametrize(
    ("model", "context", "place"), [row[1:] for row in HOSTILE], ids=[r[0] for r in HOSTILE]
)
def test_wrong_fields_are_named_and_change_nothing(
    scene: Scene, model: Mapping[str, object], context: object, place: str
) -> None:
    reply = scene.trigger(model, context)
    assert (reply.code, reply.status) == (422, "UNPROCESSABLE_ENTITY"), reply.body
    message = reply.body["message"]
    assert isinstance(message, dict)
    assert place in _ways(message["json"])
    assert not scene.web.platform.store.jobs.jobs()


def _ways(tree: object, way: str = "") -> str:
    if isinstance(tree, dict):
        return " ".join(_ways(inner, f"{way}.{name}" if way else str(name)) for name, inner in tree.items())
    assert isinstance(tree, list)
    assert all(tree)
    return way


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"start": "yesterday"},
        {"start": "2015-01-01T00:00:00"},
        {"start": START, "duration": "P10000D"},
        {"start": START, "duration": "PT0S"},
        {"start": START, "duration": "PT30S"},
        {"start": START, "resolution": "PT0S"},
        {"start": START, "flex-model": "all"},
        {"start": START, "flex-model": [[]]},
        {"start": START, "flex-context": 3},
        {"start": START, "unknown": 3},
        {"start": 5},
    ],
    ids=str,
)
def test_orders_that_make_no_sense_are_refused(scene: Scene, message: Mapping[str, object]) -> None:
    for path in (f"sensors/{scene.power.id}", f"assets/{scene.battery.id}"):
        reply = scene.caller.post(f"v3_0/{path}/schedules/trigger", message)
        assert (reply.code, reply.status) == (422, "UNPROCESSABLE_ENTITY")
    assert not scene.web.platform.store.jobs.jobs()


def test_huge_lists_are_refused_and_long_ones_are_read(scene: Scene) -> None:
    one = {"value": "1 MWh", "start": START, "duration": "PT4H"}
    reply = scene.trigger({**MODEL, "soc-maxima": [one] * 20_001})
    assert reply.code == 422
    assert "too many" in str(reply.body["message"])
    many = scene.trigger([{**MODEL, "sensor": scene.power.id}] * 2)
    assert many.code == 422
    found = scene.do(scene.trigger({**MODEL, "soc-maxima": [one] * 3000}))
    assert found.body["values"] == [1.0, -1.0, 1.0, -1.0]


def test_the_sensors_of_others_are_neither_read_nor_filled(scene: Scene) -> None:
    for model, context in (
        ({**MODEL, "consumption": {"sensor": scene.foreign.id}}, None),
        (MODEL, {**scene.context, "inflexible-device-sensors": [scene.foreign.id]}),
    ):
        reply = scene.trigger(model, context)
        assert (reply.code, reply.status) == (403, "INVALID_SENDER")
        assert str(scene.foreign.id) in str(reply.body["message"])
    path = f"v3_0/sensors/{scene.foreign.id}/schedules/trigger"
    assert scene.caller.post(path, {"start": START}).code == 403
    assert scene.caller.post("v3_0/sensors/999999/schedules/trigger", {"start": START}).code == 422
    assert scene.caller.post(f"v3_0/sensors/{10**30}/schedules/trigger", {"start": START}).code == 422
    assert not scene.web.platform.store.jobs.jobs()


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
