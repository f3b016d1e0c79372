"""Who said the values of a line, and when."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from flexmeasures.domain.beliefs import Beliefs
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.testing.clock import NOON
from flexmeasures.usecases.analysis import Told
from flexmeasures.usecases.provenance import provenance

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
GRID = TimeGrid(NOON, QUARTER, 4)


def told(step: timedelta, *sources: int) -> Told:
    """Return successive events, each recorded at its end by one of these sources."""
    starts = instant(NOON) + np.arange(len(sources)) * np.timedelta64(step)
    ends = starts + np.timedelta64(step)
    return Told(Beliefs(starts, ends, np.ones(len(sources)), np.array(sources, np.int32)), step)


def test_each_value_has_its_source_and_time() -> None:
    found = provenance([told(QUARTER, 7, 8)], GRID)
    assert found.sources == ((7,), (8,), (), ())
    assert found.recorded[1] == instant(NOON + 2 * QUARTER)
    assert np.isnat(found.recorded[2:]).all()


def test_longer_events_hold_for_all_their_steps_and_shorter_ones_end_in_theirs() -> None:
    assert provenance([told(HOUR, 7)], GRID).sources == ((7,),) * 4
    short = provenance([told(timedelta(minutes=5), 1, 2, 3, 4)], GRID)
    assert short.sources == ((3,), (4,), (), ())


def test_a_sum_is_as_recent_as_its_last_part_and_by_all_its_sources() -> None:
    found = provenance([told(HOUR, 7), told(QUARTER, 5, 7), told(QUARTER)], GRID)
    assert found.sources == ((5, 7), (7,), (7,), (7,))
    assert found.recorded[0] == instant(NOON + HOUR)


def test_nothing_told_is_an_answer() -> None:
    found = provenance([], GRID)
    assert found.sources == ((),) * 4
    assert np.isnat(found.recorded).all()
