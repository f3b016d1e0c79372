"""What is new in posted beliefs, given what is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flexmeasures.adapters.postgres.beliefs.batch import Batch, Mask, equal


@dataclass(frozen=True, slots=True)
class Novelty:
    """What to do with each posted belief; what is neither new nor conflicting is known already.

    Attributes:
        new: (N,) says something that was not known.
        unchanged: (N,) stands between two beliefs that say the same as it does.
        conflicting: (N,) says something else than what was recorded at the same time.
        crowd: Most beliefs about one event, known and posted together.
    """

    new: Mask
    unchanged: Mask
    conflicting: Mask
    crowd: int


def classify(known: Batch, posted: Batch) -> Novelty:
    """Compare posted beliefs with known ones.

    A belief between two that say the same says nothing new. What comes last is new even if it repeats the one
    before it: another belief may yet arrive in between.

    Args:
        known: All that is known of the posted events, in any order.
        posted: N beliefs in order, each once.
    """
    if known.size == 0 and bool(~posted.about_same().any()):
        none = np.zeros(posted.size, np.bool_)
        return Novelty(~none, none, none, 1)
    together = _joined(known, posted)
    is_posted = np.arange(together.size) >= known.size
    order = np.lexsort(
        (
            is_posted,
            together.belief_time,
            together.probability,
            together.event_start,
            together.source_id,
            together.sensor_id,
        )
    )
    row, is_posted = together.at(order), is_posted[order]
    follows = np.append(False, row.about_same())
    again = follows & np.append(False, row.belief_time[1:] == row.belief_time[:-1])
    repeats = follows & np.append(False, equal(row.value[1:], row.value[:-1]))
    conflicting = again & ~repeats
    unchanged = is_posted & _unchanged(row, ~again | conflicting, conflicting)
    new = is_posted & ~again & ~unchanged
    back = np.empty(order.size, np.intp)
    back[order] = np.arange(order.size)
    mine = back[known.size :]
    return Novelty(new[mine], unchanged[mine], conflicting[mine], _longest_run(follows))


def _unchanged(row: Batch, distinct: Mask, conflicting: Mask) -> Mask:
    """Return which rows stand between two that say the same as they do.

    Args:
        row: M beliefs in order.
        distinct: (M,) whether a row says something for itself.
        conflicting: (M,) whether a row takes the place of the one before it.
    """
    present = distinct.copy()
    present[:-1] &= ~conflicting[1:]
    places = np.flatnonzero(present)
    shown = row.at(places)
    repeats = shown.about_same() & equal(shown.value[1:], shown.value[:-1])
    unchanged = np.zeros(row.size, np.bool_)
    unchanged[places] = np.append(False, repeats) & np.append(repeats, False)
    return unchanged & ~conflicting


def _longest_run(follows: Mask) -> int:
    """Return the length of the longest run of rows of which each follows the one before it."""
    starts = np.flatnonzero(~follows)
    return int(np.diff(np.append(starts, follows.size)).max(initial=0))


def _joined(known: Batch, posted: Batch) -> Batch:
    return Batch(
        np.concatenate((known.sensor_id, posted.sensor_id)),
        np.concatenate((known.source_id, posted.source_id)),
        np.concatenate((known.event_start, posted.event_start)),
        np.concatenate((known.belief_time, posted.belief_time)),
        np.concatenate((known.probability, posted.probability)),
        np.concatenate((known.value, posted.value)),
    )
