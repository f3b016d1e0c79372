"""Services that answer as DarkSky did, such as Pirate Weather: forecasts of a week, with a key."""

from __future__ import annotations

from flexmeasures.adapters.weather.line import Line
from flexmeasures.adapters.weather.read import field, hourly_means, json_object, part, rows
from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.places import Place
from flexmeasures.usecases.ports.weather import WeatherReport

URL = "https://api.pirateweather.net"
NAME = "Pirate Weather"
KEY = "DARK_SKY_API_KEY"
_QUERY = {
    "units": "si",
    "exclude": "currently,minutely,daily,alerts",
    "extend": "hourly",
    "version": "2",
}


class DarkSky:
    """The forecast request of DarkSky, as Pirate Weather serves it [1]: values hold from their time on.

    Radiation is not in every answer.

    References:
        [1] https://pirateweather.net/en/latest/API/
    """

    def __init__(self, line: Line, key: str) -> None:
        self._line = line
        self._key = key

    @property
    def name(self) -> str:
        return NAME

    def report(self, place: Place) -> WeatherReport:
        path = f"/forecast/{self._key}/{place.latitude:.6f},{place.longitude:.6f}"
        text = self._line.ask(path, _QUERY)
        hourly = rows(part(json_object(text, NAME), "hourly", NAME), "data", NAME)
        found = {
            Quantity.TEMPERATURE: hourly_means(field(hourly, "time", "temperature")),
            Quantity.WIND_SPEED: hourly_means(field(hourly, "time", "windSpeed")),
            Quantity.IRRADIANCE: hourly_means(field(hourly, "time", "solar")),
        }
        series = {quantity: values for quantity, values in found.items() if values is not None}
        return WeatherReport(place, series, text)
