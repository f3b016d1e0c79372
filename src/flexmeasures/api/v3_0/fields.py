"""Fields of version 3.0: times, durations, numbers, and names with dashes or underscores."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from flexmeasures.domain.addresses import ID_MAX
from flexmeasures.domain.errors import InvalidPeriod, InvalidTimezone
from flexmeasures.domain.timing import parse_datetime, parse_duration

_MINUTE = timedelta(minutes=1)


class Snake(BaseModel):
    """Fields whose names have underscores."""

    model_config = ConfigDict(extra="forbid")


class Kebab(BaseModel):
    """Fields whose names have dashes; underscores are taken too."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )


def _time(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError(f"Not a valid aware datetime: {value!r}.")  # noqa: TRY004 - pydantic reads ValueErrors
    try:
        return parse_datetime(value.strip().replace(" ", "+" if "T" in value else "T"))
    except (InvalidPeriod, InvalidTimezone) as error:
        raise ValueError(f"Not a valid aware datetime: {error}") from error


def _duration(value: object) -> timedelta:
    if not isinstance(value, str):
        raise ValueError(f"Cannot parse {value!r} as ISO8601 duration.")  # noqa: TRY004 - pydantic reads ValueErrors
    try:
        duration = parse_duration(value, datetime.fromisoformat("2001-01-01T00:00+00:00"))
    except InvalidPeriod as error:
        raise ValueError(f"Cannot parse {value} as ISO8601 duration: {error}") from error
    if duration % _MINUTE:
        raise ValueError(f"Durations are whole minutes, and {value} is none.")
    return duration


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("Not a valid number.")
    return value


Time = Annotated[datetime, BeforeValidator(_time), WithJsonSchema({"type": "string", "format": "date-time"})]
"""A point in time that states its offset; a blank in a query is a plus."""

Length = Annotated[
    timedelta, BeforeValidator(_duration), WithJsonSchema({"type": "string", "format": "duration"})
]
"""Whole minutes, as an ISO 8601 duration."""

Identity = Annotated[int, Field(ge=1, le=ID_MAX)]
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Number = Annotated[float, BeforeValidator(_finite), Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
