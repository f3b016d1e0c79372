"""Cover a region with cells of about the same size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flexmeasures.domain.places import Place


class Method(StrEnum):
    """How cells lie beside each other: in straight rows and columns, or each row moved by half a cell."""

    SQUARE = "square"
    HEX = "hex"


@dataclass(frozen=True, slots=True)
class Region:
    """What lies between two latitudes, and east of one corner until the other.

    Attributes:
        north_west: One corner.
        south_east: The other; west of the first if the region crosses the 180th meridian.
    """

    north_west: Place
    south_east: Place

    @property
    def height(self) -> float:
        """In degrees of latitude."""
        return self.north_west.latitude - self.south_east.latitude

    @property
    def width(self) -> float:
        """In degrees of longitude."""
        return (self.south_east.longitude - self.north_west.longitude) % 360

    def at(self, down: float, right: float) -> Place:
        """Return a place within: (0, 0) is the first corner, (1, 1) the other."""
        east = self.north_west.longitude + right * self.width
        return Place(self.north_west.latitude - down * self.height, (east + 180) % 360 - 180)


def centres(region: Region, number: int, method: Method) -> list[Place]:
    """Return the centres of at least so many cells that cover a region, row by row from the north.

    >>> region = Region(Place(2, 0), Place(0, 2))
    >>> [(place.latitude, place.longitude) for place in centres(region, 4, Method.SQUARE)]
    [(1.5, 0.5), (1.5, 1.5), (0.5, 0.5), (0.5, 1.5)]
    """
    rows, columns = _shape(region, number)
    found = [
        region.at((row + 0.5) / rows, right / columns)
        for row in range(rows)
        for right in _middles(row, rows, columns, method)
    ]
    return list(dict.fromkeys(found))


def _shape(region: Region, number: int) -> tuple[int, int]:
    """Return in how many rows and columns cells are about as wide as high."""
    middle = math.radians(region.at(0.5, 0.5).latitude)
    width = region.width * max(math.cos(middle), 1e-6)
    if region.height <= 0 or width <= 0:
        return (number, 1) if region.height > 0 else (1, number)
    rows = min(number, max(1, round(math.sqrt(number * region.height / width))))
    return rows, math.ceil(number / rows)


def _middles(row: int, rows: int, columns: int, method: Method) -> Iterator[float]:
    """Yield how far right the cells of a row are, in cells; hexagons keep within the region."""
    moved = 0.0 if method is Method.SQUARE or rows == 1 else (0.25 if row % 2 else -0.25)
    for column in range(columns):
        yield column + 0.5 + moved
