from datetime import datetime, timedelta

import numpy as np
import pytest

from flexmeasures.domain.timing import TimeGrid, from_instant
from flexmeasures.usecases.demo.knowledge import Knowledge, recorded


def recorded_at(start: str, knowledge: Knowledge) -> datetime:
    grid = TimeGrid(datetime.fromisoformat(start), timedelta(hours=1), 1)
    return from_instant(recorded(grid, knowledge, "Europe/Berlin")[0])


@pytest.mark.parametrize(
    ("start", "knowledge", "expected"),
    [
        ("2015-11-20T13:00Z", Knowledge.AFTERWARDS, "2015-11-20T14:00Z"),
        ("2015-11-20T13:00Z", Knowledge.DAY_AHEAD, "2015-11-19T11:00Z"),
        ("2015-11-20T23:00Z", Knowledge.DAY_AHEAD, "2015-11-20T11:00Z"),
        ("2015-03-29T12:00Z", Knowledge.DAY_AHEAD, "2015-03-28T11:00Z"),
        ("2015-07-01T22:00Z", Knowledge.DAY_AHEAD, "2015-07-01T10:00Z"),
        ("2015-11-20T13:00Z", Knowledge.TWO_DAYS_AHEAD, "2015-11-18T12:00Z"),
    ],
)
def test_events_are_known_when_they_really_would_be(start: str, knowledge: Knowledge, expected: str) -> None:
    assert recorded_at(start, knowledge) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("knowledge", [Knowledge.DAY_AHEAD, Knowledge.TWO_DAYS_AHEAD])
def test_what_is_told_ahead_is_recorded_before_the_event(knowledge: Knowledge) -> None:
    grid = TimeGrid(datetime.fromisoformat("2015-03-27T00:00Z"), timedelta(hours=1), 24 * 7)
    assert (recorded(grid, knowledge, "Europe/Berlin") < grid.starts()).all()
    assert (np.diff(recorded(grid, knowledge, "Europe/Berlin")) >= np.timedelta64(0)).all()
