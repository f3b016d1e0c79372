"""``flexmeasures add schedule``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.kinds import DURATION, MOMENT
from flexmeasures.cli.program import Program
from flexmeasures.cli.tables import print_table
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.timing import from_instant
from flexmeasures.usecases.flex.explained import MOST_SAID
from flexmeasures.usecases.flex.order import (
    OPERATOR,
    Order,
    Read,
    order_for_asset,
    order_for_sensor,
    read_for_sensor,
    read_order,
)
from flexmeasures.usecases.flex.planning import Plan, keep, plan_of, read_task
from flexmeasures.usecases.ports.platform import Platform


class _Options(TypedDict):
    sensor_id: int | None
    asset_id: int | None
    start: datetime
    duration: timedelta | None
    resolution: timedelta | None
    prior: datetime | None
    soc_at_start: str | None
    flex_model: str | None
    flex_context: str | None
    sequential: bool
    strict: bool
    as_job: bool
    dry_run: bool


@click.command("schedule")
@click.option("--sensor", "--sensor-id", "sensor_id", type=int, help="Of the power of the device to plan.")
@click.option("--asset", "--asset-id", "asset_id", type=int, help="Whose devices to plan, instead.")
@click.option("--start", type=MOMENT, required=True, help="Start of the schedule, with its offset.")
@click.option("--duration", type=DURATION, help="Of the schedule.  [default: the planning horizon]")
@click.option("--resolution", type=DURATION, help="Of its steps.  [default: that of the sensors]")
@click.option("--prior", type=MOMENT, help="What was recorded later does not count.")
@click.option("--soc-at-start", help="State of charge, such as '12 kWh'.")
@click.option("--flex-model", help="Of the devices: JSON, or the name of a file with it.")
@click.option("--flex-context", help="Of the site: JSON, or the name of a file with it.")
@click.option("--sequential", is_flag=True, help="Whether to plan devices one after the other.")
@click.option("--strict", is_flag=True, help="Whether to refuse what cannot be met, rather than relax it.")
@click.option("--as-job", is_flag=True, help="Whether to queue a job instead of planning here and now.")
@click.option("--dry-run", is_flag=True, help="Whether to show the schedule and keep nothing.")
@click.pass_obj
def schedule(program: Program, **options: Unpack[_Options]) -> None:
    """Make a schedule for a device, or for the devices of an asset.

    What is not told here is as the asset has it, or the site that the asset is part of.
    """
    platform = program.platform()
    with platform.transaction():
        asset, sensor = subject(options["sensor_id"], options["asset_id"], platform)
        order = _order(options, sensor)
        if options["as_job"]:
            job = (
                order_for_asset(OPERATOR, asset, order, platform)
                if sensor is None
                else order_for_sensor(OPERATOR, sensor, order, platform)
            )
            click.echo(f"Queued scheduling job {job.id}.")
            return
        plan, read = _plan(asset, sensor, order, platform)
        if not options["dry_run"]:
            keep(plan, order.prior, platform)
    _show(plan, read)
    if options["dry_run"]:
        click.echo("Nothing was recorded.")
    else:
        click.echo(f"Recorded the schedule of {len(plan.filled)} sensor(s).")


def subject(sensor_id: int | None, asset_id: int | None, platform: Platform) -> tuple[Asset, Sensor | None]:
    """Return what is to be planned.

    Raises:
        UsageError: not exactly one of sensor and asset is told.
    """
    if asset_id is not None and sensor_id is None:
        return platform.store.assets.asset(asset_id), None
    if sensor_id is not None and asset_id is None:
        sensor = platform.store.assets.sensor(sensor_id)
        return platform.store.assets.asset(sensor.asset_id), sensor
    raise click.UsageError("Tell either --sensor or --asset.")


def _order(options: _Options, sensor: Sensor | None) -> Order:
    model = read_json(options["flex_model"], "--flex-model", {} if sensor else [])
    if options["soc_at_start"] is not None:
        if not isinstance(model, Mapping):
            raise click.UsageError("--soc-at-start is of one device: tell --sensor, or it in --flex-model.")
        model = {**model, "soc-at-start": options["soc_at_start"]}
    return Order(
        options["start"],
        model,
        _context(options),
        options["duration"],
        options["resolution"],
        options["prior"],
        options["sequential"],
    )


def _context(options: _Options) -> object:
    """Return the flex-context, with what options say of it.

    Raises:
        UsageError: there are several contexts, and options do not say of which.
    """
    context = read_json(options["flex_context"], "--flex-context", {})
    if not options["strict"]:
        return context
    if not isinstance(context, Mapping):
        raise click.UsageError("--strict is of one flex-context: tell it in --flex-context.")
    return {**context, "strict": True}


def read_json(told: str | None, option: str, otherwise: object) -> object:
    """Return JSON that is told, or in a file that is named.

    Raises:
        BadParameter: it is neither.
    """
    if told is None:
        return otherwise
    text = told
    if not told.lstrip().startswith(("{", "[")):
        try:
            text = Path(told).read_text(encoding="utf-8")
        except OSError as error:
            raise click.BadParameter(f"'{told}' is neither JSON nor a file.", param_hint=option) from error
    try:
        found: object = json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"This is no JSON: {error}", param_hint=option) from error
    return found


def _plan(asset: Asset, sensor: Sensor | None, order: Order, platform: Platform) -> tuple[Plan, Read]:
    read = (
        read_order(OPERATOR, asset, order, platform)
        if sensor is None
        else read_for_sensor(OPERATOR, sensor, order, platform)
    )
    return plan_of(read_task(read.arguments, platform), platform), read


def _show(plan: Plan, read: Read) -> None:
    """Print the schedule with what it costs and why it is as it is."""
    grids = {one.series.grid for one in plan.filled}
    for grid in sorted(grids, key=lambda one: one.step):
        of_grid = [one for one in plan.filled if one.series.grid == grid]
        names = [f"{one.sensor.name} ({one.sensor.id}) in {one.sensor.unit}" for one in of_grid]
        rows = zip(grid.starts(), *(one.series.values for one in of_grid), strict=True)
        zone = read.grid.start.tzinfo
        print_table(
            ("Start", *names),
            [
                (from_instant(time).astimezone(zone).isoformat(), *(f"{value:.6g}" for value in values))
                for time, *values in rows
            ],
        )
    click.echo(f"Cost: {plan.told['cost']:.6g} ({plan.told['status']}, by {plan.engine}).")
    sentences = plan.told["explanation"]
    for sentence in sentences if isinstance(sentences, list) else []:
        click.echo(f"- {sentence}")
    limits = plan.told["limits"]
    if isinstance(limits, list) and len(limits) > MOST_SAID:
        print_table(
            ("Limit", "Of", "For", "One more or less saves"),
            [
                (
                    one["constraint"],
                    one["device"],
                    f"{one['hours']:g} h",
                    f"{one['worth']:.3g} {one['unit']}, {one['change']}",
                )
                for one in limits
            ],
        )
