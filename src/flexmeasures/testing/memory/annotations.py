"""Annotations in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flexmeasures.domain.annotations import Annotation, Subjects
from flexmeasures.testing.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemoryAnnotations:
    """A fake of the store of annotations."""

    tables: Tables

    def add(self, annotation: Annotation, subjects: Subjects) -> None:
        """Keep an annotation about some subjects; one that is known already gets those that it lacks."""
        known = self.tables.annotations
        for place, (other, before) in enumerate(known):
            if replace(other, end=annotation.end) == annotation:
                known[place] = (annotation, _together(before, subjects))
                return
        known.append((annotation, subjects))

    def within(self, start: datetime, end: datetime, subjects: Subjects) -> list[Annotation]:
        """Return the annotations about any of some subjects that touch ``[start, end)``, in order of time."""
        found = [
            annotation
            for annotation, about in self.tables.annotations
            if annotation.start < end and annotation.end > start and _meet(about, subjects)
        ]
        return sorted(found, key=lambda annotation: annotation.start)


def _together(one: Subjects, other: Subjects) -> Subjects:
    return Subjects(
        tuple(sorted({*one.accounts, *other.accounts})),
        tuple(sorted({*one.assets, *other.assets})),
        tuple(sorted({*one.sensors, *other.sensors})),
    )


def _meet(one: Subjects, other: Subjects) -> bool:
    pairs = ((one.accounts, other.accounts), (one.assets, other.assets), (one.sensors, other.sensors))
    return any(set(these) & set(those) for these, those in pairs)
