"""Measure how long forecasts of many sensors, and of one, take: learning, issuing, memory.

    python benchmarks/fleet.py --sensors 1000
    python benchmarks/fleet.py --sensors 1000 --store

Times are of CPU. A day is one round of learning and 24 of issuing: without reading and writing of beliefs,
and with ``--store`` on a PostgreSQL of its own, whose CPU counts as well.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs as a script as well

from benchmarks.fleet_store import some_hours

from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.fleet import expect, learn
from flexmeasures.forecasting.fleet_features import History
from flexmeasures.forecasting.forecast import forecast
from flexmeasures.forecasting.task import ForecastTask

HOUR = timedelta(hours=1)
YEAR = 365 * 24
LEADS = 48
HORIZONS = (1, 6, 24, 48)
START = datetime(2025, 1, 1, tzinfo=UTC)
TIMEZONE = "Europe/Amsterdam"
BAND = (0.1, 0.9)
CHUNK = 200


def loads(count: int) -> Array:
    """Return (S, N) noisy loads of a year and two days, in hours."""
    hours = np.arange(YEAR + LEADS)
    noise = np.random.default_rng(0).normal(0, 0.5, (count, hours.size))
    weekend = np.where(hours // 24 % 7 >= 5, -2.0, 0.0)
    return 10 + 3 * np.sin(2 * np.pi * hours / 24) + weekend + noise


def one_sensor(values: Array, model: str) -> float:
    """Return the time to train and issue all usual horizons of one sensor from a year of hours. [s]"""
    began = time.process_time()
    for horizon in HORIZONS:
        window = TimeGrid(START + YEAR * HOUR, HOUR, 1)
        history = Series(TimeGrid(START, HOUR, YEAR + 1 - horizon), values[: YEAR + 1 - horizon])
        issued = window.end - horizon * HOUR
        forecast(
            ForecastTask(
                history,
                window,
                issued,
                timezone=TIMEZONE,
                model=model,
                quantiles=BAND,
                horizon=horizon * HOUR,
            )
        )
    return time.process_time() - began


def many_sensors(values: Array) -> tuple[float, float, float]:
    """Return the times to learn of all sensors, to issue all, and to multiply features by weights. [s]"""
    learning = issuing = multiplying = 0.0
    for first in range(0, values.shape[0], CHUNK):
        some = values[first : first + CHUNK]
        began = time.process_time()
        fleet = learn(History(some[:, :YEAR], TimeGrid(START, HOUR, YEAR), TIMEZONE), LEADS, BAND)
        learned = time.process_time()
        weeks = TimeGrid(START + (YEAR - 35 * 24) * HOUR, HOUR, 35 * 24)
        expect(fleet, History(some[:, YEAR - 35 * 24 : YEAR], weeks, TIMEZONE))
        issued = time.process_time()
        features = np.ones(fleet.weights.shape[:2], np.float32)
        np.einsum("sp,sph->sh", features, fleet.weights)
        learning, issuing = learning + learned - began, issuing + issued - learned
        multiplying += time.process_time() - issued
    return learning, issuing, multiplying


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sensors", type=int, default=1000, help="how many")
    parser.add_argument("--store", action="store_true", help="read from and write to PostgreSQL")
    parser.add_argument("--hours", type=int, default=6, help="how many are gone through with the store")
    options = parser.parse_args()
    values = loads(options.sensors)
    if options.store:
        with_store(values, options.hours)
    else:
        without_store(values)
    print(
        f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (at most 700 MB)"
    )


def with_store(values: Array, hours: int) -> None:
    """Go through some hours with a PostgreSQL, and print what they took."""
    lines, trees = some_hours(values[:, :YEAR], values[:, YEAR:], hours)
    for hour, one in enumerate([*lines, *trees]):
        print(
            f"hour {hour:2d}: {one.issued.worker:6.2f} s worker, {one.issued.server:6.2f} s PostgreSQL; "
            f"trees for {one.count} sensors {one.grown.all:6.2f} s"
        )
    issuing = float(np.mean([one.issued.all for one in lines[1:]]))
    asking = max(0.0, float(np.mean([one.issued.all for one in trees[1:]])) - issuing)
    grown = [one for one in [*lines, *trees] if one.count]
    growing = sum(one.grown.all for one in grown) / max(1, sum(one.count for one in grown))
    day, turns = lines[0].issued.all + 23 * issuing, values.shape[0] / 7
    print(
        f"{values.shape[0]} sensors, a day by lines: {day:.0f} s of CPU "
        f"(the first of {hours} hours, and 23 times the mean of the others; at most 300 s)"
    )
    print(
        f"trees: {turns:.0f} sensors a day, {growing:.2f} s each, and asked 24 times: "
        f"{turns * growing + 24 * asking:.0f} s more (at most 900 s)"
    )


def without_store(values: Array) -> None:
    """Measure one sensor by each model, and all together."""
    count = values.shape[0]
    one_sensor(values[0], "linear-OLS")  # loads libraries and holidays
    for model, bound in (("linear-OLS", 0.5), ("linear-blend", 0.5), ("blend", 6.0)):
        print(
            f"one sensor, a year of hours, horizons {HORIZONS}, {model:13s}"
            f"{one_sensor(values[0], model):6.2f} s (at most {bound} s)"
        )
    learning, issuing, multiplying = many_sensors(values)
    print(f"{count} sensors together: learned in {learning:.1f} s, issued {LEADS} steps in {issuing:.2f} s")
    print(f"  features times weights: {1000 * multiplying:.1f} ms (at most 50 ms)")
    print(f"  a day: {learning + 24 * issuing:.0f} s (at most 300 s with the store)")


if __name__ == "__main__":
    main()
