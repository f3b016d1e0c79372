"""What commands change is noted."""

from __future__ import annotations

from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory


def test_changes_by_commands_are_noted(flexmeasures: CommandLine) -> None:
    store = flexmeasures.platform.store
    make = Factory(store)
    user = make.user("Prosumer", name="eve")
    asset = make.asset(owner=user)
    sensor = make.sensor(asset)
    number = str(asset.id)
    flexmeasures.says("users", "deactivate", user.email)
    flexmeasures.says("edit", "attribute", "--asset-id", number, "--attribute", "floor", "--int", "2")
    flexmeasures.says("edit", "transfer-parenthood", "--asset", number)
    flexmeasures.says("delete", "sensor", "--id", str(sensor.id), "--force")
    (locked,) = store.audit.about_user(user.id)
    assert (locked.text, locked.by_name) == ("Changed activity from active to locked.", "command line")
    assert {change.text for change in store.audit.about_asset(asset.id)} == {
        "Changed floor from nothing to 2.",
        "Made part of no asset.",
        f"Deleted sensor {sensor.id}, {sensor.name}.",
    }
    flexmeasures.says("delete", "asset", "--id", number, "--force")
    told = {change.text for change in store.audit.about_account(user.account.id)}
    assert f"Deleted asset {asset.id}, {asset.display_name}." in told
