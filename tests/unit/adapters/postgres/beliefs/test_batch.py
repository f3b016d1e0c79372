from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.adapters.postgres.beliefs.batch import Batch
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.errors import ConflictingBelief

rows = st.lists(
    st.tuples(
        st.integers(1, 2),
        st.integers(1, 2),
        st.integers(0, 3),
        st.integers(0, 3),
        st.sampled_from([0.1, 0.5]),
        st.sampled_from([0.0, 1.0, float("nan")]),
    ),
    min_size=1,
    max_size=30,
)
Row = tuple[int, int, int, int, float, float]


def blocks(told: list[Row]) -> list[BeliefBlock]:
    """Return one block for each row."""
    return [
        BeliefBlock(
            sensor,
            source,
            np.array([event], "M8[h]").astype("M8[us]"),
            np.array([recorded], "M8[h]").astype("M8[us]"),
            np.array([value]),
            np.array([probability]),
        )
        for sensor, source, event, recorded, probability, value in told
    ]


def keys(batch: Batch) -> list[tuple[int, int, int, float, int]]:
    columns = (
        batch.sensor_id.tolist(),
        batch.source_id.tolist(),
        batch.event_start.astype("M8[h]").astype(int).tolist(),
        batch.probability.tolist(),
        batch.belief_time.astype("M8[h]").astype(int).tolist(),
    )
    return list(zip(*columns, strict=True))


@given(rows)
def test_beliefs_are_put_in_the_order_of_their_key(told: list[Row]) -> None:
    batch = Batch.of(blocks(told))
    assert keys(batch) == sorted((row[0], row[1], row[2], row[4], row[3]) for row in told)


@given(rows)
def test_each_belief_is_told_once_and_the_last_value_wins(told: list[Row]) -> None:
    last = {(row[0], row[1], row[2], row[4], row[3]): row[5] for row in told}
    batch = Batch.of(blocks(told)).once(replace=True)
    assert keys(batch) == sorted(last)
    np.testing.assert_array_equal(batch.value, [last[key] for key in sorted(last)])


@given(rows)
def test_a_batch_that_contradicts_itself_is_refused(told: list[Row]) -> None:
    values: dict[tuple[int, int, int, float, int], set[str]] = {}
    for row in told:
        values.setdefault((row[0], row[1], row[2], row[4], row[3]), set()).add(str(row[5]))
    batch = Batch.of(blocks(told))
    if any(len(said) > 1 for said in values.values()):
        with pytest.raises(ConflictingBelief):
            batch.once(replace=False)
    else:
        assert keys(batch.once(replace=False)) == sorted(values)


@given(rows)
def test_series_lie_one_behind_the_other(told: list[Row]) -> None:
    batch = Batch.of(blocks(told))
    first, end = batch.series()
    assert first[0] == 0
    assert end[-1] == batch.size
    assert first[1:].tolist() == end[:-1].tolist()
    pairs = list(zip(batch.sensor_id[first].tolist(), batch.source_id[first].tolist(), strict=True))
    assert pairs == sorted({(row[0], row[1]) for row in told})
