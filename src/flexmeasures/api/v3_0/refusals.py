"""What is answered when something is wrong with a call of version 3.0."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, jsonify

from flexmeasures.domain import errors
from flexmeasures.web.errors import FORBIDDEN, answer_to

_REJECTED: Mapping[str, object] = {"result": "Rejected"}
UNPROCESSABLE = "UNPROCESSABLE_ENTITY"


class Refused(Exception):
    """A call cannot be answered.

    Attributes:
        body: What is answered.
        code: Of HTTP.
    """

    def __init__(self, body: Mapping[str, object], code: int) -> None:
        super().__init__(str(body.get("message")))
        self.body = body
        self.code = code

    @staticmethod
    def fields(location: str, tree: Mapping[str, object]) -> Refused:
        """Return that fields have values that they cannot have.

        Args:
            location: Where they were told; empty where that is not said.
            tree: What is wrong with them, lists of sentences by name, fields within fields.
        """
        message = {location: tree} if location else tree
        return Refused({**_REJECTED, "status": UNPROCESSABLE, "message": message}, 422)


def tell_refused(refused: Refused) -> tuple[Response, int]:
    """Answer a call that cannot be answered."""
    return jsonify(refused.body), refused.code


def tell(error: errors.FlexMeasuresError) -> tuple[Response, int]:
    """Answer an error in words of the domain."""
    if isinstance(error, errors.NotAuthorized):
        return _forbidden(error)
    if type(error) is errors.UnknownEntity:
        return jsonify(message=str(error), status=404), 404
    tree = _tree(error)
    if tree is not None:
        return tell_refused(Refused.fields("json", tree))
    answer = answer_to(error)
    return jsonify(answer.body(error)), answer.code


def _forbidden(error: errors.NotAuthorized) -> tuple[Response, int]:
    message = {"json": error.tree} if isinstance(error, errors.UnreadableParts) else str(error) or FORBIDDEN
    return jsonify({**_REJECTED, "status": "INVALID_SENDER", "message": message}), 403


def _tree(error: errors.FlexMeasuresError) -> Mapping[str, object] | None:
    """Return which fields are wrong, if the error says so."""
    if isinstance(error, errors.InvalidParts):
        return error.tree
    if isinstance(error, errors.InvalidFields):
        return error.texts
    return {"name": [str(error)]} if isinstance(error, errors.DuplicateEntity) else None
