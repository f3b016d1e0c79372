"""``flexmeasures monitor``: watch over recurring tasks."""

from __future__ import annotations

from datetime import timedelta

import click

from flexmeasures.cli.names import Group, also_known_as
from flexmeasures.cli.program import Program
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


monitor.add_command(also_known_as(latest_run, "tasks"))
