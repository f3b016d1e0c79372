"""Values with units, as people write them: ``15 kW``, ``0.29 EUR/kWh``, ``3 * 230V * 16A``, ``90 %``.

Units are products of powers of a few bases. What a text is a value of follows from its unit, and is checked
against what a field takes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from flexmeasures.domain.errors import InvalidUnit

_LONGEST = 200
_LARGEST = 1e15
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_PLAIN = re.compile(rf"\s*({_NUMBER})\s*([^\d\s*/^.+-][^*^]*)?\s*")
_FACTOR = re.compile(rf"\s*([*/]?)\s*(?:({_NUMBER})\s*)?([^\d\s*/^.+-]+)?(?:\s*(?:\^|\*\*)\s*(-?\d))?\s*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}

Powers = tuple[int, ...]
"""Powers of volt, ampere, hour, money, tonne, metre and kelvin."""

_NONE: Powers = (0,) * 7
_BASES: dict[str, tuple[float, Powers]] = {
    "V": (1.0, (1, 0, 0, 0, 0, 0, 0)),
    "A": (1.0, (0, 1, 0, 0, 0, 0, 0)),
    "W": (1.0, (1, 1, 0, 0, 0, 0, 0)),
    "VA": (1.0, (1, 1, 0, 0, 0, 0, 0)),
    "Wh": (1.0, (1, 1, 1, 0, 0, 0, 0)),
    "J": (1 / 3600, (1, 1, 1, 0, 0, 0, 0)),
    "h": (1.0, (0, 0, 1, 0, 0, 0, 0)),
    "min": (1 / 60, (0, 0, 1, 0, 0, 0, 0)),
    "s": (1 / 3600, (0, 0, 1, 0, 0, 0, 0)),
    "g": (1e-6, (0, 0, 0, 0, 1, 0, 0)),
    "t": (1.0, (0, 0, 0, 0, 1, 0, 0)),
    "m": (1.0, (0, 0, 0, 0, 0, 1, 0)),
    "m³": (1.0, (0, 0, 0, 0, 0, 3, 0)),
    "m3": (1.0, (0, 0, 0, 0, 0, 3, 0)),
    "m²": (1.0, (0, 0, 0, 0, 0, 2, 0)),
    "l": (1e-3, (0, 0, 0, 0, 0, 3, 0)),
    "°C": (1.0, (0, 0, 0, 0, 0, 0, 1)),
    "K": (1.0, (0, 0, 0, 0, 0, 0, 1)),
    "%": (0.01, _NONE),
    "dimensionless": (1.0, _NONE),
}
_PREFIXES = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "m": 1e-3}
_PREFIXED = frozenset({"V", "A", "W", "VA", "Wh", "J", "g", "t"})


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number is multiplied with, and of what it is then.

    Attributes:
        factor: To the product of the bases.
        powers: Of the bases.
        currency: Of the money in it; empty for none.
    """

    factor: float
    powers: Powers = _NONE
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a field takes values of.

    Attributes:
        name: As people call it.
        powers: Of the bases.
        scale: Of the internal unit in the product of the bases.
        example: A value, for what is said of wrong ones.
    """

    name: str
    powers: Powers
    scale: float
    example: str


_HOUR: Powers = (0, 0, 1, 0, 0, 0, 0)
_PER_HOUR: Powers = (0, 0, -1, 0, 0, 0, 0)
POWER = Dimension("power", (1, 1, 0, 0, 0, 0, 0), 1e6, "10 kW")
ENERGY = Dimension("energy", (1, 1, 1, 0, 0, 0, 0), 1e6, "25 kWh")
RATIO = Dimension("ratio", _NONE, 1.0, "90 %")
ENERGY_PRICE = Dimension("price of energy", (-1, -1, -1, 1, 0, 0, 0), 1e-6, "0.29 EUR/kWh")
POWER_PRICE = Dimension("price of power", (-1, -1, 0, 1, 0, 0, 0), 1e-6, "10 EUR/kW")
MONEY = Dimension("amount of money", (0, 0, 0, 1, 0, 0, 0), 1.0, "2 EUR")
MASS_PRICE = Dimension("price of CO₂", (0, 0, 0, 1, -1, 0, 0), 1.0, "80 EUR/t")
INTENSITY = Dimension("CO₂ of energy", (-1, -1, -1, 0, 1, 0, 0), 1e-6, "400 g/kWh")


@dataclass(frozen=True, slots=True)
class Amount:
    """A value in the internal unit of its dimension.

    Attributes:
        value: Such as 0.015 for ``15 kW``, which is in MW.
        currency: Of a price; empty otherwise.
    """

    value: float
    currency: str = ""


def parse_amount(text: str, *dimensions: Dimension) -> tuple[Amount, Dimension]:
    """Read a value with its unit.

    >>> parse_amount("3 * 230V * 16A", POWER)[0].value
    0.01104

    Args:
        text: As people write it.
        dimensions: Which it may have.

    Returns:
        The value in the internal unit, and which of the dimensions it has.

    Raises:
        InvalidUnit: it is no value, or one of something else.
    """
    number, unit = _read(text[:_LONGEST], text)
    value = number * unit.factor
    if not math.isfinite(value) or abs(number) > _LARGEST:
        raise InvalidUnit(f"{_shown(text)} is no finite number.")
    for dimension in dimensions:
        if dimension.powers == unit.powers:
            return Amount(value / dimension.scale, unit.currency), dimension
    expected = " or ".join(f"{one.name} such as '{one.example}'" for one in dimensions)
    raise InvalidUnit(f"{_shown(text)} cannot be converted: expected {expected}.")


def unit_of(text: str) -> Unit:
    """Return a unit; nothing is the unit of plain numbers.

    Raises:
        InvalidUnit: there is none of this name.
    """
    if not text.strip():
        return Unit(1.0)
    number, unit = _product(text[:_LONGEST])
    return Unit(number * unit.factor, unit.powers, unit.currency)


def factor_between(unit: str, dimension: Dimension) -> float:
    """Return what a value in a unit is multiplied with to be in the internal unit of a dimension.

    Raises:
        InvalidUnit: the unit is one of something else.
    """
    found = unit_of(unit)
    if found.powers != dimension.powers:
        raise InvalidUnit(f"{_shown(unit)} is no unit of {dimension.name}, such as in '{dimension.example}'.")
    return found.factor / dimension.scale


def step_conversion(given: str, own: str, length: timedelta) -> float | None:
    """Return what turns values of steps into another unit; energy of a step is its mean power.

    >>> step_conversion("kWh", "MW", timedelta(minutes=15))
    0.004

    Args:
        given: Unit of the values.
        own: Unit that is wanted.
        length: Of the steps.

    Returns:
        The factor, or None if the units do not fit each other.

    Raises:
        InvalidUnit: one of them is no unit.
    """
    one, other, hours = unit_of(given), unit_of(own), length / timedelta(hours=1)
    ratio = one.factor / other.factor
    if (one.powers, one.currency) == (other.powers, other.currency):
        return ratio
    if one.currency != other.currency or not hours:
        return None
    apart = tuple(a - b for a, b in zip(one.powers, other.powers, strict=True))
    return {_HOUR: ratio / hours, _PER_HOUR: ratio * hours}.get(apart)


def is_power(unit: str) -> bool:
    """Tell whether a unit is one of power."""
    try:
        return unit_of(unit).powers == POWER.powers
    except InvalidUnit:
        return False


def _read(text: str, whole: str) -> tuple[float, Unit]:
    if len(text) < len(whole):
        raise InvalidUnit(f"{_shown(whole)} is too long for a value.")
    plain = _PLAIN.fullmatch(text)
    if not plain:
        return _product(text)
    try:
        return float(plain[1]), _unit((plain[2] or "").strip())
    except InvalidUnit:
        return _product(text)  # refuses the value as it was written


@lru_cache(maxsize=1024)
def _unit(text: str) -> Unit:
    """Return a unit that stands behind one number."""
    if not text:
        return Unit(1.0)
    number, unit = _product(text)
    return Unit(number * unit.factor, unit.powers, unit.currency)


def _product(text: str) -> tuple[float, Unit]:
    """Read factors and divisors, each a number, a unit or both."""
    number, factor, powers, currency = 1.0, 1.0, list(_NONE), ""
    place = 0
    while place < len(text):
        found = _FACTOR.match(text, place)
        operator, told, name, exponent = found.groups() if found else ("", None, None, None)
        if found is None or (told is None and name is None) or (place > 0 and not operator):
            raise InvalidUnit(f"{_shown(text)} is no value with a unit.")
        sign = -1 if operator == "/" else 1
        number *= float(told or 1) ** sign if told is None or float(told) or sign > 0 else math.nan
        if name:
            one = _named(name, text)
            power = sign * int(exponent or 1)
            factor *= one.factor**power
            powers = [a + power * b for a, b in zip(powers, one.powers, strict=True)]
            currency = one.currency or currency
        place = found.end()
    return number, Unit(factor, tuple(powers), currency)


def _named(name: str, text: str) -> Unit:
    """Return the unit of a name, maybe with a prefix, or a currency."""
    if name in _BASES:
        return Unit(*_BASES[name])
    if name[0] in _PREFIXES and name[1:] in _PREFIXED:
        factor, powers = _BASES[name[1:]]
        return Unit(_PREFIXES[name[0]] * factor, powers)
    currency = _SIGNS.get(name, name)
    if _CURRENCY.fullmatch(currency):
        return Unit(1.0, (0, 0, 0, 1, 0, 0, 0), currency)
    raise InvalidUnit(f"{_shown(text)} has no known unit: '{name[:20]}' is none.")


def _shown(text: str) -> str:
    return f"'{text}'" if len(text) <= 60 else f"'{text[:60]}…'"
