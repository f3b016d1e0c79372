"""Linear programmes written as arrays: blocks of columns, blocks of rows, one sparse matrix.

A block of rows says ``lower <= Σ coefficient · columns <= upper`` for all its elements at once, so that a
model reads like its mathematics and is assembled without a loop over time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from flexmeasures.domain.series import Array

Index = NDArray[np.int64]
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Term:
    """Columns times coefficients, as they appear in rows.

    Attributes:
        coefficients: Of the shape of the columns, or one that can be broadcast to it.
        columns: Their numbers, in any shape.
    """

    coefficients: ArrayLike
    columns: Index


@dataclass(frozen=True, slots=True)
class LinearProgramme:
    """Minimise ``costs · x`` with ``row_lower <= matrix · x <= row_upper`` and ``lower <= x <= upper``.

    The matrix is kept row by row. Shapes: n columns, m rows, k entries.

    Attributes:
        costs: (n,) cost of each column.
        goals: By name, (n,) what else each column counts for.
        column_blocks: Shapes of the blocks of columns, in their order.
        row_blocks: Shapes of the blocks of rows, in their order.
        preferences: (n,) what is added to the cost of each column to decide between solutions of equal cost.
        lower: (n,) least value of each column.
        upper: (n,) largest value of each column.
        integer: (n,) whether a column takes whole numbers only: 1 or 0.
        row_lower: (m,) least value of each row.
        row_upper: (m,) largest value of each row.
        starts: (m + 1,) where the entries of each row start.
        indices: (k,) column of each entry.
        values: (k,) coefficient of each entry.
    """

    costs: Array
    preferences: Array
    lower: Array
    upper: Array
    integer: Numbers
    row_lower: Array
    row_upper: Array
    starts: Numbers
    indices: Numbers
    values: Array
    goals: Mapping[str, Array]
    column_blocks: tuple[tuple[int, ...], ...]
    row_blocks: tuple[tuple[int, ...], ...]

    @property
    def is_mixed_integer(self) -> bool:
        """Whether some columns take whole numbers only."""
        return bool(self.integer.any())


@dataclass(slots=True)
class Programme:
    """A linear programme under construction."""

    _size: int = 0
    _rows: int = 0
    _lower: list[Array] = field(default_factory=list)
    _upper: list[Array] = field(default_factory=list)
    _integer: list[Numbers] = field(default_factory=list)
    _row_lower: list[Array] = field(default_factory=list)
    _row_upper: list[Array] = field(default_factory=list)
    _entries: list[tuple[Index, Index, Array]] = field(default_factory=list)
    _costs: list[tuple[Index, Array]] = field(default_factory=list)
    _preferences: list[tuple[Index, Array]] = field(default_factory=list)
    _column_blocks: list[tuple[int, ...]] = field(default_factory=list)
    _row_blocks: list[tuple[int, ...]] = field(default_factory=list)
    _goals: dict[str, list[tuple[Index, Array]]] = field(default_factory=dict)

    def columns(self, shape: tuple[int, ...], lower: ArrayLike = 0.0, upper: ArrayLike = np.inf) -> Index:
        """Add variables and return their column numbers, in their shape."""
        columns = _numbered(self._size, shape)
        self._size += columns.size
        self._column_blocks.append(shape)
        self._lower.append(_spread(lower, shape))
        self._upper.append(_spread(upper, shape))
        self._integer.append(np.zeros(columns.size, np.int32))
        return columns

    def switches(self, shape: tuple[int, ...], upper: ArrayLike = 1.0) -> Index:
        """Add variables that are 0 or 1 and return their column numbers, in their shape."""
        columns = self.columns(shape, 0.0, upper)
        self._integer[-1] += 1
        return columns

    def charge(self, columns: Index, costs: ArrayLike) -> None:
        """Add to the cost of columns, each of which appears once."""
        self._costs.append((columns.ravel(), _spread(costs, columns.shape)))

    def want(self, goal: str, columns: Index, amounts: ArrayLike) -> None:
        """Add to what columns count for in another goal than low costs."""
        self._goals.setdefault(goal, []).append((columns.ravel(), _spread(amounts, columns.shape)))

    def prefer(self, columns: Index, costs: ArrayLike) -> None:
        """Add to the small costs that decide between solutions of equal cost."""
        self._preferences.append((columns.ravel(), _spread(costs, columns.shape)))

    def rows(
        self,
        shape: tuple[int, ...],
        terms: tuple[Term, ...],
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> Index:
        """Add ``lower <= Σ terms <= upper`` and return the row numbers, in their shape.

        A term with more axes than the rows is summed over its first ones.
        """
        rows = _numbered(self._rows, shape)
        self._rows += rows.size
        self._row_blocks.append(shape)
        self._row_lower.append(_spread(lower, shape))
        self._row_upper.append(_spread(upper, shape))
        for term in terms:
            self.extend(rows, term)
        return rows

    def extend(self, rows: Index, term: Term) -> None:
        """Add a term to rows that stand already; no column may be twice in a row but with a zero."""
        row, column, value = np.broadcast_arrays(rows, term.columns, np.asarray(term.coefficients, float))
        if not value.all():
            row, column, value = row[value != 0], column[value != 0], value[value != 0]
        self._entries.append((row.ravel(), column.ravel(), value.ravel()))

    def assemble(self) -> LinearProgramme:
        """Return the finished arrays."""
        row = np.concatenate([rows for rows, _, _ in self._entries])
        column = np.concatenate([columns for _, columns, _ in self._entries])
        value = np.concatenate([values for _, _, values in self._entries])
        order = np.argsort(row, kind="stable")
        starts = np.zeros(self._rows + 1, np.int32)
        np.cumsum(np.bincount(row, minlength=self._rows), out=starts[1:])
        return LinearProgramme(
            self._total(self._costs),
            self._total(self._preferences),
            np.concatenate(self._lower),
            np.concatenate(self._upper),
            np.concatenate(self._integer),
            np.concatenate(self._row_lower),
            np.concatenate(self._row_upper),
            starts,
            column[order].astype(np.int32),
            value[order],
            {goal: self._total(amounts) for goal, amounts in self._goals.items()},
            tuple(self._column_blocks),
            tuple(self._row_blocks),
        )

    def _total(self, amounts: list[tuple[Index, Array]]) -> Array:
        total = np.zeros(self._size)
        for columns, amount in amounts:
            total[columns] += amount
        return total


def _numbered(first: int, shape: tuple[int, ...]) -> Index:
    return np.arange(first, first + int(np.prod(shape)), dtype=np.int64).reshape(shape)


def _spread(value: ArrayLike, shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(np.asarray(value, float), shape).ravel()


def aiming_at(programme: LinearProgramme, costs: Array) -> LinearProgramme:
    """Return a programme with other costs."""
    return replace(programme, costs=costs)


def without_preference(programme: LinearProgramme) -> LinearProgramme:
    """Return a programme in which cost alone decides."""
    return replace(programme, preferences=np.zeros_like(programme.costs))


def with_row(programme: LinearProgramme, amounts: Array, most: float) -> LinearProgramme:
    """Return a programme with one more row, ``amounts · x <= most``."""
    columns = np.flatnonzero(amounts).astype(np.int32)
    return replace(
        programme,
        row_blocks=(*programme.row_blocks, (1,)),
        row_lower=np.append(programme.row_lower, -np.inf),
        row_upper=np.append(programme.row_upper, most),
        starts=np.append(programme.starts, np.int32(programme.indices.size + columns.size)),
        indices=np.concatenate([programme.indices, columns]),
        values=np.concatenate([programme.values, amounts[columns]]),
    )
