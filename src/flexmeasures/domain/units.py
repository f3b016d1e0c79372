"""Units of the message API and the factors that bring them to the internal ones."""

from __future__ import annotations

from flexmeasures.domain.errors import InvalidUnit

_TO_INTERNAL = {
    "power": {"W": 1e-6, "kW": 1e-3, "MW": 1.0, "GW": 1e3},
    "energy": {"Wh": 1e-6, "kWh": 1e-3, "MWh": 1.0, "GWh": 1e3},
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
