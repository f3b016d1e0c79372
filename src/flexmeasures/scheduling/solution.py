"""What the scheduler answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flexmeasures.domain.series import Array


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A wish or limit that could not be met, and by how much.

    Attributes:
        device: Whose, or ``site``.
        constraint: Which, in words of the field, such as ``soc-target``.
        time: When.
        amount: By how much, in ``unit``.
        unit: MW or MWh.
    """

    device: str
    constraint: str
    time: datetime
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class Solution:
    """A schedule and how good it is.

    Attributes:
        power: (D, T) power of each device, consumption positive: storages, curtailables, processes. [MW]
        stock: (S, T) state of charge of each storage at the end of each step; of what it feeds, where it
            has none of its own. [MWh]
        cost: Of everything, without the preference for early charging. [currency]
        bound: No schedule can cost less than this. [currency]
        status: ``optimal``; ``near`` where the method proves how near it is, which the bound then tells;
            ``time limit`` where the search ended earlier, likewise; ``relaxed`` where something could not be
            met.
        engine: Which method found it.
        shortfalls: What could not be met.
        explanation: Sentences for people.
        costs: What the cost is for: ``energy``, that of other commodities by name (``gas energy``), ``CO₂``,
            ``wear``, ``starts``, ``end value`` (which counts against it), ``curtailment``, ``running`` of
            adjustables, and each commitment by its name. [currency]
        costs_of_devices: Cost of the energy of each device, at the price of what passes its meter. [currency]
        emissions: CO₂ of what passes the meters, less what production saves. [t]
    """

    power: Array
    stock: Array
    cost: float
    bound: float
    status: str
    engine: str
    shortfalls: tuple[Shortfall, ...] = ()
    explanation: tuple[str, ...] = ()
    costs: Mapping[str, float] = field(default_factory=dict)
    costs_of_devices: Mapping[str, float] = field(default_factory=dict)
    emissions: float = 0.0
