"""Groups of devices with limits of their own: which devices are in them, and what exceeding them costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from flexmeasures.scheduling.contracts import Commitment, Group
from flexmeasures.usecases.flex.deviations import SIDES, Soft, soft
from flexmeasures.usecases.flex.knowledge import Knowledge
from flexmeasures.usecases.flex.limits import limit
from flexmeasures.usecases.flex.wishes import DeviceWish, Wishes

BREACH_PRICE = 1e7
"""Of a group beyond what it may consume or produce. [currency/MW]"""


def group_places(devices: Sequence[DeviceWish]) -> dict[tuple[str, int], int]:
    """Return which wish is about each group that devices name, by what names it."""
    named = {wish.group for wish in devices if wish.group}
    found: dict[tuple[str, int], int] = {}
    for place, wish in enumerate(devices):
        for key in (("asset", wish.asset_id), ("sensor", wish.sensor_id)):
            if key in named and key[1] is not None:
                found[key[0], key[1]] = place
    return found


def members_of(wishes: Wishes, names: Sequence[str], group: tuple[str, int]) -> tuple[str, ...]:
    """Return the devices of a group, and of the groups within it."""
    found: list[str] = []
    wanted, seen = [group], set()
    while wanted:
        key = wanted.pop()
        if key in seen:
            continue
        seen.add(key)
        for wish, name in zip(wishes.devices, names, strict=True):
            if wish.group != key:
                continue
            if name:
                found.append(name)
            wanted += [
                (kind, one)
                for kind, one in (("asset", wish.asset_id), ("sensor", wish.sensor_id))
                if one is not None and not name
            ]
    return tuple(dict.fromkeys(found))


def groups_of(
    wishes: Wishes,
    places: Mapping[tuple[str, int], int],
    names: Sequence[str],
    called: Sequence[str],
    knowledge: Knowledge,
) -> Iterator[Group]:
    """Yield the groups with a power that is never exceeded.

    Args:
        wishes: Of devices and groups.
        places: Of the wishes about groups, by what names each.
        names: Of the device that each wish became; empty for groups.
        called: What each wish is called.
        knowledge: Of limits.
    """
    for key, place in places.items():
        most = limit(wishes.devices[place].told, "power-capacity", knowledge)
        members = members_of(wishes, names, key)
        if members and np.isfinite(most).any():
            yield Group(called[place], members, most, most)


def silent_groups(devices: Sequence[DeviceWish]) -> Iterator[str]:
    """Yield sentences on groups that devices name and of which nothing is said."""
    told = group_places(devices)
    for kind, number in dict.fromkeys(wish.group for wish in devices if wish.group):
        if (kind, number) not in told:
            yield f"Nothing is said of the group of {kind} {number}: it limits nothing."


def group_breaches(
    wishes: Wishes, places: Mapping[tuple[str, int], int], names: Sequence[str], knowledge: Knowledge
) -> Iterator[Commitment]:
    """Yield what it costs groups to exceed what they may consume or produce."""
    for key, place in places.items():
        told, members = wishes.devices[place].told, members_of(wishes, names, key)
        for side in SIDES:
            if f"{side}-capacity" in told.values and members:
                most = limit(told, f"{side}-capacity", knowledge)
                label = f"group {key[0]} {key[1]}"
                yield from soft(
                    Soft(
                        side,
                        most,
                        np.full(knowledge.grid.size, BREACH_PRICE),
                        f"{label} any {side} breach",
                        f"{label} all {side} breaches",
                        f"group-{side}-capacity",
                        members,
                        wishes.devices[place].commodity,
                    )
                )
