"""Reads the recordings that come with the package."""

from __future__ import annotations

import gzip
from datetime import timedelta
from importlib.resources import files

import numpy as np

from flexmeasures.adapters.demo.catalogue import CATALOGUE, Entry
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid
from flexmeasures.usecases.demo.recordings import Recording

STEP = timedelta(hours=1)


def recordings() -> dict[str, Recording]:
    """Return all recordings by name."""
    return {entry.name: _recording(entry) for entry in CATALOGUE}


def _recording(entry: Entry) -> Recording:
    """Read one file: a value per line, an empty line where it is unknown."""
    packed = files("flexmeasures.adapters.demo").joinpath("recordings", f"{entry.name}.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    values = np.array([line or "nan" for line in lines], dtype=np.float64)
    series = Series(TimeGrid(entry.start, STEP, values.size), values)
    return Recording(entry.name, entry.origin, entry.unit, entry.licence, entry.note, series)
