"""What is uploaded is kept, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import MEASURED, most_recent
from flexmeasures.domain.errors import NotAuthorized
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.ports.platform import Platform, Rules
from flexmeasures.usecases.uploads.keeping import Upload, keep, take_back, writable_sensors
from flexmeasures.usecases.uploads.told import Told

DAY = timedelta(days=1)


@pytest.fixture
def owner(memory_platform: Platform) -> User:
    return Factory(memory_platform.store).user("Prosumer")


@pytest.fixture
def sensor(memory_platform: Platform, owner: User) -> Sensor:
    make = Factory(memory_platform.store)
    return make.sensor(make.asset(owner=owner))


def upload(owner: User, sensor: Sensor, platform: Platform, *, at_once: bool = True) -> Upload:
    series = Series(TimeGrid(NOON - DAY, QUARTER, 4), np.array([1.0, 2.0, np.nan, 4.0]))
    return keep(owner, sensor.id, Told.of(series), platform, at_once=at_once, origin="june.csv")


def values(sensor: Sensor, platform: Platform) -> list[float]:
    found = platform.store.beliefs.latest([sensor.id], NOON - DAY, NOON)[sensor.id]
    told: list[float] = most_recent(found).value.tolist()
    return told


def test_values_are_kept_under_the_name_of_who_sent_them(
    memory_platform: Platform, owner: User, sensor: Sensor
) -> None:
    done = upload(owner, sensor, memory_platform)
    assert (done.new, done.known, done.recorded) == (3, 0, memory_platform.now())
    assert done.jobs > 0
    assert values(sensor, memory_platform) == [1.0, 2.0, 4.0]
    found = memory_platform.store.beliefs.latest([sensor.id], NOON - DAY, NOON)[sensor.id][0]
    assert found.source_id[0] == memory_platform.store.sources.of_user(owner).id
    history = memory_platform.store.audit.about_sensor(sensor.id)
    assert history[0].text.startswith("Uploaded 3 values from june.csv")


def test_values_may_count_as_measured(memory_platform: Platform, owner: User, sensor: Sensor) -> None:
    done = upload(owner, sensor, memory_platform, at_once=False)
    assert done.recorded is None
    found = memory_platform.store.beliefs.latest([sensor.id], NOON - DAY, NOON, MEASURED)[sensor.id][0]
    assert (found.belief_time - found.event_start == np.timedelta64(QUARTER)).all()


def test_what_is_taken_back_leaves_what_was_known_before(
    memory_platform: Platform, owner: User, sensor: Sensor
) -> None:
    source = memory_platform.store.sources.of_user(owner)
    memory_platform.store.beliefs.add([block(sensor, source, NOON - DAY, [9.0, 9.0])])
    done = upload(owner, sensor, memory_platform)
    assert values(sensor, memory_platform) == [1.0, 2.0, 4.0]
    assert take_back(owner, done, memory_platform) == 3
    assert values(sensor, memory_platform) == [9.0, 9.0]
    assert take_back(owner, done, memory_platform) == 0


def test_nobody_takes_back_what_somebody_else_sent(
    memory_platform: Platform, owner: User, sensor: Sensor
) -> None:
    done = upload(owner, sensor, memory_platform)
    make = Factory(memory_platform.store)
    for other in (make.user("Prosumer"), make.user("Prosumer", account=owner.account)):
        with pytest.raises(NotAuthorized):
            take_back(other, done, memory_platform)
    with pytest.raises(NotAuthorized):
        take_back(owner, replace(done, recorded=None), memory_platform)


def test_what_replaced_others_cannot_be_taken_back(
    memory_platform: Platform, owner: User, sensor: Sensor
) -> None:
    platform = replace(memory_platform, rules=Rules(allow_overwrite=True))
    assert upload(owner, sensor, platform).recorded is None


def test_guests_and_strangers_add_nothing(memory_platform: Platform, owner: User, sensor: Sensor) -> None:
    make = Factory(memory_platform.store)
    for other in (make.user("Prosumer"), make.user("anonymous", account=owner.account)):
        with pytest.raises(NotAuthorized):
            upload(other, sensor, memory_platform)
    assert [each.id for each, _ in writable_sensors(owner, memory_platform)] == [sensor.id]
    assert writable_sensors(make.user("Prosumer"), memory_platform) == []


def test_what_was_known_already_has_nothing_forecast_anew(
    memory_platform: Platform, owner: User, sensor: Sensor
) -> None:
    upload(owner, sensor, memory_platform, at_once=False)
    queued = memory_platform.store.jobs.jobs()
    assert queued != []
    upload(owner, sensor, memory_platform, at_once=False)
    assert memory_platform.store.jobs.jobs() == queued


def test_values_of_moments_are_kept_and_taken_back(memory_platform: Platform, owner: User) -> None:
    make = Factory(memory_platform.store)
    tank = make.sensor(make.asset(owner=owner), step=timedelta(0))
    starts = np.array([instant(NOON - DAY), instant(NOON - DAY + timedelta(seconds=7))])
    told = Told(starts, np.array([1.0, 2.0]), timedelta(0))
    done = keep(owner, tank.id, told, memory_platform, at_once=True, origin="tank.csv")
    assert (done.new, done.jobs) == (2, 0)
    assert values(tank, memory_platform) == [1.0, 2.0]
    assert take_back(owner, done, memory_platform) == 2
    assert values(tank, memory_platform) == []
