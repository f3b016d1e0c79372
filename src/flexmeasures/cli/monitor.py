"""``flexmeasures monitor``: watch over recurring tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.names import Group, also_known_as
from flexmeasures.cli.program import Program
from flexmeasures.usecases.absences import Expected, absent_users
from flexmeasures.usecases.task_watch import Expectation, troubles


@click.group(cls=Group)
def monitor() -> None:
    """Watch over recurring tasks, and tell people what is wrong."""


@monitor.command("latest-run")
@click.option(
    "--task",
    "tasks",
    type=(str, int),
    multiple=True,
    required=True,
    metavar="NAME MINUTES",
    help="A task, and how many minutes ago it may have run last; repeatable.",
)
@click.option("--recipient", "recipients", multiple=True, help="Who gets a mail; repeatable.")
@click.option("--custom-message", default="", help="More text for the mails.")
@click.pass_obj
def latest_run(
    program: Program, tasks: tuple[tuple[str, int], ...], recipients: tuple[str, ...], custom_message: str
) -> None:
    """Check that tasks ran lately and well. What is wrong is told here, and by mail to each recipient."""
    platform = program.platform()
    expected = [Expectation(name, timedelta(minutes=minutes)) for name, minutes in tasks]
    with platform.transaction():
        found = troubles(expected, platform)
    for trouble in found:
        click.echo(trouble.text, err=True)
        if recipients:
            text = "\n\n".join(part for part in (trouble.text, custom_message) if part)
            program.mail(recipients, f"Problem with task {trouble.task}", text)
    if not found:
        click.echo("All tasks ran lately and well.")


class _Absence(TypedDict):
    minutes: int
    alert_users: bool
    account_role: str
    account_ids: tuple[int, ...]
    user_role: str
    custom_user_message: str
    only_new: bool
    task_name: str
    recipients: tuple[str, ...]


@monitor.command("last-seen")
@click.option(
    "--maximum-minutes-since-last-seen",
    "minutes",
    type=click.IntRange(min=1),
    required=True,
    help="How long ago users may have logged in last.",
)
@click.option("--alert-users/--do-not-alert-users", default=False, help="Whether they get a mail themselves.")
@click.option("--account-role", default="", help="Only members of accounts with this role.")
@click.option("--account", "account_ids", type=int, multiple=True, help="Only of this account; repeatable.")
@click.option("--user-role", default="", help="Only users with this role.")
@click.option("--custom-user-message", default="", help="What their mail says.")
@click.option(
    "--only-newly-absent-users/--all-absent-users",
    "only_new",
    default=True,
    show_default=True,
    help="Whether those are left out whose absence was told before.",
)
@click.option(
    "--task-name", default="monitor-last-seen-users", show_default=True, help="By which looks are remembered."
)
@click.option("--recipient", "recipients", multiple=True, help="Who gets a mail; repeatable.")
@click.pass_obj
def last_seen(program: Program, **options: Unpack[_Absence]) -> None:
    """Tell which users have not logged in for a while: here, by mail, and if wanted to themselves."""
    platform = program.platform()
    expected = Expected(
        within=timedelta(minutes=options["minutes"]),
        account_role=options["account_role"],
        account_ids=options["account_ids"],
        user_role=options["user_role"],
        task=options["task_name"],
        only_new=options["only_new"],
    )
    with platform.transaction():
        absent = absent_users(expected, platform)
    if not absent:
        click.echo("All users have been seen lately.")
        return
    lines = [f"{user.username} <{user.email}> was last seen at {user.last_login}." for user in absent]
    for line in lines:
        click.echo(line)
    if options["recipients"]:
        program.mail(options["recipients"], "Users have not been seen lately", "\n".join(lines))
    for user in absent if options["alert_users"] else ():
        usual = f"You have not logged in since {user.last_login}."
        program.mail([user.email], "We have not seen you lately", options["custom_user_message"] or usual)


monitor.add_command(also_known_as(latest_run, "tasks"))
