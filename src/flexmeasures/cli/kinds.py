"""Kinds of values that options take."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import click

from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.domain.timing import parse_datetime, parse_duration


class Duration(click.ParamType[timedelta]):
    """A length of time: whole minutes, or ISO 8601."""

    name = "minutes"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read a length of time."""
        if isinstance(value, timedelta):
            return value
        text = str(value)
        try:
            return timedelta(minutes=int(text)) if text.lstrip("-").isdecimal() else parse_duration(text)
        except (FlexMeasuresError, OverflowError):
            self.fail(f"'{text}' is neither a number of minutes nor an ISO 8601 duration.", param, ctx)


class Moment(click.ParamType[datetime]):
    """A date and time with its offset."""

    name = "datetime"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read a date and time."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_datetime(str(value))
        except FlexMeasuresError as error:
            self.fail(str(error), param, ctx)


class JsonObject(click.ParamType[dict[str, object]]):
    """A JSON object."""

    name = "json"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, object]:
        """Read a JSON object."""
        if isinstance(value, dict):
            return value
        try:
            found = json.loads(str(value))
        except ValueError as error:
            self.fail(f"Error decoding --attributes. Please check your JSON: {error}", param, ctx)
        if not isinstance(found, dict):
            self.fail("Attributes should be a dict.", param, ctx)
        return found


DURATION = Duration()
MOMENT = Moment()
JSON_OBJECT = JsonObject()
