"""Units of the messages and the factors that bring them to the internal ones."""

from __future__ import annotations

import re

from flexmeasures.domain.assets import Quantity
from flexmeasures.domain.errors import InvalidUnit

_TO_INTERNAL = {
    "power": {"W": 1e-6, "kW": 1e-3, "MW": 1.0, "GW": 1e3},
    "energy": {"Wh": 1e-6, "kWh": 1e-3, "MWh": 1.0, "GWh": 1e3},
}
_PRICE = re.compile(r"[A-Z]{3}/(?P<energy>kWh|MWh)")
_WEATHER = {
    Quantity.TEMPERATURE: {"°C": 1.0, "0C": 1.0},
    Quantity.IRRADIANCE: {"kW/m²": 1.0, "kW/m2": 1.0, "W/m²": 1e-3, "W/m2": 1e-3},
    Quantity.WIND_SPEED: {"m/s": 1.0},
}


def factor(unit: str, quantity: str) -> float:
    """Return what a value in ``unit`` is multiplied with to be in the internal unit.

    Args:
        unit: As a message gives it.
        quantity: ``power`` (internally MW) or ``energy`` (internally MWh).

    Raises:
        InvalidUnit: ``unit`` is no unit of ``quantity``.
    """
    try:
        return _TO_INTERNAL[quantity][unit]
    except KeyError as error:
        raise InvalidUnit(
            f"{unit!r} is no unit of {quantity}; expected one of {', '.join(_TO_INTERNAL[quantity])}."
        ) from error


def price_factor(unit: str) -> float:
    """Return what a price in ``unit`` is multiplied with to be in currency/MWh.

    >>> price_factor("KRW/kWh")
    1000.0

    Raises:
        InvalidUnit: ``unit`` is no currency per energy.
    """
    found = _PRICE.fullmatch(unit)
    if not found:
        raise InvalidUnit("Data for price should be given in EUR/MWh or KRW/kWh.")
    return 1.0 / factor(found["energy"], "energy")


def weather_factor(unit: str, quantity: Quantity, into: str) -> float:
    """Return what a value in ``unit`` is multiplied with to be in the unit ``into``.

    Raises:
        InvalidUnit: one of them is no unit of this quantity.
    """
    units = _WEATHER[quantity]
    if unit not in units or into not in units:
        raise InvalidUnit(f"Data for {quantity} should be given in {' or '.join(list(units)[:2])}.")
    return units[unit] / units[into]
