"""The one table from what is wrong to status, status word and text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flexmeasures.domain import errors

_REJECTED: Mapping[str, str] = MappingProxyType({"result": "Rejected"})
_NO_RESULT: Mapping[str, str] = MappingProxyType({})
_DOMAIN_TEXT = (
    "Connections, sensors and markets should be identified using the EA1 addressing scheme recommended by"
    " USEF. For example: 'ea1.2018-06.io.flexmeasures:<owner_id>:<asset_id>'"
    " 'ea1.2018-06.io.flexmeasures:temperature:<latitude>:<longitude>'"
    " 'ea1.2018-06.io.flexmeasures:<market_name>'"
    " 'ea1.2018-06.io.flexmeasures:<owner_id>:<asset_id>:<event_id>:<event_type>'"
)
UNAUTHENTICATED = "You could not be properly authenticated for this content or functionality."
FORBIDDEN = "You cannot be authorized for this content or functionality."


@dataclass(frozen=True, slots=True)
class Answer:
    """How an error is told.

    Attributes:
        code: Of HTTP.
        word: The status word.
        text: What is said first.
        says_more: Whether the error's own text follows.
        result: More keys of the answer.
    """

    code: int
    word: str
    text: str = ""
    says_more: bool = True
    result: Mapping[str, str] = field(default_factory=lambda: _REJECTED)

    def body(self, error: Exception) -> dict[str, object]:
        """Return the answer to an error, as JSON."""
        texts = (self.text, str(error) if self.says_more else "")
        return {**self.result, "status": self.word, "message": " ".join(text for text in texts if text)}


ANSWERS: Mapping[type[errors.FlexMeasuresError], Answer] = MappingProxyType(
    {
        errors.FlexMeasuresError: Answer(500, "INTERNAL_SERVER_ERROR"),
        errors.ServiceUnavailable: Answer(503, "SERVICE_UNAVAILABLE"),
        errors.NotAuthenticated: Answer(401, "UNAUTHORIZED", UNAUTHENTICATED, result=_NO_RESULT),
        errors.NotAuthorized: Answer(403, "INVALID_SENDER"),
        errors.MissingField: Answer(
            400, "REQUIRED_INFO_MISSING", result=MappingProxyType({"results": "Rejected"})
        ),
        errors.UnexpectedField: Answer(
            400, "UNEXPECTED_PARAMS", "Only expected one parameter (id).", says_more=False
        ),
        errors.InvalidField: Answer(422, "UNPROCESSABLE_ENTITY"),
        errors.MissingMessageType: Answer(
            400, "NO_MESSAGE_TYPE", "Request message should include 'type'.", says_more=False
        ),
        errors.InvalidMessageType: Answer(400, "INVALID_MESSAGE_TYPE"),
        errors.InvalidAddress: Answer(400, "INVALID_DOMAIN", _DOMAIN_TEXT),
        errors.UnsupportedAsset: Answer(400, "INVALID_DOMAIN", _DOMAIN_TEXT),
        errors.InvalidTimezone: Answer(400, "INVALID_TIMEZONE"),
        errors.InvalidDatetime: Answer(400, "INVALID_DATETIME", "Datetime cannot be used."),
        errors.InvalidUnit: Answer(400, "INVALID_UNIT"),
        errors.InvalidSource: Answer(400, "INVALID_SOURCE", "The data source is not found:"),
        errors.InvalidHorizon: Answer(
            400, "INVALID_HORIZON", "The prognosis horizon in your request could not be parsed."
        ),
        errors.InvalidPeriod: Answer(
            400, "INVALID_PERIOD", "A time period in your request doesn't seem right.", says_more=False
        ),
        errors.InvalidDemand: Answer(
            400, "INVALID_PERIOD", "A time period in your request doesn't seem right."
        ),
        errors.InvalidStep: Answer(
            400,
            "INVALID_PTU_DURATION",
            "Start time should be on the hour or a multiple of 15 minutes thereafter, duration should be some"
            " multiple N of 15 minutes, and the number of values should be some factor of N.",
            says_more=False,
        ),
        errors.InvalidResolution: Answer(400, "INVALID_RESOLUTION"),
        errors.MissingMarket: Answer(
            400, "INVALID_MARKET", "No market is registered for the requested asset.", says_more=False
        ),
        errors.UnknownRole: Answer(400, "INVALID_ROLE"),
        errors.MissingValues: Answer(400, "PTUS_INCOMPLETE", "Missing values."),
        errors.PowerValueTooSmall: Answer(
            400, "POWER_VALUE_TOO_SMALL", "One or more power values are too small."
        ),
        errors.PowerValueTooBig: Answer(400, "POWER_VALUE_TOO_BIG", "One or more power values are too big."),
        errors.ConflictingBelief: Answer(
            403,
            "INVALID_REPLACEMENT",
            "Some of the data represents a replacement, which is reserved for servers in play mode."
            " Enable play mode or update the prior in your request.",
            says_more=False,
            result=MappingProxyType({"results": "Rejected"}),
        ),
        errors.UnknownEntity: Answer(404, "NOT_FOUND"),
        errors.UnrecognizedAsset: Answer(
            400, "UNRECOGNIZED_ASSET", "Cannot identify asset.", result=_NO_RESULT
        ),
        errors.MissingResource: Answer(
            400,
            "UNRECOGNIZED_CONNECTION_GROUP",
            "One or more connections in your request were not found in your account.",
            says_more=False,
        ),
        errors.UnknownConnection: Answer(
            400,
            "UNRECOGNIZED_CONNECTION_GROUP",
            "One or more connections in your request were not found in your account.",
            says_more=False,
        ),
        errors.UnknownMarket: Answer(400, "UNRECOGNIZED_MARKET"),
        errors.AmbiguousMarket: Answer(
            400, "INVALID_API_VERSION", "The requested API version is deprecated for this feature."
        ),
        errors.UnknownWeatherSensor: Answer(
            400, "UNRECOGNIZED_SENSOR", "No sensor is known at this location."
        ),
        errors.UnknownUdiEvent: Answer(400, "UNRECOGNIZED_UDI_EVENT"),
        errors.IncompleteUdiEvent: Answer(400, "INCOMPLETE_UDI_EVENT"),
        errors.OutdatedUdiEvent: Answer(400, "OUTDATED_UDI_EVENT"),
        errors.UnknownPrices: Answer(
            400, "UNKNOWN_PRICES", "Missing prices for this time period.", says_more=False
        ),
        errors.UnknownSchedule: Answer(400, "UNKNOWN_SCHEDULE", "No known schedule for this time period."),
        errors.DuplicateEntity: Answer(400, "DUPLICATE"),
        errors.Misplaced: Answer(400, "MISPLACED"),
        errors.NotEnoughData: Answer(422, "NOT_ENOUGH_DATA"),
    }
)
"""By class; a class that is not here is told like the nearest one above it."""


def unprocessable(error: errors.InvalidFields, location: str) -> dict[str, object]:
    """Return what is answered about fields that have values which they cannot have.

    Args:
        error: What is wrong, by field.
        location: Where the fields were, such as ``json`` or ``query``.
    """
    return {**_REJECTED, "status": "UNPROCESSABLE_ENTITY", "message": {location: error.texts}}


def answer_to(error: errors.FlexMeasuresError) -> Answer:
    """Return how an error is told."""
    return next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
