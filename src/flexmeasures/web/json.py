"""JSON as the platform reads and writes it: strict on the way in, quick on the way out."""

from __future__ import annotations

import json
from collections.abc import Mapping

import orjson
from flask.json.provider import JSONProvider


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


def _unique(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    message = dict(pairs)
    if len(message) < len(pairs):
        raise ValueError("The message gives a key twice.")
    return message


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no JSON.")
