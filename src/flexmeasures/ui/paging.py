"""Lists in pages: what is asked of them, and how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import request

SIZES = (10, 25, 100)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked of a list, and how much there is.

    Attributes:
        search: Text that is looked for.
        sort: By what.
        number: From one.
        size: Rows on each.
        found: Rows in all.
    """

    search: str
    sort: str
    number: int
    size: int
    found: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.found // self.size))

    @property
    def first(self) -> int:
        """Number of the first row on this page."""
        return min((self.number - 1) * self.size + 1, self.found)

    @property
    def last(self) -> int:
        """Number of the last row on this page."""
        return min(self.number * self.size, self.found)

    def of(self, rows: Sequence[Item]) -> Sequence[Item]:
        """Return the rows that are on this page."""
        start = (self.number - 1) * self.size
        return rows[start : start + self.size]


def asked_page(found: int, orders: Sequence[str]) -> Page:
    """Return what the request asks of a list; anything odd becomes what is usual.

    Args:
        found: Rows in all.
        orders: By what it can be sorted, the usual one first.
    """
    sort = request.args.get("sort", orders[0])
    size = request.args.get("per", SIZES[0], int)
    size = size if size in SIZES else SIZES[0]
    number = min(max(request.args.get("page", 1, int), 1), max(1, -(-found // size)))
    return Page(request.args.get("q", ""), sort if sort in orders else orders[0], number, size, found)


def has_all(text: str, search: str) -> bool:
    """Tell whether a text holds all words that are looked for, in any case of letters."""
    folded = text.casefold()
    return all(word in folded for word in search.casefold().split())
