"""``flexmeasures add forecasts``."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

import click

from flexmeasures.cli.adding.wished_forecasts import Papers, forecast_as_written
from flexmeasures.cli.program import Program
from flexmeasures.domain.assets import Sensor
from flexmeasures.usecases.forecasting_orders import Order, asset_named, make, orders, queue
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.removing import Choice, chosen

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DATE = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"])


class _Options(TypedDict):
    asset_type: str | None
    asset_id: int | None
    asset_name: str | None
    sensor_ids: tuple[int, ...]
    from_date: datetime
    to_date: datetime
    horizons: tuple[str, ...]
    as_job: bool
    config: Path | None
    parameters: Path | None
    source_id: int | None
    edits_config: bool
    edits_parameters: bool
    forecaster: str
    resolution: str | None


@click.command()
@click.option(
    "--asset-type", type=click.Choice(["Asset", "Market", "WeatherSensor"]), help="Of all of these."
)
@click.option("--asset-id", type=int, help="Of the asset, market or weather sensor of this id.")
@click.option("--asset", "asset_name", help="Of the asset of this name.")
@click.option(
    "--sensor", "--sensor-id", "sensor_ids", type=int, multiple=True, help="Of this sensor; repeatable."
)
@click.option(
    "--from-date", type=_DATE, default="2015-02-08", show_default=True, help="Start of the first event."
)
@click.option("--to-date", type=_DATE, default="2015-12-31", show_default=True, help="End of the last.")
@click.option(
    "--horizon",
    "horizons",
    type=click.Choice(["1", "6", "24", "48"]),
    multiple=True,
    help="Hours before the end of each event; repeatable.  [default: all that suit the sensor]",
)
@click.option(
    "--as-job", is_flag=True, help="Whether to queue jobs instead of making forecasts here and now."
)
@click.option("--config", type=_FILE, help="JSON file that says how to forecast, as in version 3.")
@click.option("--parameters", type=_FILE, help="JSON file that says what to forecast, as in version 3.")
@click.option("--source", "source_id", type=int, help="Use the model of this source.")
@click.option("--edit-config", "edits_config", is_flag=True, help="Open the configuration in an editor.")
@click.option("--edit-parameters", "edits_parameters", is_flag=True, help="Open the parameters in an editor.")
@click.option(
    "--forecaster",
    type=click.Choice(["TrainPredictPipeline"]),
    default="TrainPredictPipeline",
    help="Taken, as there is one way that trains and predicts.",
)
@click.option("--resolution", help="Taken and not used: events are as long as the sensor's.")
@click.pass_obj
def forecasts(program: Program, **options: Unpack[_Options]) -> None:
    """Create forecasts of the events in a window, as they could have been made then.

    Dates are in FLEXMEASURES_TIMEZONE. With a configuration or parameters, what they say is forecast instead.
    """
    platform = program.platform()
    papers = Papers(
        options["config"],
        options["parameters"],
        options["source_id"],
        edits_config=options["edits_config"],
        edits_parameters=options["edits_parameters"],
    )
    if papers.are_there:
        forecast_as_written(options["sensor_ids"], papers, platform, as_job=options["as_job"])
        return
    with platform.transaction():
        sensors = _sensors(options, platform)
    if not sensors:
        click.echo("No such assets in db, so I will not add any forecasts.")
        return
    zone = ZoneInfo(platform.rules.timezone)
    start, end = (options[name].replace(tzinfo=zone) for name in ("from_date", "to_date"))
    wanted = orders(sensors, start, end, [timedelta(hours=int(hours)) for hours in options["horizons"]])
    if options["as_job"]:
        with platform.transaction():
            number = queue(wanted, platform)
        click.echo(f"Queued {number} forecasting job(s).")
    else:
        _make(wanted, platform)


def _sensors(options: _Options, platform: Platform) -> list[Sensor]:
    if options["sensor_ids"]:
        return [platform.store.assets.sensor(sensor_id) for sensor_id in options["sensor_ids"]]
    if options["asset_name"] is not None:
        return [asset_named(options["asset_name"], platform)]
    sensors = chosen(Choice(options["asset_type"], options["asset_id"]), platform)
    return [sensor for sensor in sensors if sensor.step > timedelta(0)]


def _make(wanted: list[Order], platform: Platform) -> None:
    total, reasons = 0, []
    with click.progressbar(make(wanted, platform), length=len(wanted), label="Forecasting") as outcomes:
        for outcome in outcomes:
            total += outcome.count
            if outcome.reason:
                hours = outcome.order.horizon / timedelta(hours=1)
                name = f"{outcome.order.sensor.name} ({outcome.order.sensor.id})"
                reasons.append(f"Skipping forecasts for asset {name}, {hours:g} h ahead: {outcome.reason}")
    for reason in reasons:
        click.echo(reason, err=True)
    click.echo(f"Recorded {total} forecast value(s) by {len(wanted) - len(reasons)} of {len(wanted)} run(s).")
