"""What a flex-model or flex-context says, read by a table of its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.domain.quantities import ENERGY
from flexmeasures.usecases.flex.values import (
    Amounts,
    Value,
    read_length,
    read_sensor,
    read_value,
    shown,
    wrong,
)

_UNITS_OF_STOCK = ("kWh", "MWh")
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """What is said, by the names of the fields.

    Attributes:
        values: What may change in time.
        sums: Values that are added up.
        flags: What is true or not.
        texts: Names and words.
        lengths: Of time.
        sensors: Sensors that are referred to.
        others: What other modules read, as it is.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    sums: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, timedelta] = field(default_factory=dict)
    sensors: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    others: Mapping[str, object] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """Of all fields that say something."""
        parts = (self.values, self.sums, self.flags, self.texts, self.lengths, self.sensors, self.others)
        return frozenset(name for part in parts for name in part)

    def sensor(self, name: str) -> int | None:
        """Return the only sensor that a field refers to."""
        return next(iter(self.sensors.get(name, ())), None)


@dataclass(frozen=True, slots=True)
class Fields:
    """A table of fields: what each of them takes, by its name.

    Attributes:
        values: What may change in time.
        sums: Values that are added up: one or a list of them.
        flags: What is true or not.
        texts: The words that each of them may be; none for any.
        lengths: Of time.
        sensors: References to sensors: one or a list of them.
        others: What other modules read.
    """

    values: Mapping[str, Amounts]
    sums: Mapping[str, Amounts] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    texts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lengths: frozenset[str] = frozenset()
    sensors: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


def read_told(message: object, fields: Fields) -> Told:
    """Read what is said; of all wrong fields it is told what is wrong with them.

    Args:
        message: A JSON object.
        fields: Which it may have. What is null counts as not said.

    Raises:
        InvalidParts: it is no object, or some fields are wrong.
    """
    if not isinstance(message, Mapping):
        raise wrong(f"{shown(message)} is no object with fields.")
    reader = _Reader(_with_bare_stocks(fields, message))
    tree: dict[str, object] = {}
    for name, told in message.items():
        if told is None:
            continue
        try:
            reader.read(str(name), told)
        except InvalidParts as error:
            tree[str(name)[:80]] = error.tree.get("", error.tree)
    if tree:
        raise InvalidParts(tree)
    return reader.told()


def _with_bare_stocks(fields: Fields, message: Mapping[object, object]) -> Fields:
    """Let plain numbers be energy where the message tells their unit, as older clients do."""
    unit = message.get("soc-unit")
    if unit not in _UNITS_OF_STOCK:
        return fields
    values = {
        name: replace(takes, bare=str(unit)) if ENERGY in takes.dimensions else takes
        for name, takes in fields.values.items()
    }
    return replace(fields, values=values)


class _Reader:
    """Reads fields one by one."""

    def __init__(self, fields: Fields) -> None:
        self._values: dict[str, Value] = {}
        self._sums: dict[str, tuple[Value, ...]] = {}
        self._flags: dict[str, bool] = {}
        self._texts: dict[str, str] = {}
        self._lengths: dict[str, timedelta] = {}
        self._sensors: dict[str, tuple[int, ...]] = {}
        self._others: dict[str, object] = {}
        self._fields = fields
        self._readers: dict[str, Callable[[str, object], None]] = {
            **dict.fromkeys(fields.values, self._value),
            **dict.fromkeys(fields.sums, self._sum),
            **dict.fromkeys(fields.flags, self._flag),
            **dict.fromkeys(fields.texts, self._text),
            **dict.fromkeys(fields.lengths, self._length),
            **dict.fromkeys(fields.sensors, self._sensor),
            **dict.fromkeys(fields.others, self._others.__setitem__),
        }

    def read(self, name: str, told: object) -> None:
        """Read a field.

        Raises:
            InvalidParts: there is no such field, or it says nothing that it can.
        """
        reader = self._readers.get(name)
        if reader is None:
            raise wrong("Unknown field.")
        reader(name, told)

    def told(self) -> Told:
        """Return what was read."""
        return Told(
            self._values,
            self._sums,
            self._flags,
            self._texts,
            self._lengths,
            self._sensors,
            self._others,
        )

    def _value(self, name: str, told: object) -> None:
        self._values[name] = read_value(told, self._fields.values[name])

    def _sum(self, name: str, told: object) -> None:
        takes = self._fields.sums[name]
        several = isinstance(told, list) and not any(
            isinstance(one, Mapping) and "value" in one for one in told
        )
        parts = told if isinstance(told, list) and several else [told]
        self._sums[name] = tuple(read_value(one, takes) for one in _limited(parts))

    def _flag(self, name: str, told: object) -> None:
        if not isinstance(told, bool):
            raise wrong(f"{shown(told)} is neither true nor false.")
        self._flags[name] = told

    def _text(self, name: str, told: object) -> None:
        words = self._fields.texts[name]
        if not isinstance(told, str) or not told or len(told) > 120 or "\x00" in told:
            raise wrong(f"{shown(told)} is no name.")
        if words and told not in words:
            raise wrong(f"{shown(told)} is none of {', '.join(sorted(words))}.")
        self._texts[name] = told

    def _length(self, name: str, told: object) -> None:
        try:
            self._lengths[name] = read_length(told, "")
        except InvalidParts as error:
            raise wrong(" ".join(map(str, error.tree.get("", [])))) from error  # type: ignore[call-overload]  # lists of texts

    def _sensor(self, name: str, told: object) -> None:
        parts = told if isinstance(told, list) else [told]
        self._sensors[name] = tuple(read_sensor(one) for one in _limited(parts))


def _limited(parts: list[object]) -> list[object]:
    if len(parts) > _MOST:
        raise wrong(f"{len(parts)} are too many: expected at most {_MOST}.")
    return parts
