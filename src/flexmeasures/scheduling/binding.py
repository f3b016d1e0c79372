"""Limits that stand in the way of a cheaper schedule, as values and as sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

_SAID: Mapping[str, str] = MappingProxyType(
    {
        "power-max": "{device} draws all the power that it may",
        "power-min": "{device} delivers all the power that it may",
        "soc-max": "{device} is as full as it may be",
        "soc-maxima": "{device} is as full as it is asked to be at most",
        "soc-min": "{device} is as empty as it may be",
        "soc-minima": "{device} holds no more than it is asked to hold",
        "soc-target": "{device} is held to its target",
        "site-consumption-capacity": "The {device} draws all the power that it may",
        "site-production-capacity": "The {device} feeds in all the power that it may",
        "group-consumption-capacity": "Group {device} draws all the power that it may",
        "group-production-capacity": "Group {device} feeds in all the power that it may",
    }
)
"""What is said of a schedule that runs into a limit."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that stands in the way of a cheaper schedule.

    Attributes:
        device: Whose, or ``site``.
        constraint: Which, in words of the field, such as ``power-max``.
        first: When the schedule runs into it first.
        steps: In how many steps it does.
        hours: How long these are together. [h]
        worth: What the next bit of room, in all these steps, would save. [currency/unit]
        unit: MW or MWh.
        lower: Whether room is made by lowering it, rather than by raising it.
    """

    device: str
    constraint: str
    first: datetime
    steps: int
    hours: float
    worth: float
    unit: str
    lower: bool = False

    def sentence(self, currency: str = "") -> str:
        """Say it to people.

        Args:
            currency: Of the worth; empty where it is not known.
        """
        what = _SAID.get(self.constraint, f"{{device}} is at its {self.constraint}").format(
            device=self.device
        )
        thousandth = {"MW": "kW", "MWh": "kWh"}[self.unit]
        change = f"one {thousandth} less" if self.lower else f"one more {thousandth}"
        worth = f"{self.worth / 1000:.3g} {currency}".strip()
        return f"{what} for {self.hours:g} h, first at {self.first.isoformat()}: {change} would save {worth}."

    def __str__(self) -> str:
        """Say it without a currency."""
        return self.sentence()
