"""Tell recordings up to now: each event is recorded when it honestly would be, and never later than now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, SourceType
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import Instants, TimeGrid, instant
from flexmeasures.usecases.demo.knowledge import Knowledge, recorded
from flexmeasures.usecases.demo.portfolio import Feed
from flexmeasures.usecases.demo.recordings import Recording, moved
from flexmeasures.usecases.ports.beliefs import Written
from flexmeasures.usecases.ports.platform import Platform

PAST = timedelta(days=365)
AHEAD = timedelta(days=3)
DIGITS = 9
"""Of a value: as exact as recordings are, in any unit."""
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
TOLD = frozenset({SourceType.SCRIPT, SourceType.USER})
JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Story:
    """A sensor and one of the recordings that it tells."""

    sensor: Sensor
    feed: Feed


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one move of a recording tells of a sensor.

    Attributes:
        label: How the source tells of the move.
        series: In the unit of the sensor; NaN for what is not told.
        recorded: (T,) when each value was known.
    """

    label: str
    series: Series
    recorded: Instants

    def between(self, since: datetime, until: datetime) -> Chapter:
        """Return only what became known after one time, until another."""
        late = (self.recorded <= instant(since)) | (self.recorded > instant(until))
        return Chapter(
            self.label, Series(self.series.grid, np.where(late, np.nan, self.series.values)), self.recorded
        )

    def without(self, events: Instants) -> Chapter:
        """Return what it tells of other events than these."""
        known = np.isin(self.series.grid.starts(), events)
        return Chapter(
            self.label, Series(self.series.grid, np.where(known, np.nan, self.series.values)), self.recorded
        )


def told(story: Story, recording: Recording, window: TimeGrid, year: int) -> Iterator[Chapter]:
    """Tell of a window of time, whenever it became known.

    Args:
        story: Which sensor, and how its recording is told.
        recording: The one that the story names.
        window: Of which events to tell, in the steps of the recording.
        year: The demo year.
    """
    known = recorded(window, story.feed.knowledge, story.sensor.timezone)
    for part in moved(recording.series, window, year):
        values = np.round(part.series.values * story.feed.factor, DIGITS)
        yield Chapter(part.label, Series(window, values), known)


def catch_up(
    stories: Iterable[Story], archive: Mapping[str, Recording], year: int, platform: Platform
) -> Written:
    """Store what the last year tells and is not known yet.

    Args:
        stories: What is told.
        archive: Recordings by name.
        year: The demo year.
        platform: Where to store it. Its clock says what is known.

    Returns:
        How many beliefs were new, and how many not.
    """
    now = platform.now()
    end = now.replace(minute=0, second=0, microsecond=0) + AHEAD
    blocks = []
    for story in stories:
        recording = archive[story.feed.recording]
        window = TimeGrid.between(end - PAST - AHEAD, end, recording.series.grid.step)
        stored = _stored(story, window, platform)
        for chapter in told(story, recording, window, year):
            source = platform.store.sources.of_model(recording.origin, SourceType.SCRIPT, chapter.label)
            news = chapter.between(BEGINNING, now).without(stored)
            blocks.append(BeliefBlock.of(news.series, story.sensor.id, source.id, news.recorded))
    return platform.store.beliefs.add([block for block in blocks if block.value.size])


def _stored(story: Story, window: TimeGrid, platform: Platform) -> Instants:
    """Return the events of a window of which the same was told before."""
    if story.feed.knowledge is Knowledge.AFTERWARDS:
        only = BeliefFilter(source_types=TOLD, horizon_max=timedelta(0))
    else:
        only = BeliefFilter(source_types=TOLD, horizon_min=JUST_BEFORE)
    found = platform.store.beliefs.latest([story.sensor.id], window.start, window.end, only)
    return np.concatenate(
        [np.empty(0, "datetime64[us]"), *(part.event_start for part in found.get(story.sensor.id, []))]
    )
