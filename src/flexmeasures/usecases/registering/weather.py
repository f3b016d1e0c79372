"""Make weather sensors: sensors on public weather stations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.assets import Asset, Sensor, WeatherSensor
from flexmeasures.domain.errors import DuplicateEntity, InvalidField
from flexmeasures.domain.places import Place
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.checks import (
    as_address,
    check_place,
    check_step,
    checked_name,
)
from flexmeasures.usecases.structure import WEATHER_QUANTITIES, WEATHER_STATION, public_type


@dataclass(frozen=True, slots=True)
class NewWeatherSensor:
    """A weather sensor.

    Attributes:
        name: As people see it.
        type: ``temperature``, ``wind_speed`` or ``radiation``.
        unit: Of its values.
        step: Of its values.
        place: Where it is.
        timezone: Of its sensor.
    """

    name: str
    type: str
    unit: str
    step: timedelta
    place: Place
    timezone: str = "UTC"


def add_weather_sensor(new: NewWeatherSensor, platform: Platform) -> WeatherSensor:
    """Make a weather sensor.

    Raises:
        InvalidField: a field has a value that it cannot have.
        DuplicateEntity: there is one of this name, or one of this type at this place.
    """
    check_timezone(new.timezone)
    check_step(new.step)
    check_place(new.place)
    kind = as_address(new.type)
    quantity = WEATHER_QUANTITIES.get(kind)
    if quantity is None:
        expected = ", ".join(WEATHER_QUANTITIES)
        raise InvalidField(f"Weather sensor type {kind} doesn't exist; expected one of {expected}.")
    shown = checked_name(new.name, "a weather sensor")
    name = as_address(shown)
    _check_new(name, kind, new.place, platform)
    assets = platform.store.assets
    station = assets.add_asset(
        Asset(
            id=0,
            name=name,
            display_name=shown,
            type=public_type(WEATHER_STATION, platform),
            latitude=new.place.latitude,
            longitude=new.place.longitude,
        )
    )
    sensor = assets.add_sensor(
        Sensor(
            0,
            name,
            station.id,
            new.unit,
            new.timezone,
            new.step,
            quantity,
            attributes={"display_name": shown},
        )
    )
    return WeatherSensor(sensor, new.place.latitude, new.place.longitude)


def _check_new(name: str, kind: str, place: Place, platform: Platform) -> None:
    for other in platform.store.assets.weather_sensors():
        if other.sensor.name == name:
            raise DuplicateEntity(f"A weather sensor with the name {name} already exists.")
        at_place = (other.latitude, other.longitude) == (place.latitude, place.longitude)
        if at_place and other.sensor.quantity == WEATHER_QUANTITIES[kind]:
            raise DuplicateEntity(f"There is a weather sensor of type {kind} at this place already.")
