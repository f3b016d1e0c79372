"""``flexmeasures delete beliefs``, ``unchanged-beliefs`` and ``nan-beliefs``."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.asking import confirm
from flexmeasures.cli.kinds import MOMENT
from flexmeasures.cli.program import Program
from flexmeasures.cli.progress import working
from flexmeasures.usecases.ports.beliefs import Rank, Selection
from flexmeasures.usecases.ports.platform import Platform

sources_option = click.option(
    "--source", "--source-id", "source_ids", type=int, multiple=True, help="Only of this source; repeatable."
)
start_option = click.option("--start", type=MOMENT, help="Only about events from this time on.")
end_option = click.option("--end", type=MOMENT, help="Only about events that begin before this time.")
sensor_option = click.option(
    "--sensor", "--sensor-id", "sensor_id", type=int, help="Of the sensor of this id.  [default: of all]"
)


class _Options(TypedDict):
    asset_ids: tuple[int, ...]
    sensor_ids: tuple[int, ...]
    source_ids: tuple[int, ...]
    start: datetime | None
    end: datetime | None
    offspring: bool
    force: bool


@click.command()
@click.option(
    "--asset", "asset_ids", type=int, multiple=True, help="Of the sensors of this asset; repeatable."
)
@click.option("--sensor", "sensor_ids", type=int, multiple=True, help="Of the sensor of this id; repeatable.")
@sources_option
@start_option
@end_option
@click.option("--offspring", is_flag=True, help="Of the parts of the assets as well.")
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def beliefs(program: Program, **options: Unpack[_Options]) -> None:
    """Delete beliefs of assets or sensors, all or those of some sources about events of some time."""
    if not options["asset_ids"] and not options["sensor_ids"]:
        raise click.UsageError("Missing flag: pass at least one --asset or --sensor.")
    platform = program.platform()
    with platform.transaction():
        sensor_ids = _sensor_ids(options, platform)
    selection = Selection(sensor_ids, options["source_ids"] or None, options["start"], options["end"])
    question = f"Sure to delete beliefs of {len(sensor_ids)} sensor(s) from {program.place()}?"
    confirm(question, force=options["force"])
    _prune(program, selection, "belief(s)")


class _Unchanged(TypedDict):
    sensor_id: int | None
    source_ids: tuple[int, ...]
    forecasts: bool
    measurements: bool
    start: datetime | None
    end: datetime | None
    force: bool


@click.command("unchanged-beliefs")
@sensor_option
@sources_option
@click.option(
    "--delete-forecasts/--keep-forecasts", "forecasts", default=True, help="Whether to look at forecasts."
)
@click.option(
    "--delete-measurements/--keep-measurements",
    "measurements",
    default=True,
    help="Whether to look at measurements.",
)
@start_option
@end_option
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def unchanged_beliefs(program: Program, **options: Unpack[_Unchanged]) -> None:
    """Delete beliefs that say what their source had said of the event before."""
    platform = program.platform()
    with platform.transaction():
        sensor_ids = _all_or(options["sensor_id"], platform)
    selection = Selection(
        sensor_ids,
        options["source_ids"] or None,
        options["start"],
        options["end"],
        options["forecasts"],
        options["measurements"],
        Rank.UNCHANGED,
    )
    question = f"Sure to delete unchanged beliefs of {len(sensor_ids)} sensor(s) from {program.place()}?"
    confirm(question, force=options["force"])
    _prune(program, selection, "unchanged belief(s)")


@click.command("nan-beliefs")
@sensor_option
@sources_option
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def nan_beliefs(program: Program, *, sensor_id: int | None, source_ids: tuple[int, ...], force: bool) -> None:
    """Delete beliefs whose value is no number."""
    platform = program.platform()
    with platform.transaction():
        sensor_ids = _all_or(sensor_id, platform)
    confirm(f"Sure to delete NaN beliefs of {len(sensor_ids)} sensor(s) from {program.place()}?", force=force)
    _prune(program, Selection(sensor_ids, source_ids or None, rank=Rank.NO_NUMBER), "NaN belief(s)")


def _sensor_ids(options: _Options, platform: Platform) -> tuple[int, ...]:
    """Return the ids of the sensors that are meant.

    Raises:
        UnknownEntity: there is no such asset or sensor.
    """
    store = platform.store.assets
    assets = [store.asset(asset_id).id for asset_id in options["asset_ids"]]
    if options["offspring"]:
        assets = [part.id for asset_id in assets for part in store.branch(asset_id)]
    own = [store.sensor(sensor_id).id for sensor_id in options["sensor_ids"]]
    return tuple(dict.fromkeys([*own, *(sensor.id for sensor in store.sensors(assets))]))


def _all_or(sensor_id: int | None, platform: Platform) -> tuple[int, ...]:
    """Return the id of one sensor, or those of all.

    Raises:
        UnknownEntity: there is no such sensor.
    """
    store = platform.store.assets
    if sensor_id is not None:
        return (store.sensor(sensor_id).id,)
    return tuple(sensor.id for sensor in store.sensors([asset.id for asset in store.assets()]))


def _prune(program: Program, selection: Selection, what: str) -> None:
    beliefs_, platform = program.platform().store.beliefs, program.platform()
    with working("Deleting"), platform.transaction():
        number = beliefs_.prune(selection)
        left = beliefs_.count(selection.sensor_ids)
    click.echo(f"Deleted {number} {what}. Done! {left} beliefs left")
