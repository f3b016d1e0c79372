"""Charts as columns of JSON: what the scripts of the pages draw."""

from __future__ import annotations

import numpy as np
import orjson
from numpy.typing import NDArray

from flexmeasures.domain.assets import Quantity, Sensor
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.ui import words
from flexmeasures.usecases.charting import Chart, Panel, Subject
from flexmeasures.usecases.lines import Line
from flexmeasures.usecases.replay import PanelReplay, Replay

DIGITS = 6
"""That count in a value, so that a year of values stays small."""


def write_chart(chart: Chart) -> bytes:
    """Write a chart as JSON; unknown values are null."""
    return orjson.dumps(
        {
            "start": words.epoch(chart.start),
            "end": words.epoch(chart.end),
            "last": words.epoch(chart.last) if chart.last else None,
            "panels": [_panel(panel) for panel in chart.panels],
        }
    )


def write_replay(found: Replay) -> bytes:
    """Write how a chart became known as JSON: for each line, columns of steps, times and values."""
    times = found.times
    return orjson.dumps(
        {
            "start": words.epoch(times.start),
            "step": times.step.total_seconds(),
            "size": times.size,
            "panels": [_replayed(panel) for panel in found.panels],
        }
    )


def sensor_title(sensor: Sensor) -> str:
    """Name what a sensor measures."""
    named = sensor.attributes.get("display_name")
    name = str(named) if named else str(sensor.quantity) or sensor.name
    return words.titled(name)


def note(panel: Panel) -> str:
    """Say how the values of a panel are to be read."""
    sensor = panel.subject.sensor
    sign = "production positive" if panel.subject.flipped else "consumption positive"
    parts = [sign] if sensor.quantity is Quantity.POWER else []
    parts.append(words.resolution(sensor.step))
    if panel.steps > 1:
        parts.append(f"means of {words.length(panel.grid.step)}")
    return " · ".join(parts)


def scale(panel: Panel) -> tuple[float, str]:
    """Return factor and unit that suit a panel."""
    tops = [float(np.nanmax(np.abs(line.values), initial=0.0)) for line in panel.lines]
    return suited(panel.subject, max(tops, default=1.0))


def suited(subject: Subject, top: float) -> tuple[float, str]:
    """Return factor and unit that suit a sensor: power below one megawatt is shown in kilowatts.

    Args:
        subject: What is shown.
        top: Largest of its values, in its unit.
    """
    if subject.sensor.unit != "MW":
        return 1.0, subject.sensor.unit
    largest = subject.largest or top
    return (1e3, "kW") if 0 < largest < 1 else (1.0, "MW")


def _panel(panel: Panel) -> dict[str, object]:
    factor, unit = scale(panel)
    return {
        "key": panel.subject.key,
        "title": sensor_title(panel.subject.sensor),
        "unit": unit,
        "note": note(panel),
        "start": words.epoch(panel.grid.start),
        "step": panel.grid.step.total_seconds(),
        "size": panel.grid.size,
        "bucketed": panel.steps > 1,
        "series": [_line(line, factor, panel.grid) for line in panel.lines],
    }


def _line(line: Line, factor: float, grid: TimeGrid) -> dict[str, object]:
    key = f"{line.role}:{line.name}"
    column: dict[str, object] = {
        "key": key,
        "role": line.role,
        "name": line.name,
        "values": short(factor * line.values),
    }
    if line.low.size:
        column |= {"low": short(factor * line.low), "high": short(factor * line.high), "band": line.band}
    if line.moments.size:
        column["behind"] = _seconds(line.moments - grid.starts())
    return column


def _seconds(lengths: NDArray[np.timedelta64]) -> list[float]:
    """Return lengths of time as numbers; not-a-time is written as null."""
    seconds: list[float] = (lengths / np.timedelta64(1, "s")).tolist()
    return seconds


def short(values: Array) -> list[float]:
    """Round to the digits that count for the largest value; NaN is written as null."""
    largest = float(np.nanmax(np.abs(values), initial=0.0)) if values.size else 0.0
    decimals = DIGITS - 1 - int(np.floor(np.log10(largest))) if largest > 0 else 0
    rounded: list[float] = np.round(values, max(0, decimals)).tolist()
    return rounded


def _replayed(panel: PanelReplay) -> dict[str, object]:
    tops = [float(np.nanmax(np.abs(track.value), initial=0.0)) for track in panel.tracks]
    factor, unit = suited(panel.subject, max(tops, default=0.0))
    return {
        "key": panel.subject.key,
        "unit": unit,
        "start": words.epoch(panel.grid.start),
        "step": panel.grid.step.total_seconds(),
        "size": panel.grid.size,
        "tracks": [
            {
                "key": f"{track.role}:{track.name}",
                "role": track.role,
                "name": track.name,
                "event": track.event.tolist(),
                "time": track.time.tolist(),
                "value": short(factor * track.value),
                **({"behind": _seconds(track.behind)} if track.behind.size else {}),
            }
            for track in panel.tracks
        ],
    }
