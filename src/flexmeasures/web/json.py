"""JSON as the platform reads and writes it: strict on the way in, quick on the way out."""

from __future__ import annotations

import json
from collections.abc import Mapping

import orjson
from flask import Request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest


class StrictJson(JSONProvider):
    """Refuses keys that are given twice and numbers that are none."""

    def dumps(self, obj: object, **_: object) -> str:
        """Write JSON. What the quick writer cannot write, such as half a character, is escaped."""
        try:
            return orjson.dumps(obj).decode()
        except orjson.JSONEncodeError:
            return json.dumps(obj)

    def loads(self, s: str | bytes, **_: object) -> object:
        """Read JSON.

        Raises:
            ValueError: it is none, says something twice, or is nested too deep.
        """
        try:
            return json.loads(s, object_pairs_hook=_unique, parse_constant=_refuse)
        except RecursionError as error:
            raise ValueError("The message is nested too deep.") from error


class StrictRequest(Request):
    """Says what is wrong with a body that should have been JSON."""

    def on_json_loading_failed(self, e: ValueError | None) -> object:
        """Refuse a body.

        Raises:
            BadRequest: it is no JSON.
            UnsupportedMediaType: it does not say that it is.
        """
        if e is None:
            return super().on_json_loading_failed(e)
        text = str(e) if type(e) is ValueError else "It cannot be read as such."
        raise BadRequest(f"The body of the request is no valid JSON. {text}") from e


def _unique(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    message = dict(pairs)
    if len(message) < len(pairs):
        raise ValueError("The message gives a key twice.")
    return message


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no JSON.")
