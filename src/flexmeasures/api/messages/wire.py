"""From an HTTP request to a message: a mapping of keys to JSON values."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import Request, json
from werkzeug.exceptions import BadRequest

Message = Mapping[str, object]


def message_of(request: Request, by_body: Collection[str] = ()) -> Message:
    """Return the message in the query of a GET request, or in the body of any other.

    In a query, a key that is repeated, or whose value is a JSON list, has several values.

    Args:
        request: The request.
        by_body: Fields that a query may leave to a JSON body.

    Raises:
        BadRequest: the body is no JSON object.
    """
    if request.method in {"GET", "HEAD"}:
        body = request.get_json(silent=True) if by_body else None
        told = {name: body[name] for name in by_body if name in body} if isinstance(body, dict) else {}
        return told | {key: _query_value(texts) for key, texts in request.args.lists()}
    message = request.get_json(force=True)
    if not isinstance(message, dict):
        raise BadRequest("The message must be a JSON object.")
    return message


def _query_value(texts: list[str]) -> object:
    values: list[object] = []
    for text in texts:
        expanded = _json_list(text)
        values += [text] if expanded is None else expanded
    return values[0] if len(values) == 1 else values


def _json_list(text: str) -> list[object] | None:
    """Return the elements of a JSON list; None if the text is none."""
    if not text.startswith("["):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, list) else None
