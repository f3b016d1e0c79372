"""``flexmeasures delete``: remove things."""

from __future__ import annotations

import click

from flexmeasures.cli.deleting.accounts import account, account_role, user
from flexmeasures.cli.deleting.assets import asset, sensor, structure
from flexmeasures.cli.deleting.beliefs import measurements, prognoses
from flexmeasures.cli.names import Group, also_known_as


@click.group(cls=Group)
def delete() -> None:
    """Delete data."""


for _command in (account, account_role, asset, measurements, prognoses, sensor, structure, user):
    delete.add_command(_command)
delete.add_command(also_known_as(prognoses, "forecasts"))
