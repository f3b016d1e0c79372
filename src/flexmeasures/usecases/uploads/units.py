"""Units in which values of a sensor come, and what they become."""

from __future__ import annotations

import re
from datetime import timedelta

from flexmeasures.domain.assets import WEATHER, Quantity, Sensor
from flexmeasures.domain.errors import InvalidField, InvalidUnit
from flexmeasures.domain.units import factor, weather_factor

POWER_UNITS = ("W", "kW", "MW", "GW")
ENERGY_UNITS = ("Wh", "kWh", "MWh")
"""Of each event; from them power is computed."""


def units_for(sensor: Sensor) -> tuple[str, ...]:
    """Return the units in which values of a sensor can come, its own first."""
    if sensor.quantity is Quantity.POWER and sensor.unit == "MW":
        energies = ENERGY_UNITS if sensor.step else ()
        return ("MW", *(unit for unit in (*POWER_UNITS, *energies) if unit != "MW"))
    if sensor.quantity is Quantity.IRRADIANCE:
        return (sensor.unit, *(unit for unit in ("kW/m²", "W/m²") if unit != sensor.unit))
    return (sensor.unit,)


def unit_in(name: str, sensor: Sensor) -> str:
    """Return the unit that the name of a column states, if it is one of the sensor; empty if none."""
    words = re.split(r"[\s()\[\],;:]+", name)
    return next((unit for unit in units_for(sensor) if unit in words), "")


def factor_of(unit: str, sensor: Sensor, step: timedelta) -> float:
    """Return what values are multiplied with, of a unit that is told; that of the sensor otherwise.

    Raises:
        InvalidField: the unit does not fit the sensor.
    """
    unit = unit or sensor.unit
    if unit not in units_for(sensor):
        raise InvalidField(f"{unit} is no unit of this sensor; expected {', '.join(units_for(sensor))}.")
    if unit == sensor.unit:
        return 1.0
    try:
        if sensor.quantity in WEATHER:
            return weather_factor(unit, sensor.quantity, sensor.unit)
        if unit in ENERGY_UNITS:
            return factor(unit, "energy") / (step / timedelta(hours=1))
        return factor(unit, "power")
    except InvalidUnit as error:
        raise InvalidField(str(error)) from error
