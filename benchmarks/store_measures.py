"""What is timed of the store: writing by size, reading by span, and both while the table grows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import psycopg
from benchmarks import store_reference as reference

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock, Source
from flexmeasures.domain.timing import instant
from flexmeasures.testing.factories import Factory

SIZES = (1, 96, 35_040, 1_000_000)
REPEATS = {1: 200, 96: 100, 35_040: 11, 1_000_000: 3}
SPANS = {"1 day": 1, "31 days": 31, "1 year": 365}
START = datetime(2024, 1, 1, tzinfo=UTC)
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
FORECASTS = 48

_FILL = """
INSERT INTO belief
SELECT sensor, %(source)s, start + k * interval '15 min', start + (k + 1) * interval '15 min', 0.5, random()
FROM generate_series(%(first)s, %(last)s) AS sensor, generate_series(0, 34999) AS k,
  (SELECT '2024-01-01+00'::timestamptz AS start) AS begin"""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where everything is measured.

    Attributes:
        database: The store's.
        raw: A connection beside it.
        uri: Of the database.
        make: Makes sensors and sources.
    """

    database: Database
    raw: psycopg.Connection
    uri: str
    make: Factory


@contextmanager
def bench() -> Iterator[Bench]:
    """Start a server of its own and open an empty database."""
    with (
        tempfile.TemporaryDirectory(prefix="flexmeasures-bench-") as folder,
        Embedded(Path(folder)) as services,
    ):
        database = Database(services.database_uri, {})
        database.upgrade()
        raw = psycopg.connect(services.database_uri.replace("+psycopg", ""))
        raw.execute("SET plan_cache_mode = force_generic_plan")
        reference.make_tables(raw)
        yield Bench(database, raw, services.database_uri, Factory(database.store))
        raw.close()
        database.dispose()


def blocks(sensor: Sensor, source: Source, size: int) -> Iterator[BeliefBlock]:
    """Yield measurements of one period after another, each recorded at the end of its event."""
    rng = np.random.default_rng(size)
    step = np.timedelta64(QUARTER)
    first = instant(datetime(1970, 1, 1, tzinfo=UTC)) if size > 100_000 else instant(START)
    while True:
        starts = first + np.arange(size) * step
        yield BeliefBlock(sensor.id, source.id, starts, starts + step, rng.normal(size=size))
        first = starts[-1] + step


def measure_ingest(place: Bench) -> dict[int, dict[str, float]]:
    """Return the times of writing by the store and by COPY into bare and keyed tables, for each size. [s]

    All are handed the same kind of arrays, made beforehand.
    """
    times = {}
    source = place.make.source()
    for size in SIZES:
        told = blocks(place.make.sensor(), source, size)
        place.database.store.beliefs.add([next(told)])
        made = [next(told) for _ in range(REPEATS[size])]
        times[size] = reference.timed(
            {
                "store": partial(_write, place, iter(made)),
                "bare": partial(_copy, place, reference.BARE, iter(made)),
                "keyed": partial(_copy, place, reference.KEYED, iter(made)),
            },
            REPEATS[size],
        )
    return times


def _write(place: Bench, told: Iterator[BeliefBlock]) -> None:
    place.database.store.beliefs.add([next(told)])


def _copy(place: Bench, table: str, told: Iterator[BeliefBlock]) -> None:
    reference.copy(place.raw, table, next(told))


@dataclass(frozen=True, slots=True)
class History:
    """A year of one sensor.

    Attributes:
        name: For people.
        sensor: Whose events.
        source: Who told them.
    """

    name: str
    sensor: Sensor
    source: Source


def make_histories(place: Bench) -> tuple[History, History]:
    """Write a year with one measurement, and one with 48 hourly forecasts, of each event."""
    meter = History("1 per event", place.make.sensor(), place.make.source())
    place.database.store.beliefs.add([next(blocks(meter.sensor, meter.source, 366 * 96))])
    forecasts = History("48 per event", place.make.sensor(step=HOUR), place.make.source())
    starts = instant(START) + np.arange(366 * 24) * np.timedelta64(HOUR)
    rng = np.random.default_rng(48)
    for lead in range(FORECASTS, 0, -1):
        recorded = starts - lead * np.timedelta64(HOUR)
        told = BeliefBlock(
            forecasts.sensor.id, forecasts.source.id, starts, recorded, rng.normal(size=starts.size)
        )
        place.database.store.beliefs.add([told])
    vacuum(place)
    return meter, forecasts


def measure_reads(place: Bench, history: History) -> dict[str, dict[str, float]]:
    """Return the times of reading the latest beliefs, and of raw SELECTs, by span. [s]

    Both read within an open transaction, as requests do, with a plan that is kept.
    """
    times = {}
    store = place.database.store.beliefs
    with place.database.transaction():
        for name, days in SPANS.items():
            end = START + timedelta(days=days)
            window = reference.Window(history.sensor.id, history.source.id, START, end)
            times[name] = reference.timed(
                {
                    "store": partial(store.latest, [history.sensor.id], START, end),
                    "SELECT": partial(reference.select, place.raw, window),
                    "DISTINCT ON": partial(reference.select, place.raw, window, "DISTINCT ON (event_start)"),
                },
                100 if days < 365 else 15,
            )
    place.raw.commit()
    return times


def measure_growth(place: Bench, meter: History, millions: int) -> dict[int, dict[str, float]]:
    """Return times of reading and writing at growing numbers of rows in the table. [s]"""
    times = {}
    source = place.make.source()
    sensor, filled = place.make.sensor(), 0
    few, many = blocks(sensor, source, 96), blocks(place.make.sensor(), source, 35_040)
    store = place.database.store.beliefs
    store.add([next(few)])
    store.add([next(many)])
    for rows in sorted({1, 10, millions}):
        sensors = rows * 1_000_000 // 35_000
        place.raw.execute(_FILL, {"source": source.id, "first": 100_000 + filled, "last": 99_999 + sensors})
        place.raw.commit()
        filled = sensors
        vacuum(place)
        times[rows] = reference.timed(
            {
                "read 1 day": partial(store.latest, [meter.sensor.id], START, START + timedelta(days=1)),
                "read 31 days": partial(store.latest, [meter.sensor.id], START, START + timedelta(days=31)),
                "read 1 year": partial(store.latest, [meter.sensor.id], START, START + timedelta(days=365)),
                "last of it": partial(store.last, [meter.sensor.id]),
                "write 96": partial(_write, place, few),
                "write 35,040": partial(_write, place, many),
            },
            15,
        )
    return times


def vacuum(place: Bench) -> None:
    """Bring the table into the state that it settles in."""
    place.raw.autocommit = True
    place.raw.execute("VACUUM (ANALYZE) belief")
    place.raw.autocommit = False
