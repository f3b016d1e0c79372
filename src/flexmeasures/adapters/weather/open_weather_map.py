"""OpenWeatherMap: forecasts of two days, with a key. It tells no radiation."""

from __future__ import annotations

from flexmeasures.adapters.weather.line import Line
from flexmeasures.adapters.weather.read import field, json_object, means_between, rows
from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.places import Place
from flexmeasures.usecases.ports.weather import WeatherReport

URL = "https://api.openweathermap.org"
NAME = "OpenWeatherMap"
KEY = "OPENWEATHERMAP_API_KEY"


class OpenWeatherMap:
    """The One Call API 3.0 of OpenWeatherMap [1], whose values are those of a moment.

    References:
        [1] https://openweathermap.org/api/one-call-3
    """

    def __init__(self, line: Line, key: str) -> None:
        self._line = line
        self._key = key

    @property
    def name(self) -> str:
        return NAME

    def report(self, place: Place) -> WeatherReport:
        query = {
            "lat": f"{place.latitude:.6f}",
            "lon": f"{place.longitude:.6f}",
            "units": "metric",
            "exclude": "current,minutely,daily,alerts",
            "appid": self._key,
        }
        text = self._line.ask("/data/3.0/onecall", query)
        hourly = rows(json_object(text, NAME), "hourly", NAME)
        found = {
            Quantity.TEMPERATURE: means_between(field(hourly, "dt", "temp")),
            Quantity.WIND_SPEED: means_between(field(hourly, "dt", "wind_speed")),
        }
        series = {quantity: values for quantity, values in found.items() if values is not None}
        return WeatherReport(place, series, text)
