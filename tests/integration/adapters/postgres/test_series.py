"""The marks that steer how series are read."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from flexmeasures.adapters.postgres.beliefs.series import CROWD
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.postgres.tables.beliefs import BeliefSeriesRow
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.timing import instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block

pytestmark = pytest.mark.services
HOUR = timedelta(hours=1)
SIZES = pytest.mark.parametrize("size", [3, 300])


def marks(database: Database, sensor: Sensor) -> set[str]:
    """Return the marks of the only series of a sensor."""
    with database.joined() as session:
        row = session.scalars(select(BeliefSeriesRow).where(BeliefSeriesRow.sensor_id == sensor.id)).one()
        names = ("probabilistic", "many_beliefs", "forecasts", "measurements")
        return {name for name in names if getattr(row, name)}


def grid(database: Database, sensor: Sensor) -> float | None:
    """Return the grid of the only series of a sensor. [s]"""
    with database.joined() as session:
        row = session.scalars(select(BeliefSeriesRow).where(BeliefSeriesRow.sensor_id == sensor.id)).one()
        return row.grid


@SIZES
def test_forecasts_and_measurements_mark_a_series(database: Database, size: int) -> None:
    make = Factory(database.store)
    sensor, source = make.sensor(), make.source()
    database.store.beliefs.add([block(sensor, source, NOON, [1.0] * size)])
    assert marks(database, sensor) == {"measurements"}
    database.store.beliefs.add([block(sensor, source, NOON, [1.0] * size, recorded=NOON - HOUR)])
    assert marks(database, sensor) == {"measurements", "forecasts"}


@SIZES
def test_a_series_is_marked_once_an_event_has_many_beliefs(database: Database, size: int) -> None:
    make = Factory(database.store)
    sensor, source = make.sensor(), make.source()
    for hour in range(CROWD - 1):
        told = block(sensor, source, NOON, [float(hour)] * size, recorded=NOON - hour * HOUR)
        database.store.beliefs.add([told])
    assert marks(database, sensor) == {"forecasts"}
    database.store.beliefs.add([block(sensor, source, NOON, [99.0] * size, recorded=NOON - CROWD * HOUR)])
    assert marks(database, sensor) == {"forecasts", "many_beliefs"}


def test_quantiles_mark_a_series(database: Database) -> None:
    make = Factory(database.store)
    sensor, source = make.sensor(), make.source()
    at = np.array([instant(NOON)])
    told = BeliefBlock(sensor.id, source.id, at, at, np.array([1.0]), np.array([0.9]))
    database.store.beliefs.add([told])
    assert marks(database, sensor) == {"forecasts", "probabilistic"}


def test_marks_of_one_series_leave_others_alone(database: Database) -> None:
    make = Factory(database.store)
    sensors, source = [make.sensor(), make.sensor(step=HOUR)], make.source()
    recorded = NOON + 2 * QUARTER
    database.store.beliefs.add([block(sensor, source, NOON, [1.0], recorded=recorded) for sensor in sensors])
    assert marks(database, sensors[0]) == {"measurements"}
    assert marks(database, sensors[1]) == {"forecasts"}


@SIZES
def test_a_series_has_a_grid_until_an_event_is_off_it(database: Database, size: int) -> None:
    make = Factory(database.store)
    sensor, source = make.sensor(), make.source()
    database.store.beliefs.add([block(sensor, source, NOON, [1.0] * size)])
    assert grid(database, sensor) == QUARTER.total_seconds()
    database.store.beliefs.add([block(sensor, source, NOON + timedelta(minutes=5), [1.0] * size)])
    assert grid(database, sensor) is None
    database.store.beliefs.add([block(sensor, source, NOON + HOUR, [2.0] * size, recorded=NOON)])
    assert grid(database, sensor) is None


def test_what_happens_at_a_moment_has_no_grid(database: Database) -> None:
    make = Factory(database.store)
    sensor, source = make.sensor(step=timedelta(0)), make.source()
    at = np.array([instant(NOON)])
    database.store.beliefs.add([BeliefBlock(sensor.id, source.id, at, at, np.array([1.0]))])
    assert grid(database, sensor) is None
