"""Values on a grid of equal steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from flexmeasures.domain.errors import InvalidResolution
from flexmeasures.domain.timing import TimeGrid, write_duration

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each step of a grid; unknown values are NaN.

    Attributes:
        grid: T steps.
        values: (T,) mean over each step.
    """

    grid: TimeGrid
    values: Array

    def __post_init__(self) -> None:
        if self.values.shape != (self.grid.size,):
            raise ValueError(f"{self.values.shape} values do not fit {self.grid.size} steps.")

    def at_step(self, step: timedelta) -> Series:
        """Return the series in other steps: values are repeated, or averaged where they are known.

        Raises:
            InvalidResolution: neither step is a whole multiple of the other, or a coarse step is cut.
        """
        if step == self.grid.step:
            return self
        if step < self.grid.step and self.grid.step % step == timedelta(0):
            times = self.grid.step // step
            return Series(
                TimeGrid(self.grid.start, step, self.grid.size * times), np.repeat(self.values, times)
            )
        times = step // self.grid.step
        if step % self.grid.step != timedelta(0) or self.grid.size % times:
            raise InvalidResolution(
                f"Values of {write_duration(self.grid.step)} do not fit steps of {write_duration(step)}."
            )
        grid = TimeGrid(self.grid.start, step, self.grid.size // times)
        return Series(grid, _mean_of_known(self.values.reshape(grid.size, times)))


def _mean_of_known(blocks: Array) -> Array:
    """Return the mean of each row of (T, n) over its known values; NaN where none is known."""
    known = ~np.isnan(blocks)
    count = known.sum(axis=1)
    total = np.where(known, blocks, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
