"""What analytics can be chosen of: assets alone and together, markets, weather."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flexmeasures.domain.assets import Connection
from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.usecases.ports.platform import Platform

ALL = "all"
RENEWABLES = "renewables"
RENEWABLE_TYPES = frozenset({"solar", "wind"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen.

    Attributes:
        key: As the address names it.
        name: For people.
    """

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """All that can be chosen: what power, which market, which weather."""

    groups: tuple[Choice, ...]
    markets: tuple[Choice, ...]
    weather: tuple[Choice, ...]


def choices(mine: Sequence[Connection], platform: Platform) -> Choices:
    """Return what can be chosen; markets that assets pay come first.

    Args:
        mine: Assets with power that the user may see.
        platform: Where markets and weather are found.
    """
    store = platform.store.assets
    paid = {each.market_id for each in mine}
    assets = sorted((each.asset for each in mine), key=lambda asset: asset.display_name.casefold())
    types = {asset.type.name: asset.type.display_name for asset in assets}
    groups = [Choice(ALL, "All assets")]
    if RENEWABLE_TYPES & types.keys():
        groups.append(Choice(RENEWABLES, "Renewables"))
    groups += [Choice(f"type:{name}", f"Type: {shown}") for name, shown in sorted(types.items())]
    groups += [Choice(f"asset:{asset.id}", asset.display_name) for asset in assets]
    markets = [
        Choice(str(each.sensor.id), each.display_name)
        for each in sorted(store.markets(), key=lambda each: each.sensor.id not in paid)
    ]
    weather = [Choice(str(each.sensor.id), str(each.sensor.quantity)) for each in store.weather_sensors()]
    return Choices(tuple(groups), tuple(markets), tuple(weather))


def members_of(found: Sequence[Connection], group: str) -> Sequence[Connection]:
    """Return the assets of a group: all where its key is empty.

    Raises:
        UnknownEntity: there is no such group, or no such asset among these.
    """
    kind, _, key = (group or ALL).partition(":")
    if kind == RENEWABLES:
        return [each for each in found if each.asset.type.name in RENEWABLE_TYPES]
    if kind == "type":
        return [each for each in found if each.asset.type.name == key]
    if kind == "asset":
        one = [each for each in found if str(each.id) == key]
        if not one:
            raise UnknownEntity(f"There is no asset {key} with power among yours.")
        return one
    if kind != ALL:
        raise UnknownEntity(f"There is no group {group!r}.")
    return found
