"""``flexmeasures delete asset``, ``sensor`` and ``structure``."""

from __future__ import annotations

import click

from flexmeasures.cli.asking import confirm
from flexmeasures.cli.program import Program
from flexmeasures.cli.progress import working
from flexmeasures.usecases import removing
from flexmeasures.usecases.noting import COMMAND_LINE


@click.command()
@click.option("--id", "asset_id", type=int, required=True, help="Id of the asset.")
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def asset(program: Program, asset_id: int, *, force: bool) -> None:
    """Delete an asset with its sensors and all their data."""
    platform = program.platform()
    with platform.transaction():
        found = platform.store.assets.asset(asset_id)
        sensors = platform.store.assets.sensors([asset_id])
    confirm(f"Delete asset '{found.name}' with {len(sensors)} sensor(s) and all their data?", force=force)
    with working("Deleting"), platform.transaction():
        removing.remove_asset(COMMAND_LINE, found, platform)
    click.echo(f"Asset {found.name} has been deleted.")


@click.command()
@click.option(
    "--id", "sensor_ids", type=int, multiple=True, required=True, help="Id of a sensor; repeatable."
)
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def sensor(program: Program, sensor_ids: tuple[int, ...], *, force: bool) -> None:
    """Delete sensors and all their beliefs."""
    platform = program.platform()
    with platform.transaction():
        found = [platform.store.assets.sensor(sensor_id) for sensor_id in sensor_ids]
        count = platform.store.beliefs.count(sensor_ids)
    names = ", ".join(f"{one.id} ({one.name})" for one in found)
    confirm(f"Really delete sensor {names}, along with {count} beliefs?", force=force)
    with working("Deleting"), platform.transaction():
        for one in found:
            removing.remove_sensor(COMMAND_LINE, one, platform)
    click.echo(f"Sensor {names} has been deleted.")


@click.command()
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def structure(program: Program, *, force: bool) -> None:
    """Delete all assets, markets, weather sensors, their types, users, accounts and roles, and all data."""
    platform = program.platform()
    confirm(
        f"This deletes all asset, market, weather sensor, user and account entries from {program.place()}.\n"
        "Do you want to continue?",
        force=force,
    )
    with working("Deleting"), platform.transaction():
        removed = removing.delete_structure(platform)
    for kind in removed:
        click.echo(f"Deleted {kind.number} {kind.kind}")
