"""Analytics as files for spreadsheets: the values of a window, and the metrics of forecasts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from flexmeasures.domain.timing import from_instant
from flexmeasures.ui.spreadsheet import harmless
from flexmeasures.ui.words import titled
from flexmeasures.usecases.analytics import Analysis, Quantified


def write_values(analysis: Analysis, zone: str) -> str:
    """Write a row for each step: its start with the offset of a zone, and a column for each line."""
    local = ZoneInfo(zone)
    lines = [(each, trace) for each in analysis.quantities for trace in each.traces]
    heads = [harmless(f"{titled(each.name)}: {trace.name} ({each.unit})") for each, trace in lines]
    columns = [[_number(value) for value in trace.values.tolist()] for _, trace in lines]
    starts = [
        from_instant(point).astimezone(local).isoformat(timespec="seconds")
        for point in analysis.grid.starts()
    ]
    return _written(["start", *heads], zip(starts, *columns, strict=True))


def write_metrics(analysis: Analysis) -> str:
    """Write a row for each metric and a column for each quantity; empty where nothing can be said."""
    heads = [f"{titled(each.name)} ({_unit(each)})" for each in analysis.quantities]
    rows = [
        [name, *(_number(getattr(each.metrics, name)) for each in analysis.quantities)]
        for name in ("realised", "expected", "mae", "wape", "coverage")
    ]
    return _written(["metric", *map(harmless, heads)], rows)


def _unit(quantity: Quantified) -> str:
    return "MWh" if quantity.key == "power" else quantity.unit


def _number(value: float) -> str:
    return "" if value != value else f"{value:.10g}"  # noqa: PLR0124 - NaN alone differs from itself


def _written(heads: list[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()
