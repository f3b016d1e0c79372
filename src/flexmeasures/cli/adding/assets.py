"""``flexmeasures add asset``, ``asset-type`` and ``sensor``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypedDict, TypeVar, Unpack

import click

from flexmeasures.cli.kinds import DURATION, JSON_OBJECT
from flexmeasures.cli.program import Program
from flexmeasures.domain.addresses import authority, write_connection
from flexmeasures.domain.places import Place
from flexmeasures.usecases.noting import COMMAND_LINE, note_asset, note_sensor
from flexmeasures.usecases.registering.assets import (
    NewAsset,
    NewSensor,
    add_asset,
    add_asset_type,
    add_sensor,
)
from flexmeasures.usecases.registering.connections import NewConnection, add_connection

Value = TypeVar("Value")


class _AssetOptions(TypedDict):
    name: str
    latitude: float | None
    longitude: float | None
    asset_type_name: str | None
    unit: str
    capacity: float | None
    event_resolution: timedelta | None
    owner_id: int | None
    market_id: int | None
    timezone: str
    account_id: int | None
    asset_type_id: int | None
    parent_id: int | None
    soc_min: float | None
    soc_max: float | None


@click.command()
@click.option("--name", required=True, help="Unique within its account.")
@click.option("--latitude", type=float, help="Degrees north.")
@click.option("--longitude", type=float, help="Degrees east.")
@click.option("--asset-type-name", help="Name of its type, such as battery.")
@click.option("--unit", default="MW", show_default=True, help="Unit of its power.")
@click.option("--capacity-in-MW", "--capacity-in-mw", "capacity", type=float, help="Largest power.")
@click.option("--event-resolution", type=DURATION, help="Step of its power, in minutes.")
@click.option("--owner-id", type=int, help="Id of the user that owns it.")
@click.option("--market-id", type=int, help="Id of its market.  [default: dummy-tou]")
@click.option("--timezone", default="UTC", show_default=True, help="IANA name.")
@click.option(
    "--account", "--account-id", "account_id", type=int, help="Id of its account.  [default: public]"
)
@click.option("--asset-type", "--asset-type-id", "asset_type_id", type=int, help="Id of its type.")
@click.option("--parent-asset", "parent_id", type=int, help="Id of the asset that it is part of.")
@click.option("--min-soc-in-MWh", "--min-soc-in-mwh", "soc_min", type=float, help="Least that it stores.")
@click.option("--max-soc-in-MWh", "--max-soc-in-mwh", "soc_max", type=float, help="Most that it stores.")
@click.pass_obj
def asset(program: Program, **options: Unpack[_AssetOptions]) -> None:
    """Create a new asset.

    Either with its power sensor, by --asset-type-name, --capacity-in-MW, --event-resolution, --latitude,
    --longitude and --owner-id; or without sensors, by --asset-type (and --account).
    """
    if options["asset_type_id"] is None:
        _add_with_sensor(program, options)
    else:
        _add_without_sensors(program, options["asset_type_id"], options)


def _add_with_sensor(program: Program, options: _AssetOptions) -> None:
    platform = program.platform()
    new = NewConnection(
        name=options["name"],
        type=_required("--asset-type-name", options["asset_type_name"]),
        capacity=_required("--capacity-in-MW", options["capacity"]),
        step=_required("--event-resolution", options["event_resolution"]),
        place=Place(
            _required("--latitude", options["latitude"]), _required("--longitude", options["longitude"])
        ),
        owner_id=_required("--owner-id", options["owner_id"]),
        unit=options["unit"],
        market_id=options["market_id"],
        timezone=options["timezone"],
        soc_min=options["soc_min"],
        soc_max=options["soc_max"],
    )
    with platform.transaction():
        made = add_connection(new, platform)
        note_asset(COMMAND_LINE, made.asset, f"Created asset {made.asset.display_name}.", platform)
    known = program.settings.FLEXMEASURES_HOSTS_AND_AUTH_START
    host = authority(next(iter(known), "localhost"), known, datetime.now(UTC).date())
    click.echo(f"Successfully created asset with ID:{made.id}.")
    click.echo(f" You can access it at its entity address {write_connection(host, new.owner_id, made.id)}")


def _required(name: str, value: Value | None) -> Value:
    if value is None:
        raise click.UsageError(f"Missing option '{name}'.")
    return value


def _add_without_sensors(program: Program, type_id: int, options: _AssetOptions) -> None:
    latitude, longitude = options["latitude"], options["longitude"]
    if (latitude is None) != (longitude is None):
        raise click.UsageError("A place needs both --latitude and --longitude.")
    platform = program.platform()
    new = NewAsset(
        name=options["name"],
        type_id=type_id,
        account_id=options["account_id"],
        place=None if latitude is None or longitude is None else Place(latitude, longitude),
        parent_id=options["parent_id"],
    )
    with platform.transaction():
        made = add_asset(new, platform)
        note_asset(COMMAND_LINE, made, f"Created asset {made.display_name}.", platform)
    click.echo(f"Successfully created asset with ID:{made.id}.")
    click.echo("You can now assign sensors to it.")


@click.command()
@click.option("--name", required=True, help="Unique.")
@click.option("--description", default="", help="What it means.")
@click.pass_obj
def asset_type(program: Program, name: str, description: str) -> None:
    """Make a kind of asset."""
    platform = program.platform()
    with platform.transaction():
        made = add_asset_type(name, description, platform)
    click.echo(f"Successfully created asset type with ID:{made.id}.")
    click.echo("You can now assign assets to it.")


class _SensorOptions(TypedDict):
    name: str
    unit: str
    event_resolution: timedelta
    timezone: str
    asset_id: int
    attributes: dict[str, object]


@click.command()
@click.option("--name", required=True, help="Unique within its asset.")
@click.option("--unit", required=True, help="Of its values, such as MW or EUR/MWh.")
@click.option("--event-resolution", type=DURATION, required=True, help="Minutes, or an ISO 8601 duration.")
@click.option("--timezone", required=True, help="IANA name.")
@click.option("--asset", "--asset-id", "asset_id", type=int, required=True, help="Id of its asset.")
@click.option("--attributes", type=JSON_OBJECT, default="{}", help="Anything else, as a JSON object.")
@click.pass_obj
def sensor(program: Program, **options: Unpack[_SensorOptions]) -> None:
    """Make a sensor on an asset."""
    platform = program.platform()
    new = NewSensor(
        name=options["name"],
        asset_id=options["asset_id"],
        unit=options["unit"],
        step=options["event_resolution"],
        timezone=options["timezone"],
        attributes=options["attributes"],
    )
    with platform.transaction():
        made = add_sensor(new, platform)
        note_sensor(COMMAND_LINE, made, f"Created sensor {made.name}.", platform)
    click.echo(f"Successfully created sensor with ID:{made.id}")
