"""What devices say they can do, and what they are asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flexmeasures.domain.series import Series


@dataclass(frozen=True, slots=True)
class SocTarget:
    """A state of charge to be reached. [MWh]"""

    due: datetime
    soc: float


@dataclass(frozen=True, slots=True)
class UdiEvent:
    """What a device says of its state and wishes.

    Attributes:
        asset_id: The device.
        event_id: Number of the event, increasing.
        type: ``soc`` or ``soc-with-targets``.
        time: When the state was as told.
        soc: State of charge at that time. [MWh]
        targets: States of charge to be reached.
        efficiency: Of a round trip, where the event tells it. [-]
        soc_min: Least state of charge, where the event tells it. [MWh]
        soc_max: Largest state of charge, where the event tells it. [MWh]
    """

    asset_id: int
    event_id: int
    type: str
    time: datetime
    soc: float
    targets: tuple[SocTarget, ...] = ()
    efficiency: float | None = None
    soc_min: float | None = None
    soc_max: float | None = None


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """What a device is asked to do: power in MW, consumption positive."""

    event: UdiEvent
    power: Series
