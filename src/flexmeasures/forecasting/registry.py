"""All models by name.

A model is imported when it is first asked for: boosted trees need a library that takes a while to load.
"""

from __future__ import annotations

import importlib

from flexmeasures.domain.errors import ServiceUnavailable, UnknownEntity
from flexmeasures.forecasting.models.model import Model

BEST = "linear-blend"
"""The model that is used where none is asked for."""

_PLACES = {
    "naive": "naive:NAIVE",
    "same-hour": "naive:SAME_HOUR",
    "seasonal-naive": "naive:SEASONAL",
    "usual": "naive:USUAL",
    "linear-OLS": "lines:OLS",
    "ridge": "lines:RIDGE",
    "lad": "lines:LAD",
    "root-lad": "lines:ROOT_LAD",
    "trees": "trees:TREES",
    "floating-trees": "trees:FLOATING_TREES",
    "trees-on-lad": "trees:TREES_ON_LAD",
    "root-trees": "trees:ROOT_TREES",
    "trees-on-root-lad": "trees:TREES_ON_ROOT_LAD",
    "linear-blend": "linear_blend:LINEAR_BLEND",
    "blend": "full_blend:BLEND",
}
"""In which module of ``models`` each model is, and its name there."""
_OTHER_NAMES = {"linear": "linear-OLS", "customlgbm": "blend", "fleet": BEST, "": BEST}
_SPELLINGS = {name.lower(): name for name in _PLACES}


def model_named(name: str) -> Model:
    """Return a model; capitals do not count.

    Args:
        name: As tasks state it; empty for the best that can be had.

    Raises:
        UnknownEntity: there is none of this name.
        ServiceUnavailable: a library that it needs is missing on this machine.
    """
    spelled = _OTHER_NAMES.get(name.lower()) or _SPELLINGS.get(name.lower())
    if spelled is None:
        raise UnknownEntity(
            f"No model found for search term '{name}'. There are: {', '.join(model_names())}."
        )
    module, _, attribute = _PLACES[spelled].partition(":")
    try:
        loaded = importlib.import_module(f"flexmeasures.forecasting.models.{module}")
    except (ImportError, OSError) as error:
        raise ServiceUnavailable(f"The model {spelled} cannot be loaded: {error}") from error
    model: Model = getattr(loaded, attribute)
    return model


def model_names() -> list[str]:
    """Return the names of all models."""
    return list(_PLACES)
