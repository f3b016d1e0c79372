"""Devices whose powers are in proportion, such as a boiler, a heat pump or a CHP: p[i,t] = cᵢ[t] f[t].

Of a pair it is enough to say c₀ pᵢ = cᵢ p₀ for each device i beside the first.
"""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.case import Case
from flexmeasures.scheduling.flow import Flow, fixed, some, terms
from flexmeasures.scheduling.programme import Programme, Term


def add_couplings(programme: Programme, case: Case, flows: tuple[Flow, ...]) -> None:
    """Keep the powers of coupled devices in proportion."""
    size = case.site.inflexible.size
    for coupling in case.couplings:
        (first, share), *others = coupling.shares
        lead, lead_share = some(flows, [case.names.index(first)]), np.broadcast_to(share, size)
        for name, part in others:
            own, own_share = some(flows, [case.names.index(name)]), np.broadcast_to(part, size)
            right = own_share * fixed(lead) - lead_share * fixed(own)
            members = (*_times(own, lead_share), *_times(lead, -own_share))
            programme.rows((size,), members, right, right)


def _times(flows: tuple[Flow, ...], factor: Array) -> tuple[Term, ...]:
    return tuple(Term(factor * np.asarray(term.coefficients, float), term.columns) for term in terms(flows))
