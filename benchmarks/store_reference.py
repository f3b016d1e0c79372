"""What the store is measured against: PostgreSQL doing as little as possible with the same rows.

Writing is measured against COPY in binary form of the same rows, encoded in numpy and committed like ours,
into a logged table without any key; and into one with the key of beliefs, which is what the server itself
takes for rows and index. Neither looks at what is there. Reading is measured against a SELECT of the rows
as they lie, fetched in binary form and left as they are, and against one that leaves out older beliefs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from time import perf_counter

import numpy as np
from psycopg import Connection, sql

from flexmeasures.domain.beliefs import BeliefBlock

BARE = "bare"
KEYED = "keyed"
_COLUMNS = "sensor_id, source_id, event_start, belief_time, cumulative_probability, event_value"
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        *[
            (f"size_{place}", ">i4") if part == "size" else (f"value_{place}", kind)
            for place, kind in enumerate((">i4", ">i4", ">i8", ">i8", ">f8", ">f8"))
            for part in ("size", "value")
        ],
    ]
)


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows are read."""

    sensor_id: int
    source_id: int
    start: datetime
    end: datetime


def make_tables(connection: Connection) -> None:
    """Make a table of the same columns without a key, and one with it; both are logged like any other."""
    connection.execute(f"CREATE TABLE {BARE} AS SELECT {_COLUMNS} FROM belief WITH NO DATA")  # noqa: S608 - own names
    connection.execute(f"CREATE TABLE {KEYED} (LIKE belief INCLUDING ALL)")
    connection.commit()


def copy(connection: Connection, table: str, block: BeliefBlock) -> None:
    """Write rows into one of the tables, and commit."""
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write(_SIGNATURE)
        stream.write(_encoded(block))
        stream.write(b"\xff\xff")
    connection.commit()


def select(connection: Connection, window: Window, what: str = "") -> int:
    """Fetch the rows of a window, and return how many there were.

    Args:
        connection: To the database.
        window: Which rows.
        what: Comes behind SELECT, such as ``DISTINCT ON (event_start)``.
    """
    order = "ORDER BY event_start, belief_time DESC" if what else ""
    query = sql.SQL(
        f"SELECT {what} event_start, belief_time, event_value FROM belief"  # noqa: S608 - own words
        f" WHERE sensor_id = %b AND source_id = %b AND event_start >= %b AND event_start < %b {order}"
    )
    with connection.cursor(binary=True) as cursor:
        cursor.execute(query, (window.sensor_id, window.source_id, window.start, window.end), prepare=True)
        return cursor.rowcount


def timed(runs: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Return the median time of each run; they take turns, so that all meet the same weather. [s]"""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            start = perf_counter()
            run()
            times[name].append(perf_counter() - start)
    return {name: median(values) for name, values in times.items()}


def _encoded(block: BeliefBlock) -> bytes:
    epoch = np.datetime64("2000-01-01", "us")
    rows = np.empty(block.value.size, _ROW)
    rows["fields"] = 6
    columns = (
        block.sensor_id,
        block.source_id,
        (block.event_start - epoch).astype(np.int64),
        (block.belief_time - epoch).astype(np.int64),
        block.probability,
        block.value,
    )
    for place, column in enumerate(columns):
        rows[f"size_{place}"] = _ROW[f"value_{place}"].itemsize
        rows[f"value_{place}"] = column
    return rows.tobytes()
