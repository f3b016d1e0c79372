"""Recompute the table of accuracies for the demonstration, with a figure of it.

    python docs/accuracy_table.py

It forecasts the last 60 days of each recording that comes with the package, each hour 1, 6, 24 and 48 hours
before its end from what was known then, with models fitted once before, and writes
``reference/accuracy.md`` and ``images/accuracy-*.svg``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from flexmeasures.adapters.demo.archive import recordings
from flexmeasures.cli.trial_plot import plot
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.evaluation import calibration, scores
from flexmeasures.forecasting.forecast import forecast
from flexmeasures.forecasting.task import ForecastTask, Regressor
from flexmeasures.usecases.backtest import Trial
from flexmeasures.usecases.demo.portfolio import PLANNED
from flexmeasures.usecases.demo.recordings import Recording

HOUR = timedelta(hours=1)
HORIZONS = (1, 6, 24, 48)
MODELS = ("naive", "seasonal-naive", "linear-OLS", "linear-blend", "blend")
SHOWN = "blend"
WINDOW = 60 * 24
BAND = (0.1, 0.9)
DOCS = Path(__file__).parent
HEAD = """# Accuracy of forecasts

<!-- made by docs/accuracy_table.py -->

1 − WAPE of the demonstration's recordings on their last 60 days, in per cent, by the model `{model}`; beside
it, how much of what was realised lay in the 80 % band. Temperature forecasts beside the buildings are
synthetic (later observations with noise); sun and wind are forecast without weather. Nights count as covered.

| what | 1 h | 6 h | 24 h | 48 h | 80 % band covers |
| --- | --- | --- | --- | --- | --- |
"""
FOOT = """
How other models do on the same days:

"""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is forecast, and where it is."""

    name: str
    recording: Recording
    timezone: str
    place: tuple[float, float] | None
    weather: Recording | None

    def trial(self, model: str, horizon: int) -> Trial:
        """Forecast the window by one model at one horizon."""
        series = self.recording.series
        first = series.grid.size - WINDOW
        found = forecast(self._task(model, horizon, first))
        truth = series.values[first:]
        band = np.full((2, WINDOW), np.nan) if found.quantiles is None else found.quantiles
        return Trial(
            *(model, horizon * HOUR, found.values, band, scores(truth, found.values)),
            calibration=calibration(truth, band, BAND),
            fallback=found.fallback,
        )

    def _task(self, model: str, horizon: int, first: int) -> ForecastTask:
        """Return the task to forecast some days of the window."""
        grid, values = self.recording.series.grid, self.recording.series.values
        last = grid.size
        return ForecastTask(
            Series(TimeGrid(grid.start, HOUR, last - horizon), values[: last - horizon]),
            TimeGrid(grid.start + first * HOUR, HOUR, last - first),
            grid.start + (first + 1 - horizon) * HOUR,
            regressors=self._regressors(first, last),
            timezone=self.timezone,
            latitude=self.place[0] if self.place else None,
            longitude=self.place[1] if self.place else None,
            model=model,
            quantiles=BAND,
            horizon=horizon * HOUR,
        )

    def _regressors(self, first: int, last: int) -> tuple[Regressor, ...]:
        """Return the temperature forecast, where there is one."""
        if self.weather is None or self.weather.series.grid != self.recording.series.grid:
            return ()
        values = self.weather.series.values
        return (Regressor("temperature", values[:first], values[first:last], revised=False),)


def subjects() -> Iterator[Subject]:
    """Yield what the demonstration tells from recordings, each once."""
    known: Mapping[str, Recording] = recordings()
    for asset in PLANNED:
        for feed in asset.sensor.feeds[:1]:
            weather = known["temperature_forecast"] if asset.type == "building" else None
            name = f"{asset.display_name} ({asset.type})"
            yield Subject(name, known[feed.recording], asset.timezone, asset.place, weather)


def main() -> None:
    """Forecast, and write table and figures."""
    lines, figures = [], []
    for subject in subjects():
        trials = [subject.trial(model, horizon) for model in MODELS for horizon in HORIZONS]
        shown = [trial for trial in trials if trial.model == SHOWN]
        accuracy = " | ".join(f"{100 * trial.scores.accuracy:.1f}" for trial in shown if trial.scores)
        covered = np.mean([trial.calibration.coverage for trial in shown if trial.calibration])
        lines.append(f"| {subject.name} | {accuracy} | {100 * covered:.0f} % |")
        path = DOCS / "images" / f"accuracy-{subject.recording.name}.svg"
        path.write_text(plot(trials, subject.name))
        figures.append(f"![Accuracy of {subject.name} by horizon](../images/{path.name})")
        sys.stdout.write(f"{lines[-1]}\n")
        sys.stdout.flush()
    text = HEAD.format(model=SHOWN) + "\n".join(lines) + "\n" + FOOT + "\n\n".join(figures) + "\n"
    (DOCS / "reference" / "accuracy.md").write_text(text)


if __name__ == "__main__":
    main()
