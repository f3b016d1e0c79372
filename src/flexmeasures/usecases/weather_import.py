"""Take in what weather services say, each value as recorded when it came to be known here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from flexmeasures.domain.assets import Quantity, Sensor, WeatherSensor
from flexmeasures.domain.beliefs import BeliefBlock, BeliefFilter, SourceType, most_recent
from flexmeasures.domain.errors import InvalidPeriod, NotEnoughData
from flexmeasures.domain.places import Place
from flexmeasures.domain.series import Series
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.domain.units import weather_factor
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.ports.weather import UNITS, WeatherReport
from flexmeasures.usecases.registering.weather import NewWeatherSensor, add_weather_sensor
from flexmeasures.usecases.regressors import distance
from flexmeasures.usecases.structure import WEATHER_QUANTITIES

TASK = "external-weather-forecasts"
"""Name under which the latest import is reported."""
NEAR = 10.0
"""Distance within which a weather sensor has the weather of a place. [km]"""
STEP = timedelta(hours=1)
_SENSOR_UNITS = {**UNITS, Quantity.IRRADIANCE: "kW/m²"}
"""Of weather sensors that are made, as the documents have them."""
_OUT_OF_TIME = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one quantity at one place.

    Attributes:
        sensor: Whose events the values are about.
        is_new: Whether the sensor was made for them.
        far: Between sensor and place. [km]
        observed: How many events were over.
        forecast: How many were not.
        recorded: How many of both say something new.
    """

    sensor: WeatherSensor
    is_new: bool
    far: float
    observed: int
    forecast: int
    recorded: int


@dataclass(frozen=True, slots=True)
class _Share:
    """A series, and the sensor that it goes to; none if there is none near."""

    place: Place
    quantity: Quantity
    series: Series
    sensor: WeatherSensor | None


def take_in(reports: Sequence[WeatherReport], service: str, platform: Platform) -> list[Taken]:
    """Keep what a service says, at the nearest weather sensors; those that are missing are made.

    Values of hours that are over are observations, others forecasts. All were recorded now: that is when they
    came to be known.

    Args:
        reports: Of one or more places.
        service: Name of the service, and of the source of its values.
        platform: All that is needed.

    Raises:
        NotEnoughData: the service says nothing of any place.
        InvalidPeriod: it speaks of another time than the platform's clock.
        InvalidResolution: its hours do not fit the steps of a sensor.
    """
    now = platform.now()
    if not any(report.series for report in reports):
        raise NotEnoughData(f"{service} says nothing of temperature, wind speed or radiation there.")
    for report in reports:
        for series in report.series.values():
            _check_time(series.grid, service, now)
    source = platform.store.sources.of_model(service, SourceType.SCRIPT)
    return [
        _keep(share, source.id, now, platform)
        for quantity in UNITS
        for share in _shares(quantity, reports, platform)
    ]


def _check_time(grid: TimeGrid, service: str, now: datetime) -> None:
    """Check that a service speaks of about now.

    Raises:
        InvalidPeriod: it does not.
    """
    if not grid.start - _OUT_OF_TIME <= now <= grid.end + _OUT_OF_TIME:
        raise InvalidPeriod(
            f"{service} tells of {grid.start:%Y-%m-%d} until {grid.end:%Y-%m-%d}, but the platform's clock "
            f"shows {now:%Y-%m-%d}. Weather of the present is of no use to a demonstration of another year."
        )


def _shares(quantity: Quantity, reports: Sequence[WeatherReport], platform: Platform) -> Iterator[_Share]:
    """Yield which sensor each place has; of several places near a sensor, the nearest has it."""
    told = [report for report in reports if quantity in report.series]
    sensors = [
        sensor
        for sensor in platform.store.assets.weather_sensors(quantity)
        if sensor.sensor.step > timedelta(0)
    ]
    pairs = sorted(
        (_far(report.place, sensor), number, sensor.sensor.id)
        for number, report in enumerate(told)
        for sensor in sensors
    )
    chosen: dict[int, int] = {}
    for far, number, sensor_id in pairs:
        if far <= NEAR and number not in chosen and sensor_id not in chosen.values():
            chosen[number] = sensor_id
    by_id = {sensor.sensor.id: sensor for sensor in sensors}
    for number, report in enumerate(told):
        sensor = by_id[chosen[number]] if number in chosen else None
        yield _Share(report.place, quantity, report.series[quantity], sensor)


def _keep(share: _Share, source_id: int, now: datetime, platform: Platform) -> Taken:
    """Record one series.

    Raises:
        InvalidResolution: its hours do not fit the steps of its sensor.
    """
    weather = share.sensor or _made(share, platform)
    sensor = weather.sensor
    factor = weather_factor(UNITS[share.quantity], share.quantity, sensor.unit)
    series = _fitted(replace(share.series, values=share.series.values * factor), sensor)
    block = BeliefBlock.of(series, sensor.id, source_id, instant(now))
    written = platform.store.beliefs.add([_news(block, series, sensor, platform)])
    over = int((block.event_start + np.timedelta64(sensor.step) <= instant(now)).sum())
    return Taken(
        weather,
        is_new=share.sensor is None,
        far=_far(share.place, weather),
        observed=over,
        forecast=block.value.size - over,
        recorded=written.new,
    )


def _news(block: BeliefBlock, series: Series, sensor: Sensor, platform: Platform) -> BeliefBlock:
    """Return what the service did not say before. What it forecast and says again when it is over is news."""
    only = BeliefFilter(source_ids=(block.source_id,))
    found = platform.store.beliefs.latest([sensor.id], series.grid.start, series.grid.end, only)
    said = most_recent(found.get(sensor.id, []))
    if not said.value.size:
        return block
    place = np.minimum(np.searchsorted(said.event_start, block.event_start), said.value.size - 1)
    ends = block.event_start + np.timedelta64(sensor.step)
    repeated = (
        (said.event_start[place] == block.event_start)
        & (said.value[place] == block.value)
        & ((said.belief_time[place] >= ends) | (block.belief_time < ends))
    )
    return replace(
        block,
        event_start=block.event_start[~repeated],
        belief_time=block.belief_time[~repeated],
        value=block.value[~repeated],
        probability=block.probability[~repeated],
    )


def _made(share: _Share, platform: Platform) -> WeatherSensor:
    kind = next(name for name, quantity in WEATHER_QUANTITIES.items() if quantity is share.quantity)
    new = NewWeatherSensor(
        name=f"{kind} at {share.place.latitude:.4f}, {share.place.longitude:.4f}",
        type=kind,
        unit=_SENSOR_UNITS[share.quantity],
        step=STEP,
        place=share.place,
        timezone=platform.rules.timezone,
    )
    return add_weather_sensor(new, platform)


def _fitted(series: Series, sensor: Sensor) -> Series:
    """Return hours in the steps of a sensor, of which coarse ones begin at whole steps since 1970.

    Raises:
        InvalidResolution: they do not fit.
    """
    if sensor.step <= series.grid.step or sensor.step % series.grid.step:
        return series.at_step(sensor.step)
    times = sensor.step // series.grid.step
    hours = (instant(series.grid.start) - np.datetime64(0, "s")) // np.timedelta64(series.grid.step)
    skipped = -int(hours) % times
    size = max(0, series.grid.size - skipped) // times * times
    grid = TimeGrid(series.grid.start + skipped * series.grid.step, series.grid.step, size)
    return Series(grid, series.values[skipped : skipped + size]).at_step(sensor.step)


def _far(place: Place, sensor: WeatherSensor) -> float:
    """Return the distance between a place and a sensor. [km]"""
    return distance((place.latitude, place.longitude), (sensor.latitude, sensor.longitude))
