"""Read folders of recorded series with a manifest, and make forecast tasks of them.

A folder holds ``manifest.json`` and hourly series as CSV. Names of columns say what was known when: ``obs_``
was observed, ``fc_`` and ``fcs_`` were forecast for any hour; a second file ``*.wxfc.csv.gz`` holds forecasts
with their issue times.
"""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.series import Array, Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.task import ForecastTask, Regressor

HOUR = timedelta(hours=1)
MEANINGS = {
    "fc_ws100": "wind speed",
    "fc_u100": "eastward wind",
    "fc_v100": "northward wind",
    "fcs_ghi": "irradiance",
    "fcs_temp": "temperature",
    "fcs_clouds": "cloudiness",
}
"""Columns in words of the field; other columns keep their names."""
AT_ANY_SIGN = frozenset({"price", "weather"})
"""Classes whose values can be negative."""
RUNS_APART = 12
"""Hours between two runs of the weather forecasts with issue times."""
LONGEST_LEAD = 48
"""Hours that such a run covers."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Weather forecasts with their issue times.

    Attributes:
        first: Index of the first run's issue on the grid of the series.
        values: (R, 49, 3) by run and lead: eastward and northward wind, wind speed; NaN where unknown.
    """

    first: int
    values: Array

    def known(self, hours: NDArray[np.int64], issued: NDArray[np.int64]) -> Array:
        """Return (M, 3) what the newest run says of some hours, held beyond its end, NaN before all runs.

        Args:
            hours: (M,) indices of events.
            issued: (M,) indices of the hours that begin at the issue times.
        """
        run = (issued - self.first) // RUNS_APART
        lead = np.clip(hours - self.first - run * RUNS_APART, 0, LONGEST_LEAD)
        inside = (run >= 0) & (run < self.values.shape[0])
        return np.where(inside[:, None], self.values[np.clip(run, 0, self.values.shape[0] - 1), lead], np.nan)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded series with all that is known beside it.

    Attributes:
        name: As in the manifest.
        kind: Class of the series, such as ``building``.
        grid: N hours.
        values: (N,) recorded values, NaN in gaps.
        columns: Other columns of the file, (N,) each.
        runs: Weather forecasts with issue times, None where there are none.
        timezone: IANA name.
        place: Degrees north and east, None where unknown.
        capacity: Largest value, None where unknown.
        test: First and last but one index of the test window.
    """

    name: str
    kind: str
    grid: TimeGrid
    values: Array
    columns: dict[str, Array]
    runs: Runs | None
    timezone: str
    place: tuple[float, float] | None
    capacity: float | None
    test: tuple[int, int]

    def task(self, horizon: int, first: int, last: int, model: str) -> ForecastTask:
        """Return the task to forecast the hours ``[first, last)``, each ``horizon`` hours before its end.

        It holds no value that was recorded behind the last issue, and models learn from what was known at
        the first.
        """
        start = self.grid.start
        history = Series(TimeGrid(start, HOUR, last - horizon), self.values[: last - horizon])
        return ForecastTask(
            history=history,
            window=TimeGrid(start + first * HOUR, HOUR, last - first),
            issued=start + (first + 1 - horizon) * HOUR,
            regressors=tuple(self._regressors(horizon, first, last)),
            timezone=self.timezone,
            lower=-np.inf if self.kind in AT_ANY_SIGN else 0.0,
            upper=np.inf if self.capacity is None else self.capacity,
            latitude=self.place[0] if self.place else None,
            longitude=self.place[1] if self.place else None,
            model=model,
            quantiles=(0.1, 0.5, 0.9),
            horizon=horizon * HOUR,
        )

    def _regressors(self, horizon: int, first: int, last: int) -> list[Regressor]:
        """Return what was believed or observed beside the series."""
        found = []
        for name, column in self.columns.items():
            if name.startswith("obs_"):
                nothing = np.full(last - first, np.nan)
                found.append(Regressor(name, column[: last - horizon], nothing))
            elif name.startswith(("fc_", "fcs_")) and self.runs is None:
                known = MEANINGS.get(name, name)
                found.append(Regressor(known, column[:first], column[first:last], revised=False))
        return found + (self._vintages(self.runs, horizon, first, last) if self.runs else [])

    def _vintages(self, runs: Runs, horizon: int, first: int, last: int) -> list[Regressor]:
        """Return what the newest run at each issue time said of the event and its neighbours."""
        hours = np.arange(last)
        issued = hours + 1 - horizon
        beyond = np.maximum(hours - (issued - (issued - runs.first) % RUNS_APART) - LONGEST_LEAD, 0)
        columns = {"hours beyond": beyond.astype(float)}
        now = runs.known(hours, issued)
        columns |= {"eastward wind": now[:, 0], "northward wind": now[:, 1], "wind speed": now[:, 2]}
        for shift, name in ((-3, "three before"), (-1, "before"), (1, "after"), (3, "three after")):
            columns[f"wind speed {name}"] = runs.known(hours + shift, issued)[:, 2]
        return [Regressor(name, values[:first], values[first:]) for name, values in columns.items()]


def read_recordings(folder: Path, manifest: Path | None = None) -> list[Recording]:
    """Return all series of a folder.

    Args:
        folder: Holds the series.
        manifest: Describes them; ``manifest.json`` in the folder by default.
    """
    entries = json.loads((manifest or folder / "manifest.json").read_text())
    return [_recording(folder, entry) for entry in entries if (folder / entry["files"][0]).exists()]


def _recording(folder: Path, entry: dict[str, object]) -> Recording:
    """Read one series."""
    files = [str(name) for name in _list(entry["files"])]
    rows = _rows(folder / files[0])
    times = [_time(row["time"]) for row in rows]
    size = (times[-1] - times[0]) // HOUR + 1
    grid = TimeGrid(times[0], HOUR, size)
    place = np.array([(time - times[0]) // HOUR for time in times])
    columns = {}
    for name in rows[0]:
        if name != "time":
            columns[name] = np.full(size, np.nan)
            columns[name][place] = [float(row[name]) if row[name] else np.nan for row in rows]
    where = [float(str(degrees)) for degrees in _list(entry["lat_lon"] or [])]
    return Recording(
        name=str(entry["name"]),
        kind=str(entry["cls"]),
        grid=grid,
        values=columns.pop("value"),
        columns=columns,
        runs=_runs(folder / files[1], grid) if len(files) > 1 else None,
        timezone=str(entry["local_tz"]),
        place=(where[0], where[1]) if where else None,
        capacity=float(str(entry["capacity"])) if entry["capacity"] else None,
        test=(_index(grid, entry["test_start"]), _index(grid, entry["test_end"])),
    )


def _runs(path: Path, grid: TimeGrid) -> Runs:
    """Read weather forecasts with issue times."""
    rows = _rows(path)
    first = _index(grid, rows[0]["issue_time"])
    count = (_index(grid, rows[-1]["issue_time"]) - first) // RUNS_APART + 1
    values = np.full((count, LONGEST_LEAD + 1, 3), np.nan)
    for row in rows:
        run = (_index(grid, row["issue_time"]) - first) // RUNS_APART
        told = [row[name] for name in ("u", "v", "ws")]
        values[run, int(row["lead_h"])] = [float(text) if text else np.nan for text in told]
    values[:, 0] = values[:, 1]
    return Runs(first, values)


def _rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV, compressed or not."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt") as file:
            return list(csv.DictReader(file))
    with path.open() as file:
        return list(csv.DictReader(file))


def _time(text: str) -> datetime:
    """Read a time in UTC."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _index(grid: TimeGrid, text: object) -> int:
    """Return the index of a time on a grid."""
    return (_time(str(text)) - grid.start) // HOUR


def _list(value: object) -> list[object]:
    """Return a list of the manifest."""
    return list(value) if isinstance(value, list) else []
