"""``flexmeasures delete``: remove things."""

from __future__ import annotations

import click

from flexmeasures.cli.deleting.accounts import account, account_role, user
from flexmeasures.cli.deleting.assets import asset, sensor, structure
from flexmeasures.cli.deleting.beliefs import measurements, prognoses
from flexmeasures.cli.deleting.selections import beliefs, nan_beliefs, unchanged_beliefs
from flexmeasures.cli.names import Group, also_known_as


@click.group(cls=Group)
def delete() -> None:
    """Delete data."""


_COMMANDS = (
    account,
    account_role,
    asset,
    beliefs,
    measurements,
    nan_beliefs,
    prognoses,
    sensor,
    structure,
    unchanged_beliefs,
    user,
)
for _command in _COMMANDS:
    delete.add_command(_command)
delete.add_command(also_known_as(prognoses, "forecasts"))
