"""CSV files and workbooks as people have them."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from flexmeasures.domain.errors import InvalidField
from flexmeasures.web.tables import read_table


def workbook(rows: list[list[object]]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        (b"start,value\n2026-01-05T00:00Z,1.5\n", ("2026-01-05T00:00Z", "1.5")),
        (b"\xef\xbb\xbfstart;value\r\n05.01.2026 01:00;1,5\r\n", ("05.01.2026 01:00", "1,5")),
        (b"start\tvalue\n2026-01-05 01:00\t1,5\n", ("2026-01-05 01:00", "1,5")),
        ("start;wert\n05.01.2026;3,0\n".encode("utf-16"), ("05.01.2026", "3,0")),
        ("start;Größe\n05.01.2026;3,0\n".encode("cp1252"), ("05.01.2026", "3,0")),
    ],
)
def test_files_of_many_programmes_are_read(content: bytes, cells: tuple[str, ...]) -> None:
    table = read_table("values.csv", content)
    assert table.rows == (cells,)
    assert table.header[0] == "start"
    assert table.first == 2
    assert table.has_decimal_commas == ("," in cells[1])


def test_a_workbook_is_read_from_its_first_sheet() -> None:
    start = datetime(2026, 1, 5, 1)  # noqa: DTZ001 - workbooks know no zones
    table = read_table("values.xlsx", workbook([["start", "value"], [start, 3], [start, None], [None, None]]))
    assert table.header == ("start", "value")
    assert table.rows == ((start, 3.0), (start, None))


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.xlsx", b"PK\x03\x04 no archive", "no Excel workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "older format"),
        ("a.csv", b"\x00\x01\x02", "neither"),
        ("a.csv", b"", "no rows"),
    ],
)
def test_files_that_cannot_be_read_say_why(name: str, content: bytes, text: str) -> None:
    with pytest.raises(InvalidField, match=text):
        read_table(name, content)


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("big", "w") as part:
        for _ in range(201):
            part.write(bytes(1024 * 1024))
    with pytest.raises(InvalidField, match="holds too much"):
        read_table("bomb.xlsx", file.getvalue())


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx", "a"]))
def test_no_bytes_do_more_harm_than_to_be_refused(content: bytes, name: str) -> None:
    with suppress(InvalidField):
        assert read_table(name, content).rows
