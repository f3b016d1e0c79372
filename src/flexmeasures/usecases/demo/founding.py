"""Make the accounts, assets and sensors of the demonstration. Making them twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Quantity, Sensor
from flexmeasures.usecases.accounts import Hash, NewUser, add_user
from flexmeasures.usecases.demo.history import Story
from flexmeasures.usecases.demo.portfolio import (
    MARKET_NAME,
    MEMBERS,
    OPERATOR,
    PLANNED,
    Member,
    PlannedAsset,
    PlannedSensor,
)
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.structure import add_structure


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The demonstration as it is stored.

    Attributes:
        users: By user name.
        assets: By name.
        sensors: By the name of their asset; each asset has one.
        stories: What their sensors tell.
    """

    users: Mapping[str, User]
    assets: Mapping[str, Asset]
    sensors: Mapping[str, Sensor]
    stories: tuple[Story, ...]

    def forecast_sensors(self) -> list[Sensor]:
        """Return the sensors that tell recordings, prices and weather first: power is forecast from them."""
        told = {story.sensor.id: story.sensor for story in self.stories}
        return sorted(told.values(), key=lambda sensor: (sensor.quantity is Quantity.POWER, sensor.id))


def is_foreign(platform: Platform) -> bool:
    """Tell whether the platform has users, none of whom is of the demonstration."""
    names = {user.username for user in platform.store.accounts.users()}
    return bool(names) and OPERATOR not in names


def found(password: str, hashed: Hash, platform: Platform) -> Portfolio:
    """Make what is missing of the demonstration and return all of it.

    Args:
        password: Of all its users that are new.
        hashed: Turns it into what is kept of it.
        platform: Where to make it.
    """
    add_structure(platform)
    users = {member.username: _user(member, password, hashed, platform) for member in MEMBERS}
    known = {asset.name: asset for asset in platform.store.assets.assets()}
    assets: dict[str, Asset] = {}
    sensors: dict[str, Sensor] = {}
    for plan in PLANNED:
        owner = users.get(plan.owner)
        market = sensors.get(MARKET_NAME) if owner else None
        asset = known.get(plan.name) or _asset(plan, owner, market, platform)
        assets[plan.name], sensors[plan.name] = asset, _sensor(plan, asset, platform)
    stories = (Story(sensors[plan.name], feed) for plan in PLANNED for feed in plan.sensor.feeds)
    return Portfolio(users, assets, sensors, tuple(stories))


def _user(member: Member, password: str, hashed: Hash, platform: Platform) -> User:
    accounts = platform.store.accounts
    known = accounts.user_by_email(member.email)
    if known is not None:
        return known
    account = accounts.add_account(member.account, member.account_roles)
    new = NewUser(member.username, member.email, member.roles, account_id=account.id)
    return add_user(new, password, hashed, platform)


def _asset(plan: PlannedAsset, owner: User | None, market: Sensor | None, platform: Platform) -> Asset:
    kinds = {kind.name: kind for kind in platform.store.assets.types()}
    attributes = {**plan.attributes, "description": plan.description}
    if market is not None:
        attributes["market_id"] = market.id
    latitude, longitude = plan.place or (None, None)
    return platform.store.assets.add_asset(
        Asset(
            id=0,
            name=plan.name,
            display_name=plan.display_name,
            type=kinds[plan.type],
            account_id=owner.account.id if owner else None,
            owner_id=owner.id if owner else None,
            latitude=latitude,
            longitude=longitude,
            attributes=attributes,
        )
    )


def _sensor(plan: PlannedAsset, asset: Asset, platform: Platform) -> Sensor:
    planned = plan.sensor
    known = {sensor.name: sensor for sensor in platform.store.assets.sensors([asset.id])}
    return known.get(planned.name) or _new_sensor(planned, plan.timezone, asset, platform)


def _new_sensor(planned: PlannedSensor, timezone: str, asset: Asset, platform: Platform) -> Sensor:
    return platform.store.assets.add_sensor(
        Sensor(
            id=0,
            name=planned.name,
            asset_id=asset.id,
            unit=planned.unit,
            timezone=timezone,
            step=planned.step,
            quantity=planned.quantity,
            attributes=planned.attributes,
        )
    )
