"""The command ``flexmeasures``: groups of commands that are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version

import click


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is found.

    Attributes:
        place: Module and name, such as ``flexmeasures.cli.add:add``.
        help: What the list of commands says about it.
        hidden: Whether that list leaves it out: it is another name of a command.
    """

    place: str
    help: str
    hidden: bool = False

    def load(self) -> click.Command:
        """Import the command."""
        module, _, name = self.place.partition(":")
        found = getattr(import_module(module), name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{self.place} is no command.")
        return found


COMMANDS: Mapping[str, Entry] = {
    "add": Entry("flexmeasures.cli.add:add", "Add data: users, assets, sensors, forecasts and more."),
    "backtest": Entry("flexmeasures.cli.backtest:command", "Try forecasting models on the past of a sensor."),
    "db": Entry("flexmeasures.cli.db:db", "Migrate the structure of the database."),
    "db-ops": Entry("flexmeasures.cli.db_ops:db_ops", "Back up, bring back and reset all data."),
    "delete": Entry("flexmeasures.cli.delete:delete", "Delete data."),
    "demo": Entry("flexmeasures.cli.demo:demo", "Load a portfolio of real data and serve it."),
    "demo-meter": Entry("flexmeasures.cli.demo:demo_meter", "Be the meter of a demonstration.", hidden=True),
    "edit": Entry("flexmeasures.cli.edit:edit", "Edit data."),
    "jobs": Entry("flexmeasures.cli.jobs:jobs", "Do jobs and look after their queues."),
    "monitor": Entry("flexmeasures.cli.monitor:monitor", "Watch over recurring tasks."),
    "roles": Entry("flexmeasures.cli.people:roles", "Give roles to users, and take them away."),
    "routes": Entry("flexmeasures.cli.shell:routes", "List the addresses that the web application answers."),
    "simulate": Entry("flexmeasures.cli.simulate:command", "Replay the past of a site as if planned."),
    "run": Entry("flexmeasures.cli.run:run", "Serve the platform."),
    "show": Entry("flexmeasures.cli.show:show", "Show accounts, assets, sources and beliefs."),
    "shell": Entry("flexmeasures.cli.shell:shell", "Open a Python shell on the platform."),
    "users": Entry("flexmeasures.cli.people:users", "Let users in, or keep them out."),
    "run-worker": Entry("flexmeasures.cli.jobs:run_worker", "The same as jobs run-worker.", hidden=True),
    "clear-queue": Entry("flexmeasures.cli.jobs:clear_queue", "The same as jobs clear-queue.", hidden=True),
}


class LazyGroup(click.Group):
    """A group whose list of commands imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (as click calls it)
        """Return the names of the commands, in order."""
        return sorted(name for name, entry in COMMANDS.items() if not entry.hidden)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by its name; underscores count as hyphens."""
        entry = COMMANDS.get(cmd_name.replace("_", "-"))
        return entry.load() if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands with what each does."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("flexmeasures"), prog_name="flexmeasures")
def root() -> None:
    """Monitor, forecast and schedule flexible energy assets."""
