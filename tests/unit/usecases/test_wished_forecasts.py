"""Forecasts that somebody wishes for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import InvalidPeriod, InvalidResolution, NotEnoughData
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.forecast_wishes import Recipe, Wish
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.wished_forecasts import make_wished, queue_wished, target_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def sensor(memory_platform: Platform) -> Sensor:
    """An hourly sensor that measured ones for ten days until two days before noon."""
    factory = Factory(memory_platform.store)
    sensor = factory.sensor(step=HOUR)
    told = block(sensor, factory.source(SourceType.GATEWAY), NOON - 12 * DAY, [1.0] * 240)
    memory_platform.store.beliefs.add([told])
    return sensor


def test_instantaneous_events_cannot_be_forecast(memory_platform: Platform) -> None:
    sensor = Factory(memory_platform.store).sensor(step=timedelta(0))
    with pytest.raises(InvalidResolution, match="instantaneous events, which cannot be forecast"):
        target_of(Wish(sensor.id), memory_platform)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"start": NOON.isoformat(), "duration": "P3000D"}, "72000 events cannot be forecast at once"),
        ({"start": NOON.isoformat(), "end": NOON.isoformat()}, "Nothing lies from"),
        (
            {"start": (NOON - 30 * DAY).isoformat(), "end": NOON.isoformat(), "forecast-frequency": "PT1H"},
            "720 forecasts are too many",
        ),
    ],
)
def test_a_wish_for_nothing_or_too_much_is_refused_before_it_is_queued(
    memory_platform: Platform, sensor: Sensor, message: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidPeriod, match=said):
        queue_wished(sensor, message, memory_platform)
    assert memory_platform.store.jobs.jobs() == []


def test_each_issue_looks_as_far_ahead_as_was_wished(memory_platform: Platform, sensor: Sensor) -> None:
    wish = Wish(sensor.id, start=NOON - 4 * DAY, end=NOON - DAY, look_ahead=6 * HOUR, every=DAY)
    made = make_wished(wish, memory_platform)
    assert made["count"] == 3 * 6
    assert datetime.fromisoformat(str(made["end"])) == NOON - 2 * DAY + 6 * HOUR


def test_too_much_missing_history_is_refused(memory_platform: Platform, sensor: Sensor) -> None:
    wish = Wish(sensor.id, start=NOON, length=HOUR, recipe=Recipe(most_missing=0.0))
    late = block(sensor, Factory(memory_platform.store).source(SourceType.GATEWAY), NOON - HOUR, [1.0])
    memory_platform.store.beliefs.add([late])
    with pytest.raises(NotEnoughData, match=r"of the history of sensor \d+ is missing; at most 0% may be"):
        make_wished(wish, memory_platform)


def test_nothing_to_learn_from_is_refused(memory_platform: Platform, sensor: Sensor) -> None:
    recipe = Recipe(train_start=NOON - DAY)
    with pytest.raises(NotEnoughData, match="Nothing was measured from"):
        make_wished(Wish(sensor.id, start=NOON, length=HOUR, recipe=recipe), memory_platform)
