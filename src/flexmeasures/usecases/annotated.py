"""What people noted about days and hours, told to models as features: 1 while a note holds, 0 else.

A holiday that a library does not know, a strike, a fair: where such days were noted before, a model learns
what they do, and expects it of those that are noted for the days to come.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flexmeasures.domain.annotations import Annotation, AnnotationType, Subjects
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.series import Array
from flexmeasures.domain.timing import TimeGrid, instant
from flexmeasures.forecasting.task import Regressor
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.regressors import Span

MOST = 5
"""Labels that count at most, those that were noted most often."""


def noted_about(asset: Asset, sensor: Sensor, span: Span, platform: Platform) -> tuple[Regressor, ...]:
    """Return what was noted about a sensor, its asset and account, as far as it was known at the issue.

    All holidays are one feature; labels are one for each content that was noted twice at least.

    Args:
        asset: Of the sensor.
        sensor: To forecast.
        span: When.
        platform: All that is needed.
    """
    accounts = () if asset.account_id is None else (asset.account_id,)
    notes = _known(Subjects(accounts, (asset.id,), (sensor.id,)), span, platform)
    holidays = [note for note in notes if note.type is AnnotationType.HOLIDAY]
    found = [feature("noted holiday", holidays, span)] if holidays else []
    labels: dict[str, list[Annotation]] = {}
    for note in notes:
        if note.type is AnnotationType.LABEL:
            labels.setdefault(note.content, []).append(note)
    often = sorted(labels.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST]
    found += [feature(f"noted {content[:40]}", some, span) for content, some in often if len(some) > 1]
    return tuple(found)


def feature(name: str, notes: Sequence[Annotation], span: Span) -> Regressor:
    """Return a feature that is 1 in steps that any of some notes touches."""
    return Regressor(name, _touched(span.past, notes), _touched(span.window, notes), revised=False)


def chosen_notes(
    subjects: Subjects, kind: str, content: str, span: Span, platform: Platform
) -> list[Annotation]:
    """Return the notes of one type about some subjects, with some content if that is not empty."""
    return [
        note
        for note in _known(subjects, span, platform)
        if note.type == kind and content in {"", note.content}
    ]


def _known(subjects: Subjects, span: Span, platform: Platform) -> list[Annotation]:
    """Return the notes that were known at the issue."""
    notes = platform.store.annotations.within(span.past.start, span.window.end, subjects)
    return [note for note in notes if note.recorded <= span.issued]


def _touched(grid: TimeGrid, notes: Sequence[Annotation]) -> Array:
    """Return (T,) 1 in steps that any note touches, 0 else."""
    values = np.zeros(grid.size)
    starts = grid.starts()
    for note in notes:
        first = np.searchsorted(starts + np.timedelta64(grid.step), instant(note.start), side="right")
        end = np.searchsorted(starts, instant(note.end), side="left")
        values[first:end] = 1.0
    return values
