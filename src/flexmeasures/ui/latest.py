"""The latest state of an asset as a small picture, beside what can be changed of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.assets import Connection
from flexmeasures.domain.beliefs import MEASURED, Beliefs, most_recent
from flexmeasures.ui.sketch import Sketch, sketch
from flexmeasures.usecases.overview import AssetState, states_of
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.uploads.told import Told

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """What was measured of an asset in the last seven days.

    Attributes:
        state: What is known of it now.
        sketch: What was measured, between the first and the last value.
        told: The values, consumption positive. [MW]
    """

    state: AssetState
    sketch: Sketch
    told: Told


def latest_week(connection: Connection, platform: Platform) -> Week | None:
    """Return what was measured of a connection in the last seven days; None if nothing was."""
    sensor, now = connection.sensor, platform.now()
    found = platform.store.beliefs.latest([sensor.id], now - WEEK, now, MEASURED)[sensor.id]
    known = most_recent([part for part in found if part.value.size])
    if not known.value.size:
        return None
    told = Told(known.event_start, known.value, sensor.step)
    state = states_of([connection.asset], {connection.id: connection}, platform)[0]
    return Week(state, sketch(told, Beliefs.none()), told)
