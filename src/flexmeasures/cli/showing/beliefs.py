"""``flexmeasures show beliefs`` and ``data-sources``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

import click

from flexmeasures.cli.kinds import DURATION, MOMENT
from flexmeasures.cli.program import Program
from flexmeasures.cli.tables import print_table
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Beliefs, most_recent
from flexmeasures.domain.timing import from_instant, write_duration


@click.command()
@click.pass_obj
def data_sources(program: Program) -> None:
    """List the sources of data."""
    platform = program.platform()
    with platform.transaction():
        found = platform.store.sources.all()
    if not found:
        click.echo("No data sources created yet.")
        return
    print_table(
        ("Id", "Name", "Type", "User", "Model", "Version"),
        [(each.id, each.name, each.type, each.user_id, each.model, each.version) for each in found],
    )


class _Options(TypedDict):
    sensor_ids: tuple[int, ...]
    start: datetime
    duration: timedelta
    prior: datetime | None
    source_id: int | None


@click.command()
@click.option(
    "--sensor", "--sensor-id", "sensor_ids", type=int, multiple=True, required=True, help="Of which."
)
@click.option("--start", type=MOMENT, required=True, help="Start of the first event, with its offset.")
@click.option("--duration", type=DURATION, required=True, help="Minutes, or an ISO 8601 duration.")
@click.option("--belief-time-before", "prior", type=MOMENT, help="Only what was recorded by then.")
@click.option("--source", "--source-id", "source_id", type=int, help="Only of this source.")
@click.pass_obj
def beliefs(program: Program, **options: Unpack[_Options]) -> None:
    """Show the most recent belief about each event, with a bar for its value."""
    platform = program.platform()
    only = BeliefFilter(
        source_ids=None if options["source_id"] is None else (options["source_id"],), prior=options["prior"]
    )
    end = options["start"] + options["duration"]
    with platform.transaction():
        sensors = [platform.store.assets.sensor(sensor_id) for sensor_id in options["sensor_ids"]]
        found = platform.store.beliefs.latest(options["sensor_ids"], options["start"], end, only)
    known = {sensor.id: most_recent(found.get(sensor.id, [])) for sensor in sensors}
    if not any(part.value.size for part in known.values()):
        raise click.ClickException("No data found!")
    for sensor in sensors:
        if known[sensor.id].value.size:
            _print(sensor, known[sensor.id])
        else:
            click.echo(f"No data found for sensor '{sensor.name}' (Id: {sensor.id})")


_WIDTH = 40
"""Of the longest bar. [characters]"""


def _print(sensor: Sensor, known: Beliefs) -> None:
    zone = ZoneInfo(sensor.timezone)
    click.echo(
        f"Beliefs for sensor '{sensor.name}' (Id: {sensor.id}).\n"
        f"Data spans {known.value.size} event(s) of {write_duration(sensor.step)} in {sensor.unit}.\n"
    )
    low, high = min(0.0, float(known.value.min())), max(0.0, float(known.value.max()))
    scale = _WIDTH / ((high - low) or 1.0)
    for start, value in zip(known.event_start, known.value, strict=True):
        left = round((min(float(value), 0.0) - low) * scale)
        bar = " " * left + "█" * round(abs(float(value)) * scale)
        time = from_instant(start).astimezone(zone)
        click.echo(f"{time.isoformat(timespec='minutes')}  {float(value):>14.6g}  {bar}".rstrip())
    click.echo()
