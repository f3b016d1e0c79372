"""Whatever is posted in whatever order, the store answers as its plain fake does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flexmeasures.adapters.postgres.beliefs import series, writing
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, Beliefs, Source
from flexmeasures.domain.errors import ConflictingBelief
from flexmeasures.domain.timing import instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory
from flexmeasures.testing.memory.store import memory_store
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.usecases.ports.beliefs import BeliefStore, Written
from flexmeasures.usecases.ports.platform import Store

pytestmark = pytest.mark.services
HOUR = timedelta(hours=1)
OFF_GRID = timedelta(minutes=7)
"""A step at which no event here begins."""
SLOW = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
"""Each example takes many calls of the database: it is not worth the time to look for a smaller one."""


@dataclass(frozen=True)
class Row:
    sensor: int
    source: int
    event: int
    recorded: int
    probability: float
    value: float


@dataclass(frozen=True)
class Post:
    rows: list[Row]
    replace: bool


def rows(probabilities: list[float]) -> st.SearchStrategy[Row]:
    return st.builds(
        Row,
        sensor=st.integers(0, 1),
        source=st.integers(0, 1),
        event=st.integers(0, 2),
        recorded=st.integers(-2, 2),
        probability=st.sampled_from(probabilities),
        value=st.sampled_from([0.0, 1.0, 2.0, float("nan")]),
    )


def posts(probabilities: list[float]) -> st.SearchStrategy[list[Post]]:
    several = st.lists(rows(probabilities), min_size=1, max_size=8)
    return st.lists(st.builds(Post, several, st.booleans()), min_size=1, max_size=6)


class Book:
    """The same sensors and sources in a store."""

    def __init__(self, store: Store) -> None:
        make = Factory(store)
        self.beliefs: BeliefStore = store.beliefs
        self.sensors: list[Sensor] = [make.sensor(), make.sensor(step=OFF_GRID)]
        self.sources: list[Source] = [make.source(), make.source()]

    def take(self, post: Post) -> Written | None:
        """Post and return what became of it; None if it is refused."""
        blocks = [
            BeliefBlock(
                self.sensors[row.sensor].id,
                self.sources[row.source].id,
                np.array([instant(NOON + row.event * QUARTER)]),
                np.array([instant(NOON + row.recorded * HOUR)]),
                np.array([row.value]),
                np.array([row.probability]),
            )
            for row in post.rows
        ]
        try:
            return self.beliefs.add(blocks, replace=post.replace)
        except ConflictingBelief:
            return None

    def answers(self) -> list[object]:
        """Return what is read under all kinds of filters, in terms that all books share."""
        filters = [BeliefFilter(prior=NOON + hours * HOUR) for hours in (-2, -1, 0, 1)]
        filters += [BeliefFilter(horizon_min=hours * HOUR) for hours in (0, 1)]
        filters += [BeliefFilter(horizon_max=hours * HOUR) for hours in (-1, 0)]
        filters += [BeliefFilter(source_ids=(self.sources[0].id,))]
        ids = [sensor.id for sensor in self.sensors]
        answers: list[object] = []
        for only in filters:
            latest = self.beliefs.latest(ids, NOON, NOON + HOUR, only)
            answers += [[self._plain(each) for each in latest[sensor_id]] for sensor_id in ids]
            last = self.beliefs.last(ids, only)
            answers += [self._when(last[sensor_id]) if sensor_id in last else None for sensor_id in ids]
        return answers

    def _plain(self, beliefs: Beliefs) -> list[tuple[str, str, str, int]]:
        places = [[source.id for source in self.sources].index(one) for one in beliefs.source_id.tolist()]
        starts, times = beliefs.event_start.astype(str), beliefs.belief_time.astype(str)
        return list(zip(starts, times, beliefs.value.astype(str), places, strict=True))

    def _when(self, beliefs: Beliefs) -> list[tuple[str, str]]:
        """Return the last event and when it was recorded: sources may tie in it."""
        return [(start, recorded) for start, recorded, _, _ in self._plain(beliefs)]


WAYS = pytest.mark.parametrize("few", [0, writing.FEW], ids=["streamed", "by statement"])
"""Both ways into the store, whatever the size of a post."""

CROWDS = pytest.mark.parametrize("crowd", [2, series.CROWD], ids=["skipped through", "read through"])
"""Both ways out of the store, whatever the number of beliefs about an event."""


@CROWDS
@WAYS
@settings(SLOW, max_examples=8)
@given(told=st.one_of(posts([0.5]), posts([0.1, 0.5, 0.9])))
def test_the_store_answers_as_its_plain_fake_does(
    database: Database, monkeypatch: pytest.MonkeyPatch, few: int, crowd: int, told: list[Post]
) -> None:
    compare(database, monkeypatch, few, crowd, told)


def compare(
    database: Database, monkeypatch: pytest.MonkeyPatch, few: int, crowd: int, told: list[Post]
) -> None:
    """Post to the store and to the fake and compare all answers."""
    monkeypatch.setattr(writing, "FEW", few)
    for module in (series, writing):
        monkeypatch.setattr(module, "CROWD", crowd)
    real, plain = Book(database.store), Book(memory_store(Tables()))
    for post in told:
        assert real.take(post) == plain.take(post)
    assert real.answers() == plain.answers()


@settings(SLOW, max_examples=10)
@given(told=st.lists(rows([0.5]), min_size=1, max_size=25))
def test_posted_in_order_of_recording_each_prior_gives_what_was_known_then(
    database: Database, told: list[Row]
) -> None:
    book = Book(database.store)
    known: dict[tuple[int, int, int], list[tuple[int, float]]] = {}
    for row in sorted(told, key=lambda row: row.recorded):
        history = known.setdefault((row.sensor, row.source, row.event), [])
        if history and history[-1][0] == row.recorded:
            continue
        history.append((row.recorded, row.value))
        book.take(Post([row], replace=False))
    for prior in range(-2, 3):
        only = BeliefFilter(prior=NOON + prior * HOUR)
        latest = book.beliefs.latest([sensor.id for sensor in book.sensors], NOON, NOON + HOUR, only)
        read = {
            (
                sensor.id,
                int(beliefs.source_id[0]),
                int((start - instant(NOON)) // np.timedelta64(QUARTER)),
            ): value
            for sensor in book.sensors
            for beliefs in latest[sensor.id]
            for start, value in zip(beliefs.event_start, beliefs.value.tolist(), strict=True)
        }
        expected = {
            (book.sensors[sensor].id, book.sources[source].id, event): [
                value for recorded, value in history if recorded <= prior
            ][-1]
            for (sensor, source, event), history in known.items()
            if history[0][0] <= prior
        }
        assert {key: str(value) for key, value in read.items()} == {
            key: str(value) for key, value in expected.items()
        }


@pytest.mark.full
@pytest.mark.timeout(900)
@CROWDS
@WAYS
@settings(SLOW, max_examples=80)
@given(told=st.one_of(posts([0.5]), posts([0.1, 0.5, 0.9])))
def test_the_store_goes_on_answering_as_its_plain_fake_does(
    database: Database, monkeypatch: pytest.MonkeyPatch, few: int, crowd: int, told: list[Post]
) -> None:
    compare(database, monkeypatch, few, crowd, told)
