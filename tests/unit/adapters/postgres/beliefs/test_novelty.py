from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.adapters.postgres.beliefs.batch import Batch
from flexmeasures.adapters.postgres.beliefs.novelty import classify

NAN = math.nan


@dataclass(frozen=True, order=True)
class Key:
    sensor: int
    source: int
    event: int
    probability: float
    recorded: int


keys = st.builds(
    Key,
    sensor=st.integers(1, 2),
    source=st.integers(1, 2),
    event=st.integers(0, 2),
    probability=st.sampled_from([0.5, 0.9]),
    recorded=st.integers(0, 6),
)
values = st.sampled_from([0.0, 1.0, NAN])
told = st.dictionaries(keys, values, max_size=30)
something = st.dictionaries(keys, values, min_size=1, max_size=30)


def batch(beliefs: dict[Key, float]) -> Batch:
    ordered = sorted(beliefs)
    return Batch(
        np.array([key.sensor for key in ordered], np.int32),
        np.array([key.source for key in ordered], np.int32),
        np.array([key.event for key in ordered], "M8[h]").astype("M8[us]"),
        np.array([key.recorded for key in ordered], "M8[h]").astype("M8[us]"),
        np.array([key.probability for key in ordered]),
        np.array([beliefs[key] for key in ordered]),
    )


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def neighbours(key: Key, together: dict[Key, float]) -> tuple[float | None, float | None]:
    def about_same(other: Key) -> bool:
        return (other.sensor, other.source, other.event, other.probability) == (
            key.sensor,
            key.source,
            key.event,
            key.probability,
        )

    before = [other for other in together if about_same(other) and other.recorded < key.recorded]
    after = [other for other in together if about_same(other) and other.recorded > key.recorded]
    return (
        together[max(before)] if before else None,
        together[min(after)] if after else None,
    )


@given(known=told, posted=something)
def test_posted_beliefs_are_sorted_out_as_one_would_by_hand(
    known: dict[Key, float], posted: dict[Key, float]
) -> None:
    novelty = classify(batch(known), batch(posted))
    together = {**known, **posted}
    for place, key in enumerate(sorted(posted)):
        recorded = key in known
        conflicting = recorded and not same(known[key], posted[key])
        before, after = neighbours(key, together)
        unchanged = (
            not recorded
            and before is not None
            and after is not None
            and same(before, posted[key])
            and same(after, posted[key])
        )
        assert novelty.conflicting[place] == conflicting
        assert novelty.unchanged[place] == unchanged
        assert novelty.new[place] == (not recorded and not unchanged)


@given(known=told, posted=something)
def test_the_crowd_is_the_most_beliefs_about_one_event(
    known: dict[Key, float], posted: dict[Key, float]
) -> None:
    sizes: dict[tuple[int, int, int, float], int] = {}
    for key in [*known, *posted]:
        about = (key.sensor, key.source, key.event, key.probability)
        sizes[about] = sizes.get(about, 0) + 1
    assert classify(batch(known), batch(posted)).crowd == max(sizes.values(), default=0)


def test_the_first_beliefs_of_a_series_are_all_new() -> None:
    posted = batch({Key(1, 1, event, 0.5, 0): 1.0 for event in range(5)})
    assert classify(batch({}), posted).new.all()
