"""What the use cases need to learn of the weather from services of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.places import Place
from flexmeasures.domain.series import Series

UNITS = {Quantity.TEMPERATURE: "°C", Quantity.WIND_SPEED: "m/s", Quantity.IRRADIANCE: "W/m²"}
"""Of what a weather service tells, by quantity."""


@dataclass(frozen=True, slots=True)
class WeatherReport:
    """What a weather service says of a place: hours that are over, and hours to come.

    Attributes:
        place: Which was asked about.
        series: Means over each hour by quantity, in ``UNITS``; NaN where nothing is said.
        answer: As the service gave it: JSON.
    """

    place: Place
    series: Mapping[Quantity, Series]
    answer: str


class WeatherService(Protocol):
    """A service that tells the weather of any place."""

    @property
    def name(self) -> str:
        """As people know it; its values are of a source of this name."""

    def report(self, place: Place) -> WeatherReport:
        """Ask what is known of the weather at a place.

        Raises:
            ServiceUnavailable: the service does not answer, not as it is documented to, or refuses the key.
        """
