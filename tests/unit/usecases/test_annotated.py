from datetime import datetime, timedelta

import numpy as np
from numpy.testing import assert_array_equal

from flexmeasures.domain.annotations import Annotation, AnnotationType, Subjects
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.usecases.annotated import noted_about
from flexmeasures.usecases.bands import bands
from flexmeasures.usecases.forecasts import make_forecast_ahead
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.regressors import Span

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FIRST = NOON - 60 * DAY


def note(
    platform: Platform,
    sensor: Sensor,
    start: datetime,
    *,
    content: str = "fair",
    kind: AnnotationType = AnnotationType.LABEL,
    recorded: datetime = FIRST,
) -> None:
    """Note something about a day of an asset."""
    source = Factory(platform.store).source(SourceType.USER, "eve")
    told = Annotation(content, kind, start, start + DAY, recorded, source.id)
    platform.store.annotations.add(told, Subjects(assets=(sensor.asset_id,)))


def test_a_noted_event_is_expected_to_do_what_it_did_before(memory_platform: Platform) -> None:
    factory = Factory(memory_platform.store)
    sensor = factory.sensor(factory.asset("building"), step=HOUR)
    hours = np.arange(24 * 60)
    values = 5 + np.sin(2 * np.pi * hours / 24) + np.random.default_rng(0).normal(0, 0.05, hours.size)
    for day in (5, 11, 20, 28, 33, 41, 50):
        values[24 * day : 24 * day + 24] += 10
        note(memory_platform, sensor, FIRST + day * DAY)
    memory_platform.store.beliefs.add(
        [block(sensor, factory.source(SourceType.GATEWAY), FIRST, values.tolist())]
    )
    note(memory_platform, sensor, NOON + DAY)
    make_forecast_ahead(sensor.id, memory_platform)
    median = bands([sensor.id], NOON, NOON + 2 * DAY, memory_platform)[sensor.id].median
    assert abs(median[:24].mean() - 5) < 1
    assert median[24:].mean() > 11


def test_notes_count_from_when_they_are_known(memory_platform: Platform) -> None:
    factory = Factory(memory_platform.store)
    asset = factory.asset("building")
    sensor = factory.sensor(asset, step=HOUR)
    kind = AnnotationType.HOLIDAY
    note(memory_platform, sensor, NOON, kind=kind, content="King's Day")
    note(memory_platform, sensor, NOON - DAY, kind=kind, content="Queen's Day", recorded=NOON + HOUR)
    note(memory_platform, sensor, NOON, content="once only")
    span = Span(TimeGrid(NOON - 2 * DAY, HOUR, 48), TimeGrid(NOON, HOUR, 48), NOON, None)
    (found,) = noted_about(asset, sensor, span, memory_platform)
    assert found.name == "noted holiday"
    assert_array_equal(found.past, np.zeros(48))
    assert_array_equal(found.future, np.repeat([1.0, 0.0], 24))
