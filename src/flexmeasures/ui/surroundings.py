"""What an asset is part of, what is part of it, and who changed what of it."""

from __future__ import annotations

from dataclasses import dataclass

from flexmeasures.domain.access import may_read
from flexmeasures.domain.assets import Asset
from flexmeasures.domain.audit import Change
from flexmeasures.ui.gate import person
from flexmeasures.ui.roles import may_edit
from flexmeasures.usecases.ports.platform import Platform

SHOWN = 20
"""Changes."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around an asset, as far as the visitor may see it.

    Attributes:
        whole: What it is part of.
        parts: What is directly part of it.
        history: Its latest changes, for who may change it.
    """

    whole: Asset | None
    parts: tuple[Asset, ...]
    history: tuple[Change, ...]


def surroundings(asset: Asset, platform: Platform) -> Surroundings:
    """Return what stands around an asset."""
    visitor = person()
    branch = platform.store.assets.branch(asset.id)
    parts = (part for part in branch if part.parent_id == asset.id and may_read(visitor, part))
    history = platform.store.audit.about_asset(asset.id, SHOWN) if may_edit(visitor, asset) else ()
    whole = platform.store.assets.asset(asset.parent_id) if asset.parent_id is not None else None
    return Surroundings(
        whole if whole and may_read(visitor, whole) else None,
        tuple(sorted(parts, key=lambda part: part.display_name.casefold())),
        tuple(history),
    )
