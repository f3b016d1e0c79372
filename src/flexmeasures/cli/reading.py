"""Read tables from files: CSV, and sheets of Excel workbooks."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from flexmeasures.domain.errors import InvalidField
from flexmeasures.domain.timing import Instants, instant
from flexmeasures.usecases.belief_import import Table

Row = Sequence[object]
WORKBOOKS = frozenset({".xlsx", ".xlsm"})


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in a file.

    Attributes:
        skipped: Rows before the first that counts.
        rows: Of those that count, how many are read; None for all.
        dates: Column of the starts of events; columns are counted from 0.
        values: Column of the values.
        beliefs: Column of the times of recording, if there is one.
        filters: What columns must say in rows that count.
        missing: Texts that stand for no value.
        delimiter: Between columns of CSV.
        decimal: Between a number and its fraction.
        thousands: Between groups of digits; empty for nothing.
        zone: Of times that do not state their offset.
        sheet: Number of a sheet of a workbook, from 0.
    """

    skipped: int = 1
    rows: int | None = None
    dates: int = 0
    values: int = 1
    beliefs: int | None = None
    filters: tuple[tuple[int, str], ...] = ()
    missing: frozenset[str] = frozenset({"", "nan", "NaN", "null", "None", "NA", "N/A"})
    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""
    zone: str = "UTC"
    sheet: int = 0


def read_table(file: Path, layout: Layout) -> Table:
    """Read a table of values by time.

    Raises:
        InvalidField: the file cannot be read, or a row has no time or no number where one is expected.
    """
    rows = _workbook(file, layout) if file.suffix.lower() in WORKBOOKS else _csv(file, layout)
    starts: list[np.datetime64] = []
    values: list[float] = []
    recorded: list[np.datetime64] = []
    for number, row in _counting(rows, layout):
        starts.append(_time(row, layout.dates, number, layout))
        values.append(_number(row, layout.values, number, layout))
        if layout.beliefs is not None:
            recorded.append(_time(row, layout.beliefs, number, layout))
    times = None if layout.beliefs is None else _instants(recorded)
    return Table(_instants(starts), np.array(values, float), times)


def _instants(times: list[np.datetime64]) -> Instants:
    return np.array(times, "datetime64[us]")


def _counting(rows: Iterator[Row], layout: Layout) -> Iterator[tuple[int, Row]]:
    """Yield the rows that count, with their numbers as people count them."""
    read = 0
    for number, row in enumerate(rows, 1):
        if number <= layout.skipped or not any(str(cell or "").strip() for cell in row):
            continue
        if any(str(_cell(row, column, number)).strip() != text for column, text in layout.filters):
            continue
        if layout.rows is not None and read >= layout.rows:
            return
        read += 1
        yield number, row


def _csv(file: Path, layout: Layout) -> Iterator[Row]:
    """Yield the rows of a CSV file.

    Raises:
        InvalidField: it is none.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            yield from csv.reader(lines, delimiter=layout.delimiter)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidField(f"{file} cannot be read as CSV: {error}") from error


def _workbook(file: Path, layout: Layout) -> Iterator[Row]:
    """Return the rows of a sheet; what reads workbooks is imported only now."""
    rows: Iterator[Row] = import_module("flexmeasures.cli.workbooks").rows(file, layout.sheet)
    return rows


def _cell(row: Row, column: int, number: int) -> object:
    if column >= len(row):
        raise InvalidField(f"Row {number} has no column {column}.")
    return row[column]


def _time(row: Row, column: int, number: int, layout: Layout) -> np.datetime64:
    """Return a time.

    Raises:
        InvalidField: there is none.
    """
    cell = _cell(row, column, number)
    try:
        time = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell).strip())
    except ValueError as error:
        raise InvalidField(f"Row {number}: '{cell}' is no date and time in ISO 8601.") from error
    return instant((time if time.tzinfo else time.replace(tzinfo=ZoneInfo(layout.zone))).astimezone(UTC))


def _number(row: Row, column: int, number: int, layout: Layout) -> float:
    """Return a number, NaN where none is meant.

    Raises:
        InvalidField: there is something else.
    """
    cell = _cell(row, column, number)
    if isinstance(cell, (int, float)):
        return float(cell)
    text = "" if cell is None else str(cell).strip()
    if text in layout.missing:
        return float("nan")
    if layout.thousands:
        text = text.replace(layout.thousands, "")
    try:
        return float(text.replace(layout.decimal, "."))
    except ValueError as error:
        raise InvalidField(f"Row {number}: '{cell}' is no number.") from error


def filters_of(columns: Sequence[int], values: Sequence[str]) -> Mapping[int, str]:
    """Return what columns must say.

    Raises:
        InvalidField: there are not as many values as columns.
    """
    if len(columns) != len(values):
        raise InvalidField("Each --filter-column needs a --filter-value.")
    return dict(zip(columns, values, strict=True))
