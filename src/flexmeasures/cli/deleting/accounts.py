"""``flexmeasures delete account``, ``account-role`` and ``user``."""

from __future__ import annotations

import click

from flexmeasures.cli.asking import confirm
from flexmeasures.cli.program import Program
from flexmeasures.cli.progress import working
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.usecases import accounts, removing
from flexmeasures.usecases.noting import COMMAND_LINE, note_account


@click.command()
@click.option("--id", "account_id", type=int, required=True, help="Id of the account.")
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def account(program: Program, account_id: int, *, force: bool) -> None:
    """Delete an account with its users, assets and all their data."""
    platform = program.platform()
    with platform.transaction():
        found = next((a for a in platform.store.accounts.accounts() if a.id == account_id), None)
        if found is None:
            raise UnknownEntity(f"Account with ID '{account_id}' does not exist.")
        users = accounts.members(found, platform)
        assets = platform.store.assets.assets(account_id=found.id, public=False)
    question = f"Delete account '{found.name}', including generic assets, users and all their data?\n"
    question += "".join(f"User: {user.username}\n" for user in users)
    question += "".join(f"Asset: {asset.name}\n" for asset in assets)
    confirm(question, force=force)
    with working("Deleting"), platform.transaction():
        removing.delete_account(found, platform)
        note_account(COMMAND_LINE, None, f"Deleted account {found.name}.", platform)
    click.echo(f"Account {found.name} has been deleted.")


@click.command()
@click.option("--name", required=True, help="Name of the role.")
@click.pass_obj
def account_role(program: Program, name: str) -> None:
    """Delete a role that accounts can have."""
    platform = program.platform()
    with platform.transaction():
        held = removing.delete_account_role(name, platform)
    for account_ in held:
        click.echo(f"Account '{account_.name}' has lost the role.")
    click.echo(f"Account role '{name}' has been deleted.")


@click.command()
@click.option("--email", required=True, help="Email address of the user.")
@click.option("--force/--no-force", default=False, help="Whether to skip the question.")
@click.pass_obj
def user(program: Program, email: str, *, force: bool) -> None:
    """Delete a user, the assets that it owns, and their data."""
    platform = program.platform()
    with platform.transaction():
        found = accounts.user_with_email(email, platform)
    confirm(
        f"Delete user {found.username} <{found.email}>, including owned assets and their data?", force=force
    )
    with working("Deleting"), platform.transaction():
        removing.remove_user(COMMAND_LINE, found, platform)
    click.echo(f"User {found.username} <{found.email}> has been deleted.")
