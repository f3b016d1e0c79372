"""What an asset does, in words."""

from __future__ import annotations

from datetime import datetime

from flexmeasures.ui.words import ago, doing, near_moment
from flexmeasures.usecases.overview import AssetState, Freshness


def state_text(state: AssetState, zone: str, now: datetime) -> str:
    """Say what an asset does: never a number without its time.

    Args:
        state: Of the asset.
        zone: In which times are told.
        now: From which ages are told.
    """
    if state.power is not None and state.time is not None:
        told = f"{doing(state.power)} at {near_moment(state.time, zone, now)}"
        return told if state.freshness is Freshness.FRESH else f"{told} ({ago(state.time, now)})"
    if state.expected is not None:
        return f"no measurements yet; expected: {doing(state.expected)}"
    return "no measurements yet" if state.connection else "no power sensor"
