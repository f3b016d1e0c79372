"""Everything that can be wrong, in words of the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class FlexMeasuresError(Exception):
    """Something is wrong that a user or an operator can act on."""


# Configuration and operation


class InvalidSetting(FlexMeasuresError):
    """A setting has a value that it cannot have, or lacks one that it needs."""


class ServiceUnavailable(FlexMeasuresError):
    """A database, queue or other service does not answer."""


class InvalidInstance(FlexMeasuresError):
    """The instance folder cannot be used as it is."""


class BackupFailure(FlexMeasuresError):
    """A backup could not be made or read."""


class InvalidRevision(FlexMeasuresError):
    """The database cannot be brought to this version of its structure."""


# Messages


class MissingField(FlexMeasuresError):
    """A message lacks a field that it needs."""


class UnexpectedField(FlexMeasuresError):
    """A request says more than can be asked."""


class InvalidField(FlexMeasuresError):
    """A field of a message has a value that it cannot have."""


class InvalidMessageType(FlexMeasuresError):
    """A message states another type than its service takes."""


class MissingMessageType(FlexMeasuresError):
    """A message does not state its type."""


class InvalidAddress(FlexMeasuresError):
    """A text is no entity address of the kind asked for."""


class InvalidUnit(FlexMeasuresError):
    """A unit does not fit the quantity."""


class InvalidSource(FlexMeasuresError):
    """No data source is known by what was asked for."""


class InvalidHorizon(FlexMeasuresError):
    """A horizon or prior cannot be used."""


class InvalidPeriod(FlexMeasuresError):
    """A start or duration cannot be used."""


class InvalidDemand(InvalidPeriod):
    """What is asked for has no length."""


class InvalidTimezone(FlexMeasuresError):
    """A date and time lacks its offset."""


class InvalidDatetime(FlexMeasuresError):
    """A date and time cannot be used."""


class InvalidResolution(FlexMeasuresError):
    """A resolution does not fit the sensor, or sensors differ in it."""


class MissingValues(FlexMeasuresError):
    """Values are missing or are no numbers."""


class PowerValueTooSmall(FlexMeasuresError):
    """A consumer is said to produce."""


class PowerValueTooBig(FlexMeasuresError):
    """A producer is said to consume."""


class ConflictingBelief(FlexMeasuresError):
    """Another value is known already for the same event, source and recording time."""


# Rights


class NotAuthenticated(FlexMeasuresError):
    """Nobody is known to be calling."""


class NotAuthorized(FlexMeasuresError):
    """The caller may not do this."""


# Things that are not there


class UnknownEntity(FlexMeasuresError):
    """There is no such thing."""


class UnknownConnection(UnknownEntity):
    """There is no such connection among the caller's."""


class UnknownMarket(UnknownEntity):
    """There is no such market."""


class AmbiguousMarket(FlexMeasuresError):
    """Several markets go by one name."""


class MissingMarket(FlexMeasuresError):
    """An asset has no market to look up prices in."""


class UnknownWeatherSensor(UnknownEntity):
    """There is no weather sensor at this place."""


class UnknownPrices(FlexMeasuresError):
    """Prices are missing for the time that they are needed for."""


# Flexibility


class UnknownUdiEvent(UnknownEntity):
    """There is no such UDI event."""


class IncompleteUdiEvent(FlexMeasuresError):
    """A UDI event lacks what its type needs."""


class OutdatedUdiEvent(FlexMeasuresError):
    """A UDI event is not newer than the latest one."""


class UnknownSchedule(FlexMeasuresError):
    """There is no schedule for this time, or not yet."""


class UnsupportedAsset(FlexMeasuresError):
    """This kind of asset is not served here."""


class InfeasibleProblem(FlexMeasuresError):
    """No schedule can keep all hard limits."""


class SolverFailure(FlexMeasuresError):
    """A solver is missing or ended without an answer."""


# Forecasts


class NotEnoughData(FlexMeasuresError):
    """The history is too short for what is asked."""


class DuplicateEntity(FlexMeasuresError):
    """There is one already, and there can be only one."""


# Message services


class InvalidStep(FlexMeasuresError):
    """Values do not begin at the steps of their sensor."""


class UnrecognizedAsset(UnknownEntity):
    """An asset has nothing that measures its power."""


class UnknownBackup(UnknownEntity):
    """There is no such backup, or it is not complete."""


class UnknownRole(UnknownEntity):
    """No service is known for this role."""


class MissingResource(FlexMeasuresError):
    """A message does not say what its values belong to."""


class InvalidFields(InvalidField):
    """Fields of a resource have values that they cannot have.

    Attributes:
        texts: What is wrong, by field.
    """

    def __init__(self, texts: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(said)}" for name, said in texts.items()))
        self.texts = texts


class Misplaced(FlexMeasuresError):
    """Something would belong to an account that it cannot belong to."""


class InvalidParts(InvalidField):
    """Fields within fields of a message have values that they cannot have.

    Attributes:
        tree: What is wrong: lists of sentences by name, in the order of the message.
    """

    def __init__(self, tree: Mapping[str, object]) -> None:
        super().__init__("; ".join(_sentences(tree, "")))
        self.tree = tree


class UnreadableParts(NotAuthorized):
    """A message names what its sender may not know of.

    Attributes:
        tree: What: lists of sentences by name, in the order of the message.
    """

    def __init__(self, tree: Mapping[str, object]) -> None:
        super().__init__("; ".join(_sentences(tree, "")))
        self.tree = tree


def _sentences(tree: object, name: str) -> Iterator[str]:
    """Yield what is said of each field, with the way to it."""
    if isinstance(tree, Mapping):
        for key, inner in tree.items():
            yield from _sentences(inner, f"{name}.{key}" if name else str(key))
    else:
        said = tree if isinstance(tree, list) else [tree]
        yield f"{name}: {' '.join(map(str, said))}"
