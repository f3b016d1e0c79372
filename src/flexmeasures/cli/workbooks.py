"""Sheets of Excel workbooks, row by row. Imported only where one is read, for it takes its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from flexmeasures.domain.errors import InvalidField


def rows(file: Path, sheet: int) -> Iterator[Sequence[object]]:
    """Yield the rows of a sheet.

    Args:
        file: The workbook.
        sheet: Number of the sheet, from 0.

    Raises:
        InvalidField: there is no such workbook or sheet.
    """
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError) as error:
        raise InvalidField(f"{file} cannot be read as a workbook: {error}") from error
    try:
        if sheet >= len(book.worksheets):
            raise InvalidField(f"{file} has {len(book.worksheets)} sheet(s); there is no sheet {sheet}.")
        yield from book.worksheets[sheet].iter_rows(values_only=True)
    finally:
        book.close()
