"""What a method of scheduling finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flexmeasures.domain.series import Array


class Outcome(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    NEAR = "near"
    TIME_LIMIT = "time limit"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class Plan:
    """Power of all devices, and stock of the storages.

    Attributes:
        power: (D, T) power of all devices. [MW]
        stock: (S, T) state of charge of each storage at the end of each step. [MWh]
        bound: No schedule can cost less. [currency]
        engine: Which method found it.
        outcome: Whether it is proven to be the best.
    """

    power: Array
    stock: Array
    bound: float
    engine: str
    outcome: Outcome
