"""Beliefs of any number of series as columns, in the order of their key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.beliefs import MEDIAN, BeliefBlock
from flexmeasures.domain.errors import ConflictingBelief
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import Instants

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Batch:
    """N beliefs.

    Attributes:
        sensor_id: (N,) whose event.
        source_id: (N,) who recorded it.
        event_start: (N,) start of the event.
        belief_time: (N,) when it was recorded.
        probability: (N,) cumulative probability of the value.
        value: (N,) in the unit of the sensor; NaN stands for a value that is known to be missing.
    """

    sensor_id: NDArray[np.int32]
    source_id: NDArray[np.int32]
    event_start: Instants
    belief_time: Instants
    probability: Array
    value: Array

    @staticmethod
    def of(blocks: Sequence[BeliefBlock]) -> Batch:
        """Put blocks together, in the order of the key; among equal keys in the order given."""
        sizes = [block.value.size for block in blocks]
        batch = Batch(
            np.repeat(np.array([block.sensor_id for block in blocks], np.int32), sizes),
            np.repeat(np.array([block.source_id for block in blocks], np.int32), sizes),
            _joined([block.event_start for block in blocks]),
            _joined([block.belief_time for block in blocks]),
            np.concatenate([block.probability for block in blocks]),
            np.concatenate([block.value for block in blocks]),
        )
        return batch.in_order()

    @property
    def size(self) -> int:
        """Number of beliefs, N."""
        return self.value.size

    @property
    def probabilistic(self) -> bool:
        """Whether any value is another quantile than the median."""
        return bool((self.probability != MEDIAN).any())

    def where(self, mask: Mask) -> Batch:
        """Return some of the beliefs."""
        return self if mask.all() else self.at(np.flatnonzero(mask))

    def at(self, index: NDArray[np.intp]) -> Batch:
        """Return the beliefs at these places, in that order."""
        return Batch(
            self.sensor_id[index],
            self.source_id[index],
            self.event_start[index],
            self.belief_time[index],
            self.probability[index],
            self.value[index],
        )

    def in_order(self) -> Batch:
        """Return the beliefs in the order of sensor, source, event, probability and recording time."""
        if self._is_in_order():
            return self
        return self.at(
            np.lexsort((self.belief_time, self.probability, self.event_start, self.source_id, self.sensor_id))
        )

    def about_same(self) -> Mask:
        """Tell of each belief but the first whether it is about the same as the one before it.

        That is the same event and probability, by the same source.

        Returns:
            (N - 1,) mask.
        """
        same: Mask = (
            (self.event_start[1:] == self.event_start[:-1])
            & (self.probability[1:] == self.probability[:-1])
            & (self.source_id[1:] == self.source_id[:-1])
            & (self.sensor_id[1:] == self.sensor_id[:-1])
        )
        return same

    def once(self, *, replace: bool) -> Batch:
        """Return each belief once; where several are the same but for the value, the last one given.

        Raises:
            ConflictingBelief: there are such, and ``replace`` is false.
        """
        again = self.about_same() & (self.belief_time[1:] == self.belief_time[:-1])
        if not again.any():
            return self
        contradicts = again & ~equal(self.value[1:], self.value[:-1])
        if contradicts.any() and not replace:
            raise conflict(self.at(np.flatnonzero(contradicts)))
        return self.where(~np.append(again, False))

    def series(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the (S,) places where each series begins, and the (S,) places behind its end."""
        changes = (self.sensor_id[1:] != self.sensor_id[:-1]) | (self.source_id[1:] != self.source_id[:-1])
        inner = np.flatnonzero(changes) + 1
        return np.concatenate(([0], inner)), np.append(inner, self.size)

    def _is_in_order(self) -> bool:
        """Tell whether this is one series of increasing events, as most are."""
        return bool(
            (self.event_start[1:] > self.event_start[:-1]).all()
            and (self.sensor_id == self.sensor_id[:1]).all()
            and (self.source_id == self.source_id[:1]).all()
        )


def equal(one: Array, other: Array) -> Mask:
    """Tell where values are the same; a value known to be missing is the same as another such."""
    same: Mask = (one == other) | (np.isnan(one) & np.isnan(other))
    return same


def conflict(beliefs: Batch) -> ConflictingBelief:
    """Return the error that names the first of these beliefs and says how many there are."""
    return ConflictingBelief(
        f"{beliefs.size} values differ from what sensor {beliefs.sensor_id[0]} has for the same event, "
        f"source and recording time; the first is that of {beliefs.event_start[0]}Z, "
        f"recorded at {beliefs.belief_time[0]}Z."
    )


def _joined(parts: list[Instants]) -> Instants:
    joined: Instants = np.concatenate(parts).astype("M8[us]", copy=False)
    return joined
