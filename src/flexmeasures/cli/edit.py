"""``flexmeasures edit``: change what there is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.asking import confirm
from flexmeasures.cli.kinds import DURATION, MOMENT, JsonObject
from flexmeasures.cli.names import Group
from flexmeasures.cli.program import Program
from flexmeasures.cli.progress import working
from flexmeasures.usecases import reorganising
from flexmeasures.usecases.noting import COMMAND_LINE, note_asset, note_asset_change, note_sensor_change


@click.group(cls=Group)
def edit() -> None:
    """Edit data."""


class JsonList(click.ParamType[list[object]]):
    """A JSON list."""

    name = "json"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> list[object]:
        """Read a JSON list."""
        if isinstance(value, list):
            return value
        try:
            found = json.loads(str(value))
        except ValueError as error:
            self.fail(f"'{value}' is no JSON: {error}", param, ctx)
        if not isinstance(found, list):
            self.fail(f"'{value}' is no JSON list.", param, ctx)
        return found


class _Options(TypedDict):
    asset_ids: tuple[int, ...]
    sensor_ids: tuple[int, ...]
    attribute: str
    null: bool
    float: float | None
    bool: bool | None
    str: str | None
    int: int | None
    list: list[object] | None
    dict: dict[str, object] | None


@edit.command()
@click.option(
    "--asset", "--asset-id", "asset_ids", type=int, multiple=True, help="Id of an asset; repeatable."
)
@click.option("--sensor", "--sensor-id", "sensor_ids", type=int, multiple=True, help="Id of a sensor.")
@click.option("--attribute", required=True, help="Name of the attribute.")
@click.option("--float", type=float, help="A number.")
@click.option("--bool", type=bool, help="True or false.")
@click.option("--str", type=str, help="A text.")
@click.option("--int", type=int, help="A whole number.")
@click.option("--list", type=JsonList(), help="A JSON list.")
@click.option("--dict", type=JsonObject(), help="A JSON object.")
@click.option("--null", is_flag=True, help="Nothing: the attribute is removed.")
@click.pass_obj
def attribute(program: Program, **options: Unpack[_Options]) -> None:
    """Set, change or remove an attribute of assets or sensors."""
    if not options["asset_ids"] and not options["sensor_ids"]:
        raise click.UsageError("Missing flag: pass at least one --asset-id or --sensor-id.")
    change = {options["attribute"]: _value(options)}
    platform = program.platform()
    with platform.transaction():
        for asset_id in options["asset_ids"]:
            asset = platform.store.assets.asset(asset_id)
            platform.store.assets.set_attributes(asset_id, change)
            note_asset_change(COMMAND_LINE, asset, platform.store.assets.asset(asset_id), platform)
        for sensor_id in options["sensor_ids"]:
            sensor = platform.store.assets.sensor(sensor_id)
            platform.store.assets.set_sensor_attributes(sensor_id, change)
            note_sensor_change(COMMAND_LINE, sensor, platform.store.assets.sensor(sensor_id), platform)
    click.echo("Successfully edited/added attribute.")


def _value(options: _Options) -> object:
    kinds = (
        options["float"],
        options["bool"],
        options["str"],
        options["int"],
        options["list"],
        options["dict"],
    )
    given = [value for value in kinds if value is not None]
    if len(given) + options["null"] > 1:
        raise click.UsageError("Cannot set multiple values simultaneously.")
    if not given and not options["null"]:
        raise click.UsageError(
            "Missing flag: pass one of --float, --bool, --str, --int, --list, --dict or --null."
        )
    return given[0] if given else None


@edit.command("transfer-ownership")
@click.option("--asset", "asset_id", type=int, required=True, help="Id of the asset.")
@click.option("--new-owner", "account_id", type=int, required=True, help="Id of the account that gets it.")
@click.pass_obj
def transfer_ownership(program: Program, asset_id: int, account_id: int) -> None:
    """Give an asset with all its parts to another account."""
    platform = program.platform()
    with platform.transaction():
        moved = reorganising.transfer_ownership(asset_id, account_id, platform)
        for asset in moved:
            note_asset(COMMAND_LINE, asset, f"Given to account {account_id}.", platform)
    for asset in moved:
        click.echo(f"Asset {asset.name} (ID:{asset.id}) belongs to account {account_id} now.")


@edit.command("transfer-parenthood")
@click.option("--asset", "asset_id", type=int, help="Id of the asset.")
@click.option("--new-parent", type=int, help="Id of the asset that it becomes part of.  [default: none]")
@click.option("--old-parent", type=int, help="Id of the asset whose parts are meant, all of them.")
@click.pass_obj
def transfer_parenthood(
    program: Program, asset_id: int | None, new_parent: int | None, old_parent: int | None
) -> None:
    """Make an asset, or all direct parts of another one, part of a new parent, or of none."""
    if (asset_id is None) == (old_parent is None):
        raise click.UsageError("Pass either --asset or --old-parent.")
    platform = program.platform()
    with platform.transaction():
        children = [asset.id for asset in platform.store.assets.assets() if asset.parent_id == old_parent]
        for child in sorted(children) if asset_id is None else [asset_id]:
            moved = reorganising.transfer_parenthood(child, new_parent, platform)
            whose = "no asset" if new_parent is None else f"asset {new_parent}"
            note_asset(COMMAND_LINE, moved, f"Made part of {whose}.", platform)
            click.echo(f"Asset {moved.name} (ID:{moved.id}) is part of {whose} now.")


class _Resampling(TypedDict):
    sensor_ids: tuple[int, ...]
    step: timedelta
    start: datetime | None
    end: datetime | None
    skip_integrity_check: bool
    force: bool


@edit.command("resample-data")
@click.option(
    "--sensor", "--sensor-id", "sensor_ids", type=int, multiple=True, required=True, help="Of which."
)
@click.option("--event-resolution", "step", type=DURATION, required=True, help="New steps, in minutes.")
@click.option(
    "--from", "start", type=MOMENT, help="Only events from this time on; the sensor keeps its step."
)
@click.option("--until", "end", type=MOMENT, help="Only events before this time; the sensor keeps its step.")
@click.option(
    "--skip-integrity-check", is_flag=True, help="Accepted for old scripts: all is done or nothing."
)
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def resample_data(program: Program, **options: Unpack[_Resampling]) -> None:
    """Bring the data of sensors to other steps: means of finer values, repetitions of coarser ones."""
    platform = program.platform()
    with platform.transaction():
        sensors = [platform.store.assets.sensor(sensor_id) for sensor_id in options["sensor_ids"]]
    for sensor in sensors:
        if sensor.step == options["step"]:
            click.echo(f"{sensor.name} ({sensor.id}) already has the desired event resolution.")
            continue
        question = f"Resample {sensor.name} ({sensor.id}) from {sensor.step} to {options['step']}?"
        confirm(question, force=options["force"])
        with working("Resampling"), platform.transaction():
            done = reorganising.resample(sensor, options["step"], options["start"], options["end"], platform)
        click.echo(f"{sensor.name} ({sensor.id}): {done.before} beliefs became {done.after}.")
    click.echo("Successfully resampled sensor data.")
