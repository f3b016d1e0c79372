"""Loads and generators without a stock: power p + q, with what is consumed p ≥ 0 and what is produced q ≤ 0.

The two are one column where neither direction costs anything by itself.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.flow import Flow
from flexmeasures.scheduling.programme import Programme, Term
from flexmeasures.scheduling.scale import Scale


def add_adjustables(programme: Programme, case: Case, scale: Scale) -> Flow:
    """Add loads and generators whose power is chosen."""
    least = np.array([device.power_min for device in case.adjustables]) / scale.power
    largest = np.array([device.power_max for device in case.adjustables]) / scale.power
    cost = np.array([[device.cost] for device in case.adjustables]) / scale.price
    if not cost.any():
        return Flow((Term(1.0, programme.columns(least.shape, least, largest)),), np.zeros(least.shape))
    consumed = programme.columns(least.shape, np.maximum(least, 0), np.maximum(largest, 0))
    produced = programme.columns(least.shape, np.minimum(least, 0), np.minimum(largest, 0))
    programme.charge(consumed, cost)
    programme.charge(produced, -cost)
    return Flow((Term(1.0, consumed), Term(1.0, produced)), np.zeros(least.shape))
