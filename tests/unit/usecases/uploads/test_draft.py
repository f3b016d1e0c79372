"""Files of all kinds, checked before anything is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.errors import InvalidField
from flexmeasures.domain.timing import instant
from flexmeasures.usecases.uploads.draft import Draft, Reading, draft_of
from flexmeasures.usecases.uploads.table import Cell, table_of
from flexmeasures.usecases.uploads.told import Told
from flexmeasures.usecases.uploads.units import units_for

QUARTER = timedelta(minutes=15)
ZONE = "Europe/Amsterdam"
SITE = AssetType(1, "building", "building", is_consumer=True, is_producer=True)
SOLAR = AssetType(2, "solar", "solar panel", is_producer=True)
POWER = Sensor(1, "power", 1, "MW", ZONE, QUARTER, Quantity.POWER)
MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)


def draft(
    rows: list[list[Cell]], reading: Reading | None = None, sensor: Sensor = POWER, kind: AssetType = SITE
) -> Draft:
    table = table_of(rows, has_decimal_commas=any("," in str(cell) for row in rows for cell in row))
    return draft_of(table, sensor, Asset(1, "a", "A", kind), reading or Reading())


def texts(found: Draft) -> str:
    return " ".join(finding.text for finding in found.findings)


def known(found: Draft, step: timedelta = QUARTER) -> dict[int, float]:
    """Return the values of a draft by the number of their step after midnight."""
    places = (found.told.starts - instant(MIDNIGHT)) // np.timedelta64(step)
    return dict(zip(places.tolist(), found.told.values.tolist(), strict=True))


def rows_of(values: list[float], step: timedelta = QUARTER, start: datetime = MIDNIGHT) -> list[list[Cell]]:
    return [[(start + place * step).isoformat(), str(value)] for place, value in enumerate(values)]


def test_a_plain_file_is_read_as_it_is() -> None:
    found = draft([["start", "power"], *rows_of([1.0, 2.0, 3.0])])
    assert found.told.start == MIDNIGHT
    assert found.told.values.tolist() == [1.0, 2.0, 3.0]
    assert found.findings == ()
    assert (found.rows, found.left_out, found.column) == (3, 0, "power")


def test_columns_are_found_by_what_they_hold() -> None:
    rows: list[list[Cell]] = [["id", "note", "begin time", "value"], ["7", "x", "2026-01-05T00:00Z", "4,5"]]
    assert draft(rows).told.values.tolist() == [4.5]
    assert draft(rows, Reading(value_column="id")).told.values.tolist() == [7.0]
    assert draft(rows, Reading(value_column="4")).told.values.tolist() == [4.5]
    with pytest.raises(InvalidField, match="no column of numbers called note"):
        draft(rows, Reading(value_column="note"))


@pytest.mark.parametrize(
    "text",
    ["2026-01-05 01:00", "05.01.2026 01:00", "5/1/2026 01:00", "2026/01/05 01:00", "2026-01-05T00:00:00Z"],
)
def test_times_are_read_in_the_usual_forms(text: str) -> None:
    assert draft([[text, "1"]]).told.start == MIDNIGHT


def test_months_may_come_first_if_that_is_the_only_way() -> None:
    found = draft([["1/5/2026 01:00", "1"], ["1/25/2026 01:00", "2"]])
    assert found.told.start == MIDNIGHT
    assert "month first" in texts(found)


def test_the_hour_that_comes_twice_is_told_apart_by_its_order() -> None:
    clocks = ["02:00", "02:15", "02:30", "02:45"] * 2
    found = draft([[f"2026-10-25 {clock}", str(place)] for place, clock in enumerate(clocks)])
    assert found.told.start == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert found.told.values.tolist() == list(range(8))
    assert "an hour that the clock shows twice" in texts(found)


def test_a_time_that_the_clock_skips_is_left_out() -> None:
    found = draft([["2026-03-29 01:45", "1"], ["2026-03-29 02:15", "2"], ["2026-03-29 03:00", "3"]])
    assert found.told.values.tolist() == [1.0, 3.0]
    assert "one that the clock skips: 2." in texts(found)
    assert found.left_out == 1


def test_what_is_no_number_is_left_out_by_its_row() -> None:
    found = draft([["time", "value"], *rows_of([1.0]), ["2026-01-05T00:15Z", "n/a"], ["odd", "3"]])
    assert "Row without a number in column 2: 3." in texts(found)
    assert "clock skips: 4." in texts(found)
    assert found.count == 1


def test_rows_that_contradict_each_other_are_left_out_and_repetitions_are_not() -> None:
    rows = rows_of([1.0, 2.0, 3.0])
    found = draft([*rows, rows[0], [rows[1][0], "9"]])
    assert known(found) == {0: 1.0, 2: 3.0}
    assert "tell different values of the same time: 2, 5." in texts(found)
    assert "1 rows only repeat others." in texts(found)


def test_gaps_stay_gaps() -> None:
    rows = rows_of([1.0, 2.0, 3.0, 4.0])
    found = draft([rows[0], rows[1], rows[3]])
    assert known(found) == {0: 1.0, 1: 2.0, 3: 4.0}
    assert "1 of 4 steps are not told" in texts(found)


def test_longer_steps_are_repeated_and_shorter_ones_become_means() -> None:
    assert draft(rows_of([1.0, 2.0], timedelta(minutes=30))).told.values.tolist() == [1.0, 1.0, 2.0, 2.0]
    minutes = draft(rows_of([1.0, 2.0, 3.0, 7.0], timedelta(minutes=5)))
    assert minutes.told.values.tolist() == [2.0, 7.0]
    assert "become means of 15 min" in texts(minutes)
    with pytest.raises(InvalidField, match="does not fit"):
        draft(rows_of([1.0, 2.0], timedelta(minutes=10)))


def test_times_beside_the_steps_are_left_out() -> None:
    rows = rows_of([1.0, 2.0, 3.0, 4.0])
    found = draft([*rows[:2], ["2026-01-05T00:31:00Z", "9"], *rows[2:]])
    assert found.count == 4
    assert "do not start at steps of 15 min: 3." in texts(found)


def test_units_and_signs_become_those_of_the_sensor() -> None:
    rows = rows_of([500.0])
    assert draft(rows, Reading(unit="kW")).told.values.tolist() == [0.5]
    assert draft(rows, Reading(unit="kWh")).told.values.tolist() == [2.0]
    assert draft(rows, Reading(unit="kW", is_flipped=True)).told.values.tolist() == [-0.5]
    with pytest.raises(InvalidField, match="EUR is no unit of this sensor; expected MW"):
        draft(rows, Reading(unit="EUR"))


def test_the_header_may_state_the_unit() -> None:
    found = draft([["start", "power (kW)"], *rows_of([500.0])])
    assert found.told.values.tolist() == [0.5]
    assert "read in kW, as the header says" in texts(found)
    assert draft([["start", "power (kW)"], *rows_of([5.0])], Reading(unit="MW")).count == 1


def test_more_power_than_the_asset_has_is_told() -> None:
    table = table_of(rows_of([0.4, -2.0]))
    small = Asset(1, "a", "A", SITE, attributes={"capacity_in_mw": 0.5})
    assert "Values reach 2 MW, more than the capacity of 0.5 MW." in texts(
        draft_of(table, POWER, small, Reading())
    )


def test_a_producer_does_not_consume() -> None:
    found = draft(rows_of([-1.0, 2.0, -3.0]), kind=SOLAR)
    assert known(found) == {0: -1.0, 2: -3.0}
    assert "is production positive in this file?" in texts(found)
    with pytest.raises(InvalidField, match="No row can be used"):
        draft(rows_of([1.0]), kind=SOLAR)


def test_files_without_sense_say_what_is_missing() -> None:
    with pytest.raises(InvalidField, match="No column holds dates"):
        draft([["a", "b"], ["1", "2"]])
    with pytest.raises(InvalidField, match="No column holds numbers"):
        draft([["2026-01-05T00:00Z", "x"]])
    with pytest.raises(InvalidField, match="no rows below"):
        draft([["time", "value"]])
    with pytest.raises(InvalidField, match="has no rows"):
        draft([["", None]])
    with pytest.raises(InvalidField, match="too much time"):
        draft([*rows_of([1.0, 2.0]), ["2199-01-05T00:00Z", "3"]])


@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=2, max_size=60),
    st.sampled_from([5, 15, 60]),
)
def test_what_is_written_to_a_file_is_read_from_it(values: list[float | None], minutes: int) -> None:
    if values[0] is None or values[1] is None:
        values[:2] = [1.0, 2.0]
    step = timedelta(minutes=minutes)
    sensor = Sensor(1, "soc", 1, "MWh", ZONE, step, Quantity.OTHER)
    told: list[list[Cell]] = [
        [(MIDNIGHT + place * step).isoformat(), value]
        for place, value in enumerate(values)
        if value is not None
    ]
    found = draft(told, sensor=sensor)
    assert known(found, step) == {place: value for place, value in enumerate(values) if value is not None}
    assert found.told.step == step


def test_values_of_moments_are_told_at_any_time() -> None:
    tank = Sensor(1, "soc", 1, "MWh", ZONE, timedelta(0), Quantity.STATE_OF_CHARGE)
    rows: list[list[Cell]] = [["2026-01-05T00:07:13Z", "2"], ["2026-01-05T00:00Z", "1"]]
    found = draft([*rows, ["2026-01-05T00:07:13Z", "2"], ["2026-01-05T01:00Z", "x"]], sensor=tank)
    assert found.told.values.tolist() == [1.0, 2.0]
    assert (found.told.start, found.told.step) == (MIDNIGHT, timedelta(0))
    assert found.told.end == MIDNIGHT + timedelta(minutes=7, seconds=13, microseconds=1)
    assert "1 rows only repeat others." in texts(found)
    assert "steps" not in texts(found)


def test_energy_is_no_power_of_a_moment() -> None:
    meter = replace(POWER, step=timedelta(0))
    assert draft(rows_of([500.0]), Reading(unit="kW"), meter).told.values.tolist() == [0.5]
    with pytest.raises(InvalidField, match="kWh is no unit of this sensor"):
        draft(rows_of([500.0]), Reading(unit="kWh"), meter)


def test_what_is_known_is_found_by_its_events() -> None:
    told = Told(np.array(["2026-01-05", "2026-01-06"], "datetime64[us]"), np.array([1.0, 2.0]), QUARTER)
    days = np.array(["2026-01-04", "2026-01-06"], "datetime64[us]")
    before = Beliefs(days, days, np.array([8.0, 9.0]), np.array([1, 1], np.int32))
    assert_allclose(told.known_in(before), [np.nan, 9.0])


def test_a_file_whose_numbers_are_none_is_refused() -> None:
    with pytest.raises(InvalidField, match="No row holds both a time and a number"):
        draft([["start", "power"], [MIDNIGHT.isoformat(), ""], ["", "3"]])


def test_a_file_between_all_steps_is_refused() -> None:
    with pytest.raises(InvalidField, match="No time is at the sensor’s steps"):
        draft(rows_of([1.0, 2.0, 3.0], start=MIDNIGHT + timedelta(minutes=7)))


@pytest.mark.parametrize(("unit", "value"), [("W/m²", 0.25), ("kW/m²", 250.0)])
def test_irradiance_comes_in_either_unit(unit: str, value: float) -> None:
    sun = replace(POWER, unit="kW/m²", quantity=Quantity.IRRADIANCE)
    assert units_for(sun) == ("kW/m²", "W/m²")
    found = draft(rows_of([250.0, 250.0]), Reading(unit=unit), sun)
    assert found.told.values.tolist() == pytest.approx([value, value])


def test_a_sensor_in_no_unit_of_irradiance_takes_its_own_unit_alone() -> None:
    lux = replace(POWER, unit="lx", quantity=Quantity.IRRADIANCE)
    assert draft(rows_of([250.0]), Reading(unit="lx"), lux).told.values.tolist() == [250.0]
    with pytest.raises(InvalidField, match="Data for irradiance should be given in"):
        draft(rows_of([250.0]), Reading(unit="W/m²"), lux)


def test_production_of_a_pure_consumer_is_left_out() -> None:
    found = draft(rows_of([1.0, -2.0, 3.0]), kind=replace(SITE, is_producer=False))
    assert known(found) == {0: 1.0, 2: 3.0}
    assert "a pure consumer produces" in texts(found)
