from importlib.resources import files

import numpy as np
import pytest

from flexmeasures.adapters.demo.archive import recordings
from flexmeasures.adapters.demo.catalogue import CATALOGUE

ARCHIVE = recordings()


def test_every_file_is_in_the_catalogue_and_every_entry_has_its_file() -> None:
    folder = files("flexmeasures.adapters.demo").joinpath("recordings")
    assert {file.name for file in folder.iterdir()} == {f"{entry.name}.csv.gz" for entry in CATALOGUE}


@pytest.mark.parametrize(
    ("name", "hours", "mean"),
    [
        ("building_b5", 26304, 318.05),
        ("building_b23", 26304, 31.29),
        ("building_b37", 26304, 114.53),
        ("temperature", 26304, 10.39),
        ("charging_site", 16848, 7.0),
        ("solar", 17497, 1434.35),
        ("wind", 17497, 2467.7),
        ("price", 8664, 31.83),
    ],
)
def test_a_recording_is_what_was_published(name: str, hours: int, mean: float) -> None:
    series = ARCHIVE[name].series
    assert series.grid.size == hours
    np.testing.assert_allclose(np.nanmean(series.values), mean, atol=0.01)  # published with two decimals


def test_a_synthetic_forecast_is_called_synthetic() -> None:
    forecast = ARCHIVE["temperature_forecast"]
    assert "Synthetic" in forecast.origin
    assert "synthetic" in forecast.note.lower()


def test_the_recordings_are_small_enough_to_ship() -> None:
    folder = files("flexmeasures.adapters.demo").joinpath("recordings")
    assert sum(len(file.read_bytes()) for file in folder.iterdir()) < 8_000_000
