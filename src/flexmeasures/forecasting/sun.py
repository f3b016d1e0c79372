"""Where the sun stands, and how much of it reaches the ground under a clear sky."""

from __future__ import annotations

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid

SUBSTEPS = 4
"""Points of each step over which irradiance is averaged: its course over an hour is no straight line."""


def clear_sky(grid: TimeGrid, latitude: float, longitude: float) -> Array:
    """Return the mean global horizontal irradiance of each step under a clear sky.

    The position of the sun follows Spencer's Fourier series [1], the irradiance Haurwitz [2].

    Args:
        grid: N steps.
        latitude: In degrees north.
        longitude: In degrees east.

    Returns:
        (N,) irradiance. [W/m²]

    References:
        [1] J. W. Spencer, "Fourier series representation of the position of the sun", Search 2 (5), 1971.
        [2] B. Haurwitz, "Insolation in relation to cloudiness and cloud density", J. Meteorol. 2, 1945.
    """
    inside = (np.arange(SUBSTEPS) + 0.5) / SUBSTEPS * grid.step.total_seconds()
    first = grid.starts()[:, None] + inside.astype("timedelta64[s]")
    height = np.maximum(_cosine_of_zenith(first, latitude, longitude), 1e-3)
    irradiance = 1098 * height * np.exp(-0.059 / height)
    mean: Array = np.where(height > 1e-3, irradiance, 0.0).mean(axis=1)
    return mean


def _cosine_of_zenith(times: np.ndarray, latitude: float, longitude: float) -> Array:
    """Return the cosine of the angle between the sun and the vertical, at points in UTC."""
    days = (times - times.astype("datetime64[Y]")) / np.timedelta64(1, "D")
    angle = 2 * np.pi * days / 365.25
    declination = (
        0.006918
        - 0.399912 * np.cos(angle)
        + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle)
        - 0.002697 * np.cos(3 * angle)
        + 0.00148 * np.sin(3 * angle)
    )
    equation_of_time = (
        0.000075
        + 0.001868 * np.cos(angle)
        - 0.032077 * np.sin(angle)
        - 0.014615 * np.cos(2 * angle)
        - 0.040849 * np.sin(2 * angle)
    )
    hour_angle = 2 * np.pi * (days % 1 - 0.5) + np.radians(longitude) + equation_of_time
    phi = np.radians(latitude)
    cosine: Array = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour_angle)
    return cosine
