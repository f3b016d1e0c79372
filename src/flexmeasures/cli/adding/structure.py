"""``flexmeasures add structure``."""

from __future__ import annotations

import click

from flexmeasures.cli.program import Program
from flexmeasures.usecases.structure import add_structure


@click.command()
@click.pass_obj
def structure(program: Program) -> None:
    """Initialize structural data: asset types, roles and a dummy market. Doing it again changes nothing."""
    platform = program.platform()
    with platform.transaction():
        found = add_structure(platform)
    click.echo(f"DB now has {found.asset_types} AssetType(s)")
    click.echo(f"DB now has {found.weather_sensor_types} WeatherSensorType(s)")
    click.echo(f"DB now has {found.market_types} MarketType(s)")
    click.echo(f"DB now has {found.markets} Market(s)")
