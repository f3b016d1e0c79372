"""Which weather service is asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from flexmeasures.adapters.weather import dark_sky, open_meteo, open_weather_map
from flexmeasures.adapters.weather.line import Line
from flexmeasures.domain.errors import InvalidSetting
from flexmeasures.usecases.ports.weather import WeatherService


@dataclass(frozen=True, slots=True)
class Choice:
    """What is set about weather services.

    Attributes:
        provider: ``open-meteo``, ``openweathermap`` or ``dark-sky``.
        url: Where the service is, if not where it usually is.
        open_weather_map_key: Key to OpenWeatherMap.
        dark_sky_key: Key to a service such as Pirate Weather.
        sleep: Waits for some seconds.
    """

    provider: str
    url: str | None = None
    open_weather_map_key: str | None = field(default=None, repr=False)
    dark_sky_key: str | None = field(default=None, repr=False)
    sleep: Callable[[float], None] = time.sleep


def weather_service(choice: Choice) -> WeatherService:
    """Return the service that is set.

    Raises:
        InvalidSetting: it wants a key and none is set.
    """
    if choice.provider == "openweathermap":
        key = _key(choice.open_weather_map_key, open_weather_map.KEY, open_weather_map.NAME)
        line = Line(
            open_weather_map.NAME, choice.url or open_weather_map.URL, open_weather_map.KEY, choice.sleep
        )
        return open_weather_map.OpenWeatherMap(line, key)
    if choice.provider == "dark-sky":
        key = _key(choice.dark_sky_key, dark_sky.KEY, dark_sky.NAME)
        line = Line(dark_sky.NAME, choice.url or dark_sky.URL, dark_sky.KEY, choice.sleep)
        return dark_sky.DarkSky(line, quote(key, safe=""))
    return open_meteo.OpenMeteo(Line(open_meteo.NAME, choice.url or open_meteo.URL, sleep=choice.sleep))


def _key(given: str | None, setting: str, service: str) -> str:
    """Return a key.

    Raises:
        InvalidSetting: none is given.
    """
    if not given:
        raise InvalidSetting(
            f"The weather service {service} wants a key: set {setting}, "
            "or set FLEXMEASURES_WEATHER_PROVIDER=open-meteo, which wants none."
        )
    return given
