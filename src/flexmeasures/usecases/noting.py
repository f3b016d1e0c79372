"""Note who changed what: on pages, through the API and by commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.audit import Change
from flexmeasures.usecases.ports.platform import Platform


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something.

    Attributes:
        id: Of the user; None for whoever uses the command line.
        name: At the time.
    """

    id: int | None
    name: str


COMMAND_LINE = Actor(None, "command line")


def acting(user: User) -> Actor:
    """Return a user as who changes something."""
    return Actor(user.id, user.username)


def note_asset(actor: Actor, asset: Asset, text: str, platform: Platform) -> None:
    """Note what was done to an asset."""
    change = _change(actor, text, asset.account_id, platform)
    platform.store.audit.note(replace(change, asset_id=asset.id))


def note_sensor(actor: Actor, sensor: Sensor, text: str, platform: Platform) -> None:
    """Note what was done to a sensor, with its asset."""
    account_id = platform.store.assets.asset(sensor.asset_id).account_id
    change = _change(actor, text, account_id, platform)
    platform.store.audit.note(replace(change, asset_id=sensor.asset_id, sensor_id=sensor.id))


def note_user(actor: Actor, user: User, text: str, platform: Platform) -> None:
    """Note what was done to a user."""
    change = _change(actor, text, user.account.id, platform)
    platform.store.audit.note(replace(change, user_id=user.id))


def note_account(actor: Actor, account_id: int | None, text: str, platform: Platform) -> None:
    """Note what was done to an account, or to something of it that is gone now."""
    platform.store.audit.note(_change(actor, text, account_id, platform))


def note_asset_change(actor: Actor, before: Asset, after: Asset, platform: Platform) -> None:
    """Note how an asset differs from what it was, if it does."""
    told = differences(told_of(before), told_of(after))
    if told:
        note_asset(actor, after, f"Changed {'; '.join(told)}.", platform)


def note_sensor_change(actor: Actor, before: Sensor, after: Sensor, platform: Platform) -> None:
    """Note how a sensor differs from what it was, if it does."""
    told = differences(_told_of_sensor(before), _told_of_sensor(after))
    if told:
        note_sensor(actor, after, f"Changed {'; '.join(told)}.", platform)


def note_user_change(actor: Actor, before: User, after: User, platform: Platform) -> None:
    """Note how a user differs from what they were, if they do."""
    told = differences(_told_of_user(before), _told_of_user(after))
    if told:
        note_user(actor, after, f"Changed {'; '.join(told)}.", platform)


def told_of(asset: Asset) -> dict[str, object]:
    """Return what people may want to know of an asset, by its names."""
    told = {
        field.name.replace("_", " "): getattr(asset, field.name)
        for field in fields(asset)
        if field.name not in {"id", "attributes", "type"}
    }
    return told | {"type": asset.type.display_name} | dict(asset.attributes)


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Say what became of what, name by name."""
    names = sorted(before.keys() | after.keys())
    return [
        f"{name} from {_spoken(before.get(name))} to {_spoken(after.get(name))}"
        for name in names
        if before.get(name) != after.get(name)
    ]


def _told_of_sensor(sensor: Sensor) -> dict[str, object]:
    told = {
        "name": sensor.name,
        "unit": sensor.unit,
        "resolution": sensor.step,
        "timezone": sensor.timezone,
    }
    return told | dict(sensor.attributes)


def _told_of_user(user: User) -> Mapping[str, object]:
    return {
        "email address": user.email,
        "name": user.username,
        "time zone": user.timezone,
        "roles": ", ".join(sorted(user.roles)) or "none",
        "activity": "active" if user.active else "locked",
    }


def _spoken(value: object) -> str:
    return "nothing" if value is None else str(value)


def _change(actor: Actor, text: str, account_id: int | None, platform: Platform) -> Change:
    return Change(platform.now(), text, actor.id, actor.name, account_id=account_id)
