from dataclasses import replace
from datetime import timedelta

import pytest

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.testing.clock import NOON
from flexmeasures.usecases.forecast_choices import Evidence, HowForecast, Reason, Tried, how_forecast

HOUR = timedelta(hours=1)
SENSOR = Sensor(1, "power", 1, "MW", "UTC", HOUR, Quantity.POWER)
KEPT = {
    "model": "blend",
    "chosen": NOON.isoformat(),
    "horizon": "PT24H",
    "tried": "P28D",
    "accuracy": {"seasonal-naive": 0.5, "blend": 0.9, "broken": None},
}
EVIDENCE = Evidence(
    "blend", NOON, timedelta(days=1), timedelta(days=28), (Tried("blend", 0.9), Tried("seasonal-naive", 0.5))
)


def of(**attributes: object) -> HowForecast:
    """Return how a sensor with these attributes is forecast."""
    return how_forecast(replace(SENSOR, attributes=attributes))


def test_a_sensor_gets_the_usual_model_at_first() -> None:
    assert of() == HowForecast("linear-blend", Reason.USUAL, None)


def test_a_choice_is_told_with_its_evidence() -> None:
    assert of(forecasting_choice=KEPT) == HowForecast("blend", Reason.CHOSEN, EVIDENCE)


def test_a_model_that_is_named_comes_before_the_choice() -> None:
    assert of(forecasting_choice=KEPT, forecasting_model="naive") == HowForecast(
        "naive", Reason.NAMED, EVIDENCE
    )


def test_members_of_a_fleet_say_whether_they_have_trees() -> None:
    assert of(forecasting_model="fleet") == HowForecast("fleet", Reason.TOGETHER, None)
    trees = {**KEPT, "model": "fleet-trees"}
    assert of(forecasting_model="fleet", forecasting_choice=trees).model == "fleet-trees"


@pytest.mark.parametrize(
    "kept",
    ["blend", {"model": "blend"}, {**KEPT, "chosen": "today"}, {**KEPT, "tried": 3}, {**KEPT, "accuracy": 1}],
)
def test_what_others_wrote_is_no_evidence(kept: object) -> None:
    assert of(forecasting_choice=kept).evidence is None
