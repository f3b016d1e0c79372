"""All models by name."""

from __future__ import annotations

from flexmeasures.domain.errors import UnknownEntity
from flexmeasures.forecasting.models.lines import LAD, OLS, RIDGE
from flexmeasures.forecasting.models.model import Model
from flexmeasures.forecasting.models.naive import Naive, SeasonalNaive, Yesterday

BEST = RIDGE.name
"""The model that is used where none is asked for."""

_MODELS: dict[str, Model] = {
    model.name.lower(): model for model in (Naive(), Yesterday(), SeasonalNaive(), OLS, RIDGE, LAD)
}
_OTHER_NAMES = {"linear": OLS.name.lower(), "": BEST}


def model_named(name: str) -> Model:
    """Return a model; capitals do not count.

    Args:
        name: As tasks state it; empty for the best that can be had.

    Raises:
        UnknownEntity: there is none of this name.
    """
    known = _OTHER_NAMES.get(name.lower(), name.lower())
    if known not in _MODELS:
        raise UnknownEntity(
            f"No model found for search term '{name}'. There are: {', '.join(model_names())}."
        )
    return _MODELS[known]


def model_names() -> list[str]:
    """Return the names of all models."""
    return [model.name for model in _MODELS.values()]
