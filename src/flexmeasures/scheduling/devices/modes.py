"""Modes of operation: the power p of a device is in one of its bands [lᵦ, hᵦ] in each step.

p[t] = Σᵦ pᵦ[t]        lᵦ uᵦ[t] ≤ pᵦ[t] ≤ hᵦ uᵦ[t]        Σᵦ uᵦ[t] = 1        u is 0 or 1
"""

from __future__ import annotations

import numpy as np

from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.flow import Flow, fixed, some, terms
from flexmeasures.scheduling.programme import Programme, Term
from flexmeasures.scheduling.scale import Scale


def add_modes(programme: Programme, case: Case, flows: tuple[Flow, ...], scale: Scale) -> None:
    """Keep devices with modes of operation in one of their bands."""
    for place, bands in enumerate(case.bands):
        if bands:
            own = some(flows, [place])
            load = fixed(own)
            shape = (len(bands), load.size)
            edges = np.array(bands) / scale.power
            within = programme.columns(shape, -np.inf, np.inf)
            mode = programme.switches(shape)
            programme.rows(load.shape, (Term(1.0, mode),), 1.0, 1.0)
            programme.rows(shape, (Term(1.0, within), Term(-edges[:, :1], mode)), lower=0.0)
            programme.rows(shape, (Term(1.0, within), Term(-edges[:, 1:], mode)), upper=0.0)
            programme.rows(load.shape, (*terms(own), Term(-1.0, within)), -load, -load)
