"""A part of a linear programme: some of its columns, while the others keep their values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling.equipment import Mask
from flexmeasures.scheduling.programme import LinearProgramme


def part_of(programme: LinearProgramme, chosen: Mask, values: Array) -> LinearProgramme:
    """Return the programme of some columns, with the rows that they are in, by cost alone.

    Args:
        programme: With n columns.
        chosen: (n,) whether a column can still change.
        values: (n,) of all columns; those that are not chosen keep theirs.
    """
    row = np.repeat(np.arange(programme.row_lower.size), np.diff(programme.starts))
    inside = chosen[programme.indices]
    outside = np.bincount(
        row[~inside],
        weights=programme.values[~inside] * values[programme.indices[~inside]],
        minlength=programme.row_lower.size,
    )
    touched = np.bincount(row[inside], minlength=programme.row_lower.size)
    rows, number = touched > 0, np.cumsum(chosen) - 1
    columns = int(chosen.sum())
    return replace(
        programme,
        costs=programme.costs[chosen],
        preferences=np.zeros(columns),
        lower=programme.lower[chosen],
        upper=programme.upper[chosen],
        integer=programme.integer[chosen],
        row_lower=(programme.row_lower - outside)[rows],
        row_upper=(programme.row_upper - outside)[rows],
        starts=np.concatenate([[0], np.cumsum(touched[rows])]).astype(np.int32),
        indices=number[programme.indices[inside]].astype(np.int32),
        values=programme.values[inside],
        goals={},
        column_blocks=((columns,),),
        row_blocks=((int(rows.sum()),),),
    )
