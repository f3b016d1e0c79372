"""Draw how good models were at each horizon, as SVG that any browser shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape

from flexmeasures.usecases.backtest import Trial

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 180, 36, 48
COLOURS = ("#3b6fb6", "#d1495b", "#2e8b57", "#edae49", "#7a5195", "#5f6b6d", "#00798c", "#b56576")
LINES = 5


def plot(trials: Sequence[Trial], title: str) -> str:
    """Return a drawing of 1 - WAPE by horizon, a line for each model.

    Args:
        trials: At least one with scores; others are left out.
        title: Above the drawing.
    """
    told = [trial for trial in trials if trial.scores is not None]
    horizons = sorted({trial.horizon for trial in told})
    least = min((100 * trial.scores.accuracy for trial in told if trial.scores), default=0.0)
    floor = max(-100.0, 10 * (least // 10))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" role="img"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
        *_axes(horizons, floor),
    ]
    for place, model in enumerate(dict.fromkeys(trial.model for trial in told)):
        points = [
            (_across(trial.horizon, horizons), _up(100 * trial.scores.accuracy, floor))
            for trial in sorted(told, key=lambda trial: trial.horizon)
            if trial.model == model and trial.scores is not None
        ]
        parts += _line(model, points, place)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _across(horizon: timedelta, horizons: Sequence[timedelta]) -> float:
    """Return where a horizon lies: all as far apart, so that the short ones can be told from each other."""
    share = horizons.index(horizon) / max(1, len(horizons) - 1)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _up(percent: float, floor: float) -> float:
    """Return the height of an accuracy in per cent."""
    share = (max(percent, floor) - floor) / (100 - floor)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _axes(horizons: Sequence[timedelta], floor: float) -> list[str]:
    """Return the axes with their labels."""
    parts = []
    for step in range(LINES + 1):
        percent = floor + (100 - floor) * step / LINES
        height = _up(percent, floor)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}" stroke="#ddd"/>'
            f'<text x="{LEFT - 8}" y="{height + 4:.1f}" text-anchor="end">{percent:g} %</text>'
        )
    for horizon in horizons:
        across = _across(horizon, horizons)
        hours = f"{horizon / timedelta(hours=1):g} h"
        parts.append(f'<text x="{across:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{hours}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">Horizon (1 - WAPE upwards)</text>'
    )
    return parts


def _line(model: str, points: Sequence[tuple[float, float]], place: int) -> list[str]:
    """Return the line of one model, with its name beside the drawing."""
    colour = COLOURS[place % len(COLOURS)]
    path = " ".join(f"{across:.1f},{height:.1f}" for across, height in points)
    dots = [
        f'<circle cx="{across:.1f}" cy="{height:.1f}" r="3" fill="{colour}"/>' for across, height in points
    ]
    beside, height = WIDTH - RIGHT + 16, TOP + 16 + 20 * place
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
        f'<rect x="{beside}" y="{height - 9}" width="12" height="12" fill="{colour}"/>',
        f'<text x="{beside + 18}" y="{height + 1}">{escape(model)}</text>',
    ]
