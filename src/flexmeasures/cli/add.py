"""``flexmeasures add``: make things."""

from __future__ import annotations

import click

from flexmeasures.cli.adding.accounts import account, account_role, user
from flexmeasures.cli.adding.annotations import annotation, holidays
from flexmeasures.cli.adding.assets import asset, asset_type, sensor
from flexmeasures.cli.adding.beliefs import beliefs, source
from flexmeasures.cli.adding.forecast_choices import forecast_choices
from flexmeasures.cli.adding.forecasts import forecasts
from flexmeasures.cli.adding.markets import market, weather_sensor
from flexmeasures.cli.adding.schedules import schedule
from flexmeasures.cli.adding.structure import structure
from flexmeasures.cli.adding.toy_account import toy_account
from flexmeasures.cli.adding.weather import external_weather_forecasts
from flexmeasures.cli.names import Group, also_known_as


@click.group(cls=Group)
def add() -> None:
    """Add data: structure, users, assets, sensors and more."""


_COMMANDS = (
    account,
    account_role,
    annotation,
    asset,
    asset_type,
    beliefs,
    external_weather_forecasts,
    forecast_choices,
    forecasts,
    holidays,
    market,
    schedule,
    sensor,
    source,
    structure,
    toy_account,
    user,
    weather_sensor,
)
for _command in _COMMANDS:
    add.add_command(_command)
add.add_command(also_known_as(structure, "initial-structure"))
