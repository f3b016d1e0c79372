"""``flexmeasures show beliefs`` and ``data-sources``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

import click
import numpy as np

from flexmeasures.cli.kinds import DURATION, MOMENT
from flexmeasures.cli.program import Program
from flexmeasures.cli.tables import print_table
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, Beliefs, most_recent
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants, TimeGrid, from_instant, write_duration
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.aligning import on_steps
from flexmeasures.usecases.ports.platform import Platform


@click.command()
@click.option("--id", "source_id", type=int, help="Only the source of this id.")
@click.pass_obj
def data_sources(program: Program, source_id: int | None) -> None:
    """List the sources of data."""
    platform = program.platform()
    with platform.transaction():
        found = [each for each in platform.store.sources.all() if source_id in {None, each.id}]
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
    source_type: str | None
    resolution: timedelta | None
    timezone: str | None
    file: Path | None
    include_ids: bool


@click.command()
@click.option(
    "--sensor", "--sensor-id", "sensor_ids", type=int, multiple=True, required=True, help="Of which."
)
@click.option("--start", type=MOMENT, required=True, help="Start of the first event, with its offset.")
@click.option("--duration", type=DURATION, required=True, help="Minutes, or an ISO 8601 duration.")
@click.option("--belief-time-before", "prior", type=MOMENT, help="Only what was recorded by then.")
@click.option("--source", "--source-id", "source_id", type=int, help="Only of this source.")
@click.option("--source-type", help="Only of sources of this type, such as forecaster.")
@click.option(
    "--resolution", type=DURATION, help="Show means over steps of this length.  [default: the sensor's]"
)
@click.option("--timezone", help="In which times are shown.  [default: the sensor's]")
@click.option(
    "--to-file", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV file instead."
)
@click.option("--include-ids/--exclude-ids", default=True, help="Whether ids of sensors are shown.")
@click.pass_obj
def beliefs(program: Program, **options: Unpack[_Options]) -> None:
    """Show the most recent belief about each event, with a bar for its value."""
    if options["timezone"] is not None:
        check_timezone(options["timezone"])
    known = _known(options, program.platform())
    if not any(each.size for each in known):
        raise click.ClickException("No data found!")
    if options["file"] is not None:
        _write(options["file"], known)
        return
    for each in known:
        if each.size:
            _print(each)
        else:
            click.echo(f"No data found for sensor {each.name}")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is believed of one sensor: (N,) values by the start of their steps."""

    name: str
    unit: str
    step: timedelta
    zone: str
    starts: Instants
    values: Array

    @property
    def size(self) -> int:
        """How many values there are."""
        return self.values.size

    def times(self) -> list[str]:
        """Return the starts as people read them."""
        zone = ZoneInfo(self.zone)
        return [from_instant(start).astimezone(zone).isoformat(timespec="minutes") for start in self.starts]


def _known(options: _Options, platform: Platform) -> list[_Known]:
    """Return what is believed of each sensor.

    Raises:
        UnknownEntity: there is no such sensor.
    """
    only = BeliefFilter(
        source_ids=None if options["source_id"] is None else (options["source_id"],),
        source_types=None if options["source_type"] is None else frozenset({options["source_type"]}),
        prior=options["prior"],
    )
    end = options["start"] + options["duration"]
    with platform.transaction():
        sensors = [platform.store.assets.sensor(sensor_id) for sensor_id in options["sensor_ids"]]
        found = platform.store.beliefs.latest(options["sensor_ids"], options["start"], end, only)
    return [_of(sensor, most_recent(found.get(sensor.id, [])), options) for sensor in sensors]


def _of(sensor: Sensor, known: Beliefs, options: _Options) -> _Known:
    step, starts, values = sensor.step, known.event_start, known.value
    if options["resolution"] is not None and known.value.size:
        step = options["resolution"]
        grid = TimeGrid(options["start"], step, max(1, -(-options["duration"] // step)))
        means = on_steps(known, sensor.step, grid)
        is_known = ~np.isnan(means)
        starts, values = grid.starts()[is_known], means[is_known]
    name = f"'{sensor.name}'" + (f" (Id: {sensor.id})" if options["include_ids"] else "")
    return _Known(name, sensor.unit, step, options["timezone"] or sensor.timezone, starts, values)


_WIDTH = 40
"""Of the longest bar. [characters]"""


def _print(known: _Known) -> None:
    click.echo(
        f"Beliefs for sensor {known.name}.\n"
        f"Data spans {known.size} event(s) of {write_duration(known.step)} in {known.unit}.\n"
    )
    low, high = min(0.0, float(known.values.min())), max(0.0, float(known.values.max()))
    scale = _WIDTH / ((high - low) or 1.0)
    for time, value in zip(known.times(), known.values.tolist(), strict=True):
        left = round((min(value, 0.0) - low) * scale)
        bar = " " * left + "█" * round(abs(value) * scale)
        click.echo(f"{time}  {value:>14.6g}  {bar}".rstrip())
    click.echo()


def _write(file: Path, known: list[_Known]) -> None:
    """Write a row for each value."""
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["event_start", "sensor", "unit", "event_value"])
        for each in known:
            rows = zip(each.times(), each.values.tolist(), strict=True)
            writer.writerows([time, each.name, each.unit, value] for time, value in rows)
    click.echo(f"Wrote {sum(each.size for each in known)} value(s) into {file}")
