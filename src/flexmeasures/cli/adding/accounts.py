"""``flexmeasures add account``, ``account-role`` and ``user``."""

from __future__ import annotations

from typing import TypedDict, Unpack

import click

from flexmeasures.cli import asking
from flexmeasures.cli.program import Program
from flexmeasures.usecases.accounts import (
    NewUser,
    add_account,
    add_account_role,
    add_user,
    check_user,
    missing_account_roles,
    names_in,
)
from flexmeasures.usecases.noting import COMMAND_LINE, note_account, note_user


@click.command()
@click.option("--name", required=True, help="Name of the account, unique.")
@click.option("--roles", multiple=True, help="Roles such as Prosumer, separated by commas.")
@click.pass_obj
def account(program: Program, name: str, roles: tuple[str, ...]) -> None:
    """Make an account: an organisation or household."""
    platform, names = program.platform(), names_in(",".join(roles))
    with platform.transaction():
        missing = missing_account_roles(names, platform)
        made = add_account(name, names, platform)
        note_account(COMMAND_LINE, made.id, f"Created account {made.name}.", platform)
    for role in missing:
        click.echo(f"Adding account role {role} ...")
    click.echo(f"Account '{name}' successfully created with ID:{made.id}")


@click.command()
@click.option("--name", required=True, help="Name of the role, unique.")
@click.option("--description", default="", help="What it means.")
@click.pass_obj
def account_role(program: Program, name: str, description: str) -> None:
    """Make a role that accounts can have."""
    platform = program.platform()
    with platform.transaction():
        add_account_role(name, description, platform)
    click.echo(f"Account role '{name}' successfully created.")


class _UserOptions(TypedDict):
    username: str
    email: str
    roles: tuple[str, ...]
    timezone: str | None
    account_id: int | None


@click.command()
@click.option("--username", required=True, help="Name of the user, unique.")
@click.option("--email", required=True, help="With which the user logs in, unique.")
@click.option("--roles", multiple=True, help="Roles such as admin, separated by commas.")
@click.option("--timezone", help="IANA name, such as Europe/Amsterdam.  [default: that of the platform]")
@click.option("--account", "--account-id", "account_id", type=int, help="Id of its account.")
@click.pass_obj
def user(program: Program, **options: Unpack[_UserOptions]) -> None:
    """Create a FlexMeasures user. Asks twice for its password, or reads it from standard input.

    Roles that are missing are made. Without --account, the user gets an account of its own name.
    """
    platform = program.platform()
    if options["timezone"] is None:
        zone = platform.rules.timezone
        click.echo(f"Setting user timezone to {zone} (taken from FLEXMEASURES_TIMEZONE config setting)...")
    new = NewUser(
        username=options["username"],
        email=options["email"],
        roles=names_in(",".join(options["roles"])),
        timezone=options["timezone"],
        account_id=options["account_id"],
    )
    with platform.transaction():
        check_user(new, platform)
    password = asking.password()
    with platform.transaction():
        made = add_user(new, password, program.hashed, platform)
        note_user(COMMAND_LINE, made, f"Created user {made.username} in {made.account.name}.", platform)
    click.echo(f"Successfully created user {made.username} <{made.email}> with ID:{made.id}")
