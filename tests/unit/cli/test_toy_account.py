"""``flexmeasures add toy-account``."""

from __future__ import annotations

import re

from flexmeasures.testing.command_line import CommandLine

COMMAND = ("add", "toy-account")


def test_a_toy_account_has_a_battery_and_prices(flexmeasures: CommandLine) -> None:
    said = flexmeasures.says(*COMMAND).splitlines()
    store = flexmeasures.platform.store
    account = store.accounts.account("Toy Account")
    user = store.accounts.user_by_email("toy-user@flexmeasures.io")
    assert account is not None
    assert user is not None
    assert user.account.id == account.id
    assert user.roles == {"account-admin"}
    ids = [int(re.findall(r"ID:(\d+)", line)[0]) for line in said]
    power, prices = (store.assets.sensor(sensor_id) for sensor_id in ids[1:])
    assert ids[0] == account.id
    assert (power.name, power.unit, power.timezone) == ("charging", "MW", "Europe/Amsterdam")
    assert (prices.name, prices.unit) == ("Day ahead prices", "EUR/MWh")
    battery = store.assets.connections([power.asset_id])[0]
    assert (battery.capacity, battery.market_id) == (0.5, prices.id)
    assert [asset.name for asset in store.assets.branch(battery.asset.parent_id or 0)] == [
        "toy-building",
        "toy-solar",
        "toy-battery",
    ]


def test_a_toy_account_is_made_once(flexmeasures: CommandLine) -> None:
    flexmeasures.says(*COMMAND)
    assert flexmeasures.refusal(*COMMAND) == "Account Toy Account already exists. Aborting ..."


def test_ids_can_be_taken_into_a_shell(flexmeasures: CommandLine) -> None:
    lines = flexmeasures.says(*COMMAND, "--name", "Toys", "--shell-vars").splitlines()
    assert [line.split("=")[0] for line in lines] == [
        "TOY_ACCOUNT_ID",
        "TOY_BUILDING_ID",
        "TOY_SOLAR_ID",
        "TOY_BATTERY_ID",
        "TOY_BATTERY_SENSOR_ID",
        "TOY_PRICE_SENSOR_ID",
    ]
    assert all(line.split("=")[1].isdecimal() for line in lines)
