"""How much devices consume, in terms of the columns of a programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.programme import Term


@dataclass(frozen=True, slots=True)
class Flow:
    """The power of n devices: columns with their coefficients, and what is fixed.

    Attributes:
        terms: Columns of shape (n, T).
        fixed: (n, T) power that is there in any case, as a share of the scale.
    """

    terms: tuple[Term, ...]
    fixed: Array

    def power(self, values: Array) -> Array:
        """Return the (n, T) power for the values of all columns, as a share of the scale."""
        total = self.fixed.copy()
        for term in self.terms:
            total += np.asarray(term.coefficients) * values[term.columns]
        return total

    def of(self, rows: list[int]) -> Flow:
        """Return the power of some of the devices."""
        return Flow(
            tuple(Term(term.coefficients, term.columns[rows]) for term in self.terms), self.fixed[rows]
        )


def some(flows: tuple[Flow, ...], places: list[int]) -> tuple[Flow, ...]:
    """Return the power of devices at these places in the order of all flows."""
    chosen, first = [], 0
    for flow in flows:
        number = flow.fixed.shape[0]
        chosen.append(flow.of([place - first for place in places if first <= place < first + number]))
        first += number
    return tuple(chosen)


def terms(flows: tuple[Flow, ...], sign: float = 1.0) -> tuple[Term, ...]:
    """Return all terms of some flows, or of what is produced where the sign is negative."""
    return tuple(
        Term(sign * np.asarray(term.coefficients, float), term.columns)
        for flow in flows
        for term in flow.terms
    )


def fixed(flows: tuple[Flow, ...]) -> Array:
    """Return the (T,) fixed power of all devices together."""
    total: Array = sum((flow.fixed.sum(axis=0) for flow in flows), start=np.zeros(flows[0].fixed.shape[1]))
    return total
