"""Files that pages offer."""

from __future__ import annotations

import re

from flask import Response

_UNFIT = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069/\\]+")
"""What no name of a file holds: control characters, those that turn the direction of writing, and slashes."""

LONGEST = 120


def csv_file(text: str, name: str) -> Response:
    """Answer a text as a file for spreadsheets.

    Args:
        text: What it holds.
        name: Of the file without its ending, as people gave it to something.
    """
    response = Response(text, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{file_name(name)}.csv")
    return response


def file_name(name: str) -> str:
    r"""Return a name that files can have.

    >>> file_name("wind\r\nfarm/3")
    'wind_farm_3'
    """
    return _UNFIT.sub("_", name)[:LONGEST].strip(" .") or "values"
