"""Types of settings, with what an operator may write for them."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import BeforeValidator, PlainValidator

LEVELS = tuple(logging.getLevelNamesMapping())


def _level(value: object) -> int:
    levels = logging.getLevelNamesMapping()
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value).strip().upper().removeprefix("LOGGING.")
    if text.isdecimal():
        return int(text)
    if text not in levels:
        raise ValueError("no level of Python's logging")
    return levels[text]


def _timezone(value: object) -> str:
    if not isinstance(value, str) or value not in available_timezones():
        raise ValueError("not known to the timezone database")
    return value


def _database_uri(value: object) -> str:
    if not isinstance(value, str) or not value.startswith(("postgresql://", "postgres://", "postgresql+")):
        raise ValueError("no address of a PostgreSQL server")
    return value


def _seconds_or_iso(value: object) -> object:
    """Read plain numbers as seconds; all else is left to the type."""
    if isinstance(value, str):
        try:
            return timedelta(seconds=float(value))
        except ValueError:
            return value
    return value


Level = Annotated[int, PlainValidator(_level)]
Timezone = Annotated[str, PlainValidator(_timezone)]
DatabaseUri = Annotated[str, PlainValidator(_database_uri)]
Duration = Annotated[timedelta, BeforeValidator(_seconds_or_iso)]
Port = int

Choice = str | tuple[str, list[str]]
"""A name, or a name with the account roles that it is for."""
