"""What a schedule is for, and what it may not give up."""

from __future__ import annotations

from enum import StrEnum


class Goal(StrEnum):
    """What a schedule is to have as little of as possible."""

    COST = "cost"
    EMISSIONS = "emissions"
    """CO₂ of what passes the meters, less what is saved by production."""
    PEAK = "peak"
    """The highest power at the meter of electricity, in either direction."""
    EXCHANGE = "exchange"
    """Energy through the meter of electricity, in both directions: what is left is self-consumption."""
    CYCLING = "cycling"
    """Energy through storages."""


class Firm(StrEnum):
    """Limits that a schedule may not miss, even where that means that there is none."""

    STORAGES = "storages"
    """Limits and targets of states of charge."""
    SITES = "sites"
    """Limits of the meters."""
    GROUPS = "groups"
    """Limits of groups of devices."""
