"""Measure timely-beliefs by its documented calls, in the environment of the peers; print seconds as JSON."""

# mypy: ignore-errors

import json
import sys
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd
import timely_beliefs as tb
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from timely_beliefs import DBBeliefSource, DBSensor, DBTimedBelief
from timely_beliefs.db_base import Base

START = datetime(2024, 1, 1, tzinfo=UTC)
REPEATS = {1: 20, 96: 10, 35_040: 3, 1_000_000: 1}
SPANS = {"1 day": 1, "31 days": 31, "1 year": 365}

_FILL = """
INSERT INTO timed_beliefs
  (event_start, belief_horizon, cumulative_probability, sensor_id, source_id, event_value)
SELECT '2024-01-01+00'::timestamptz + k * :step, lead * interval '1 hour', 0.5, :sensor, :source, random()
FROM generate_series(0, :events - 1) AS k, generate_series(:least, :most) AS lead"""


def main():
    """Fill an empty database and print how long writing and reading take."""
    engine = create_engine(sys.argv[1])
    with Session(engine) as session:
        Base.metadata.create_all(engine)
        source = DBBeliefSource(name="peer")
        meter = DBSensor(name="meter", event_resolution=timedelta(minutes=15), unit="MW")
        forecasts = DBSensor(name="forecasts", event_resolution=timedelta(hours=1), unit="MW")
        session.add_all([source, meter, forecasts])
        session.commit()
        answer = {"write": {str(size): write(session, source, size) for size in REPEATS}}
        fill(session, meter, source, timedelta(minutes=15), 366 * 96, (0, 0))
        fill(session, forecasts, source, timedelta(hours=1), 366 * 24, (1, 48))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (ANALYZE) timed_beliefs"))
        answer["1 per event"] = read(session, meter)
        answer["48 per event"] = read(session, forecasts)
    print(json.dumps(answer))


def write(session, source, size):
    """Return the median time of writing so many values of successive periods. [s]"""
    sensor = DBSensor(name=f"of {size}", event_resolution=timedelta(minutes=15), unit="MW")
    session.add(sensor)
    session.commit()
    times = []
    first = pd.Timestamp("1970-01-01" if size > 100_000 else "2024-01-01", tz="UTC")
    rng = np.random.default_rng(size)
    for _ in range(REPEATS[size]):
        index = pd.date_range(first, periods=size, freq="15min")
        series = pd.Series(rng.normal(size=size), index=index)
        frame = tb.BeliefsDataFrame(series, sensor=sensor, source=source, belief_horizon=timedelta(0))
        begun = perf_counter()
        DBTimedBelief.add_to_session(session, frame, bulk_save_objects=True)
        session.commit()
        times.append(perf_counter() - begun)
        first = index[-1] + timedelta(minutes=15)
    return median(times)


def fill(session, sensor, source, step, events, leads):
    """Write events with one belief for each lead, in hours."""
    session.execute(
        text(_FILL),
        {
            "step": step,
            "sensor": sensor.id,
            "source": source.id,
            "events": events,
            "least": leads[0],
            "most": leads[1],
        },
    )
    session.commit()


def read(session, sensor):
    """Return the median time of reading the latest beliefs, by span. [s]"""
    times = {}
    for name, days in SPANS.items():
        runs = []
        for _ in range(5):
            begun = perf_counter()
            frame = DBTimedBelief.search_session(
                session,
                sensor,
                event_starts_after=START,
                event_ends_before=START + timedelta(days=days),
                most_recent_beliefs_only=True,
            )
            runs.append(perf_counter() - begun)
            assert len(frame) == days * (timedelta(days=1) // sensor.event_resolution)
        times[name] = median(runs)
    return times


if __name__ == "__main__":
    main()
