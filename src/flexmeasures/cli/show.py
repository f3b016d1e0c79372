"""``flexmeasures show``: list what there is."""

from __future__ import annotations

import click

from flexmeasures.cli.names import Group
from flexmeasures.cli.showing.accounts import account, accounts, roles
from flexmeasures.cli.showing.accuracy import accuracy
from flexmeasures.cli.showing.assets import asset, asset_types, assets
from flexmeasures.cli.showing.beliefs import beliefs, data_sources
from flexmeasures.cli.showing.choices import forecast_choices


@click.group(cls=Group)
def show() -> None:
    """Show accounts, assets, sources, beliefs, and how good forecasts were."""


for _command in (
    *(
        account,
        accounts,
        accuracy,
        asset,
        asset_types,
        assets,
        beliefs,
        data_sources,
        forecast_choices,
        roles,
    ),
):
    show.add_command(_command)
