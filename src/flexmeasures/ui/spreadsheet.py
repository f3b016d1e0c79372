"""Charts as a file for spreadsheets: full resolution, times with their offset, who said what and when."""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

import numpy as np

from flexmeasures.domain.timing import Instants, from_instant
from flexmeasures.ui.columns import sensor_title
from flexmeasures.usecases.charting import Chart, Panel
from flexmeasures.usecases.lines import Line

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is read as a formula."""


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> harmless("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.startswith(DANGEROUS) else text


def write_csv(chart: Chart, zone: str) -> str:
    """Write a chart as CSV: a row for each event, with value and time of recording for each line."""
    columns = [(panel, line) for panel in chart.panels for line in panel.lines]
    starts = np.unique(np.concatenate([_known(panel, line) for panel, line in columns] or [_NO_TIMES]))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["start", *(head for panel, line in columns for head in _heads(panel, line))])
    cells = [column for panel, line in columns for column in _cells(panel, line, starts, zone)]
    writer.writerows(zip(_times(starts, zone), *cells, strict=True))
    return text.getvalue()


_NO_TIMES: Instants = np.empty(0, "datetime64[us]")


def _known(panel: Panel, line: Line) -> Instants:
    return _moments(panel, line)[~np.isnan(line.values)]


def _moments(panel: Panel, line: Line) -> Instants:
    """Return when each value holds, or begins to."""
    return line.moments if line.moments.size else panel.grid.starts()


def _heads(panel: Panel, line: Line) -> tuple[str, str]:
    name = f"{sensor_title(panel.subject.sensor)}: {line.name}"
    name = harmless(name)
    return f"{name} ({panel.subject.sensor.unit})", f"{name} recorded"


def _cells(panel: Panel, line: Line, starts: Instants, zone: str) -> tuple[list[str], list[str]]:
    """Return value and time of recording for each of some starts, empty where nothing is known."""
    told = ~np.isnan(line.values)
    own, values, recorded = _moments(panel, line)[told], line.values[told], line.recorded[told]
    place = np.minimum(np.searchsorted(own, starts), max(own.size - 1, 0))
    fits = own[place] == starts
    values = np.where(fits, values[place], np.nan)
    recorded = np.where(fits, recorded[place], np.datetime64("NaT", "us"))
    return ["" if np.isnan(value) else f"{value:.10g}" for value in values], _times(recorded, zone)


def _times(points: Instants, zone: str) -> list[str]:
    local = ZoneInfo(zone)
    return [
        "" if np.isnat(point) else from_instant(point).astimezone(local).isoformat(timespec="seconds")
        for point in points
    ]
