"""Read the tables of CSV and Excel files that people send."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from importlib import import_module
from pathlib import PurePath

from flexmeasures.domain.errors import InvalidField
from flexmeasures.usecases.uploads.table import MOST_ROWS, Cell, Table, table_of

LARGEST_UNPACKED = 200 * 1024 * 1024
"""Bytes; a workbook is an archive, which may hold far more than its size says."""

_SEPARATORS = (";", "\t", ",")
_WORKBOOKS = frozenset({".xlsx", ".xlsm"})


def read_table(name: str, content: bytes) -> Table:
    """Return the table in a file, the first sheet of a workbook.

    Raises:
        InvalidField: there is none that can be read.
    """
    if PurePath(name).suffix.lower() in _WORKBOOKS or content.startswith(b"PK\x03\x04"):
        return table_of(_sheet(content))
    if PurePath(name).suffix.lower() == ".xls":
        raise InvalidField("Save this file as .xlsx or .csv: the older format of Excel is not read.")
    text = _text(content)
    separator = max(_SEPARATORS, key=text[:5000].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        cells = [row for row, _ in zip(rows, range(MOST_ROWS + 2), strict=False)]
    except csv.Error as error:
        raise InvalidField(f"This is no CSV: {error}.") from error
    return table_of(cells, has_decimal_commas=separator != ",")


def _text(content: bytes) -> str:
    if b"\x00" in content[:1000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidField("This is neither a CSV file nor an Excel workbook.")
    for encoding in ("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidField("The letters of this file cannot be read; save it as UTF-8.")


def _sheet(content: bytes) -> list[list[Cell]]:
    """Return the cells of the first sheet. Only this loads the library that knows workbooks.

    Raises:
        InvalidField: this is no workbook, or one that unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > LARGEST_UNPACKED:
            raise InvalidField("This workbook holds too much. Save the sheet as CSV.")
        book = import_module("openpyxl").load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2)
        return [[_cell(value) for value in row] for row in rows]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError, TypeError) as error:
        raise InvalidField("This is no Excel workbook that can be read.") from error


def _cell(value: object) -> Cell:
    if isinstance(value, (str, datetime)) or value is None:
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return str(value)
