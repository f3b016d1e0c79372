"""Loads that are forecast with a distribution: limits with a margin, costs over scenarios.

A limit is kept with a chosen confidence in each step if it holds for that quantile of the load: consumption
for a high one, production for a low one. The cost of energy is the mean over some quantiles, which are
equally likely; it depends on the load of each step alone, so it does not matter how alike steps are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.contracts import Site, Uncertainty

_ROUNDING = 1e-9


def in_doubt(
    site: Site, levels: Array, quantiles: Array, confidence: float = 0.9, scenarios: int = 0
) -> Site:
    """Return a site whose limits are kept with some confidence, and whose cost is the mean over scenarios.

    Args:
        site: As it would be if its load were certain; its load is replaced by the median.
        levels: (Q,) of the quantiles, rising, in (0, 1). [-]
        quantiles: (Q, T) of the load that is not scheduled. [MW]
        confidence: With which limits are kept in each step; 0.5 trusts the median. [-]
        scenarios: How many; none to have the cost at the median.

    Raises:
        ValueError: levels do not rise within (0, 1), or the confidence is outside of them.
    """
    if not (np.diff(levels) > 0).all() or not 0 < levels[0] <= levels[-1] < 1:
        raise ValueError(f"Levels of quantiles have to rise between 0 and 1, not {levels.tolist()}.")
    if not 0.5 <= confidence <= min(levels[-1], 1 - levels[0]) + _ROUNDING:
        raise ValueError(
            f"The forecast says nothing about a confidence of {confidence}: "
            f"its quantiles are from {levels[0]} to {levels[-1]}."
        )
    middles = (np.arange(scenarios) + 0.5) / max(scenarios, 1)
    return replace(
        site,
        inflexible=_at_level(levels, quantiles, 0.5),
        uncertainty=Uncertainty(
            low=_at_level(levels, quantiles, 1 - confidence),
            high=_at_level(levels, quantiles, confidence),
            scenarios=np.array([_at_level(levels, quantiles, middle) for middle in middles]).reshape(
                -1, quantiles.shape[1]
            ),
            confidence=confidence,
        ),
    )


def _at_level(levels: Array, quantiles: Array, level: float) -> Array:
    """Return the (T,) quantile at a level, straight between those that are known."""
    place = float(np.interp(level, levels, np.arange(levels.size)))
    below = int(place)
    above = min(below + 1, levels.size - 1)
    found: Array = quantiles[below] + (place - below) * (quantiles[above] - quantiles[below])
    return found
