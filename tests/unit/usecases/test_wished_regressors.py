"""What a recipe has a forecast look at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flexmeasures.domain.annotations import Annotation, AnnotationType, Subjects
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import InvalidResolution
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.forecasting.task import ForecastTask
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.forecast_tasks import ahead_task
from flexmeasures.usecases.forecast_wishes import AnnotationChoice, Recipe
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.wished_regressors import with_regressors

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def task_of(make: Factory, platform: Platform) -> ForecastTask:
    """Return the task to forecast three hours of a sensor that measured for a day."""
    sensor = make.sensor(step=HOUR)
    platform.store.beliefs.add([block(sensor, make.source(SourceType.GATEWAY), NOON - DAY, [1.0] * 24)])
    return ahead_task(sensor, TimeGrid(NOON, HOUR, 3), NOON, platform)


@pytest.mark.parametrize("of", ["account", "asset", "sensor"])
def test_notes_count_of_what_was_chosen(memory_platform: Platform, of: str) -> None:
    make = Factory(memory_platform.store)
    user = make.user()
    asset = make.asset(owner=user)
    ids = {"account": user.account.id, "asset": asset.id, "sensor": make.sensor(asset).id}
    subjects = {
        "account": Subjects(accounts=(ids["account"],)),
        "asset": Subjects(assets=(ids["asset"],)),
        "sensor": Subjects(sensors=(ids["sensor"],)),
    }
    source = make.source(SourceType.USER, "eve")
    for place, subject in enumerate(subjects.values()):
        start = NOON + place * HOUR
        note = Annotation("fair", AnnotationType.LABEL, start, start + HOUR, NOON - DAY, source.id)
        memory_platform.store.annotations.add(note, subject)
    recipe = Recipe(annotations=(AnnotationChoice(of, ids[of], "label", "fair"),))
    (found,) = with_regressors(task_of(make, memory_platform), recipe, memory_platform).regressors
    assert found.future.tolist() == [float(each == of) for each in subjects]


def test_instantaneous_events_are_no_regressor(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    task, sensor = task_of(make, memory_platform), make.sensor(step=timedelta(0))
    with pytest.raises(InvalidResolution, match="cannot be a regressor"):
        with_regressors(task, Recipe(past=(sensor.id,)), memory_platform)
