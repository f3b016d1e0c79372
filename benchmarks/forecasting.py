"""Issue forecasts of every series of a folder, for each hour of its test window, as a scorer wants them.

    python benchmarks/forecasting.py --series FOLDER --out FILE

Each hour is forecast 1, 6, 24 and 48 hours before its end from what was known then. Models are fitted anew
every ``--refit-days`` on what was known then. With ``--days-before N`` the window lies N days earlier:
settings are chosen there, and the test window is looked at once.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it runs as a script as well

from benchmarks.recordings import HOUR, Recording, read_recordings

from flexmeasures.domain.series import Array
from flexmeasures.forecasting.evaluation import calibration, scores
from flexmeasures.forecasting.forecast import forecast
from flexmeasures.forecasting.task import Forecast

HORIZONS = (1, 6, 24, 48)
QUANTILES = (0.1, 0.5, 0.9)
COLUMNS = ("series", "issue_time", "event_start", "horizon_h", "forecast", "q10", "q50", "q90")


@dataclass(frozen=True, slots=True)
class Part:
    """Forecasts of some hours of one series at one horizon.

    Attributes:
        recording: The series.
        horizon: In hours.
        first: Index of the first hour.
        last: Index behind the last hour.
        model: To use; empty for the platform's own choice.
    """

    recording: Recording
    horizon: int
    first: int
    last: int
    model: str

    def issue(self) -> Forecast:
        """Return the forecasts."""
        return forecast(self.recording.task(self.horizon, self.first, self.last, self.model))

    def rows(self, found: Forecast) -> Iterator[tuple[str, ...]]:
        """Return the rows of the table."""
        start = self.recording.grid.start
        quantiles = found.quantiles if found.quantiles is not None else np.tile(found.values, (3, 1))
        for place in range(self.last - self.first):
            event = start + (self.first + place) * HOUR
            issued = event + HOUR - self.horizon * HOUR
            times = (f"{issued:%Y-%m-%dT%H:%M:%SZ}", f"{event:%Y-%m-%dT%H:%M:%SZ}")
            numbers = (found.values[place], *quantiles[:, place])
            yield (self.recording.name, *times, str(self.horizon), *(f"{number:.6g}" for number in numbers))


def parts_of(recording: Recording, horizon: int, refit_days: int, model: str) -> list[Part]:
    """Cut the test window into parts that share a fitted model."""
    first, last = recording.test
    size = refit_days * 24
    return [
        Part(recording, horizon, begin, min(last, begin + size), model) for begin in range(first, last, size)
    ]


@dataclass(frozen=True, slots=True)
class Measure:
    """How good the forecasts of one series at one horizon were.

    Attributes:
        kind: Class of the series.
        horizon: In hours.
        accuracy: 1 - WAPE. [-]
        coverage: Share of the values in the 80 % band. [-]
        moving: The same without steps at which band and value are one, as they are at night. [-]
        line: All that, in words.
    """

    kind: str
    horizon: int
    accuracy: float
    coverage: float
    moving: float
    line: str


def run(job: tuple[Recording, int, int, str]) -> tuple[list[tuple[str, ...]], Measure]:
    """Issue all forecasts of one series at one horizon; return the rows and how good they were."""
    began = time.process_time()
    recording, horizon, refit_days, model = job
    parts = parts_of(recording, horizon, refit_days, model)
    found = [part.issue() for part in parts]
    rows = [row for part, one in zip(parts, found, strict=True) for row in part.rows(one)]
    return rows, _measure(recording, horizon, found, time.process_time() - began)


def _measure(recording: Recording, horizon: int, found: list[Forecast], took: float) -> Measure:
    """Return how good the forecasts of one series at one horizon were."""
    truth = recording.values[slice(*recording.test)]
    said = np.concatenate([one.values for one in found])
    bands = [one.quantiles for one in found if one.quantiles is not None]
    score = scores(truth, said)
    fit = calibration(truth, np.concatenate(bands, axis=1), QUANTILES) if len(bands) == len(found) else None
    fallbacks = "; ".join({one.fallback for one in found if one.fallback})
    accuracy, coverage = score.accuracy if score else np.nan, fit.coverage if fit else np.nan
    line = (
        f"{recording.name:16s}{recording.kind:9s}{horizon:3d} h  1-WAPE {100 * accuracy:6.1f} %  "
        f"80 % band covers {100 * coverage:4.0f} %  {took:6.1f} s of CPU  {fallbacks}"
    )
    return Measure(recording.kind, horizon, accuracy, coverage, _moving(truth, bands), line)


def _moving(truth: Array, bands: list[Array]) -> float:
    """Return the coverage of steps at which something can be missed."""
    if not bands:
        return np.nan
    low, _, high = np.concatenate(bands, axis=1)
    moves = (high - low > 1e-9 * np.nanmax(np.abs(truth))) | (np.abs(truth - low) > 0)
    counts = moves & np.isfinite(truth)
    return float(((truth >= low) & (truth <= high))[counts].mean())


def _print_classes(measures: list[Measure]) -> None:
    """Print means of each class over its series."""
    print("class       1-WAPE (%) at 1/6/24/48 h      80 % band covers (%)     the same where it moves (%)")
    for kind in dict.fromkeys(measure.kind for measure in measures):
        told = [
            [
                np.nanmean([getattr(m, name) for m in measures if (m.kind, m.horizon) == (kind, h)])
                for h in HORIZONS
            ]
            for name in ("accuracy", "coverage", "moving")
        ]
        print(f"{kind:10s}", "   ".join(" ".join(f"{100 * value:6.1f}" for value in row) for row in told))


def main() -> None:
    """Issue forecasts as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--series", type=Path, required=True, help="folder with series and manifest.json")
    parser.add_argument("--manifest", type=Path, help="manifest, if it lies elsewhere")
    parser.add_argument("--out", type=Path, required=True, help="CSV to write")
    parser.add_argument("--model", default="blend", help="name of a model")
    parser.add_argument("--refit-days", type=int, default=14, help="days between two fits")
    parser.add_argument("--days-before", type=int, default=0, help="days by which the window is moved back")
    parser.add_argument("--only", default="", help="names or classes of series, joined by commas")
    parser.add_argument("--processes", type=int, default=2, help="processes beside each other")
    options = parser.parse_args()
    wanted = set(filter(None, options.only.split(",")))
    earlier = timedelta(days=options.days_before) // HOUR
    recordings = [
        replace(recording, test=(recording.test[0] - earlier, recording.test[1] - earlier))
        for recording in read_recordings(options.series, options.manifest)
        if not wanted or wanted & {recording.name, recording.kind}
    ]
    jobs = [(recording, h, options.refit_days, options.model) for recording in recordings for h in HORIZONS]
    began = time.perf_counter()
    with ProcessPoolExecutor(options.processes) as pool, options.out.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        measures = []
        for rows, measure in pool.map(run, jobs):
            writer.writerows(rows)
            print(measure.line, flush=True)
            measures.append(measure)
    _print_classes(measures)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{time.perf_counter() - began:.0f} s; largest process {memory:.0f} MB")


if __name__ == "__main__":
    main()
