from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.usecases.demo.devices import BATTERY, CHARGER, Storage

QUARTER = timedelta(minutes=15)
EVENING = datetime(2015, 11, 20, 19, 10, tzinfo=UTC)
SEVEN = datetime(2015, 11, 21, 7, tzinfo=UTC)
LOSSY = Storage(0.0, 10.0, 0.81)


def test_charging_and_discharging_lose_half_of_a_round_trip_each() -> None:
    charged = LOSSY.after(5.0, 1.0, timedelta(hours=1))
    assert charged == pytest.approx(5.9)  # 1 MWh times the root of 0.81
    assert LOSSY.after(charged, -0.81, timedelta(hours=1)) == pytest.approx(5.0)


@given(st.floats(0, 10), st.floats(-50, 50))
def test_the_power_between_two_states_of_charge_is_what_brings_one_to_the_other(
    soc: float, power: float
) -> None:
    after = LOSSY.after(soc, power, QUARTER)
    assert 0.0 <= after <= 10.0
    assert LOSSY.after(soc, LOSSY.power(soc, after, QUARTER), QUARTER) == pytest.approx(after)
    assert abs(LOSSY.power(soc, after, QUARTER)) <= abs(power) + 1e-9


def test_a_battery_wishes_to_hold_tomorrow_what_it_holds_now() -> None:
    (target,) = BATTERY.targets(EVENING, 1.2)
    assert (target.due, target.soc) == (EVENING + timedelta(days=1), 1.2)
    assert BATTERY.soc_at(EVENING + timedelta(days=9), 1.2, EVENING) == 1.2


def test_a_van_is_to_leave_full_in_the_morning() -> None:
    (target,) = CHARGER.targets(EVENING, 0.012)
    assert (target.due, target.soc) == (SEVEN, 0.06)


@pytest.mark.parametrize(
    ("now", "soc"), [(SEVEN - QUARTER, 0.05), (SEVEN, 0.012), (SEVEN + timedelta(days=5), 0.012)]
)
def test_another_van_is_there_after_the_departure(now: datetime, soc: float) -> None:
    assert CHARGER.soc_at(now, 0.05, EVENING) == soc


def test_vans_leave_at_local_time_in_summer_too() -> None:
    (target,) = CHARGER.targets(datetime(2015, 7, 1, 19, tzinfo=UTC), 0.012)
    assert target.due == datetime(2015, 7, 2, 6, tzinfo=UTC)
