"""``flexmeasures show accuracy``: how good the stored forecasts were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.kinds import MOMENT
from flexmeasures.cli.program import Program
from flexmeasures.cli.showing.choices import sensors_of
from flexmeasures.cli.tables import print_table
from flexmeasures.domain.assets import Sensor
from flexmeasures.forecasting.evaluation import Calibration
from flexmeasures.usecases.accuracy import Accuracy, TypeAccuracy, accuracy_by_type, accuracy_of
from flexmeasures.usecases.forecast_choices import how_forecast

TITLES = (
    *("Sensor", "Asset", "Horizon", "Steps"),
    *("Realised", "Expected", "MAE", "Unit", "WAPE (%)", "1-WAPE (%)", "Pinball", "80 % band covers (%)"),
)
TYPE_TITLES = (
    *("Asset type", "Horizon", "Sensors", "Steps"),
    *("MAE", "Unit", "WAPE (%)", "1-WAPE (%)", "Pinball", "80 % band covers (%)"),
)


class _Options(TypedDict):
    sensor_ids: tuple[int, ...]
    start: datetime | None
    end: datetime | None
    horizons: tuple[float, ...]


@click.command()
@click.option(
    "--sensor", "--sensor-id", "sensor_ids", type=int, multiple=True, help="Of which; of all by default."
)
@click.option("--start", type=MOMENT, help="Start of the first event.  [default: a week before the end]")
@click.option("--end", type=MOMENT, help="End of the last event.  [default: now]")
@click.option(
    "--horizon",
    "horizons",
    type=click.FloatRange(min=0, min_open=True),
    multiple=True,
    default=(1, 6, 24, 48),
    show_default=True,
    help="Hours before the end of each event; repeatable.",
)
@click.pass_obj
def accuracy(program: Program, **options: Unpack[_Options]) -> None:
    """Show how good the stored forecasts were, by sensor and by asset type.

    Of each event, the last forecast counts that was recorded at least the horizon before its end.
    """
    platform = program.platform()
    horizons = [timedelta(hours=hours) for hours in options["horizons"]]
    with platform.transaction():
        end = options["end"] or platform.now()
        start = options["start"] or end - timedelta(days=7)
        found = [
            part
            for sensor in sensors_of(options["sensor_ids"], platform)
            for part in accuracy_of(sensor, start, end, horizons, platform)
        ]
    if not any(part.scores for part in found):
        click.echo("There are no forecasts to compare with measurements.")
        return
    print_table(TITLES, [_row(part) for part in found if part.scores is not None])
    _tell_choices({part.sensor.id: part.sensor for part in found})
    click.echo()
    print_table(TYPE_TITLES, [_type_row(each) for each in accuracy_by_type(found)])


def _tell_choices(sensors: Mapping[int, Sensor]) -> None:
    """Say which models were chosen by trying them, and how good they were then."""
    for sensor in sensors.values():
        how = how_forecast(sensor)
        if how.evidence is not None:
            tried = ", ".join(f"{one.model} {100 * one.accuracy:.1f} %" for one in how.evidence.models)
            click.echo(f"Sensor {sensor.id} gets {how.model}, tried {how.evidence.chosen:%Y-%m-%d}: {tried}.")


def _row(part: Accuracy) -> tuple[object, ...]:
    """Return one line of the table by sensor."""
    scores = part.scores
    if scores is None:
        return ()
    return (
        part.sensor.id,
        part.asset.name,
        _hours(part.horizon),
        scores.count,
        f"{scores.realised:.4g}",
        f"{scores.expected:.4g}",
        f"{scores.mae:.4g}",
        part.sensor.unit,
        f"{100 * scores.wape:.1f}",
        f"{100 * scores.accuracy:.1f}",
        *_band(part.calibration),
    )


def _type_row(each: TypeAccuracy) -> tuple[object, ...]:
    """Return one line of the table by asset type."""
    return (
        each.type,
        _hours(each.horizon),
        each.sensors,
        each.scores.count,
        f"{each.scores.mae:.4g}",
        each.unit,
        f"{100 * each.scores.wape:.1f}",
        f"{100 * each.scores.accuracy:.1f}",
        *_band(each.calibration),
    )


def _band(fit: Calibration | None) -> tuple[str, str]:
    """Write how good a band was, nothing where there was none."""
    return (f"{fit.pinball:.4g}", f"{100 * fit.coverage:.0f}") if fit else ("", "")


def _hours(horizon: timedelta) -> str:
    """Write a horizon."""
    return f"{horizon / timedelta(hours=1):g} h"
