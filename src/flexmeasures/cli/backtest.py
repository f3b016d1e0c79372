"""``flexmeasures backtest``: try forecasting models on the past of a sensor."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import click
import numpy as np

from flexmeasures.cli.kinds import MOMENT
from flexmeasures.cli.program import Program
from flexmeasures.cli.tables import print_table
from flexmeasures.cli.trial_plot import plot
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.usecases.backtest import Range, Trial, backtest, measured, window_of

BAND_TITLES = ("80 % band covers (%)", "Instead")
MODELS = ("naive", "same-hour", "seasonal-naive", "linear-OLS", "linear-blend", "blend")


class _Options(TypedDict):
    sensor_id: int
    start: datetime
    end: datetime
    horizons: tuple[float, ...]
    models: tuple[str, ...]
    refit_days: int
    out: Path | None
    plot: Path | None


@click.command("backtest")
@click.option("--sensor", "--sensor-id", "sensor_id", type=int, required=True, help="Whose past.")
@click.option("--start", type=MOMENT, required=True, help="Start of the first event, with its offset.")
@click.option("--end", type=MOMENT, required=True, help="End of the last event, with its offset.")
@click.option(
    "--horizon",
    "horizons",
    type=click.FloatRange(min=0, min_open=True),
    multiple=True,
    default=(1, 6, 24, 48),
    show_default=True,
    help="Hours before the end of each event; repeatable.",
)
@click.option("--model", "models", multiple=True, default=MODELS, show_default=True, help="Name; repeatable.")
@click.option("--refit-days", type=click.IntRange(min=1), default=30, show_default=True, help="Between fits.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV of all forecasts to write.")
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="SVG of accuracy by horizon to write."
)
@click.pass_obj
def command(program: Program, **options: Unpack[_Options]) -> None:
    """Try forecasting models on the past of a sensor, side by side. Nothing is recorded.

    Each event is forecast from what had happened by the horizon before its end.
    """
    platform = program.platform()
    wanted = Range(
        start=options["start"],
        end=options["end"],
        horizons=[timedelta(hours=hours) for hours in options["horizons"]],
        models=options["models"],
        refit=timedelta(days=options["refit_days"]),
    )
    with platform.transaction():
        sensor = platform.store.assets.sensor(options["sensor_id"])
        window = window_of(sensor, wanted)
        truth = measured(sensor, window, platform)
        number = len(wanted.horizons) * len(wanted.models)
        with click.progressbar(backtest(sensor, wanted, platform), length=number, label="Trying") as running:
            trials = list(running)
    _print(trials, sensor.unit)
    if options["out"] is not None:
        _write(options["out"], window, truth, trials)
        click.echo(f"Wrote {options['out']}.")
    if options["plot"] is not None:
        title = f"Forecasts of {sensor.name} ({sensor.id}), {wanted.start:%Y-%m-%d} to {wanted.end:%Y-%m-%d}"
        options["plot"].write_text(plot(trials, title))
        click.echo(f"Wrote {options['plot']}.")


def _print(trials: Sequence[Trial], unit: str) -> None:
    """Print one line for each trial."""
    print_table(
        ("Horizon", "Model", "Steps", f"MAE ({unit})", "1-WAPE (%)", "Pinball", *BAND_TITLES),
        [
            (
                f"{trial.horizon / timedelta(hours=1):g} h",
                trial.model,
                trial.scores.count,
                f"{trial.scores.mae:.4g}",
                f"{100 * trial.scores.accuracy:.1f}",
                f"{trial.calibration.pinball:.4g}" if trial.calibration else "",
                f"{100 * trial.calibration.coverage:.0f}" if trial.calibration else "",
                trial.fallback,
            )
            for trial in trials
            if trial.scores is not None
        ],
    )


def _write(path: Path, window: TimeGrid, truth: Array, trials: Sequence[Trial]) -> None:
    """Write all forecasts beside what was measured."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("event_start", "horizon_h", "model", "measured", "forecast", "q10", "q90"))
        for trial in trials:
            numbers = np.column_stack([truth, trial.expected, trial.band.T])
            for start, row in zip(window.starts(), numbers, strict=True):
                when = from_instant(start).isoformat()
                hours = f"{trial.horizon / timedelta(hours=1):g}"
                values = ["" if np.isnan(value) else f"{value:.6g}" for value in row]
                writer.writerow((when, hours, trial.model, *values))
