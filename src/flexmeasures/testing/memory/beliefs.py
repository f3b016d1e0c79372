"""Beliefs in memory: the rules of the store in plain words, one belief after the other."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from flexmeasures.domain.beliefs import MEDIAN, BeliefBlock, BeliefFilter, Beliefs
from flexmeasures.domain.errors import ConflictingBelief, UnknownEntity
from flexmeasures.testing.memory.tables import BeliefKey, Tables
from flexmeasures.usecases.ports.beliefs import Rank, Selection, Written

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class MemoryBeliefs:
    """A fake of the store of beliefs."""

    tables: Tables

    def add(self, blocks: Sequence[BeliefBlock], *, replace: bool = False) -> Written:
        """Keep beliefs; what is known already is kept once."""
        told = [belief for block in blocks for belief in _told(block)]
        for key, _ in told:
            if key.sensor_id not in self.tables.sensors or key.source_id not in self.tables.sources:
                raise UnknownEntity(f"There is no sensor {key.sensor_id} or no source {key.source_id}.")
        posted = _once(told, replace=replace)
        known = self.tables.beliefs
        changed = {
            key: value for key, value in posted.items() if key in known and not _same(known[key], value)
        }
        if changed and not replace:
            raise ConflictingBelief(
                f"{len(changed)} values differ, the first of which is {next(iter(changed))}."
            )
        together = {**known, **posted}
        fresh = {key: value for key, value in posted.items() if key not in known}
        unchanged = _unchanged(together)
        new = {key: value for key, value in fresh.items() if key not in unchanged}
        self.tables.beliefs = {**known, **changed, **new}
        return Written(len(new) + len(changed), len(told) - len(new) - len(changed))

    def latest(
        self, sensor_ids: Sequence[int], start: datetime, end: datetime, only: BeliefFilter | None = None
    ) -> dict[int, list[Beliefs]]:
        """Return, for each sensor, the most recent belief per event and source in ``[start, end)``."""
        answer: dict[int, list[Beliefs]] = {}
        for sensor_id in sensor_ids:
            keys = [
                key
                for key in self._counting(sensor_id, only or BeliefFilter())
                if _number(start) <= key.event_start < _number(end)
            ]
            sources = sorted({key.source_id for key in keys})
            answer[sensor_id] = [
                self._beliefs(_newest([key for key in keys if key.source_id == source])) for source in sources
            ]
        return answer

    def history(
        self, sensor_ids: Sequence[int], start: datetime, end: datetime, most: int
    ) -> list[BeliefBlock]:
        """Return all medians about events in ``[start, end)``, by series, each in the order of recording."""
        found = []
        for sensor_id in sensor_ids:
            keys = [
                key
                for key in self._counting(sensor_id, BeliefFilter(probability=MEDIAN))
                if _number(start) <= key.event_start < _number(end)
            ]
            for source_id in sorted({key.source_id for key in keys}):
                own = sorted(
                    (key for key in keys if key.source_id == source_id),
                    key=lambda key: (key.belief_time, key.event_start),
                )
                told = self._beliefs(own[-most:])
                found.append(
                    BeliefBlock(sensor_id, source_id, told.event_start, told.belief_time, told.value)
                )
        return found

    def last(self, sensor_ids: Sequence[int], only: BeliefFilter | None = None) -> dict[int, Beliefs]:
        """Return, for each sensor that has any, what is believed last about its last event."""
        answer = {}
        for sensor_id in sensor_ids:
            keys = self._counting(sensor_id, only or BeliefFilter())
            if keys:
                last = max(keys, key=lambda key: (key.event_start, *_recency(key)))
                answer[sensor_id] = self._beliefs([last])
        return answer

    def first_event(self, sensor_id: int) -> datetime | None:
        """Return the start of the first event that anything is known of."""
        starts = [key.event_start for key in self.tables.beliefs if key.sensor_id == sensor_id]
        return EPOCH + min(starts) * MICROSECOND if starts else None

    def count(self, sensor_ids: Sequence[int]) -> int:
        """Return how many beliefs there are of these sensors."""
        return sum(key.sensor_id in sensor_ids for key in self.tables.beliefs)

    def delete(self, sensor_ids: Sequence[int], *, forecasts: bool, measurements: bool) -> int:
        """Remove beliefs recorded before the end of their event (forecasts) or after it; return how many."""
        kept = {
            key: value
            for key, value in self.tables.beliefs.items()
            if key.sensor_id not in sensor_ids
            or not (forecasts if self._horizon(key) > timedelta(0) else measurements)
        }
        removed = len(self.tables.beliefs) - len(kept)
        self.tables.beliefs = kept
        return removed

    def prune(self, selection: Selection) -> int:
        """Remove the selected beliefs; return how many."""
        selected = {
            key: value for key, value in self.tables.beliefs.items() if self._is_selected(key, selection)
        }
        if selection.rank is Rank.NO_NUMBER:
            selected = {key: value for key, value in selected.items() if math.isnan(value)}
        if selection.rank is Rank.UNCHANGED:
            selected = {key: selected[key] for key in self._repeating(selected)}
        self.tables.beliefs = {
            key: value for key, value in self.tables.beliefs.items() if key not in selected
        }
        return len(selected)

    def _is_selected(self, key: BeliefKey, selection: Selection) -> bool:
        return (
            key.sensor_id in selection.sensor_ids
            and (selection.source_ids is None or key.source_id in selection.source_ids)
            and (selection.start is None or key.event_start >= _number(selection.start))
            and (selection.end is None or key.event_start < _number(selection.end))
            and (selection.forecasts if self._horizon(key) > timedelta(0) else selection.measurements)
        )

    def _repeating(self, selected: dict[BeliefKey, float]) -> set[BeliefKey]:
        """Return those that say what the one before them said, in series without quantiles."""
        quantiles = {
            (key.sensor_id, key.source_id) for key in self.tables.beliefs if key.probability != MEDIAN
        }
        ordered = sorted(
            (key for key in selected if (key.sensor_id, key.source_id) not in quantiles),
            key=lambda key: (*_about(key), self._horizon(key) <= timedelta(0), key.belief_time),
        )
        return {
            key
            for before, key in itertools.pairwise(ordered)
            if _about(before) == _about(key)
            and (self._horizon(before) > timedelta(0)) == (self._horizon(key) > timedelta(0))
            and _same(selected[before], selected[key])
        }

    def withdraw(
        self, sensor_id: int, source_id: int, recorded: datetime, start: datetime, end: datetime
    ) -> int:
        """Remove what a source recorded at one time about the events in ``[start, end)``; return how many."""
        gone = [
            key
            for key in self.tables.beliefs
            if (key.sensor_id, key.source_id, key.belief_time) == (sensor_id, source_id, _number(recorded))
            and _number(start) <= key.event_start < _number(end)
        ]
        self.tables.beliefs = {
            key: value for key, value in self.tables.beliefs.items() if key not in set(gone)
        }
        return len(gone)

    def _counting(self, sensor_id: int, only: BeliefFilter) -> list[BeliefKey]:
        """Return the beliefs about events of a sensor that a filter lets through."""
        return [key for key in self.tables.beliefs if key.sensor_id == sensor_id and self._counts(key, only)]

    def _counts(self, key: BeliefKey, only: BeliefFilter) -> bool:
        horizon = self._horizon(key)
        return (
            (only.source_ids is None or key.source_id in only.source_ids)
            and (only.source_types is None or self.tables.sources[key.source_id].type in only.source_types)
            and (only.prior is None or key.belief_time <= _number(only.prior))
            and (only.horizon_min is None or horizon >= only.horizon_min)
            and (only.horizon_max is None or horizon <= only.horizon_max)
            and (only.probability is None or key.probability == only.probability)
        )

    def _horizon(self, key: BeliefKey) -> timedelta:
        step = self.tables.sensors[key.sensor_id].step
        return (key.event_start - key.belief_time) * MICROSECOND + step

    def _beliefs(self, keys: list[BeliefKey]) -> Beliefs:
        return Beliefs(
            np.array([key.event_start for key in keys], "datetime64[us]"),
            np.array([key.belief_time for key in keys], "datetime64[us]"),
            np.array([self.tables.beliefs[key] for key in keys]),
            np.array([key.source_id for key in keys], np.int32),
        )


def _told(block: BeliefBlock) -> Iterator[tuple[BeliefKey, float]]:
    columns = (
        block.event_start.astype("datetime64[us]").astype(np.int64).tolist(),
        block.belief_time.astype("datetime64[us]").astype(np.int64).tolist(),
        block.probability.tolist(),
        block.value.tolist(),
    )
    for start, recorded, probability, value in zip(*columns, strict=True):
        yield BeliefKey(block.sensor_id, block.source_id, start, recorded, probability), value


def _once(told: list[tuple[BeliefKey, float]], *, replace: bool) -> dict[BeliefKey, float]:
    posted: dict[BeliefKey, float] = {}
    for key, value in told:
        if key in posted and not _same(posted[key], value) and not replace:
            raise ConflictingBelief(f"What was posted contradicts itself: {key}.")
        posted[key] = value
    return posted


def _unchanged(together: dict[BeliefKey, float]) -> set[BeliefKey]:
    """Return the beliefs that stand between two that say the same, in series without quantiles."""
    quantiles = {(key.sensor_id, key.source_id) for key in together if key.probability != MEDIAN}
    plain = [key for key in together if (key.sensor_id, key.source_id) not in quantiles]
    ordered = sorted(plain, key=lambda key: (*_about(key), key.belief_time))
    return {
        key
        for before, key, after in zip(ordered, ordered[1:], ordered[2:], strict=False)
        if _about(before) == _about(key) == _about(after)
        and _same(together[before], together[key])
        and _same(together[after], together[key])
    }


def _about(key: BeliefKey) -> tuple[int, int, int]:
    return key.sensor_id, key.source_id, key.event_start


def _newest(keys: list[BeliefKey]) -> list[BeliefKey]:
    newest: dict[int, BeliefKey] = {}
    for key in keys:
        other = newest.get(key.event_start)
        if other is None or _recency(key) > _recency(other):
            newest[key.event_start] = key
    return [key for _, key in sorted(newest.items())]


def _recency(key: BeliefKey) -> tuple[int, float, float]:
    """Return by what beliefs about one event are ranked: the newest, and of quantiles the median."""
    return key.belief_time, -abs(key.probability - MEDIAN), -key.probability


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _number(time: datetime) -> int:
    return (time - EPOCH) // MICROSECOND
