"""What recordings come with the package, where they are from, and under which licence.

``THIRD_PARTY.md`` says the same for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """An hourly recording in a file of its own.

    Attributes:
        name: Of the file, without its suffix.
        origin: Who published it.
        unit: Of its values.
        start: Of its first hour.
        licence: Under which it may be passed on.
        note: What was done to it, in a sentence.
    """

    name: str
    origin: str
    unit: str
    start: datetime
    licence: str
    note: str


_CAMBRIDGE = "Cambridge Estates Building Energy Archive"
_MET_OFFICE = "Met Office MIDAS Open"
_ENTSO_E = "ENTSO-E Transparency Platform"
_ONE_MISSING = "Hourly energy as mean power; zeros, which mean missing data, were left out."

CATALOGUE = (
    Entry("building_b5", _CAMBRIDGE, "kW", datetime(2015, 1, 1, tzinfo=UTC), "MIT", _ONE_MISSING),
    Entry("building_b23", _CAMBRIDGE, "kW", datetime(2015, 1, 1, tzinfo=UTC), "MIT", _ONE_MISSING),
    Entry("building_b37", _CAMBRIDGE, "kW", datetime(2015, 1, 1, tzinfo=UTC), "MIT", _ONE_MISSING),
    Entry(
        "temperature",
        _MET_OFFICE,
        "°C",
        datetime(2015, 1, 1, tzinfo=UTC),
        "Open Government Licence v3.0",
        "Air temperature at Bedford.",
    ),
    Entry(
        "temperature_forecast",
        "Synthetic weather forecast",
        "°C",
        datetime(2015, 1, 1, tzinfo=UTC),
        "Open Government Licence v3.0",
        "Synthetic: the temperature observed at Bedford plus autocorrelated noise, in place of a forecast.",
    ),
    Entry(
        "charging_site",
        "Sørensen et al., Data in Brief 2024",
        "kW",
        datetime(2018, 3, 1, tzinfo=UTC),
        "CC BY 4.0",
        "Power of the site OSL_S, built from charging sessions.",
    ),
    Entry(
        "solar",
        _ENTSO_E,
        "MW",
        datetime(2016, 12, 31, 23, tzinfo=UTC),
        "CC BY 4.0",
        "Solar generation of Spain.",
    ),
    Entry(
        "wind",
        _ENTSO_E,
        "MW",
        datetime(2017, 12, 31, 23, tzinfo=UTC),
        "CC BY 4.0",
        "Offshore wind generation of Germany.",
    ),
    Entry(
        "price",
        "Bundesnetzagentur, SMARD.de",
        "EUR/MWh",
        datetime(2015, 1, 4, 23, tzinfo=UTC),
        "CC BY 4.0",
        "Day-ahead prices of Germany and Austria.",
    ),
)
