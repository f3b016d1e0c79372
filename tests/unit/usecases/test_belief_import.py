"""Tables of values become beliefs about events of a sensor."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.errors import InvalidResolution, InvalidUnit
from flexmeasures.domain.timing import instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.usecases.belief_import import Reading, Table, add_beliefs
from flexmeasures.usecases.ports.platform import Platform


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


def table(values: list[float], step: timedelta = QUARTER) -> Table:
    """Return values from noon on."""
    return Table(instant(NOON) + np.arange(len(values)) * np.timedelta64(step), np.array(values))


@pytest.mark.parametrize(
    ("quantity", "unit", "kept"),
    [
        (Quantity.STATE_OF_CHARGE, "MW", 2.0),
        (Quantity.STATE_OF_CHARGE, "kWh", 0.008),
        (Quantity.POWER, "MWh", 32.0),
        (Quantity.POWER, "-kW", -0.008),
    ],
)
def test_values_are_kept_in_the_unit_of_their_sensor(
    memory_platform: Platform, make: Factory, quantity: Quantity, unit: str, kept: float
) -> None:
    sensor = make.sensor(quantity=quantity)
    add_beliefs(sensor, make.source(), table([8.0, 8.0]), Reading(unit), memory_platform)
    (told,) = memory_platform.store.beliefs.latest([sensor.id], NOON, NOON + 2 * QUARTER)[sensor.id]
    assert told.value.tolist() == pytest.approx([kept, kept])


def test_a_unit_of_something_else_is_refused(memory_platform: Platform, make: Factory) -> None:
    sensor = make.sensor()
    with pytest.raises(InvalidUnit, match=f"cannot be values of sensor {sensor.id}"):
        add_beliefs(sensor, make.source(), table([1.0]), Reading("°C"), memory_platform)


def test_instantaneous_values_may_come_at_any_time(memory_platform: Platform, make: Factory) -> None:
    sensor = make.sensor(step=timedelta(0))
    odd = Table(instant(NOON) + np.array([0, 7, 8]).astype("timedelta64[s]"), np.array([1.0, 2.0, 3.0]))
    assert add_beliefs(sensor, make.source(), odd, Reading(), memory_platform).new == 3


def test_values_between_the_steps_are_refused(memory_platform: Platform, make: Factory) -> None:
    sensor = make.sensor()
    odd = Table(instant(NOON) + np.array([0, 7]).astype("timedelta64[m]"), np.array([1.0, 2.0]))
    with pytest.raises(InvalidResolution, match="do not fit the steps"):
        add_beliefs(sensor, make.source(), odd, Reading(resample=False), memory_platform)
