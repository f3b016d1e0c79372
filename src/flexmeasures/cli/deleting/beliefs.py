"""``flexmeasures delete measurements`` and ``prognoses``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.asking import confirm
from flexmeasures.cli.program import Program
from flexmeasures.cli.progress import working
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.jobs import FORECASTING, SCHEDULING
from flexmeasures.usecases import removing

JOBS = {FORECASTING: "Forecast Jobs", SCHEDULING: "Schedule Jobs"}


class _Options(TypedDict):
    asset_type: str | None
    asset_id: int | None
    sensor_id: int | None
    force: bool


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option(
            "--asset-type", type=click.Choice(["Asset", "Market", "WeatherSensor"]), help="Of these."
        ),
        click.option("--asset-id", type=int, help="Of the asset, market or weather sensor of this id."),
        click.option("--sensor", "--sensor-id", "sensor_id", type=int, help="Of the sensor of this id."),
        click.option("--force/--no-force", default=False, help="Whether to skip the question."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@_with_options
@click.pass_obj
def measurements(program: Program, **options: Unpack[_Options]) -> None:
    """Delete measurements: what was recorded when the events were over (horizon 0 or less)."""
    platform = program.platform()
    sensors = _agreed(program, "measurements", options)
    with working("Deleting"), platform.transaction():
        removed = removing.delete_measurements(sensors, platform)
    for kind in removed:
        click.echo(f"Deleted {kind.number} {kind.kind}")


@click.command()
@_with_options
@click.pass_obj
def prognoses(program: Program, **options: Unpack[_Options]) -> None:
    """Delete forecasts and schedules (horizon more than 0), and empty the job queues."""
    platform = program.platform()
    sensors = _agreed(program, "prognoses", options)
    with working("Deleting"), platform.transaction():
        cleared = removing.clear_queues(platform)
        removed = removing.delete_prognoses(sensors, platform)
    for queue in cleared:
        click.echo(f"Deleted {queue.cancelled} {JOBS[queue.queue]}")
    for kind in removed:
        click.echo(f"Deleted {kind.number} {kind.kind}")


def _agreed(program: Program, what: str, options: _Options) -> list[Sensor]:
    """Return the sensors whose beliefs are to go, after having asked."""
    platform = program.platform()
    choice = removing.Choice(options["asset_type"], options["asset_id"], options["sensor_id"])
    with platform.transaction():
        sensors = removing.chosen(choice, platform)
    everything = "all " if options["asset_id"] is None and options["sensor_id"] is None else ""
    confirm(f"Sure to delete {everything}{what} from {program.place()}?", force=options["force"])
    return sensors
