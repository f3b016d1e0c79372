"""Public holidays by country. Imported only where they are asked for, for it takes its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from holidays import country_holidays

from flexmeasures.domain.errors import UnknownEntity


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which holidays are meant.

    Attributes:
        country: Its ISO code, such as NL.
        subdivision: Part of the country; None for holidays of the whole.
        category: Such as bank or school; None for public holidays.
    """

    country: str
    subdivision: str | None = None
    category: str | None = None


def holidays_of(calendar: Calendar, year: int) -> Mapping[date, str]:
    """Return the names of the holidays of a year by day.

    Raises:
        UnknownEntity: nothing is known of this country, part of it or category.
    """
    try:
        found = country_holidays(
            calendar.country,
            subdiv=calendar.subdivision,
            years=year,
            categories=(calendar.category,) if calendar.category else None,
        )
    except (NotImplementedError, ValueError) as error:
        raise UnknownEntity(f"Holidays of {calendar.country} are not known: {error}") from error
    return {day: str(name) for day, name in sorted(found.items())}
