"""``flexmeasures show accounts``, ``account`` and ``roles``."""

from __future__ import annotations

import click

from flexmeasures.cli.program import Program
from flexmeasures.cli.tables import print_table
from flexmeasures.usecases.accounts import account_with, members


@click.command()
@click.pass_obj
def accounts(program: Program) -> None:
    """List all accounts, with the number of their assets."""
    platform = program.platform()
    with platform.transaction():
        found = platform.store.accounts.accounts()
        numbers = [len(platform.store.assets.assets(account_id=each.id, public=False)) for each in found]
    if not found:
        click.echo("No accounts created yet.")
        return
    print_table(
        ("Id", "Name", "Roles", "Assets"),
        [
            (each.id, each.name, ", ".join(sorted(each.roles)), number)
            for each, number in zip(found, numbers, strict=True)
        ],
    )


@click.command()
@click.option("--id", "account_id", type=int, required=True, help="Id of the account.")
@click.pass_obj
def account(program: Program, account_id: int) -> None:
    """Show an account with its users and assets."""
    platform = program.platform()
    with platform.transaction():
        found = account_with(account_id, platform)
        users = members(found, platform)
        assets = platform.store.assets.assets(account_id=account_id, public=False)
    click.echo(f"Account {found.name} (ID:{found.id})")
    click.echo(f"Roles: {', '.join(sorted(found.roles)) or 'none'}\n")
    if users:
        print_table(
            ("Id", "Name", "Email", "Last login", "Roles"),
            [
                (user.id, user.username, user.email, user.last_login, ", ".join(sorted(user.roles)))
                for user in users
            ],
        )
    else:
        click.echo("No users in account ...")
    click.echo()
    if assets:
        print_table(
            ("Id", "Name", "Type", "Location"),
            [
                (asset.id, asset.name, asset.type.name, place(asset.latitude, asset.longitude))
                for asset in assets
            ],
        )
    else:
        click.echo("No assets in account ...")


def place(latitude: float | None, longitude: float | None) -> str:
    """Return a place as people read it; nothing where there is none."""
    return "" if latitude is None or longitude is None else f"({latitude:g}, {longitude:g})"


@click.command()
@click.pass_obj
def roles(program: Program) -> None:
    """List the roles that accounts and users can have."""
    platform = program.platform()
    with platform.transaction():
        of_accounts = platform.store.accounts.account_roles()
        of_users = platform.store.accounts.roles()
    for title, found, nothing in (
        ("Account roles:", of_accounts, "No account roles created yet."),
        ("User roles:", of_users, "No user roles created yet, not even admin."),
    ):
        click.echo(title)
        if found:
            print_table(("Name", "Description"), list(found.items()))
        else:
            click.echo(nothing)
        click.echo()
