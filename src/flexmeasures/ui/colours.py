"""Colours of accounts, brought to where text on them can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flexmeasures.domain.accounts import Look

Rgb = tuple[float, float, float]
"""Red, green and blue, each in [0, 1]."""

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
READABLE = 4.6
"""Contrast of text; 4.5 is asked for by WCAG 2.2 AA, and colours are rounded."""

WHITE: Rgb = (1.0, 1.0, 1.0)
NIGHT: Rgb = (0.024, 0.125, 0.118)
"""Ink on accents in the dark, as in ``tokens.css``."""

DARK_CARD: Rgb = (0.078, 0.11, 0.122)
TINT_BY_DAY, TINT_BY_NIGHT = 0.12, 0.22
"""How much of a colour is in the area behind what is chosen."""

STEPS = 40


@dataclass(frozen=True, slots=True)
class Accent:
    """The colours of one theme.

    Attributes:
        fill: Of buttons.
        ink: Of links, and of text on ``ground``.
        ground: Behind what is chosen.
    """

    fill: str
    ink: str
    ground: str


def by_day(look: Look) -> Accent:
    """Return the colours of the light theme for a look that has a primary colour."""
    primary, secondary = _both(look)
    ground = _mixed(WHITE, secondary, TINT_BY_DAY)
    return Accent(
        fill=_written(_until_readable(primary, (0.0, 0.0, 0.0), (WHITE,))),
        ink=_written(_until_readable(primary, (0.0, 0.0, 0.0), (WHITE, ground))),
        ground=_written(ground),
    )


def by_night(look: Look) -> Accent:
    """Return the colours of the dark theme for a look that has a primary colour."""
    primary, secondary = _both(look)
    ground = _mixed(DARK_CARD, secondary, TINT_BY_NIGHT)
    return Accent(
        fill=_written(_until_readable(primary, WHITE, (NIGHT,))),
        ink=_written(_until_readable(primary, WHITE, (DARK_CARD, ground))),
        ground=_written(ground),
    )


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast of two colours as WCAG defines it, from 1 to 21.

    >>> round(contrast(WHITE, (0.0, 0.0, 0.0)))
    21
    """
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def rgb(text: str) -> Rgb:
    """Read a colour such as ``#0f6e6e``.

    >>> rgb("#ff0000")
    (1.0, 0.0, 0.0)
    """
    red, green, blue = (int(text[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _both(look: Look) -> tuple[Rgb, Rgb]:
    return rgb(look.primary), rgb(look.secondary or look.primary)


def _until_readable(colour: Rgb, towards: Rgb, grounds: tuple[Rgb, ...]) -> Rgb:
    """Return a colour, moved towards another one as little as is needed to be read beside all grounds."""
    for step in range(STEPS + 1):
        moved = _mixed(colour, towards, step / STEPS)
        if all(contrast(moved, ground) >= READABLE for ground in grounds):
            return moved
    return towards


def _mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _written(colour: Rgb) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)
