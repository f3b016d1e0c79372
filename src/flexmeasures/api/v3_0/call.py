"""One call of a route: who calls, and what is told in path, query and body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest

from flexmeasures.api.v3_0.refusals import Refused
from flexmeasures.domain.accounts import User
from flexmeasures.domain.addresses import ID_MAX
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform

Fields = TypeVar("Fields", bound=BaseModel)

_TEXTS = {"extra_forbidden": "Unknown field.", "missing": "Missing data for required field."}
_OWN_ERROR = "Value error, "
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Call:
    """A call by a user.

    Attributes:
        caller: Who calls.
        platform: All that use cases may touch.
        logins: What lets users in.
        path: Parts of the path, by name.
    """

    caller: User
    platform: Platform
    logins: LoginStore
    path: Mapping[str, object]

    def number(self, name: str) -> int:
        """Return an identity in the path; zero, which nothing has, where it is larger than any is."""
        value = self.path[name]
        if not isinstance(value, int):
            raise TypeError(f"The path tells no number {name}.")
        return value if value <= ID_MAX else 0

    def text(self, name: str) -> str:
        """Return a text in the path."""
        return str(self.path[name])

    def json(self, kind: type[Fields], location: str = "json") -> Fields:
        """Return what the body tells.

        Args:
            kind: Of the fields.
            location: Under which wrong ones are told; empty for none.

        Raises:
            Refused: it tells something else.
        """
        if not request.get_data(cache=True):
            return read(kind, {}, location)
        try:
            message: object = request.get_json(force=True)
        except BadRequest as error:
            raise Refused.fields(location or "json", {"_schema": ["Invalid JSON body."]}) from error
        if not isinstance(message, dict):
            raise Refused.fields(location or "json", {"_schema": ["Invalid input type."]})
        return read(kind, message, location)

    def query(self, kind: type[Fields], location: str = "query") -> Fields:
        """Return what the query tells; of a name that is given twice, the last value.

        Raises:
            Refused: it tells something else.
        """
        return read(kind, {name: values[-1] for name, values in request.args.lists()}, location)


def read(kind: type[Fields], message: Mapping[str, object], location: str) -> Fields:
    """Return the fields of a message.

    Raises:
        Refused: it has others, or values that they cannot have.
    """
    try:
        return kind.model_validate(message)
    except ValidationError as error:
        tree: dict[str, object] = {}
        for problem in error.errors(include_url=False, include_context=False):
            _put(tree, [str(part) for part in problem["loc"]] or ["_schema"], _text(problem["type"], problem))
        raise Refused.fields(location, tree) from error


def _text(kind: str, problem: Mapping[str, object]) -> str:
    if kind in _TEXTS:
        return _TEXTS[kind]
    text = str(problem["msg"])
    if text.startswith(_OWN_ERROR):
        return text.removeprefix(_OWN_ERROR)
    told = repr(problem["input"])
    return f"{text}, got {told if len(told) <= _SHOWN else told[:_SHOWN] + '…'}."


def _put(tree: dict[str, object], path: list[str], text: str) -> None:
    """Note what is wrong with a field within fields."""
    for part in path[:-1]:
        inner = tree.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    said = tree.setdefault(path[-1], [])
    if isinstance(said, list):
        said.append(text)
