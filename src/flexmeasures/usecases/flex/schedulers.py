"""Which scheduler makes the schedule of an asset: that of a plug-in, by name or by type, or our own."""

from __future__ import annotations

from collections.abc import Mapping

from flexmeasures.domain.assets import Asset
from flexmeasures.domain.errors import InvalidParts
from flexmeasures.usecases.ports.platform import Platform

CUSTOM = "custom-scheduler"
"""Attribute of an asset that names its scheduler."""

OWN = frozenset({"StorageScheduler", "ProcessScheduler"})
"""What assets may call our own scheduler, which plans storages and processes alike."""


def scheduler_of(asset: Asset) -> str:
    """Return by what name plug-ins offer the scheduler of an asset: its own, else its type."""
    named = _named(asset)
    return asset.type.name if named in OWN | {""} else named


def check_scheduler(asset: Asset, platform: Platform) -> None:
    """Check that the scheduler is there that an asset names.

    Raises:
        InvalidParts: no plug-in offers it.
    """
    named = _named(asset)
    if named not in OWN | {""} and not platform.offers(named):
        text = f"Asset {asset.id} is to be scheduled by {named!r}, which no plug-in offers."
        raise InvalidParts({CUSTOM: [text]})


def _named(asset: Asset) -> str:
    """Return the name in the attributes of an asset; empty for none."""
    told = asset.attributes.get(CUSTOM)
    named = told.get("class") if isinstance(told, Mapping) else told
    return named if isinstance(named, str) else ""
