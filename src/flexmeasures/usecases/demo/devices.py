"""Simulated devices that do what they are told: what becomes of their state of charge, and what they wish."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flexmeasures.domain.flexibility import SocTarget

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Storage:
    """What holds the energy of a simulated device.

    Attributes:
        soc_min: Least state of charge. [MWh]
        soc_max: Largest state of charge. [MWh]
        efficiency: Of a round trip, in (0, 1]. [-]
    """

    soc_min: float
    soc_max: float
    efficiency: float

    def after(self, soc: float, power: float, duration: timedelta) -> float:
        """Return the state of charge after some time at constant power.

        Half of the losses of a round trip are taken each way. What does not fit is not taken up or given.

        Args:
            soc: State of charge before. [MWh]
            power: Consumption positive. [MW]
            duration: For how long.

        Returns:
            State of charge. [MWh]
        """
        energy = power * (duration / timedelta(hours=1))
        one_way = math.sqrt(self.efficiency)
        change = energy * one_way if energy > 0 else energy / one_way
        return min(max(soc + change, self.soc_min), self.soc_max)

    def power(self, soc: float, soc_after: float, duration: timedelta) -> float:
        """Return the constant power that brings one state of charge to another. [MW]"""
        change = soc_after - soc
        one_way = math.sqrt(self.efficiency)
        return (change / one_way if change > 0 else change * one_way) / (duration / timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Vans:
    """Vans of which one leaves every day at one time, while another one comes in its place.

    Attributes:
        departure: Local time at which a van leaves.
        timezone: IANA name.
        soc_arriving: What a van holds that comes. [MWh]
        soc_leaving: What a van is to hold when it leaves. [MWh]
    """

    departure: time
    timezone: str
    soc_arriving: float
    soc_leaving: float

    def next_departure(self, now: datetime) -> datetime:
        """Return the first departure later than a time."""
        local = now.astimezone(ZoneInfo(self.timezone))
        today = local.replace(hour=self.departure.hour, minute=self.departure.minute, second=0, microsecond=0)
        return today if today > local else today + DAY


@dataclass(frozen=True, slots=True)
class Device:
    """A simulated battery or charging point.

    Attributes:
        asset_name: Of the asset that it is.
        storage: What it charges.
        soc_first: What it holds when nothing is known of it. [MWh]
        vans: Who comes and goes; None for a battery, which stays.
    """

    asset_name: str
    storage: Storage
    soc_first: float
    vans: Vans | None = None

    def soc_at(self, now: datetime, soc: float, known: datetime) -> float:
        """Return what it holds now, given what it held when that was known, had it consumed nothing. [MWh]"""
        return self.vans.soc_arriving if self.vans and self.van_left(known, now) else soc

    def van_left(self, since: datetime, until: datetime) -> bool:
        """Return whether a van has left between two times, and another one came."""
        return self.vans is not None and self.vans.next_departure(since) <= until

    def targets(self, now: datetime, soc: float) -> tuple[SocTarget, ...]:
        """Return what it wishes: a van to leave full, a battery to hold in a day what it holds now.

        So a battery earns from differences between prices alone, not from selling what it held.
        """
        if self.vans is None:
            return (SocTarget(now + DAY, soc),)
        return (SocTarget(self.vans.next_departure(now), max(soc, self.vans.soc_leaving)),)


BATTERY = Device("emden_battery", Storage(0.1, 2.0, 0.9), 1.0)
CHARGER = Device("depot_charger", Storage(0.0, 0.06, 0.9), 0.012, Vans(time(7), "Europe/London", 0.012, 0.06))
DEVICES = (BATTERY, CHARGER)
