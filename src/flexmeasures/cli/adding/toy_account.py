"""``flexmeasures add toy-account``."""

from __future__ import annotations

import click

from flexmeasures.cli.program import Program
from flexmeasures.usecases.toy_account import EMAIL, PASSWORD, Toys, add_toy_account


@click.command("toy-account")
@click.option(
    "--kind", type=click.Choice(["battery"]), default="battery", show_default=True, help="What it is about."
)
@click.option("--name", default="Toy Account", show_default=True, help="Of the account.")
@click.option("--shell-vars", is_flag=True, help="Print ids as assignments of a shell, and nothing else.")
@click.pass_obj
def toy_account(program: Program, kind: str, name: str, *, shell_vars: bool) -> None:  # noqa: ARG001 - the one kind there is
    """Make an account to play with: a building with solar panels and a battery, and day-ahead prices.

    Its user is toy-user@flexmeasures.io with the password toy-password, which anybody can read here: not for
    platforms that others reach.
    """
    platform = program.platform()
    with platform.transaction():
        toys = add_toy_account(name, program.hashed, platform)
    if shell_vars:
        for variable, number in _ids(toys).items():
            click.echo(f"{variable}={number}")
        return
    click.echo(
        f"Toy account {toys.account.name} (ID:{toys.account.id}) with user {EMAIL} (password {PASSWORD}) "
        f"created successfully. You might want to run `flexmeasures show account --id {toys.account.id}`"
    )
    click.echo(f"The sensor recording battery power is {toys.power.name} with ID:{toys.power.id}.")
    click.echo(f"The sensor recording day-ahead prices is {toys.prices.name} with ID:{toys.prices.id}.")


def _ids(toys: Toys) -> dict[str, int]:
    return {
        "TOY_ACCOUNT_ID": toys.account.id,
        "TOY_BUILDING_ID": toys.building.id,
        "TOY_SOLAR_ID": toys.solar.id,
        "TOY_BATTERY_ID": toys.battery.id,
        "TOY_BATTERY_SENSOR_ID": toys.power.id,
        "TOY_PRICE_SENSOR_ID": toys.prices.id,
    }
