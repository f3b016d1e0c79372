"""A stand-in for weather services, on this machine: it answers in the form that their documentation shows.

No answer here was ever given by a service: times and values are made up.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOUR = 3600
KEY = "key-of-the-tests"


@dataclass(slots=True)
class StandIn:
    """What a stand-in answers, and what it was asked.

    Attributes:
        start: First hour that it tells of.
        hours: How many.
        troubles: Status codes and headers that it answers before it does as asked.
        asked: Path and query of each request.
        url: Where it is.
    """

    start: datetime
    hours: int = 72
    troubles: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str) -> tuple[int, object]:
        """Return the status and the JSON of an answer."""
        if path.startswith("/v1/forecast"):
            return 200, open_meteo(self.start, self.hours)
        if path.startswith("/data/3.0/onecall"):
            return 200, open_weather_map(self.start, self.hours)
        if path.startswith(f"/forecast/{KEY}/"):
            return 200, dark_sky(self.start, self.hours)
        return 404, {"error": True, "reason": "Not Found"}


def temperature(hour: int) -> float:
    """Return what is told of the moment at which an hour begins. [°C]"""
    return 10.0 + hour / 10


def wind_speed(hour: int) -> float:
    """Return what is told of the moment at which an hour begins. [m/s]"""
    return 2.0 + hour % 24 / 4


def radiation(hour: int) -> float:
    """Return what is told of an hour. [W/m²]"""
    return 100.0 * (hour % 5)


def open_meteo(start: datetime, hours: int) -> object:
    """Return an answer of ``/v1/forecast``: columns; radiation is that of the hour before its time.

    After https://open-meteo.com/en/docs.
    """
    first = int(start.timestamp())
    return {
        "latitude": 52.52,
        "longitude": 13.419998,
        "generationtime_ms": 0.10538101196289062,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "timezone_abbreviation": "GMT",
        "elevation": 38.0,
        "hourly_units": {
            "time": "unixtime",
            "temperature_2m": "°C",
            "wind_speed_10m": "m/s",
            "shortwave_radiation": "W/m²",
        },
        "hourly": {
            "time": [first + hour * HOUR for hour in range(hours)],
            "temperature_2m": [temperature(hour) for hour in range(hours)],
            "wind_speed_10m": [wind_speed(hour) for hour in range(hours)],
            "shortwave_radiation": [None, *(radiation(hour) for hour in range(hours - 1))],
        },
    }


def open_weather_map(start: datetime, hours: int) -> object:
    """Return an answer of ``/data/3.0/onecall``: rows of moments.

    After https://openweathermap.org/api/one-call-3.
    """
    first = int(start.timestamp())
    rows = [
        {
            "dt": first + hour * HOUR,
            "temp": temperature(hour),
            "feels_like": temperature(hour),
            "pressure": 1014,
            "humidity": 91,
            "dew_point": 17.36,
            "uvi": 0,
            "clouds": 54,
            "visibility": 10000,
            "wind_speed": wind_speed(hour),
            "wind_deg": 86,
            "wind_gust": 5.88,
            "weather": [{"id": 803, "main": "Clouds", "description": "broken clouds", "icon": "04n"}],
            "pop": 0.15,
        }
        for hour in range(hours)
    ]
    return {"lat": 33.44, "lon": -94.04, "timezone": "UTC", "timezone_offset": 0, "hourly": rows}


def dark_sky(start: datetime, hours: int) -> object:
    """Return an answer of ``/forecast/<key>/<place>``: rows of hours.

    After https://pirateweather.net/en/latest/API/.
    """
    first = int(start.timestamp())
    rows = [
        {
            "time": first + hour * HOUR,
            "summary": "Partly Cloudy",
            "icon": "partly-cloudy-day",
            "temperature": temperature(hour),
            "humidity": 0.85,
            "windSpeed": wind_speed(hour),
            "cloudCover": 0.4,
            "solar": radiation(hour),
        }
        for hour in range(hours)
    ]
    hourly = {"summary": "Partly cloudy.", "icon": "partly-cloudy-day", "data": rows}
    return {"latitude": 45.42, "longitude": -75.69, "timezone": "UTC", "offset": 0.0, "hourly": hourly}


@contextmanager
def serving(start: datetime, hours: int = 72) -> Iterator[StandIn]:
    """Serve a stand-in at a free port of this machine."""
    stand_in = StandIn(start, hours)

    class Handler(BaseHTTPRequestHandler):
        """Answers as the stand-in is told to."""

        def do_GET(self) -> None:
            """Note what is asked, and answer."""
            stand_in.asked.append(self.path)
            if stand_in.troubles:
                status, headers = stand_in.troubles.pop(0)
                answer: object = {"cod": status, "message": "trouble"}
            else:
                headers = {}
                status, answer = stand_in.answer(urlsplit(self.path).path)
            body = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server names it
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        stand_in.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield stand_in
        finally:
            server.shutdown()
            thread.join()


def yesterday(now: datetime) -> datetime:
    """Return the midnight before the last one."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
