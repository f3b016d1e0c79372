"""Beliefs as they are read: by window, horizon, source and probability, in order, and gone."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from tests.integration.adapters.postgres.book import HOUR, YEAR, Book

from flexmeasures.domain.beliefs import MEASURED, BeliefBlock, BeliefFilter, SourceType
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants, from_instant, instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.ports.beliefs import Written
from flexmeasures.usecases.ports.platform import Store


def test_the_window_holds_its_start_and_not_its_end(any_store: Store) -> None:
    book = Book(any_store, 4)
    book.post(1.0, hours=5)
    (beliefs,) = any_store.beliefs.latest([book.sensor.id], NOON + QUARTER, NOON + 3 * QUARTER)[
        book.sensor.id
    ]
    assert beliefs.event_start.tolist() == [(NOON + place * QUARTER).replace(tzinfo=None) for place in (1, 2)]


@pytest.mark.parametrize("crowd", [2, 20])
def test_filters_choose_by_horizon(any_store: Store, crowd: int) -> None:
    book = Book(any_store)
    for lead in range(-1, crowd):
        recorded = NOON + QUARTER - lead * HOUR
        any_store.beliefs.add([block(book.sensor, book.source, NOON, [float(lead)], recorded=recorded)])

    def read(only: BeliefFilter) -> list[float]:
        found = any_store.beliefs.latest([book.sensor.id], NOON, NOON + HOUR, only)[book.sensor.id]
        return found[0].value.tolist() if found else []

    assert read(BeliefFilter()) == [-1.0]
    assert read(BeliefFilter(horizon_min=timedelta(0))) == [0.0]
    assert read(BeliefFilter(horizon_min=timedelta(minutes=1))) == [1.0]
    assert read(BeliefFilter(horizon_min=HOUR)) == [1.0]
    assert read(MEASURED) == [-1.0]
    assert read(BeliefFilter(horizon_min=HOUR, prior=NOON - 0.5 * HOUR)) == [1.0]
    assert read(BeliefFilter(horizon_max=timedelta(0), prior=NOON)) == []
    assert read(BeliefFilter(horizon_min=100 * HOUR)) == []


def test_filters_choose_by_source(any_store: Store) -> None:
    book = Book(any_store)
    other = book.make.source(SourceType.SCHEDULER)
    any_store.beliefs.add(
        [block(book.sensor, book.source, NOON, [1.0]), block(book.sensor, other, NOON, [2.0])]
    )

    def read(only: BeliefFilter) -> list[float]:
        found = any_store.beliefs.latest([book.sensor.id], NOON, NOON + HOUR, only)[book.sensor.id]
        return [beliefs.value[0] for beliefs in found]

    assert read(BeliefFilter()) == [1.0, 2.0]
    assert read(BeliefFilter(source_ids=(other.id,))) == [2.0]
    assert read(BeliefFilter(source_ids=())) == []
    assert read(BeliefFilter(source_types=frozenset({SourceType.FORECASTER}))) == [1.0]
    assert read(BeliefFilter(source_types=frozenset())) == []


@pytest.mark.parametrize("crowd", [1, 20])
def test_of_quantiles_the_one_nearest_the_median_is_read(any_store: Store, crowd: int) -> None:
    book = Book(any_store)
    starts = np.repeat(instant(NOON), 3)
    for hour in range(crowd):
        told = BeliefBlock(
            book.sensor.id,
            book.source.id,
            starts,
            np.repeat(instant(NOON - hour * HOUR), 3),
            np.array([1.0, 5.0, 9.0]) + hour,
            np.array([0.1, 0.5, 0.9]),
        )
        assert any_store.beliefs.add([told]) == Written(3, 0)
    assert book.read() == [5.0]
    assert book.read(prior=-(crowd - 1.0)) == [4.0 + crowd]
    assert [quantile(book, level) for level in (0.1, 0.5, 0.9, 0.7)] == [[1.0], [5.0], [9.0], []]
    assert any_store.beliefs.last([book.sensor.id])[book.sensor.id].value.tolist() == [5.0]


def quantile(book: Book, probability: float) -> list[float]:
    """Read the latest quantiles of one cumulative probability."""
    only = BeliefFilter(probability=probability)
    series = book.store.beliefs.latest([book.sensor.id], NOON, NOON + YEAR, only)[book.sensor.id]
    return [] if not series else series[0].value.tolist()


@pytest.mark.parametrize("crowd", [1, 20])
def test_series_without_quantiles_hold_medians(any_store: Store, crowd: int) -> None:
    book = Book(any_store)
    for hour in range(crowd):
        book.post(1.0 + hour, hours=hour)
    assert quantile(book, 0.5) == [float(crowd)]
    assert quantile(book, 0.1) == []


def test_a_crowd_of_forecasts_reads_like_any_other_series(any_store: Store) -> None:
    book = Book(any_store, 30)
    for hour in range(20):
        book.post(float(hour), hours=-hour)
    assert book.read() == [0.0] * 30
    assert book.read(prior=-3.5) == [4.0] * 30
    assert book.read(prior=-19.5) == []


def test_the_last_belief_is_about_the_last_event(any_store: Store) -> None:
    book = Book(any_store, 3)
    empty, other = book.make.sensor(), book.make.source(SourceType.USER)
    book.post(1.0, hours=2)
    any_store.beliefs.add([block(book.sensor, other, NOON, [7.0], recorded=NOON + 3 * HOUR)])
    last = any_store.beliefs.last([book.sensor.id, empty.id])
    assert list(last) == [book.sensor.id]
    assert last[book.sensor.id].value.tolist() == [1.0]
    assert from_instant(last[book.sensor.id].event_start[0]) == NOON + 2 * QUARTER
    by_users = BeliefFilter(source_types=frozenset({SourceType.USER}))
    assert any_store.beliefs.last([book.sensor.id], by_users)[book.sensor.id].value.tolist() == [7.0]
    assert any_store.beliefs.last([book.sensor.id], BeliefFilter(prior=NOON)) == {}
    assert any_store.beliefs.last([]) == {}


def test_the_first_event_is_the_earliest_of_all_sources(any_store: Store) -> None:
    book = Book(any_store)
    assert any_store.beliefs.first_event(book.sensor.id) is None
    book.post(1.0, hours=0)
    any_store.beliefs.add([block(book.sensor, book.make.source(), NOON - HOUR, [1.0])])
    assert any_store.beliefs.first_event(book.sensor.id) == NOON - HOUR


def test_forecasts_and_measurements_can_be_deleted_apart(any_store: Store) -> None:
    book = Book(any_store)
    book.post(1.0, hours=-1)
    book.post(2.0, hours=0.25)
    book.post(3.0, hours=1)
    neighbour = block(book.make.sensor(), book.source, NOON, [4.0])
    any_store.beliefs.add([neighbour])
    assert any_store.beliefs.delete([book.sensor.id], forecasts=True, measurements=False) == 1
    assert book.read(prior=0.25) == [2.0]
    assert any_store.beliefs.delete([book.sensor.id], forecasts=False, measurements=True) == 2
    assert any_store.beliefs.count([book.sensor.id, neighbour.sensor_id]) == 1
    assert any_store.beliefs.delete([neighbour.sensor_id], forecasts=True, measurements=True) == 1


def test_beliefs_go_with_their_sensor_and_asset(any_store: Store) -> None:
    make = Factory(any_store)
    asset = make.asset()
    sensors, source = [make.sensor(asset), make.sensor(asset)], make.source()
    any_store.beliefs.add([block(sensor, source, NOON, [1.0]) for sensor in sensors])
    any_store.assets.delete_sensor(sensors[0].id)
    assert any_store.beliefs.count([sensor.id for sensor in sensors]) == 1
    any_store.assets.delete_asset(asset.id)
    assert any_store.beliefs.count([sensor.id for sensor in sensors]) == 0


def test_the_history_holds_every_median_in_the_order_of_recording(any_store: Store) -> None:
    make = Factory(any_store)
    sensor, forecaster = make.sensor(), make.source(SourceType.FORECASTER)
    first, second = NOON - timedelta(hours=6), NOON - timedelta(hours=2)
    any_store.beliefs.add([block(sensor, forecaster, NOON, [1.0, 2.0], recorded=second)])
    any_store.beliefs.add([block(sensor, forecaster, NOON, [3.0, 4.0], recorded=first)])
    low = block(sensor, forecaster, NOON, [0.1, 0.2], recorded=second)
    any_store.beliefs.add([BeliefBlock(*_columns_of(low), np.full(2, 0.1))])
    (whole,) = any_store.beliefs.history([sensor.id], NOON, NOON + 2 * QUARTER, 10)
    assert whole.value.tolist() == [3.0, 4.0, 1.0, 2.0]
    assert (whole.sensor_id, whole.source_id) == (sensor.id, forecaster.id)
    (newest,) = any_store.beliefs.history([sensor.id], NOON, NOON + 2 * QUARTER, 2)
    assert newest.value.tolist() == [1.0, 2.0]
    assert any_store.beliefs.history([sensor.id], NOON - QUARTER, NOON, 10) == []


def _columns_of(told: BeliefBlock) -> tuple[int, int, Instants, Instants, Array]:
    return told.sensor_id, told.source_id, told.event_start, told.belief_time, told.value
