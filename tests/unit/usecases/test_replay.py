"""A replay says at each time what the store knew by then."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from flexmeasures.domain.errors import InvalidPeriod, NotAuthorized
from flexmeasures.domain.series import Array
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.charting import ChartQuery, chart
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.replay import LONGEST, PanelReplay, Replay, replay

START = NOON - timedelta(hours=6)
QUERY = ChartQuery(START, NOON)
SIZE = 24


def known_at(found: Replay, panel: PanelReplay, place: int) -> dict[str, Array]:
    """Return the values of each line at one of the times, as the page puts them together."""
    lines = {}
    for track in panel.tracks:
        values = np.full(panel.grid.size, np.nan)
        for event, time, value in zip(track.event, track.time, track.value, strict=True):
            if time <= place:
                values[event] = value
        lines[f"{track.role}:{track.name}"] = values
    return lines


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_each_time_shows_what_the_store_tells_of_it(memory_platform: Platform, data: st.DataObject) -> None:
    make = Factory(memory_platform.store)
    owner = make.user()
    asset = make.asset(owner=owner)
    sensor = make.sensor(asset)
    sources = [make.source("gateway"), make.source("forecaster"), make.source("scheduler")]
    for number in range(data.draw(st.integers(1, 6), label="posts")):
        source = data.draw(st.sampled_from(sources), label="source")
        first = data.draw(st.integers(0, SIZE - 4), label="first event")
        hours = data.draw(st.integers(-30, 6), label="recorded")
        recorded = START + timedelta(hours=hours, minutes=number)
        if source is sources[0]:
            recorded = NOON + timedelta(minutes=number)
        values = [float(number * 10 + k) for k in range(4)]
        told = block(sensor, source, START + first * QUARTER, values, recorded=recorded)
        memory_platform.store.beliefs.add([told], replace=True)
    found = replay(owner, asset.id, QUERY, memory_platform)
    (panel,) = found.panels
    for place in {0, found.times.size // 2, found.times.size - 1}:
        time = found.times.start + place * found.times.step
        (then,) = chart(owner, asset.id, ChartQuery(START, NOON, known=time), memory_platform).panels
        shown = {
            key: values for key, values in known_at(found, panel, place).items() if not np.isnan(values).all()
        }
        expected = {f"{line.role}:{line.name}": line.values for line in then.lines}
        assert shown.keys() == expected.keys()
        for key, told_then in expected.items():
            assert_array_equal(shown[key], told_then)


def test_a_long_window_is_refused(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    owner = make.user()
    asset = make.asset(owner=owner)
    with pytest.raises(InvalidPeriod, match="at most 14 days"):
        replay(owner, asset.id, ChartQuery(START, START + LONGEST + QUARTER), memory_platform)


def test_others_see_no_replay(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    asset = make.asset(owner=make.user())
    with pytest.raises(NotAuthorized):
        replay(make.user(), asset.id, QUERY, memory_platform)


def test_without_beliefs_there_is_one_time(memory_platform: Platform) -> None:
    make = Factory(memory_platform.store)
    owner = make.user()
    asset = make.asset(owner=owner)
    make.sensor(asset)
    found = replay(owner, asset.id, QUERY, memory_platform)
    assert found.times.size == 1
    assert found.panels[0].tracks == ()
