"""How a device may run: modes of operation, forbidden times and profiles of processes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.domain.quantities import POWER
from flexmeasures.usecases.flex.values import Amounts, read_fixed, read_length, read_time, shown, wrong

MOST_MODES = 50
MOST_TIMES = 10_000

_POWER = Amounts((POWER,), bare="MW", least=0.0, most=1e6, fixed_only=True)
_SIDES = {"consumption-range": 1.0, "production-range": -1.0}


def read_bands(told: object) -> tuple[tuple[float, float], ...]:
    """Return the least and the largest power in each mode of operation. [MW]

    Raises:
        InvalidParts: these are no modes.
    """
    if not isinstance(told, list) or not told or len(told) > MOST_MODES:
        raise wrong(f"{shown(told)} is no list of modes, each with a consumption-range or production-range.")
    bands: list[tuple[float, float]] = []
    for place, mode in enumerate(told):
        if not isinstance(mode, Mapping) or not mode or not mode.keys() <= _SIDES.keys():
            text = f"{shown(mode)} has neither a consumption-range nor a production-range."
            raise InvalidParts({str(place): [text]})
        try:
            bands += [_band(mode[side], sign) for side, sign in _SIDES.items() if side in mode]
        except InvalidParts as error:
            raise InvalidParts({str(place): error.tree.get("", error.tree)}) from error
    return tuple(bands)


def _band(told: object, sign: float) -> tuple[float, float]:
    if not isinstance(told, list) or len(told) != 2:
        raise wrong(f"{shown(told)} is no range: expected the least and the largest power.")
    low, high = (read_fixed(one, _POWER).value for one in told)
    if low > high:
        raise wrong(f"{shown(told)} is no range: the least power is above the largest.")
    return (low, high) if sign > 0 else (-high, -low)


def read_times(told: object) -> tuple[tuple[datetime, datetime], ...]:
    """Return start and end of each time in a list.

    Raises:
        InvalidParts: these are no times.
    """
    if not isinstance(told, list) or len(told) > MOST_TIMES:
        raise wrong(f"{shown(told)} is no list of times, each with a start and a duration.")
    found = []
    for place, one in enumerate(told):
        if not isinstance(one, Mapping) or one.keys() != {"start", "duration"}:
            raise InvalidParts({str(place): [f"{shown(one)} does not state a start and a duration alone."]})
        try:
            start = read_time(one["start"], "start")
            found.append((start, start + read_length(one["duration"], "duration", start)))
        except InvalidParts as error:
            raise InvalidParts({str(place): error.tree}) from error
        except OverflowError as error:
            raise InvalidParts({str(place): {"duration": [f"{shown(one)} ends too late."]}}) from error
    return tuple(found)


def read_profile(told: object) -> tuple[float, ...]:
    """Return the power in each step of a process. [MW]

    Raises:
        InvalidParts: it is no list of powers.
    """
    if not isinstance(told, list) or not told or len(told) > MOST_TIMES:
        raise wrong(f"{shown(told)} is no list of powers.")
    return tuple(read_fixed(one, _POWER).value for one in told)
