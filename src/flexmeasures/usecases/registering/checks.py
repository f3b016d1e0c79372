"""What holds of anything that is registered: its name, its place, its steps."""

from __future__ import annotations

import re
from datetime import timedelta

from flexmeasures.domain.errors import InvalidField
from flexmeasures.domain.places import Place

LONGEST_NAME = 80


def check_place(place: Place) -> None:
    """Check that a place is on earth.

    Raises:
        InvalidField: it is not.
    """
    if not -90 <= place.latitude <= 90:
        raise InvalidField(f"latitude: {place.latitude:g} is not from -90 to 90 degrees.")
    if not -180 <= place.longitude <= 180:
        raise InvalidField(f"longitude: {place.longitude:g} is not from -180 to 180 degrees.")


def check_step(step: timedelta) -> None:
    """Check that events have a length.

    Raises:
        InvalidField: they have none.
    """
    if step <= timedelta(0):
        raise InvalidField("An event resolution is more than zero minutes.")


def checked_name(name: str, what: str) -> str:
    """Return a name without blanks around it.

    Raises:
        InvalidField: nothing is left, or too much.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidField(f"The name of {what} has 1 to {LONGEST_NAME} characters.")
    return name


def as_address(name: str) -> str:
    """Return a name as addresses and look-ups use it.

    >>> as_address("My rooftop thermometer")
    'my_rooftop_thermometer'
    """
    return re.sub(r"\s+", "_", name.strip()).lower()


def in_words(name: str) -> str:
    """Return a name as people see it.

    >>> in_words("my_rooftop_thermometer")
    'My rooftop thermometer'
    """
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
