"""What schedules change, and what of it is to come or was missed."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.assets import Asset, AssetType
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.clock import NOON
from flexmeasures.usecases.effects import adjustments, change_of, effect_of, schedule_effect
from flexmeasures.usecases.holdings import Holding

HOUR = timedelta(hours=1)
GRID = TimeGrid(NOON, HOUR, 4)
NAN = float("nan")
BATTERY = AssetType(1, "battery", "battery", is_consumer=True, is_producer=True, can_shift=True)
SOLAR = AssetType(2, "solar", "solar panel", is_producer=True, can_curtail=True)


def scheduled(
    schedule: list[float],
    *,
    kind: AssetType = BATTERY,
    usual: list[float] | None = None,
    measured: list[float] | None = None,
    price: list[float] | None = None,
) -> Holding:
    known = np.array(measured or [NAN] * 4)
    is_measured = ~np.isnan(known)
    plan = np.array(schedule)
    return Holding(
        Asset(1, "it", "It", kind),
        np.where(is_measured, known, plan),
        is_measured,
        plan,
        np.array(price or [NAN] * 4),
        None,
        np.array(usual or []),
    )


def test_a_battery_shifts_energy_and_time() -> None:
    held = [scheduled([1.0, 0.0, 0.0, -1.0], price=[10, 20, 30, 50])]
    effect = effect_of("All", None, held, 1.0)
    assert (effect.shifted, effect.moved, effect.curtailed) == (1.0, 3.0, 0.0)
    assert (effect.money.costs, effect.money.revenues, effect.money.profit) == (10.0, 50.0, 40.0)


def test_a_producer_is_curtailed_against_its_forecast() -> None:
    held = [scheduled([-2.0, -1.0, 0.0, NAN], kind=SOLAR, usual=[-2.0, -3.0, -1.0, -4.0], price=[-5.0] * 4)]
    effect = effect_of("All", None, held, 1.0)
    assert (effect.curtailed, effect.shifted) == (3.0, 0.0)
    assert effect.money.profit == 15.0
    assert_allclose(schedule_effect(held, GRID), [0.0, -2.0, -1.0, NAN])


def test_adjustments_are_to_come_unless_they_were_missed() -> None:
    followed = scheduled([1.0, 1.0, 0.0, -2.0], measured=[1.0, NAN, NAN, NAN], price=[10, 10, 10, 40])
    (first, last) = adjustments([followed], GRID, NOON + HOUR)
    assert (first.start, first.end, first.energy, first.is_missed) == (
        NOON + HOUR,
        NOON + 2 * HOUR,
        -1.0,
        False,
    )
    assert (last.energy, last.worth) == (2.0, 80.0)
    idle = scheduled([1.0, 1.0, 0.0, -2.0], measured=[0.0, 0.0, NAN, NAN])
    (missed, coming) = adjustments([idle], GRID, NOON + 2 * HOUR)
    assert (missed.start, missed.end, missed.is_missed) == (NOON, NOON + 2 * HOUR, True)
    assert np.isnan(missed.worth)
    assert not coming.is_missed


def test_without_schedules_there_is_nothing_to_adjust() -> None:
    assert adjustments([], GRID, NOON) == []
    assert adjustments([scheduled([NAN] * 4)], GRID, NOON) == []


@given(st.lists(st.lists(st.floats(-5, 5), min_size=4, max_size=4), min_size=1, max_size=4))
def test_what_is_to_come_adds_up_to_the_effect(plans: list[list[float]]) -> None:
    held = [scheduled(plan) for plan in plans]
    total = schedule_effect(held, GRID)
    shown = [each.energy for each in adjustments(held, GRID, NOON)]
    noticed = np.abs(total) > 0.05 * np.abs(total).max()
    assert sum(shown) == pytest.approx(float(total[noticed].sum()), abs=1e-9)
    assert_allclose(total, -sum(change_of(each) for each in held), atol=1e-12)
