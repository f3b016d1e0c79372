"""``flexmeasures simulate``: replay the past of a site as if it had been planned."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.adding.schedules import read_json, subject
from flexmeasures.cli.kinds import DURATION, MOMENT
from flexmeasures.cli.program import Program
from flexmeasures.cli.tables import print_table
from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.usecases.flex.order import OPERATOR, Order, Read, read_for_sensor, read_order
from flexmeasures.usecases.flex.replaying import Balance, Course, Replay, Replayer
from flexmeasures.usecases.ports.platform import Platform


class _Options(TypedDict):
    sensor_id: int | None
    asset_id: int | None
    start: datetime
    end: datetime
    every: timedelta
    horizon: timedelta
    soc_at_start: str | None
    flex_model: str | None
    flex_context: str | None
    out: Path | None


@click.command("simulate")
@click.option("--sensor", "--sensor-id", "sensor_id", type=int, help="Of the power of the device to plan.")
@click.option("--asset", "--asset-id", "asset_id", type=int, help="Whose devices to plan, instead.")
@click.option("--start", type=MOMENT, required=True, help="Of the first plan, with its offset.")
@click.option("--end", type=MOMENT, required=True, help="Of the replay, with its offset.")
@click.option("--every", type=DURATION, default="PT1H", show_default=True, help="How often to plan.")
@click.option(
    "--horizon", type=DURATION, default="PT36H", show_default=True, help="How far plans look ahead."
)
@click.option("--soc-at-start", help="State of charge at the start, such as '12 kWh'.")
@click.option("--flex-model", help="Of the devices: JSON, or the name of a file with it.")
@click.option("--flex-context", help="Of the site: JSON, or the name of a file with it.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV of the power to write.")
@click.pass_obj
def command(program: Program, **options: Unpack[_Options]) -> None:
    """Replay the past of a site: plan again and again from what was known by then. Nothing is recorded.

    Each plan is followed until the next one. What that would have cost is told beside doing nothing and
    beside knowing everything ahead.
    """
    platform = program.platform()
    replay = Replay(options["start"], options["end"], options["every"], options["horizon"])
    with platform.transaction():
        read = _read(options, platform)
        replayer = Replayer(read, replay, platform)
        with click.progressbar(replayer.run(), length=replay.count, label="Replaying") as running:
            for _ in running:
                pass
        balance = replayer.balance()
    _print(balance, replayer.course)
    if options["out"] is not None:
        grid = TimeGrid(replay.start, read.grid.step, replayer.course.power.shape[1])
        _write(options["out"], grid, replayer.course)
        click.echo(f"Wrote {options['out']}.")


def _read(options: _Options, platform: Platform) -> Read:
    asset, sensor = subject(options["sensor_id"], options["asset_id"], platform)
    model = read_json(options["flex_model"], "--flex-model", {} if sensor else [])
    if options["soc_at_start"] is not None and isinstance(model, dict):
        model = {**model, "soc-at-start": options["soc_at_start"]}
    context = read_json(options["flex_context"], "--flex-context", {})
    order = Order(options["start"], model, context, options["horizon"])
    if sensor is None:
        return read_order(OPERATOR, asset, order, platform)
    return read_for_sensor(OPERATOR, sensor, order, platform)


def _print(balance: Balance, course: Course) -> None:
    """Print what it cost, and how it went."""
    rows = [
        ("doing nothing", balance.nothing),
        ("as planned", balance.realised),
        ("perfect foresight", balance.foresight),
    ]
    print_table(
        ("", "Cost", "Saved"),
        [(name, f"{cost:.2f}", f"{balance.nothing - cost:.2f}") for name, cost in rows],
    )
    possible = balance.nothing - balance.foresight
    if balance.realised > balance.nothing:
        click.echo("That cost more than doing nothing: limits come first, and not all came as expected.")
    elif possible > 0:
        share = (balance.nothing - balance.realised) / possible
        click.echo(f"Of what perfect foresight would have saved, {share:.1%} was saved.")
    click.echo(
        f"Made {course.plans} plans: {course.idle} had no prices or no way to keep all limits, and "
        f"{course.relaxed} missed some. The devices moved {balance.throughput:.6g} MWh; "
        f"{balance.stock:.6g} MWh were left in stock."
    )


def _write(path: Path, grid: TimeGrid, course: Course) -> None:
    """Write the power of all devices."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("start", *(f"device_{place}_mw" for place in range(len(course.power)))))
        for time, *values in zip(grid.starts(), *course.power, strict=True):
            writer.writerow((from_instant(time).isoformat(), *(f"{value:.9g}" for value in values)))
