"""Lines of charts can be told apart by everybody: also by those who see fewer colours."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from flexmeasures.domain.series import Array

TOKENS = Path(__file__).parents[3] / "frontend/src/styles/tokens.css"
LINES = ("measured", "forecast", "schedule", "price")
LEAST = 25.0
"""Distance of two colours (CIE 1976) at which nobody confuses thin lines."""

SEEN = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""What becomes of linear RGB: Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, table 1."""

TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)


def lab(colour: str, seen: Array) -> Array:
    """Return a colour as it is seen, in CIE L*a*b*."""
    srgb = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    x, y, z = TO_XYZ @ np.clip(seen @ linear, 0, 1) / WHITE
    bent = [np.cbrt(each) if each > 216 / 24389 else (24389 / 27 * each + 16) / 116 for each in (x, y, z)]
    return np.array([116 * bent[1] - 16, 500 * (bent[0] - bent[1]), 200 * (bent[1] - bent[2])])


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", SEEN)
def test_lines_are_told_apart(theme: int, eyes: str) -> None:
    found = dict(
        re.findall(r"--(\w+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", TOKENS.read_text(encoding="utf-8"))
    )
    colours = {name: lab(found[name].split(", ")[theme], SEEN[eyes]) for name in LINES}
    for one, other in itertools.combinations(LINES, 2):
        assert np.linalg.norm(colours[one] - colours[other]) >= LEAST, f"{one} and {other}"
