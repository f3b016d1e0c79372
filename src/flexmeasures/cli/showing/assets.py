"""``flexmeasures show asset``, ``assets`` and ``asset-types``."""

from __future__ import annotations

import json

import click

from flexmeasures.cli.program import Program
from flexmeasures.cli.showing.accounts import place
from flexmeasures.cli.tables import print_table
from flexmeasures.domain.timing import write_duration


@click.command()
@click.pass_obj
def asset_types(program: Program) -> None:
    """List the kinds of assets."""
    platform = program.platform()
    with platform.transaction():
        found = platform.store.assets.types()
    if not found:
        click.echo("No asset types created yet.")
        return
    print_table(
        ("Id", "Name", "Description"),
        [(kind.id, kind.name, kind.hover_label or kind.display_name) for kind in found],
    )


@click.command()
@click.option("--account", "--account-id", "account_id", type=int, help="Only those of this account.")
@click.pass_obj
def assets(program: Program, account_id: int | None) -> None:
    """List assets, all or those of one account."""
    platform = program.platform()
    with platform.transaction():
        found = platform.store.assets.assets(account_id=account_id, public=account_id is None)
    if not found:
        click.echo("No assets created yet.")
        return
    print_table(
        ("Id", "Name", "Type", "Account", "Owner", "Location"),
        [
            (a.id, a.name, a.type.name, a.account_id, a.owner_id, place(a.latitude, a.longitude))
            for a in sorted(found, key=lambda asset: asset.id)
        ],
    )


@click.command()
@click.option("--id", "asset_id", type=int, required=True, help="Id of the asset.")
@click.pass_obj
def asset(program: Program, asset_id: int) -> None:
    """Show an asset with its attributes and sensors."""
    platform = program.platform()
    with platform.transaction():
        found = platform.store.assets.asset(asset_id)
        sensors = platform.store.assets.sensors([asset_id])
    click.echo(f"Asset {found.name} (ID:{found.id})\n")
    attributes = json.dumps(dict(found.attributes), default=str, sort_keys=True)
    print_table(
        ("Type", "Location", "Attributes"),
        [(found.type.name, place(found.latitude, found.longitude), attributes)],
    )
    click.echo()
    if not sensors:
        click.echo("No sensors in asset ...")
        return
    print_table(
        ("Id", "Name", "Unit", "Resolution", "Timezone"),
        [(each.id, each.name, each.unit, write_duration(each.step), each.timezone) for each in sensors],
    )
