"""``flexmeasures edit``: change what there is."""

from __future__ import annotations

import json
from typing import TypedDict, Unpack

import click

from flexmeasures.cli.kinds import JsonObject
from flexmeasures.cli.names import Group
from flexmeasures.cli.program import Program


@click.group(cls=Group)
def edit() -> None:
    """Edit data."""


class JsonList(click.ParamType[list[object]]):
    """A JSON list."""

    name = "json"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> list[object]:
        """Read a JSON list."""
        if isinstance(value, list):
            return value
        try:
            found = json.loads(str(value))
        except ValueError as error:
            self.fail(f"'{value}' is no JSON: {error}", param, ctx)
        if not isinstance(found, list):
            self.fail(f"'{value}' is no JSON list.", param, ctx)
        return found


class _Options(TypedDict):
    asset_ids: tuple[int, ...]
    sensor_ids: tuple[int, ...]
    attribute: str
    null: bool
    float: float | None
    bool: bool | None
    str: str | None
    int: int | None
    list: list[object] | None
    dict: dict[str, object] | None


@edit.command()
@click.option(
    "--asset", "--asset-id", "asset_ids", type=int, multiple=True, help="Id of an asset; repeatable."
)
@click.option("--sensor", "--sensor-id", "sensor_ids", type=int, multiple=True, help="Id of a sensor.")
@click.option("--attribute", required=True, help="Name of the attribute.")
@click.option("--float", type=float, help="A number.")
@click.option("--bool", type=bool, help="True or false.")
@click.option("--str", type=str, help="A text.")
@click.option("--int", type=int, help="A whole number.")
@click.option("--list", type=JsonList(), help="A JSON list.")
@click.option("--dict", type=JsonObject(), help="A JSON object.")
@click.option("--null", is_flag=True, help="Nothing: the attribute is removed.")
@click.pass_obj
def attribute(program: Program, **options: Unpack[_Options]) -> None:
    """Set, change or remove an attribute of assets or sensors."""
    if not options["asset_ids"] and not options["sensor_ids"]:
        raise click.UsageError("Missing flag: pass at least one --asset-id or --sensor-id.")
    change = {options["attribute"]: _value(options)}
    platform = program.platform()
    with platform.transaction():
        for asset_id in options["asset_ids"]:
            platform.store.assets.set_attributes(asset_id, change)
        for sensor_id in options["sensor_ids"]:
            platform.store.assets.set_sensor_attributes(sensor_id, change)
    click.echo("Successfully edited/added attribute.")


def _value(options: _Options) -> object:
    kinds = (
        options["float"],
        options["bool"],
        options["str"],
        options["int"],
        options["list"],
        options["dict"],
    )
    given = [value for value in kinds if value is not None]
    if len(given) + options["null"] > 1:
        raise click.UsageError("Cannot set multiple values simultaneously.")
    if not given and not options["null"]:
        raise click.UsageError(
            "Missing flag: pass one of --float, --bool, --str, --int, --list, --dict or --null."
        )
    return given[0] if given else None
