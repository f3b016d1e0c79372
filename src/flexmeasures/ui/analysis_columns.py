"""Analytics as columns of JSON: what the scripts of the page draw."""

from __future__ import annotations

import orjson

from flexmeasures.domain.timing import TimeGrid
from flexmeasures.ui import words
from flexmeasures.ui.columns import short
from flexmeasures.usecases.analysis import Analysis, Quantified, Trace
from flexmeasures.usecases.analysis_replay import AnalysisReplay
from flexmeasures.usecases.bucketing import bucket, steps_per_bucket
from flexmeasures.usecases.lines import Role
from flexmeasures.usecases.replay import Track

COLOURS = 8
"""So many lines of one role can be told apart."""


def write_analysis(analysis: Analysis, pixels: int) -> bytes:
    """Write an analysis as JSON; unknown values are null, and too many for the screen become means.

    Args:
        analysis: What is shown.
        pixels: How wide it is shown.
    """
    grid = analysis.grid
    steps = steps_per_bucket(grid, pixels)
    panels = [_panel(each, grid, steps) for each in analysis.quantities]
    last = words.epoch(analysis.last) if analysis.last else None
    return orjson.dumps(
        {"start": words.epoch(grid.start), "end": words.epoch(grid.end), "last": last, "panels": panels}
    )


def write_analysis_replay(found: AnalysisReplay) -> bytes:
    """Write how an analysis became known as JSON: for each line, columns of steps, times and values."""
    grid, times = found.grid, found.times
    panels = [
        {
            "key": each.key,
            "start": words.epoch(grid.start),
            "step": grid.step.total_seconds(),
            "size": grid.size,
            "tracks": [_track(track) for track in each.tracks],
        }
        for each in found.quantities
    ]
    return orjson.dumps(
        {
            "start": words.epoch(times.start),
            "step": times.step.total_seconds(),
            "size": times.size,
            "panels": panels,
        }
    )


def _panel(quantity: Quantified, grid: TimeGrid, steps: int) -> dict[str, object]:
    several = {role for role in Role if sum(trace.role is role for trace in quantity.traces) > 1}
    columns = [
        _column(trace, steps) | ({"colour": f"trace{number % COLOURS + 1}"} if trace.role in several else {})
        for number, trace in enumerate(quantity.traces)
    ]
    return {
        "key": quantity.key,
        "title": quantity.name,
        "unit": quantity.unit,
        "note": _note(quantity, grid, steps),
        "start": words.epoch(grid.start),
        "step": grid.step.total_seconds() * steps,
        "size": -(-grid.size // steps),
        "bucketed": steps > 1,
        "series": columns,
    }


def _note(quantity: Quantified, grid: TimeGrid, steps: int) -> str:
    parts = [f"{quantity.name.casefold()} positive"] if quantity.key in {"power", "money"} else []
    length = words.resolution(grid.step)
    parts.append(f"in each {length}" if quantity.key == "money" else length)
    if steps > 1:
        parts.append(f"means of {words.length(steps * grid.step)}")
    if not quantity.traces:
        parts.append("nothing is known of this window")
    return " · ".join(parts)


def _column(trace: Trace, steps: int) -> dict[str, object]:
    column: dict[str, object] = {"key": f"{trace.role}:{trace.name}", "role": trace.role, "name": trace.name}
    if steps > 1:
        found = bucket(trace.values, steps)
        low, high, band = found.least, found.largest, "least to largest"
        if trace.low.size:
            low, high, band = bucket(trace.low, steps).mean, bucket(trace.high, steps).mean, trace.band
        return column | {"values": short(found.mean), "low": short(low), "high": short(high), "band": band}
    column["values"] = short(trace.values)
    if trace.low.size:
        column |= {"low": short(trace.low), "high": short(trace.high), "band": trace.band}
    return column


def _track(track: Track) -> dict[str, object]:
    return {
        "key": f"{track.role}:{track.name}",
        "role": track.role,
        "name": track.name,
        "event": track.event.tolist(),
        "time": track.time.tolist(),
        "value": short(track.value),
    }
