"""``flexmeasures add market`` and ``weather-sensor``."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.kinds import DURATION
from flexmeasures.cli.program import Program
from flexmeasures.domain.places import Place
from flexmeasures.usecases.registering.markets import NewMarket, add_market
from flexmeasures.usecases.registering.weather import NewWeatherSensor, add_weather_sensor


class _MarketOptions(TypedDict):
    name: str
    market_type_name: str
    unit: str
    event_resolution: timedelta
    display_name: str | None
    timezone: str
    knowledge_horizon: timedelta | None


@click.command()
@click.option("--name", required=True, help="Unique, as in entity addresses.")
@click.option("--market-type-name", required=True, help="day_ahead or tou_tariff.")
@click.option("--unit", required=True, help="Currency per energy, such as EUR/MWh.")
@click.option("--event-resolution", type=DURATION, required=True, help="Step of its prices, in minutes.")
@click.option("--display-name", help="As people see it.")
@click.option("--timezone", default="UTC", show_default=True, help="IANA name.")
@click.option(
    "--knowledge-horizon",
    type=DURATION,
    help="How long before the end of an event its price is known, where a message does not say.",
)
@click.pass_obj
def market(program: Program, **options: Unpack[_MarketOptions]) -> None:
    """Add a market, whose prices can then be posted."""
    platform = program.platform()
    new = NewMarket(
        name=options["name"],
        type=options["market_type_name"],
        unit=options["unit"],
        step=options["event_resolution"],
        display_name=options["display_name"],
        timezone=options["timezone"],
        knowledge_horizon=options["knowledge_horizon"],
    )
    with platform.transaction():
        made = add_market(new, platform)
    click.echo(f"Successfully created market {made.name} with ID:{made.sensor.id}")


class _WeatherOptions(TypedDict):
    name: str
    weather_sensor_type_name: str
    unit: str
    event_resolution: timedelta
    latitude: float
    longitude: float
    timezone: str


@click.command()
@click.option("--name", required=True, help="As people see it.")
@click.option("--weather-sensor-type-name", required=True, help="temperature, wind_speed or radiation.")
@click.option("--unit", required=True, help="Of its values, such as °C.")
@click.option("--event-resolution", type=DURATION, required=True, help="Step of its values, in minutes.")
@click.option("--latitude", type=float, required=True, help="Degrees north.")
@click.option("--longitude", type=float, required=True, help="Degrees east.")
@click.option("--timezone", default="UTC", show_default=True, help="IANA name.")
@click.pass_obj
def weather_sensor(program: Program, **options: Unpack[_WeatherOptions]) -> None:
    """Add a weather sensor."""
    platform = program.platform()
    new = NewWeatherSensor(
        name=options["name"],
        type=options["weather_sensor_type_name"],
        unit=options["unit"],
        step=options["event_resolution"],
        place=Place(options["latitude"], options["longitude"]),
        timezone=options["timezone"],
    )
    with platform.transaction():
        made = add_weather_sensor(new, platform)
    click.echo(f"Successfully created sensor with ID:{made.sensor.id}.")
