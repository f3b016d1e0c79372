"""Orders of schedules that make no sense, or that are none of the caller's business."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.unit.api.v3_0.cellar import MODEL, START, Scene

from flexmeasures.testing.web import Reply
from flexmeasures.usecases.flex.context_fields import CONTEXT
from flexmeasures.usecases.flex.model_fields import MODEL as DEVICE
from flexmeasures.usecases.flex.told import Fields

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


JUNK: list[object] = [
    *("abc", "", "5 parsec", "NaN kW", "inf MW", "1 MW 2", "1e400 kW", "9" * 5000),
    *({"sensor": "x"}, {"sensor": -1}, {"sensor": 999_999}, {"sensor": True}, {"a": 1}, [None], [{}]),
]
TEXTS = {"commodity", "coupling", "commodities"}
"""Fields that may be called anything, and lists whose parts are told by number."""


def order(scene: Scene, place: str, name: str, told: object) -> Reply:
    """Order a schedule with something in one field of the flex-model or flex-context."""
    context = {"production-price": "1 EUR/kWh"} if name.startswith("consumption") else scene.context
    parts: dict[str, Mapping[str, object]] = {"flex-model": MODEL, "flex-context": context}
    message = {"start": START, **parts, place: {**parts[place], name: told}}
    return scene.caller.post(f"v3_0/sensors/{scene.power.id}/schedules/trigger", message)


@pytest.mark.parametrize(("place", "fields"), [("flex-model", DEVICE), ("flex-context", CONTEXT)])
def test_every_field_refuses_what_it_cannot_be_by_its_name(scene: Scene, place: str, fields: Fields) -> None:
    named = {*fields.values, *fields.sums, *fields.flags, *fields.lengths, *fields.sensors, *fields.others}
    for name in sorted((named | fields.texts.keys()) - TEXTS):
        for junk in JUNK:
            reply = order(scene, place, name, junk)
            assert reply.code == 422, (name, junk, reply.body)
            assert name.removesuffix("-sensor") in str(reply.body["message"]), (name, junk)
    assert not scene.web.platform.store.jobs.jobs()


@pytest.mark.parametrize(("place", "fields"), [("flex-model", DEVICE), ("flex-context", CONTEXT)])
def test_the_sensors_of_others_are_refused_in_every_field(scene: Scene, place: str, fields: Fields) -> None:
    changing = {name for name, takes in fields.values.items() if not takes.fixed_only}
    others = {"state-of-charge", "group"} & fields.others
    for name in sorted(changing | fields.sums.keys() | fields.sensors | others):
        reply = order(scene, place, name, {"sensor": scene.foreign.id})
        assert reply.code in {403, 422}, (name, reply.body)
        assert name.removesuffix("-sensor") in str(reply.body["message"]), (name, reply.body)
    assert not scene.web.platform.store.jobs.jobs()


def test_the_assets_of_others_are_neither_planned_nor_told(scene: Scene) -> None:
    foreign, missing = scene.foreign.asset_id, 999_999
    for named, code in ((foreign, 403), (missing, 422)):
        for model in (
            {"asset": named, **MODEL},
            {"sensor": scene.power.id, "group": {"asset": named}, **MODEL},
        ):
            order = {"start": START, "flex-model": [model], "flex-context": dict(scene.context)}
            reply = scene.caller.post(f"v3_0/assets/{scene.battery.id}/schedules/trigger", order)
            assert reply.code == code, reply.body
            assert f"asset {named}" in str(reply.body["message"]) or f"ID {named}" in str(
                reply.body["message"]
            )
    assert not scene.web.platform.store.jobs.jobs()


def test_several_commodities_may_stand_beside_the_fields_of_electricity(scene: Scene) -> None:
    gas = {"commodity": "gas", "consumption-price": "1 EUR/MWh"}
    for context in ({**scene.context, "commodities": [gas]}, {"commodities": [scene.context, gas]}):
        assert scene.trigger(MODEL, context).code == 200
    reply = scene.trigger(MODEL, {**scene.context, "commodities": 5})
    assert "5 is no list of contexts." in str(reply.body["message"])


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
