"""The battery whose schedule everybody is asked for."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Case:
    """A battery that trades on a market, by quarters of an hour.

    Attributes:
        start: Of the schedule, in ISO 8601.
        end: Of the schedule, in ISO 8601.
        prices: One for each quarter of an hour. [EUR/MWh]
        capacity: Of the battery. [MWh]
        power: Of the battery. [MW]
        efficiency: Of charging, and of discharging too.
        soc: At start and, as a target, at the end. [MWh]
        times: How often the schedule is asked for.
    """

    start: str
    end: str
    prices: tuple[float, ...]
    capacity: float
    power: float
    efficiency: float
    soc: float
    times: int

    @property
    def duration(self) -> str:
        """How long the schedule is, in ISO 8601."""
        return f"PT{len(self.prices) // 4}H"

    def cost(self, power: list[float]) -> float:
        """Return what a schedule costs. [EUR]

        Args:
            power: Of consumption, one for each quarter of an hour. [MW]
        """
        return sum(price * value / 4 for price, value in zip(self.prices, power, strict=True))

    def write(self, file: Path) -> None:
        """Write the case for a process in another environment."""
        file.write_text(json.dumps(asdict(self)))


def read(file: Path) -> Case:
    """Return a case that was written."""
    found = json.loads(file.read_text())
    return Case(**{**found, "prices": tuple(found["prices"])})
