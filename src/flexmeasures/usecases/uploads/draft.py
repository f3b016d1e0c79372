"""Check a table against the sensor that it is for, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.domain.attributes import connection
from flexmeasures.domain.errors import InvalidField
from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.usecases.ingest import begins_with_a_step
from flexmeasures.usecases.uploads.table import Table, columns_of, number_in
from flexmeasures.usecases.uploads.times import Clock, begins_with_month, step_of
from flexmeasures.usecases.uploads.told import Told
from flexmeasures.usecases.uploads.units import factor_of, unit_in

MOST_STEPS = 2_000_000
SHOWN_ROWS = 20
NAMED_ROWS = 5
"""So many rows are named in a finding; the others are counted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read.

    Attributes:
        unit: Of its values; empty for that of the sensor.
        zone: Of times that state no offset; empty for that of the sensor.
        value_column: By name or number; empty to find it.
        is_flipped: Whether production is positive in it.
    """

    unit: str = ""
    zone: str = ""
    value_column: str = ""
    is_flipped: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that people should know before they go on.

    Attributes:
        text: What was found.
        is_problem: Whether rows are left out for it.
    """

    text: str
    is_problem: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be written.

    Attributes:
        told: In unit and steps of the sensor.
        findings: What people should know.
        rows: How many the file has.
        left_out: How many of these cannot be used.
        step: Of the file.
        column: Where the values came from.
    """

    told: Told
    findings: tuple[Finding, ...]
    rows: int
    left_out: int
    step: timedelta
    column: str

    @property
    def count(self) -> int:
        """How many values would be written."""
        return self.told.values.size


@dataclass(frozen=True, slots=True)
class _Event:
    row: int
    start: datetime
    value: float


def draft_of(table: Table, sensor: Sensor, asset: Asset, reading: Reading) -> Draft:
    """Check a table.

    Args:
        table: Of the file.
        sensor: That it is for.
        asset: That this measures something of.
        reading: How the file is to be read.

    Raises:
        InvalidField: nothing in it can be used; the text says why.
    """
    columns = columns_of(table, reading.value_column)
    clock = Clock(
        reading.zone or sensor.timezone,
        begins_with_month([row[columns.time] for row in table.rows if columns.time < len(row)]),
    )
    events, findings = _events(table, columns.time, columns.value, clock)
    findings += list(_notes(clock))
    step = step_of(sorted({event.start for event in events}), sensor.step) if sensor.step else timedelta(0)
    events, doubled = _once([event for event in events if not np.isnan(event.value)])
    findings += doubled
    if not events:
        raise InvalidField("No row holds both a time and a number. " + " ".join(f.text for f in findings))
    if sensor.step:
        events, askew = _on_steps(events, step, sensor)
        findings += askew
    unit = reading.unit or unit_in(columns.value_name, sensor)
    if unit and not reading.unit:
        findings.append(Finding(f"Values are read in {unit}, as the header says."))
    values = np.array([event.value for event in events]) * factor_of(unit, sensor, step)
    values = -values if reading.is_flipped else values
    findings += _beyond(values, asset, sensor)
    events, values, wrong = _signed(events, values, asset, sensor)
    findings += wrong
    told, gaps = _told(events, values, step, sensor)
    findings += gaps
    left = len(table.rows) - len(events)
    return Draft(told, tuple(findings), len(table.rows), left, step, columns.value_name)


def _events(table: Table, time: int, value: int, clock: Clock) -> tuple[list[_Event], list[Finding]]:
    events: list[_Event] = []
    no_time, no_number = [], []
    for row, cells in enumerate(table.rows, table.first):
        start = clock.read(cells[time]) if time < len(cells) else None
        number = number_in(cells[value], table) if value < len(cells) else None
        if start is None:
            no_time.append(row)
            continue
        if number is None or not np.isfinite(number):
            no_number.append(row)
            number = np.nan
        events.append(_Event(row, start, number))
    findings = list(_problem("without a time that can be read, or one that the clock skips", no_time))
    findings += _problem(f"without a number in column {value + 1}", no_number)
    return sorted(events, key=lambda event: event.start), findings


def _notes(clock: Clock) -> Iterator[Finding]:
    if clock.without_offset:
        yield Finding(f"Times state no offset: they are read on the clock of {clock.zone}.")
    if clock.repeated:
        yield Finding(
            f"{clock.repeated} times lie in an hour that the clock shows twice:"
            " where one comes twice, the second is the later one."
        )
    if clock.is_month_first:
        yield Finding("Dates are read with the month first.")


def _once(events: Sequence[_Event]) -> tuple[list[_Event], list[Finding]]:
    """Leave out events that are told twice; where the values differ, all of them."""
    by_start: dict[datetime, list[_Event]] = {}
    for event in events:
        by_start.setdefault(event.start, []).append(event)
    kept = [same[0] for same in by_start.values() if len({event.value for event in same}) == 1]
    torn = [e.row for same in by_start.values() if len({event.value for event in same}) > 1 for e in same]
    findings = list(_problem("that tell different values of the same time", torn))
    repeated = len(events) - len(kept) - len(torn)
    if repeated:
        findings.append(Finding(f"{repeated} rows only repeat others."))
    return kept, findings


def _on_steps(
    events: Sequence[_Event], step: timedelta, sensor: Sensor
) -> tuple[list[_Event], list[Finding]]:
    """Leave out events that do not start at the steps of the file.

    Raises:
        InvalidField: the steps of the file do not fit those of the sensor.
    """
    if step % sensor.step and sensor.step % step:
        raise InvalidField(
            f"Values come every {_spoken(step)}: this does not fit steps of {_spoken(sensor.step)}."
        )
    first = next((event for event in events if begins_with_a_step(event.start, sensor)), None)
    if first is None:
        raise InvalidField(f"No time is at the sensor’s steps of {_spoken(sensor.step)}.")
    fits = [event for event in events if not (event.start - first.start) % min(step, sensor.step)]
    askew = [event.row for event in events if (event.start - first.start) % min(step, sensor.step)]
    findings = list(_problem(f"that do not start at steps of {_spoken(min(step, sensor.step))}", askew))
    if step > sensor.step:
        findings.append(Finding(f"Each value of {_spoken(step)} counts for {step // sensor.step} steps."))
    elif step < sensor.step:
        findings.append(Finding(f"Values of {_spoken(step)} become means of {_spoken(sensor.step)}."))
    return fits, findings


def _beyond(values: Array, asset: Asset, sensor: Sensor) -> list[Finding]:
    """Say so if power is larger than what the asset is capable of: the unit may be another one."""
    capacity = connection(asset, sensor).capacity if sensor.quantity is Quantity.POWER else None
    largest = float(np.max(np.abs(values), initial=0.0))
    if capacity is None or largest <= capacity:
        return []
    text = f"Values reach {largest:g} MW, more than the capacity of {capacity:g} MW. Is the unit right?"
    return [Finding(text)]


def _signed(
    events: Sequence[_Event],
    values: Array,
    asset: Asset,
    sensor: Sensor,
) -> tuple[list[_Event], Array, list[Finding]]:
    """Leave out consumption of pure producers and production of pure consumers."""
    wrong = np.zeros(values.shape, np.bool_)
    text = ""
    if sensor.quantity is Quantity.POWER and asset.is_pure_consumer:
        wrong, text = values < 0, "that say that a pure consumer produces"
    elif sensor.quantity is Quantity.POWER and asset.is_pure_producer:
        wrong, text = (
            values > 0,
            "that say that a pure producer consumes (is production positive in this file?)",
        )
    rows = [event.row for event, out in zip(events, wrong, strict=True) if out]
    kept = [event for event, out in zip(events, wrong, strict=True) if not out]
    return kept, values[~wrong], list(_problem(text, rows))


def _told(
    events: Sequence[_Event],
    values: Array,
    step: timedelta,
    sensor: Sensor,
) -> tuple[Told, list[Finding]]:
    """Return values on the steps of the sensor, or at moments if it has none.

    Raises:
        InvalidField: nothing is left, or it spans too much time.
    """
    if not events:
        raise InvalidField("No row can be used.")
    starts = np.array([instant(event.start) for event in events])
    if not sensor.step:
        return Told(starts, values, sensor.step), []
    begin, end = events[0].start, events[-1].start + step
    if step < sensor.step:
        begin = _floor(begin, sensor)
        end = begin - (begin - end) // sensor.step * sensor.step
    size = (end - begin) // step
    if size * max(1, step // sensor.step) > MOST_STEPS:
        raise InvalidField("The file spans too much time. Are all dates right?")
    series = np.full(size, np.nan)
    series[((starts - instant(begin)) // np.timedelta64(step)).astype(np.int64)] = values
    gaps = int(np.isnan(series).sum()) if step >= sensor.step else 0
    findings = [Finding(f"{gaps:,} of {size:,} steps are not told; they stay as they are.")] if gaps else []
    return Told.of(Series(TimeGrid(begin, step, size), series).at_step(sensor.step)), findings


def _floor(start: datetime, sensor: Sensor) -> datetime:
    """Return the start of the step of a sensor that a time lies in."""
    day = datetime(2000, 1, 1, tzinfo=UTC)
    return start - (start - day) % sensor.step


def _problem(what: str, rows: Sequence[int]) -> Iterator[Finding]:
    if rows:
        named = ", ".join(str(row) for row in sorted(rows)[:NAMED_ROWS])
        more = f" and {len(rows) - NAMED_ROWS:,} more" if len(rows) > NAMED_ROWS else ""
        word = "Row" if len(rows) == 1 else "Rows"
        yield Finding(f"{word} {what}: {named}{more}.", is_problem=True)


def _spoken(step: timedelta) -> str:
    minutes = step / timedelta(minutes=1)
    return f"{minutes:g} min" if minutes < 120 else f"{minutes / 60:g} h"
