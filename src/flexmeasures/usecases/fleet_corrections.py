"""Boosted trees for sensors of a fleet: grown once a week each, kept for all workers, asked every hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.timing import TimeGrid, write_duration
from flexmeasures.forecasting.corrections import Correction, grower
from flexmeasures.forecasting.fleet_features import History
from flexmeasures.usecases.fleet_history import LEARNED, LEAST, LOOK_AHEAD, history_of, last_step
from flexmeasures.usecases.forecast_tasks import CHOICE, FLEET
from flexmeasures.usecases.ports.learned import Learned
from flexmeasures.usecases.ports.platform import Platform

TREES = "fleet-trees"
"""Model of sensors of a fleet whose forecasts are corrected by trees, and the way in which these are kept."""
WORTH = 0.001
"""Trees have to take away this share of the error."""
LASTS = timedelta(days=15)
"""Age of trees from which on they are not asked any more."""
LATE = timedelta(hours=1)
"""A correction may be kept so long after it was learned."""
TRIED = timedelta(days=28)
"""Latest time on which trees are tried."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Read:
    """A correction that was read, None where trees were of no use; and when it was learned."""

    at: datetime
    correction: Correction | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrections that were read in this process.

    Attributes:
        read: By the ids of their sensors.
        looked: When new ones were looked for, by the ids of the sensors asked for.
    """

    read: dict[int, Read] = field(default_factory=dict)
    looked: dict[tuple[int, ...], datetime] = field(default_factory=dict)

    def of(self, sensor_ids: tuple[int, ...], platform: Platform) -> Mapping[int, Correction]:
        """Return the corrections that are young enough, by the place of their sensors.

        Raises:
            ServiceUnavailable: a library that they need is missing on this machine.
        """
        now = platform.now()
        since = max(now - LASTS, self.looked.get(sensor_ids, now - LASTS) - LATE)
        for learned in platform.store.learned.since(TREES, sensor_ids, since):
            kept = self.read.get(learned.sensor_id)
            if kept is None or kept.at < learned.at:
                correction = grower().read(learned.content) if learned.content else None
                self.read[learned.sensor_id] = Read(learned.at, correction)
        self.looked[sensor_ids] = now
        found = ((place, self.read.get(one)) for place, one in enumerate(sensor_ids))
        return {
            place: kept.correction
            for place, kept in found
            if kept is not None and kept.correction is not None and kept.at > now - LASTS
        }


def choose_correction(sensor: Sensor, platform: Platform) -> Mapping[str, object]:
    """Grow trees for a sensor of a fleet, and keep them if they are of use, with the evidence.

    Returns:
        What was chosen and why, as plain JSON values; kept as an attribute of the sensor too.

    Raises:
        NotEnoughData: the sensor is not known for twelve weeks.
        ServiceUnavailable: a library that is needed is missing on this machine.
    """
    now = platform.now()
    grown = grower().grow(_known(sensor, now, platform), LOOK_AHEAD // sensor.step)
    helps = grown.correction.spread <= 1 - WORTH
    content = grown.correction.content() if helps else b""
    platform.store.learned.keep(TREES, Learned(sensor.id, now, content))
    told = {
        "model": TREES if helps else FLEET,
        "chosen": now.isoformat(),
        "horizon": write_duration(DAY),
        "tried": write_duration(TRIED),
        "accuracy": {FLEET: round(grown.without, 4), TREES: round(grown.with_it, 4)},
    }
    platform.store.assets.set_sensor_attributes(sensor.id, {CHOICE: told})
    return told


def _known(sensor: Sensor, now: datetime, platform: Platform) -> History:
    """Return the history of a sensor from its first value on.

    Raises:
        NotEnoughData: it is shorter than twelve weeks.
    """
    history = history_of([sensor], LEARNED, last_step(now, sensor.step), platform)
    known = np.flatnonzero(np.isfinite(history.values[0]))
    step, size = history.grid.step, history.grid.size
    if not known.size or (size - int(known[0])) * step < LEAST:
        raise NotEnoughData(f"Sensor {sensor.id} is not known for {LEAST.days} days, as trees need.")
    first = int(known[0])
    grid = TimeGrid(history.grid.start + first * step, step, size - first)
    return History(history.values[:, first:], grid, history.timezone)
