"""Loads that are only forecast: margins at limits, and costs over scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.usecases.flex.office import BATTERY, Scene, cost, prices, values

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import InvalidParts
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import block
from flexmeasures.usecases.flex.planning import Plan


def forecast(scene: Scene, hours: int = 1, **levels: float) -> Sensor:
    """Return a load of 0.5 MW with quantiles such as ``q90`` around it."""
    load = scene.sensor()
    source = scene.platform.store.sources.of_model("forecaster", SourceType.FORECASTER, "some")
    median = block(load, source, NOON, [0.5] * hours, recorded=NOON)
    quantiles = [
        replace(median, value=np.full(hours, value), probability=np.full(hours, int(name[1:]) / 100))
        for name, value in levels.items()
    ]
    scene.platform.store.beliefs.add([median, *quantiles])
    return load


def plan(scene: Scene, load: Sensor, hours: int = 1, **context: object) -> tuple[list[float], Plan]:
    power = scene.sensor()
    told: Mapping[str, object] = {
        "consumption-price": prices(*[-10] * hours),
        "inflexible-consumption": [load.id],
        "site-consumption-capacity": "1 MW",
    }
    made = scene.plan([{"sensor": power.id, **BATTERY}], {**told, **context}, hours)
    return values(made, power), made


def said(made: Plan) -> str:
    sentences = made.told["explanation"]
    assert isinstance(sentences, list)
    return " ".join(sentences)


@pytest.mark.parametrize(
    ("confidence", "room"),
    [("50 %", 0.5), ("90 %", 0.2), ("75 %", 0.5 - 0.3 * 0.67449 / 1.28155)],
    ids=["trust", "as told", "between"],
)
def test_a_margin_is_as_wide_as_the_quantile_of_the_confidence(
    scene: Scene, confidence: str, room: float
) -> None:
    load = forecast(scene, q10=0.4, q90=0.8)
    power, made = plan(scene, load, confidence=confidence)
    assert power == pytest.approx([room], rel=1e-4)
    assert "quantile" not in said(made)


def test_a_margin_beyond_the_last_quantile_is_extrapolated_and_said(scene: Scene) -> None:
    load = forecast(scene, q10=0.4, q90=0.7)
    power, made = plan(scene, load, confidence="97.5 %")
    assert power == pytest.approx([0.5 - 0.2 * 1.95996 / 1.28155], rel=1e-4)
    assert "tell quantiles up to 90 %: that of 97.5 % is extrapolated." in said(made)


def test_a_load_without_quantiles_is_trusted_and_that_is_said(scene: Scene) -> None:
    power, made = plan(scene, forecast(scene), confidence="90 %")
    assert power == pytest.approx([0.5])
    assert "may be off in 1 of 1 steps: the most likely value counts there." in said(made)


def test_what_produces_errs_the_other_way(scene: Scene) -> None:
    sun, power = forecast(scene, q10=0.1, q90=0.6), scene.sensor()
    context = {
        "consumption-price": prices(-10),
        "inflexible-production": [sun.id],
        "site-consumption-capacity": "0 MW",
        "confidence": "90 %",
    }
    made = scene.plan([{"sensor": power.id, **BATTERY}], context, 1)
    assert values(made, power) == pytest.approx([0.1])


def test_the_cost_is_the_mean_over_scenarios(scene: Scene) -> None:
    load = forecast(scene, hours=2, q10=-0.5, q90=1.5)
    dear = {"consumption-price": prices(40, 40), "production-price": prices(0, 0)}
    _, trusting = plan(scene, load, 2, **dear)
    _, careful = plan(scene, load, 2, **dear, scenarios=10)
    assert cost(careful) > cost(trusting)
    roomy = {**dear, "site-consumption-capacity": "2 MW"}
    _, both = plan(scene, load, 2, **roomy, scenarios=10, confidence="90 %")
    assert cost(both) >= cost(careful) - 1e-6


def test_scenarios_are_whole(scene: Scene) -> None:
    with pytest.raises(InvalidParts, match=r"scenarios: 2.5 is no whole number of scenarios"):
        plan(scene, forecast(scene), scenarios=2.5)
