"""Tables as files hold them, and where in them times and values are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flexmeasures.domain.errors import InvalidField

Cell = str | float | datetime | None

MOST_ROWS = 200_000
"""More than five years of quarters of an hour."""

_TIME_WORDS = ("start", "time", "date", "datum", "zeit", "tijd", "timestamp", "event")
_VALUE_WORDS = ("value", "wert", "waarde", "power", "price", "measured", "mw", "kw")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a file.

    Attributes:
        header: Names of the columns; empty where the file has none.
        rows: Cells of each row.
        first: Number of the first row in the file, as people count.
        has_decimal_commas: Whether a comma in a number stands before its decimals.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    first: int
    has_decimal_commas: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table are read.

    Attributes:
        time: Place of the starts of the events.
        value: Place of the values.
        value_name: What the header calls it.
    """

    time: int
    value: int
    value_name: str


def table_of(cells: Sequence[Sequence[Cell]], *, has_decimal_commas: bool = False) -> Table:
    """Return rows of cells as a table: a first row without a date is its header.

    Raises:
        InvalidField: there are no rows, or too many.
    """
    rows = [
        (number, tuple(row)) for number, row in enumerate(cells, 1) if any(_is_told(cell) for cell in row)
    ]
    if not rows:
        raise InvalidField("The file has no rows.")
    if len(rows) > MOST_ROWS:
        raise InvalidField(f"The file has {len(rows):,} rows; at most {MOST_ROWS:,} can be read at once.")
    has_header = not any(is_time(cell) for cell in rows[0][1])
    header = tuple(str(cell or "").strip() for cell in rows[0][1]) if has_header else ()
    body = rows[1:] if has_header else rows
    if not body:
        raise InvalidField("The file has a header, but no rows below it.")
    return Table(header, tuple(row for _, row in body), body[0][0], has_decimal_commas)


def columns_of(table: Table, value_name: str = "") -> Columns:
    """Return which columns hold times and values.

    Args:
        table: Of a file.
        value_name: Column of the values, by its name or its number from one; empty to find it.

    Raises:
        InvalidField: there is no column of times, or none of values.
    """
    width = max(len(row) for row in table.rows)
    names = [table.header[place] if place < len(table.header) else "" for place in range(width)]
    sample = table.rows[:50]
    times = [place for place in range(width) if any(is_time(_cell(row, place)) for row in sample)]
    if not times:
        raise InvalidField("No column holds dates and times, such as 2026-03-28T13:15+01:00.")
    time = min(times, key=lambda place: (not _has(names[place], _TIME_WORDS), place))
    others = [place for place in range(width) if place != time and place not in times]
    if value_name:
        others = [place for place in others if value_name in {names[place], str(place + 1)}]
    numeric = [
        place for place in others if any(number_in(_cell(row, place), table) is not None for row in sample)
    ]
    if not numeric:
        raise InvalidField(
            f"There is no column of numbers called {value_name}."
            if value_name
            else "No column holds numbers."
        )
    value = min(numeric, key=lambda place: (not _has(names[place], _VALUE_WORDS), place))
    return Columns(time, value, names[value] or f"column {value + 1}")


def is_time(cell: Cell) -> bool:
    """Tell whether a cell looks like a date."""
    return isinstance(cell, datetime) or (isinstance(cell, str) and bool(_DATE.match(cell.strip())))


def number_in(cell: Cell, table: Table) -> float | None:
    """Return the number in a cell; None where there is something else, or nothing."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    if not isinstance(cell, str):
        return None
    text = cell.strip().replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if table.has_decimal_commas and "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def _cell(row: tuple[Cell, ...], place: int) -> Cell:
    return row[place] if place < len(row) else None


def _is_told(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _has(name: str, words: tuple[str, ...]) -> bool:
    return any(word in name.casefold() for word in words)
