"""Numbers and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

IDLE = 5e-6
"""Less power than this is none. [MW]"""

MINUS = "\N{MINUS SIGN}"


def power(value: float | None) -> str:
    """Write a power in the unit that suits it.

    >>> power(-0.0531)
    '−53.1 kW'

    Args:
        value: [MW]
    """
    if value is None:
        return "–"
    size = abs(value)
    if size < IDLE:
        return "0 kW"
    factor, unit = (1e-3, "GW") if size >= 1000 else (1.0, "MW") if size >= 1 else (1e3, "kW")
    return f"{figure(value * factor)} {unit}"


def energy(value: float) -> str:
    """Write an energy in the unit that suits it.

    >>> energy(0.012)
    '12.0 kWh'

    Args:
        value: [MWh]
    """
    factor, unit = (1.0, "MWh") if abs(value) >= 1 else (1e3, "kWh")
    return f"{figure(value * factor)} {unit}"


def figure(value: float | None, digits: int | None = None) -> str:
    """Write a number with a true minus sign, by default with three digits that count.

    >>> figure(1234.5)
    '1,234'
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN alone differs from itself
        return "–"
    size = abs(value)
    decimals = digits if digits is not None else 0 if size >= 100 else 1 if size >= 10 else 2
    text = f"{size:,.{decimals}f}"
    negative = value < 0 and any(sign in "123456789" for sign in text)
    return f"{MINUS}{text}" if negative else text


def doing(value: float | None) -> str:
    """Say what an asset does.

    Args:
        value: Consumption positive. [MW]
    """
    if value is None:
        return "no measurement"
    if abs(value) < IDLE:
        return "idle"
    return f"{'consuming' if value > 0 else 'producing'} {power(abs(value))}"


def figure_of(value: float | None) -> str:
    """Write the size of a power, without its direction.

    Args:
        value: [MW]
    """
    return "–" if value is None else power(abs(value))


def doing_word(value: float | None) -> str:
    """Say in a word what an asset does.

    Args:
        value: Consumption positive. [MW]
    """
    if value is None:
        return "no measurement"
    return doing(value).split(" ", maxsplit=1)[0]


def moment(time: datetime, zone: str) -> str:
    """Write day and time of day as clocks in a zone show them."""
    local = time.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def near_moment(time: datetime, zone: str, now: datetime) -> str:
    """Write a time of day, with the day unless it is today."""
    local, today = time.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M}" if local.date() == today.date() else moment(time, zone)


def iso(time: datetime, zone: str) -> str:
    """Write a time in ISO 8601 with the offset of a zone."""
    return time.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def zone_label(zone: str, at: datetime) -> str:
    """Write a zone with its offset.

    >>> zone_label("Asia/Seoul", datetime(2015, 1, 1, tzinfo=UTC))
    'Asia/Seoul · UTC+09:00'
    """
    return f"{zone} · UTC{_offset(at, zone)}"


def _offset(at: datetime, zone: str) -> str:
    shift = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    minutes = round(shift / timedelta(minutes=1))
    return f"{MINUS if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def length(duration: timedelta) -> str:
    """Write how long something lasts.

    >>> length(timedelta(minutes=90))
    '1 h 30 min'
    """
    if duration < timedelta(seconds=1):
        return f"{duration / timedelta(milliseconds=1):.0f} ms"
    if duration < timedelta(seconds=10):
        return f"{duration / timedelta(seconds=1):.1f} s"
    seconds = round(duration.total_seconds())
    parts = [
        (seconds // 86400, "d"),
        (seconds // 3600 % 24, "h"),
        (seconds // 60 % 60, "min"),
        (seconds % 60, "s"),
    ]
    shown = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(shown[:2])


def ago(time: datetime, now: datetime) -> str:
    """Say how long ago something was."""
    age = now - time
    return f"{length(age)} ago" if age >= timedelta(seconds=1) else "just now"


def resolution(step: timedelta) -> str:
    """Name the length of a sensor's events."""
    return length(step) if step else "instantaneous"


def epoch(time: datetime) -> float:
    """Return the seconds since 1970."""
    return time.astimezone(UTC).timestamp()


def titled(text: str) -> str:
    """Begin a text with a capital and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def plural(count: int, noun: str) -> str:
    """Count things.

    >>> plural(2, "asset")
    '2 assets'
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
