"""Analytics as files for spreadsheets: the values of a window, and the metrics of forecasts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

import numpy as np

from flexmeasures.domain.beliefs import Source
from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.ui.spreadsheet import harmless
from flexmeasures.ui.words import titled
from flexmeasures.usecases.analysis import Analysis, Quantified, Trace
from flexmeasures.usecases.provenance import provenance

METRICS = ("realised", "expected", "mae", "wape", "count", "coverage")
"""As the rows of their file are called."""

SOURCES_AT_MOST = 3
"""More sources of one value are counted."""

Column = tuple[str, Sequence[str]]


def write_values(
    analysis: Analysis, quantities: Sequence[Quantified], zone: str, by: Mapping[int, Source]
) -> str:
    """Write a row for each step: its start with the offset of a zone, and the columns of each line.

    A line has its values, and where it was told rather than computed, when each was recorded and by whom.

    Args:
        analysis: Whose window it is.
        quantities: Those of its quantities that are written.
        zone: In which times are written.
        by: Sources by id.
    """
    lines = [(each, trace) for each in quantities for trace in each.traces]
    columns = [column for each, trace in lines for column in _columns(each, trace, analysis.grid, zone, by)]
    local = ZoneInfo(zone)
    starts = [
        from_instant(point).astimezone(local).isoformat(timespec="seconds")
        for point in analysis.grid.starts()
    ]
    heads = ["start", *(harmless(head) for head, _ in columns)]
    return _written(heads, zip(starts, *(cells for _, cells in columns), strict=True))


def sources_behind(quantities: Sequence[Quantified]) -> set[int]:
    """Return the ids of all sources behind some quantities."""
    told = [told for each in quantities for trace in each.traces for told in trace.told]
    return {source for each in told for source in np.unique(each.beliefs.source_id).tolist()}


def write_metrics(analysis: Analysis) -> str:
    """Write a row for each metric and a column for each quantity; empty where nothing can be said."""
    heads = [f"{titled(each.name)} ({each.total_unit})" for each in analysis.quantities]
    rows = [
        [name, *(_number(getattr(each.metrics, name)) for each in analysis.quantities)] for name in METRICS
    ]
    return _written(["metric", *map(harmless, heads)], rows)


def _columns(
    quantity: Quantified, trace: Trace, grid: TimeGrid, zone: str, by: Mapping[int, Source]
) -> list[Column]:
    name = f"{titled(quantity.name)}: {trace.name}"
    values = [_number(value) for value in trace.values.tolist()]
    found: list[Column] = [(f"{name} ({quantity.unit})", values)]
    if trace.told:
        origin = provenance(trace.told, grid)
        local = ZoneInfo(zone)
        recorded = [
            "" if np.isnat(time) else from_instant(time).astimezone(local).isoformat(timespec="seconds")
            for time in origin.recorded
        ]
        found += [
            (f"{name} recorded", recorded),
            (f"{name} source", [_named(ids, by) for ids in origin.sources]),
        ]
    return found


def _named(ids: tuple[int, ...], by: Mapping[int, Source]) -> str:
    names = sorted({by[each].name for each in ids})
    return harmless(" and ".join(names)) if len(names) <= SOURCES_AT_MOST else f"{len(names)} sources"


def _number(value: float) -> str:
    return "" if value != value else f"{value:.10g}"  # noqa: PLR0124 - NaN alone differs from itself


def _written(heads: list[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()
