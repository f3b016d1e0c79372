"""A chart of power as an item that BokehJS puts into any page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from bokeh.embed import json_item
from bokeh.models import HoverTool, Range1d
from bokeh.plotting import figure
from numpy.typing import NDArray

from flexmeasures.domain.series import Array

_STYLES = {
    "power": ("Power", "#1f6feb", "solid"),
    "forecasts": ("Forecast", "#bf6a02", "dashed"),
    "schedules": ("Schedule", "#1a7f5a", "dotdash"),
}
"""Name, colour and line of each kind, told apart in black and white as well."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: T values between T + 1 edges."""

    kind: str
    name: str
    values: Array


def power_item(
    title: str, clock: NDArray[np.datetime64], lines: tuple[Line, ...], y_label: str
) -> Mapping[str, object]:
    """Return a chart of power as a JSON item.

    Args:
        title: Of the chart.
        clock: (T + 1,) edges of the slots, as clocks show them where the asset is.
        lines: What is shown, NaN where nothing is known. [MW]
        y_label: What the values are.
    """
    plot = figure(
        title=title,
        x_axis_type="datetime",
        x_range=Range1d(clock[0].item(), clock[-1].item()),
        y_axis_label=y_label,
        height=350,
        sizing_mode="stretch_width",
        tools="xpan,xwheel_zoom,box_zoom,reset,save",
    )
    for line in lines:
        label, colour, dash = _STYLES[line.kind]
        name = label if line.name == title else f"{label} of {line.name}"
        plot.step(
            clock,
            np.append(line.values, line.values[-1]),
            mode="after",
            color=colour,
            line_dash=dash,
            line_width=2,
            legend_label=name,
            name=name,
        )
    plot.add_tools(HoverTool(tooltips=[("", "$name"), ("", "$y{0.000} MW")], point_policy="follow_mouse"))
    if lines:
        plot.legend.click_policy = "hide"
    return json_item(plot)
