"""Values of fields that may change in time: one amount, segments, or what a sensor says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flexmeasures.domain.addresses import ID_MAX
from flexmeasures.domain.errors import InvalidParts, InvalidPeriod, InvalidTimezone, InvalidUnit
from flexmeasures.domain.quantities import RATIO, Dimension, parse_amount
from flexmeasures.domain.timing import parse_datetime, parse_duration

MOST_SEGMENTS = 20_000
_FORMS = "a text with a unit such as '{example}', {{\"sensor\": id}} or a list of segments"
_FILTERS = frozenset({"sources", "source", "source-types", "exclude-source-types", "source-account"})


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a field takes.

    Attributes:
        dimensions: Of its values.
        bare: Unit of plain numbers; None where they are refused.
        least: No value is smaller.
        most: No value is larger.
        fixed_only: Whether it cannot change in time.
    """

    dimensions: tuple[Dimension, ...]
    bare: str | None = None
    least: float = -math.inf
    most: float = math.inf
    fixed_only: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """One value for all times, in the internal unit of its dimension."""

    value: float
    dimension: Dimension
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A value for some time; start and end are the same for a point in time."""

    start: datetime
    end: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Segments:
    """Values for some times, in the internal unit of their dimension."""

    parts: tuple[Segment, ...]
    dimension: Dimension
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a sensor says.

    Attributes:
        sensor_id: Which.
        dimensions: Of which its unit has to be one.
        default: For times of which it says nothing.
        sources: Ids of those that count; none for any.
        source_types: Types of sources that count; none for any.
        excluded_types: Types of sources that do not.
        source_account: Whose sources count; None for any.
    """

    sensor_id: int
    dimensions: tuple[Dimension, ...]
    default: Fixed | None = None
    sources: tuple[int, ...] = ()
    source_types: tuple[str, ...] = ()
    excluded_types: tuple[str, ...] = ()
    source_account: int | None = None


Value = Fixed | Segments | Recorded


def read_value(told: object, takes: Amounts) -> Value:
    """Read what a field says.

    Raises:
        InvalidParts: it is nothing that the field takes.
    """
    if isinstance(told, Mapping):
        return _recorded(told, takes)
    if isinstance(told, list):
        if takes.fixed_only:
            raise wrong("This field takes one value for all times, no list.")
        return _segments(told, takes)
    return read_fixed(told, takes)


def read_fixed(told: object, takes: Amounts) -> Fixed:
    """Read one value.

    Raises:
        InvalidParts: it is none, or none that the field takes.
    """
    if isinstance(told, str) and told.strip():
        try:
            amount, dimension = parse_amount(told, *takes.dimensions)
        except InvalidUnit as error:
            raise wrong(str(error)) from error
        return _within(Fixed(amount.value, dimension, amount.currency), told, takes)
    if isinstance(told, (int, float)) and not isinstance(told, bool):
        return _bare(float(told) if abs(told) < 1e300 else math.inf, takes)
    expected = _FORMS.format(example=takes.dimensions[0].example)
    raise wrong(f"{shown(told)} is no value: expected {expected}.")


def wrong(text: str) -> InvalidParts:
    """Return that something is wrong with the field that is being read."""
    return InvalidParts({"": [text]})


def shown(told: object) -> str:
    """Return the beginning of what was told."""
    text = repr(told)
    return text if len(text) <= 60 else f"{text[:60]}…"


def read_sensor(told: object) -> int:
    """Return the id of a sensor that is referred to.

    Raises:
        InvalidParts: none is.
    """
    inner = told.get("sensor") if isinstance(told, Mapping) else told
    if not isinstance(inner, int) or isinstance(inner, bool) or not 0 < inner <= ID_MAX:
        raise wrong(f'{shown(told)} is no reference: expected {{"sensor": id}}.')
    return inner


def _bare(number: float, takes: Amounts) -> Fixed:
    """Return a number without a unit.

    Raises:
        InvalidParts: the field does not take any, or not this one.
    """
    if not math.isfinite(number):
        raise wrong(f"{number} is no finite number.")
    if takes.bare is None:
        raise wrong(f"{number:g} lacks a unit: expected a text such as '{takes.dimensions[0].example}'.")
    amount, dimension = parse_amount(f"{number!r} {takes.bare}", *takes.dimensions)
    return _within(Fixed(amount.value, dimension), number, takes)


def _within(fixed: Fixed, told: object, takes: Amounts) -> Fixed:
    if not takes.least <= fixed.value <= takes.most:
        unit = "%" if fixed.dimension is RATIO else f"({fixed.dimension.name})"
        scale = 100 if fixed.dimension is RATIO else 1
        least, most = scale * takes.least, scale * takes.most
        span = f"at least {least:g}" if math.isinf(most) else f"between {least:g} and {most:g}"
        raise wrong(f"{shown(told)} is out of range: expected {span} {unit}.")
    return fixed


def _recorded(told: Mapping[object, object], takes: Amounts) -> Recorded:
    """Read a reference to a sensor.

    Raises:
        InvalidParts: it is none, or says something else too.
    """
    strange = [str(name) for name in told if name not in _FILTERS | {"sensor", "default"}]
    if strange:
        raise InvalidParts({name: ["Unknown field."] for name in strange})
    default = read_fixed(told["default"], takes) if "default" in told else None
    account = told.get("source-account")
    if account is not None and (not isinstance(account, int) or isinstance(account, bool)):
        raise InvalidParts({"source-account": ["Not a valid integer."]})
    sources = told.get("sources", told.get("source", []))
    return Recorded(
        read_sensor(told),
        takes.dimensions,
        default,
        tuple(source for source in _listed(sources, "sources") if isinstance(source, int)),
        tuple(str(kind) for kind in _listed(told.get("source-types", []), "source-types")),
        tuple(str(kind) for kind in _listed(told.get("exclude-source-types", []), "exclude-source-types")),
        account,
    )


def _listed(told: object, name: str) -> list[object]:
    found = told if isinstance(told, list) else [told]
    if not all(isinstance(one, (int, str)) for one in found) or len(found) > 1000:
        raise InvalidParts({name: [f"{shown(told)} is no list of sources."]})
    return found


def _segments(told: Sequence[object], takes: Amounts) -> Segments:
    """Read values for some times; all wrong ones are told.

    Raises:
        InvalidParts: some are wrong.
    """
    if len(told) > MOST_SEGMENTS:
        raise wrong(f"{len(told)} segments are too many: expected at most {MOST_SEGMENTS}.")
    parts: list[Segment] = []
    tree: dict[str, object] = {}
    last = Fixed(0.0, takes.dimensions[0])
    currencies = set()
    for place, one in enumerate(told):
        try:
            segment, last = _segment(one, takes)
            parts.append(segment)
            currencies.add(last.currency)
        except InvalidParts as error:
            tree[str(place)] = error.tree.get("", error.tree)
            if len(tree) >= 10:  # more would not help
                break
    if tree:
        raise InvalidParts(tree)
    if len(currencies) > 1:
        raise wrong(f"Prices share one currency, here are {' and '.join(sorted(currencies))}.")
    return Segments(tuple(parts), last.dimension, last.currency)


def _segment(told: object, takes: Amounts) -> tuple[Segment, Fixed]:
    if not isinstance(told, Mapping):
        raise wrong(f"{shown(told)} is no segment: expected a value with its start and end or duration.")
    strange = [str(name) for name in told if name not in {"value", "datetime", "start", "end", "duration"}]
    if strange:
        raise InvalidParts({name: ["Unknown field."] for name in strange})
    if "value" not in told:
        raise InvalidParts({"value": ["Missing data for required field."]})
    try:
        fixed = read_fixed(told["value"], takes)
    except InvalidParts as error:
        raise InvalidParts({"value": error.tree.get("", [str(error)])}) from error
    start, end = _span(told)
    return Segment(start, end, fixed.value), fixed


def _span(told: Mapping[object, object]) -> tuple[datetime, datetime]:
    """Return start and end of a segment.

    Raises:
        InvalidParts: they are missing, too many or no times.
    """
    if "datetime" in told:
        if {"start", "end", "duration"} & set(told):
            raise InvalidParts({"datetime": ["This excludes start, end and duration."]})
        time = read_time(told["datetime"], "datetime")
        return time, time
    given = {name for name in ("start", "end", "duration") if name in told}
    if len(given) != 2:
        raise wrong("A segment states datetime, or two of start, end and duration.")
    try:
        if "start" not in told:
            end = read_time(told["end"], "end")
            return end - read_length(told["duration"], "duration"), end
        start = read_time(told["start"], "start")
        if "end" not in told:
            return start, start + read_length(told["duration"], "duration", start)
    except OverflowError as error:
        raise InvalidParts({"duration": [f"{shown(told['duration'])} is too long."]}) from error
    end = read_time(told["end"], "end")
    if end < start:
        raise InvalidParts({"end": [f"{end.isoformat()} is before the start."]})
    return start, end


def read_time(told: object, name: str) -> datetime:
    """Return a point in time.

    Raises:
        InvalidParts: it is none.
    """
    if isinstance(told, str):
        try:
            return parse_datetime(told)
        except (InvalidPeriod, InvalidTimezone) as error:
            raise InvalidParts({name: [f"Not a valid aware datetime: {error}"]}) from error
    raise InvalidParts({name: [f"Not a valid aware datetime: {shown(told)}."]})


def read_length(told: object, name: str, start: datetime | None = None) -> timedelta:
    """Return a length of time.

    Raises:
        InvalidParts: it is none, or not longer than zero.
    """
    if isinstance(told, str):
        try:
            length = parse_duration(told, start)
        except InvalidPeriod as error:
            raise InvalidParts({name: [f"Cannot parse {shown(told)} as ISO8601 duration."]}) from error
        if length >= timedelta(0):
            return length
    raise InvalidParts({name: [f"{shown(told)} is no length of time, such as 'PT1H'."]})
