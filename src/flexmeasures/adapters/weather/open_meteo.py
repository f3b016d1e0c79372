"""Open-Meteo: forecasts and the past day, for any place, without a key."""

from __future__ import annotations

from flexmeasures.adapters.weather.line import Line
from flexmeasures.adapters.weather.read import (
    column,
    hour_before,
    hourly_means,
    json_object,
    means_between,
    part,
)
from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.places import Place
from flexmeasures.usecases.ports.weather import WeatherReport

URL = "https://api.open-meteo.com"
NAME = "Open-Meteo"
_QUERY = {
    "hourly": "temperature_2m,wind_speed_10m,shortwave_radiation",
    "wind_speed_unit": "ms",
    "timeformat": "unixtime",
    "timezone": "GMT",
    "past_days": "1",
    "forecast_days": "7",
}


class OpenMeteo:
    """The forecast API of Open-Meteo [1].

    Temperature and wind speed are those of a moment; radiation is the mean of the hour before its time.

    References:
        [1] https://open-meteo.com/en/docs
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def name(self) -> str:
        return NAME

    def report(self, place: Place) -> WeatherReport:
        where = {"latitude": f"{place.latitude:.6f}", "longitude": f"{place.longitude:.6f}"}
        text = self._line.ask("/v1/forecast", {**where, **_QUERY})
        hourly = part(json_object(text, NAME), "hourly", NAME)
        found = {
            Quantity.TEMPERATURE: means_between(column(hourly, "time", "temperature_2m")),
            Quantity.WIND_SPEED: means_between(column(hourly, "time", "wind_speed_10m")),
            Quantity.IRRADIANCE: hourly_means(hour_before(column(hourly, "time", "shortwave_radiation"))),
        }
        series = {quantity: values for quantity, values in found.items() if values is not None}
        return WeatherReport(place, series, text)
