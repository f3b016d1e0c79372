"""What is read is what a slow and plain reference finds, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import isnan
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from flexmeasures.domain.addresses import ConnectionAddress
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter
from flexmeasures.domain.errors import InvalidPeriod, InvalidResolution
from flexmeasures.domain.messages import Query
from flexmeasures.domain.slots import SlotLength, parse_slot_length
from flexmeasures.domain.timing import Instants, from_instant, instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.reading import Reading, read_power

ZONES = ["Asia/Seoul", "Europe/Amsterdam", "Australia/Adelaide", "UTC"]
STEPS = [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)]
LENGTHS = ["PT1H", "PT6H", "PT24H", "P1D", "P3D", "P1W", "P1M", "P3M", "P1Y"]
CHANGES = ["2025-03-30", "2025-10-26", "2025-04-06", "2025-10-05", "2025-01-31", "2024-02-29"]
"""Days on which clocks are changed somewhere, and ends of short months."""


@dataclass(frozen=True, slots=True)
class Case:
    """A sensor near a day on which its clock may be changed, some events, and in what they are asked for."""

    zone: str
    step: timedelta
    length: str | None
    day: str
    lead: int
    places: frozenset[int]


CASES = st.builds(
    Case,
    zone=st.sampled_from(ZONES),
    step=st.sampled_from(STEPS),
    length=st.sampled_from([*LENGTHS, None]),
    day=st.sampled_from(CHANGES),
    lead=st.integers(0, 400),
    places=st.frozensets(st.integers(0, 800), min_size=1, max_size=60),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=CASES)
def test_means_are_those_of_a_plain_reference(
    memory_platform: Platform, memory_tables: Tables, case: Case
) -> None:
    zone, step = case.zone, case.step
    midnight = datetime.fromisoformat(case.day).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    start = midnight - case.lead * step
    asset_id, sensor = _sensor(memory_platform, memory_tables, zone, step)
    events = {start + place * step: float(place) for place in sorted(case.places)}
    _keep(memory_platform, sensor, events)
    slots = parse_slot_length(case.length) if case.length else None
    assume(slots is None or not slots.whole % step)

    found = _read(memory_platform, asset_id, start, start + 900 * step, slots)

    expected = _reference(events, start, slots, step, zone)
    edges = [from_instant(edge) for edge in found.edges]
    means = zip(edges, found.values[0].tolist(), strict=False)
    known = {edge: mean for edge, mean in means if not isnan(mean)}
    assert known.keys() == expected.keys()
    assert [known[edge] for edge in expected] == pytest.approx(list(expected.values()))
    assert edges == sorted(set(edges))


def test_daily_values_stay_apart_where_clocks_are_changed(
    memory_platform: Platform, memory_tables: Tables
) -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    asset_id, sensor = _sensor(memory_platform, memory_tables, zone.key, timedelta(days=1))
    days = [datetime(2025, 3, 29 + day if day < 3 else day - 2, tzinfo=zone) for day in range(3)]
    _keep(memory_platform, sensor, {day.astimezone(UTC): float(n) for n, day in enumerate(days)})

    found = _read(memory_platform, asset_id, days[0], days[-1] + timedelta(days=1), None)

    assert found.values[0].tolist() == [0.0, 1.0, 2.0]
    assert found.edges[-1] - found.edges[0] == np.timedelta64(71, "h")


def test_sensors_of_different_steps_are_read_in_slots_that_are_told(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    admin = make.user("admin")
    sensors = [make.sensor(step=step) for step in STEPS[:2]]
    query = Query(tuple(ConnectionAddress(each.asset_id) for each in sensors), NOON, NOON, BeliefFilter())
    with pytest.raises(InvalidResolution, match="Cannot send data for both PT15M and PT30M"):
        read_power(admin, query, memory_platform)
    hourly = replace(query, slots=parse_slot_length("PT1H"))
    assert read_power(admin, hourly, memory_platform).edges.size == 0


def test_no_time_at_all_has_no_values(memory_platform: Platform, memory_tables: Tables) -> None:
    asset_id, sensor = _sensor(memory_platform, memory_tables, "UTC", STEPS[0])
    _keep(memory_platform, sensor, {NOON: 1.0})
    assert _read(memory_platform, asset_id, NOON, NOON, None).edges.size == 0


def test_more_slots_than_can_be_answered_are_refused(
    memory_platform: Platform, memory_tables: Tables
) -> None:
    asset_id, sensor = _sensor(memory_platform, memory_tables, "UTC", timedelta(seconds=1))
    late = NOON + timedelta(days=60)
    _keep(memory_platform, sensor, {NOON: 1.0, late: 2.0})
    with pytest.raises(InvalidPeriod, match="more than 5000000 values"):
        _read(memory_platform, asset_id, NOON, late + timedelta(hours=1), None)


def _reference(
    events: Mapping[datetime, float], start: datetime, slots: SlotLength | None, step: timedelta, zone: str
) -> dict[datetime, float]:
    """Return the mean by start of slot, walking from slot to slot."""
    clock = ZoneInfo(zone)
    if slots is None:
        days = step.days if step % timedelta(days=1) == timedelta(0) else 0
        slots, start = SlotLength(timedelta(0) if days else step, days=days), min(events)
    edge, found, number = start, dict[datetime, float](), 0
    while edge <= max(events):
        number += 1
        after = _edge(start.astimezone(clock), slots, number).astimezone(UTC)
        inside = [value for event, value in events.items() if edge <= event < after]
        if inside:
            found[edge] = sum(inside) / len(inside)
        edge = after
    return found


def _edge(anchor: datetime, slots: SlotLength, number: int) -> datetime:
    """Return the end of slot ``number``, counted from one, on the clock of the anchor."""
    if slots.equal:
        return (anchor.astimezone(UTC) + number * slots.equal).astimezone(UTC)
    if slots.days:
        return anchor + timedelta(days=number * slots.days)
    year, month = divmod(anchor.month - 1 + number * slots.months, 12)
    first = anchor.replace(year=anchor.year + year, month=month + 1, day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(anchor.day, last.day))


def _sensor(platform: Platform, tables: Tables, zone: str, step: timedelta) -> tuple[int, Sensor]:
    make = Factory(platform.store)
    asset = make.asset()
    sensor = replace(make.sensor(asset, step=step), timezone=zone)
    tables.sensors[sensor.id] = sensor
    return asset.id, sensor


def _keep(platform: Platform, sensor: Sensor, events: Mapping[datetime, float]) -> None:
    starts: Instants = np.array([instant(event) for event in events], "datetime64[us]")
    source = Factory(platform.store).source()
    values = np.array(list(events.values()))
    platform.store.beliefs.add(
        [BeliefBlock(sensor.id, source.id, starts, starts + np.timedelta64(sensor.step), values)]
    )


def _read(
    platform: Platform, asset_id: int, start: datetime, end: datetime, slots: SlotLength | None
) -> Reading:
    caller = Factory(platform.store).user("admin")
    return read_power(
        caller, Query((ConnectionAddress(asset_id),), start, end, BeliefFilter(), slots), platform
    )
