"""``flexmeasures users`` and ``flexmeasures roles``: who may come in, and as what."""

from __future__ import annotations

from dataclasses import replace

import click

from flexmeasures.cli.names import Group
from flexmeasures.cli.program import Program
from flexmeasures.domain.accounts import User
from flexmeasures.usecases.accounts import user_with_email
from flexmeasures.usecases.noting import COMMAND_LINE, note_user_change
from flexmeasures.usecases.ports.platform import Platform


@click.group(cls=Group)
def users() -> None:
    """Let users in, or keep them out (flexmeasures add user makes them)."""


@users.command()
@click.argument("email")
@click.pass_obj
def activate(program: Program, email: str) -> None:
    """Let the user with this email address in."""
    _set_active(program, email, active=True)


@users.command()
@click.argument("email")
@click.pass_obj
def deactivate(program: Program, email: str) -> None:
    """Keep the user with this email address out."""
    _set_active(program, email, active=False)


def _set_active(program: Program, email: str, *, active: bool) -> None:
    platform = program.platform()
    with platform.transaction():
        before = user_with_email(email, platform)
        user = platform.store.accounts.update_user(replace(before, active=active))
        note_user_change(COMMAND_LINE, before, user, platform)
    click.echo(f"User {user.username} <{user.email}> is {'active' if active else 'kept out'} now.")


@click.group(cls=Group)
def roles() -> None:
    """Make roles of users, give them and take them away."""


@roles.command()
@click.argument("name")
@click.option("--description", default="", help="What it means.")
@click.pass_obj
def create(program: Program, name: str, description: str) -> None:
    """Make a role that users can have."""
    platform = program.platform()
    with platform.transaction():
        platform.store.accounts.add_role(name, description)
    click.echo(f"Role {name} is there.")


@roles.command("add")
@click.argument("email")
@click.argument("role")
@click.pass_obj
def give(program: Program, email: str, role: str) -> None:
    """Give a role to the user with this email address; it is made when it is missing."""
    platform = program.platform()
    with platform.transaction():
        user = user_with_email(email, platform)
        _keep(user, user.roles | {role}, platform)
    click.echo(f"User {user.username} <{user.email}> has the role {role} now.")


@roles.command("remove")
@click.argument("email")
@click.argument("role")
@click.pass_obj
def take(program: Program, email: str, role: str) -> None:
    """Take a role from the user with this email address."""
    platform = program.platform()
    with platform.transaction():
        user = user_with_email(email, platform)
        if role not in user.roles:
            raise click.ClickException(f"User {user.username} <{user.email}> does not have the role {role}.")
        _keep(user, user.roles - {role}, platform)
    click.echo(f"User {user.username} <{user.email}> has lost the role {role}.")


def _keep(user: User, held: frozenset[str], platform: Platform) -> None:
    kept = platform.store.accounts.update_user(replace(user, roles=held))
    note_user_change(COMMAND_LINE, user, kept, platform)
