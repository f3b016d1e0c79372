"""The assets and groups that wishes name: whether they are there, and may be known by the caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset
from flexmeasures.domain.errors import InvalidParts, UnknownEntity, UnreadableParts
from flexmeasures.usecases.flex.wishes import MODEL_FIELD, Wishes
from flexmeasures.usecases.ports.platform import Platform


def check_assets(caller: User, wishes: Wishes, known: Mapping[int, Asset], platform: Platform) -> None:
    """Check that devices and groups are named by assets and sensors that the caller may see.

    Args:
        caller: Who orders.
        wishes: What is asked.
        known: Assets by id, of which that is known already.
        platform: What else is known.

    Raises:
        InvalidParts: an asset or sensor is not there.
        UnreadableParts: the caller may not see one.
    """
    wrong: dict[str, dict[str, object]] = {}
    hidden: dict[str, dict[str, object]] = {}
    for place, field, kind, number in _named(wishes):
        if kind == "asset" and number in known:
            continue
        try:
            asset = _asset(kind, number, platform)
        except UnknownEntity:
            wrong.setdefault(place, {})[field] = [f"No {kind} found with ID {number}."]
            continue
        if not may_read(caller, asset):
            hidden.setdefault(place, {})[field] = [f"You may not read {kind} {number}."]
    if hidden:
        raise UnreadableParts({MODEL_FIELD: hidden})
    if wrong:
        raise InvalidParts({MODEL_FIELD: wrong})


def _named(wishes: Wishes) -> Iterator[tuple[str, str, str, int]]:
    """Yield place and field of each name, with its kind and number; each is looked up once."""
    seen: set[tuple[str, int]] = set()
    for place, wish in enumerate(wishes.devices):
        names = (("asset", ("asset", wish.asset_id)), ("group", wish.group or ("asset", None)))
        for field, (kind, number) in names:
            if number is not None and (kind, number) not in seen:
                seen.add((kind, number))
                yield str(place), field, kind, number


def _asset(kind: str, number: int, platform: Platform) -> Asset:
    """Return an asset, or that of a sensor.

    Raises:
        UnknownEntity: it is not there.
    """
    assets = platform.store.assets
    return assets.asset(assets.sensor(number).asset_id if kind == "sensor" else number)
