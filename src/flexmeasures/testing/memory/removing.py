"""What goes along when something is removed."""

from __future__ import annotations

from dataclasses import replace

from flexmeasures.testing.memory.tables import Tables


def remove_account(tables: Tables, account_id: int) -> None:
    """Remove an account with its users and assets."""
    tables.accounts.pop(account_id, None)
    for user in [user for user in tables.users.values() if user.account.id == account_id]:
        remove_user(tables, user.id)
    for asset in [asset for asset in tables.assets.values() if asset.account_id == account_id]:
        remove_asset(tables, asset.id)
    for source in [source for source in tables.sources.values() if source.account_id == account_id]:
        tables.sources[source.id] = replace(source, account_id=None)


def remove_user(tables: Tables, user_id: int) -> None:
    """Remove a user with the assets that it owns; what it told about others stays."""
    tables.users.pop(user_id, None)
    tables.passwords.pop(user_id, None)
    for asset in [asset for asset in tables.assets.values() if asset.owner_id == user_id]:
        remove_asset(tables, asset.id)
    for source in [source for source in tables.sources.values() if source.user_id == user_id]:
        tables.sources[source.id] = replace(source, user_id=None)


def remove_asset(tables: Tables, asset_id: int) -> None:
    """Remove an asset with its parts, sensors, UDI events and beliefs."""
    tables.assets.pop(asset_id, None)
    for part in [asset.id for asset in tables.assets.values() if asset.parent_id == asset_id]:
        remove_asset(tables, part)
    for sensor in [sensor.id for sensor in tables.sensors.values() if sensor.asset_id == asset_id]:
        remove_sensor(tables, sensor)
    for key in [key for key in tables.events if key[0] == asset_id]:
        del tables.events[key]
    for number in [one for one, change in tables.changes.items() if change.asset_id == asset_id]:
        del tables.changes[number]
    for job in [job for job in tables.jobs.values() if job.asset_id == asset_id]:
        tables.jobs[job.id] = replace(job, asset_id=None)


def remove_sensor(tables: Tables, sensor_id: int) -> None:
    """Remove a sensor with its beliefs."""
    tables.sensors.pop(sensor_id, None)
    for key in [key for key in tables.beliefs if key.sensor_id == sensor_id]:
        del tables.beliefs[key]
    for of_sensor in [key for key in tables.learned if key[0] == sensor_id]:
        del tables.learned[of_sensor]
