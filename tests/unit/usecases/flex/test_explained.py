"""The dearest limits are said, and all of them are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flexmeasures.scheduling.binding import Binding
from flexmeasures.testing.clock import NOON
from flexmeasures.usecases.flex.explained import explained, told_limits

FULL = Binding("car", "power-max", NOON, 3, 0.75, 12.0, "MW")


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (5, "one more kW would save 0.012 EUR."),
        (6, "1 more limit stands in the way: the job tells all under limits."),
        (8, "3 more limits stand in the way: the job tells all under limits."),
    ],
)
def test_the_dearest_limits_are_said_and_how_many_more_there_are(count: int, last: str) -> None:
    said = explained([FULL] * count, "EUR")
    assert len(said) == min(count, 6)
    assert said[-1].endswith(last)


def test_all_limits_are_told_with_the_sensor_of_their_device() -> None:
    empty = replace(FULL, device="site", constraint="soc-min", unit="MWh", lower=True)
    first, second = told_limits([FULL, empty], "EUR", {"car": {"sensor": 7}})
    assert first == {
        "device": "car",
        "sensor": 7,
        "constraint": "power-max",
        "first": NOON.isoformat(),
        "steps": 3,
        "hours": 0.75,
        "worth": 0.012,
        "unit": "EUR/kW",
        "change": "higher",
    }
    assert (second["unit"], second["change"]) == ("EUR/kWh", "lower")
    assert "sensor" not in second
