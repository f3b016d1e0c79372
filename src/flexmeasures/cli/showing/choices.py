"""``flexmeasures show forecast-choices``: which models sensors are forecast by, and why."""

from __future__ import annotations

import click

from flexmeasures.cli.program import Program
from flexmeasures.cli.tables import print_table
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.timing import write_duration
from flexmeasures.usecases.forecast_choices import Evidence, how_forecast
from flexmeasures.usecases.ports.platform import Platform

TITLES = ("Sensor", "Name", "Model", "Because", "Tried at", "Horizon", "1-WAPE (%)")


@click.command("forecast-choices")
@click.option(
    "--sensor", "--sensor-id", "sensor_ids", type=int, multiple=True, help="Of which; of all by default."
)
@click.pass_obj
def forecast_choices(program: Program, sensor_ids: tuple[int, ...]) -> None:
    """Show which model each sensor is forecast by, why, and how good the models were that were tried."""
    platform = program.platform()
    with platform.transaction():
        sensors = [sensor for sensor in sensors_of(sensor_ids, platform) if sensor.step]
    if not sensors:
        click.echo("There are no sensors that could be forecast.")
        return
    print_table(TITLES, [_row(sensor) for sensor in sensors])


def sensors_of(ids: tuple[int, ...], platform: Platform) -> list[Sensor]:
    """Return the sensors of these ids, or all.

    Raises:
        UnknownEntity: there is no such sensor.
    """
    if ids:
        return [platform.store.assets.sensor(sensor_id) for sensor_id in ids]
    return platform.store.assets.sensors([asset.id for asset in platform.store.assets.assets()])


def _row(sensor: Sensor) -> tuple[object, ...]:
    how = how_forecast(sensor)
    return (sensor.id, sensor.name, how.model, how.reason.value, *_told(how.evidence))


def _told(evidence: Evidence | None) -> tuple[str, str, str]:
    if evidence is None:
        return ("", "", "")
    tried = ", ".join(f"{one.model} {100 * one.accuracy:.1f}" for one in evidence.models)
    return (f"{evidence.chosen:%Y-%m-%d %H:%M}", write_duration(evidence.horizon), tried)
