"""Groups of commands that know other names of theirs."""

from __future__ import annotations

import click


class Group(click.Group):
    """A group in which underscores count as hyphens, as old scripts write them."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        return super().get_command(ctx, cmd_name.replace("_", "-"))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in order."""
        return sorted(super().list_commands(ctx))


def also_known_as(command: click.Command, name: str) -> click.Command:
    """Return a command under another name, which help does not list."""
    params = list(command.params)
    return click.Command(name, callback=command.callback, params=params, help=command.help, hidden=True)
