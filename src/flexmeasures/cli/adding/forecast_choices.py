"""``flexmeasures add forecast-choices``: try models now, rather than once a week."""

from __future__ import annotations

import click

from flexmeasures.cli.program import Program
from flexmeasures.cli.showing.choices import sensors_of
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.usecases.model_choice import choose_model, queue_choice
from flexmeasures.usecases.ports.platform import Platform


@click.command("forecast-choices")
@click.option(
    "--sensor",
    "--sensor-id",
    "sensor_ids",
    type=int,
    multiple=True,
    required=True,
    help="Of which; repeatable.",
)
@click.option("--as-job", is_flag=True, help="Whether to queue jobs instead of trying models here and now.")
@click.pass_obj
def forecast_choices(program: Program, sensor_ids: tuple[int, ...], *, as_job: bool) -> None:
    """Try models on the latest weeks of sensors, and keep the best of each."""
    platform = program.platform()
    with platform.transaction():
        sensors = sensors_of(sensor_ids, platform)
        if as_job:
            number = sum(len(queue_choice(sensor, platform)) for sensor in sensors)
            click.echo(f"Queued {number} job(s).")
            return
    with click.progressbar(sensors, label="Trying") as running:
        said = [_chosen(sensor, platform) for sensor in running]
    for line in said:
        click.echo(line)


def _chosen(sensor: Sensor, platform: Platform) -> str:
    """Choose the model of a sensor, and say which it is."""
    try:
        with platform.transaction():
            told = choose_model(sensor.id, platform)
    except FlexMeasuresError as error:
        return f"Skipping sensor {sensor.id}: {error}"
    return f"Sensor {sensor.id} gets {told['model']}."
