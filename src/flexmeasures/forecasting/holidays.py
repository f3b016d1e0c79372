"""Public holidays, by the country of a time zone."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from holidays import country_holidays
from numpy.typing import NDArray


def are_holidays(days: NDArray[np.datetime64], timezone: str) -> NDArray[np.bool_]:
    """Return (N,) whether each local day is a public holiday in the country of a time zone.

    Zones without a country, and countries without known holidays, have none.

    Args:
        days: (N,) local days.
        timezone: IANA name.

    >>> are_holidays(np.array(["2025-12-25", "2025-12-29"], "datetime64[D]"), "Europe/Amsterdam").tolist()
    [True, False]
    """
    distinct, place = np.unique(days, return_inverse=True)
    if not distinct.size:
        return np.zeros(0, bool)
    years = distinct.astype("datetime64[Y]").astype(int) + 1970
    known = _holidays(_countries().get(timezone, ""), int(years[0]), int(years[-1]))
    flags = np.array([day in known for day in distinct], bool)
    return flags[place]


@cache
def _holidays(country: str, first: int, last: int) -> frozenset[np.datetime64]:
    """Return the holidays of some years."""
    if not country:
        return frozenset()
    try:
        found = country_holidays(country, years=range(first, last + 1))
    except NotImplementedError:
        return frozenset()
    return frozenset(np.datetime64(day, "D") for day in found)


@cache
def _countries() -> dict[str, str]:
    """Return the country of each time zone, from the table that comes with the time zones."""
    text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text()
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {fields[2]: fields[0] for fields in lines}
