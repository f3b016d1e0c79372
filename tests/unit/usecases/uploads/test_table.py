"""Rows of cells are read as a table."""

from __future__ import annotations

import pytest

from flexmeasures.domain.errors import InvalidField
from flexmeasures.usecases.uploads.table import MOST_ROWS, Cell, number_in, table_of


def test_more_rows_than_can_be_read_at_once_are_refused() -> None:
    with pytest.raises(InvalidField, match="at most 200,000 can be read at once"):
        table_of([["1"]] * (MOST_ROWS + 1))


@pytest.mark.parametrize(
    ("cell", "number"),
    [(4, 4.0), ("\N{MINUS SIGN}4 000.5", -4000.5), (None, None), (True, None), ("", None), ("low", None)],
)
def test_only_numbers_are_read_as_such(cell: Cell, number: float | None) -> None:
    assert number_in(cell, table_of([["2026-01-05", "1"]])) == number
