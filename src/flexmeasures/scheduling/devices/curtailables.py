"""Production that can be turned down: power −p + k, with potential p and what is turned down 0 ≤ k ≤ p."""

from __future__ import annotations

import numpy as np

from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.flow import Flow
from flexmeasures.scheduling.programme import Programme, Term
from flexmeasures.scheduling.scale import Scale

_LATER = 1.5  # times the lateness: the meter rewards it early, so this is late, and weighs half


def add_curtailables(programme: Programme, case: Case, scale: Scale) -> Flow:
    """Add production that can be turned down, as late as possible at equal cost."""
    size = case.site.inflexible.size
    potential = np.array([device.potential for device in case.curtailables]).reshape(-1, size) / scale.power
    turned_down = programme.columns(potential.shape, 0.0, potential)
    price = np.array([[device.price] for device in case.curtailables]).reshape(-1, 1)
    programme.charge(turned_down, price / scale.price)
    weight = np.array([[_LATER if device.prefers_later else 1.0] for device in case.curtailables])
    programme.prefer(turned_down, -weight * case.wishes.preference.lateness / scale.price)
    return Flow((Term(1.0, turned_down),), -potential)
