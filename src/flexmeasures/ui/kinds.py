"""Signs and colours of asset types: one word for each look."""

from __future__ import annotations

KINDS = (
    ("solar", "solar"),
    ("pv", "solar"),
    ("wind", "wind"),
    ("evse", "charger"),
    ("charg", "charger"),
    ("battery", "battery"),
    ("storage", "battery"),
    ("building", "building"),
    ("site", "building"),
    ("process", "building"),
    ("market", "market"),
    ("weather", "weather"),
)
"""Which part of a type's name means which look."""


def kind_of(type_name: str) -> str:
    """Return the look of an asset type.

    >>> kind_of("two-way_evse")
    'charger'
    """
    name = type_name.casefold()
    return next((kind for part, kind in KINDS if part in name), "other")
