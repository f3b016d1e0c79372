"""What the use cases need to keep annotations."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from flexmeasures.domain.annotations import Annotation, Subjects


class AnnotationStore(Protocol):
    """Where annotations are kept."""

    def add(self, annotation: Annotation, subjects: Subjects) -> None:
        """Keep an annotation about some subjects; one that is known already gets those that it lacks."""

    def within(self, start: datetime, end: datetime, subjects: Subjects) -> list[Annotation]:
        """Return the annotations about any of some subjects that touch ``[start, end)``, in order of time."""
