"""The store of annotations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, or_, select
from sqlalchemy.dialects.postgresql import insert

from flexmeasures.adapters.postgres.sessions import FRESH, Sessions
from flexmeasures.adapters.postgres.tables.annotations import (
    AnnotationRow,
    annotations_accounts,
    annotations_assets,
    annotations_sensors,
)
from flexmeasures.domain.annotations import Annotation, AnnotationType, Subjects

_KEY = ("content", "start", "belief_time", "source_id", "type")


class Annotations:
    """Annotations in PostgreSQL."""

    def __init__(self, joined: Sessions) -> None:
        self._joined = joined

    def add(self, annotation: Annotation, subjects: Subjects) -> None:
        row = {
            "content": annotation.content,
            "type": annotation.type,
            "start": annotation.start,
            "end": annotation.end,
            "belief_time": annotation.recorded,
            "source_id": annotation.source_id,
        }
        statement = insert(AnnotationRow).values(row)
        kept = statement.on_conflict_do_update(index_elements=_KEY, set_={"end": annotation.end})
        with self._joined() as session:
            found = session.execute(kept.returning(AnnotationRow.id)).scalar_one()
            for link, owner, ids in _links(subjects):
                if ids:
                    links = [{owner: each, "annotation_id": found} for each in ids]
                    session.execute(insert(link).values(links).on_conflict_do_nothing())

    def within(self, start: datetime, end: datetime, subjects: Subjects) -> list[Annotation]:
        about = [
            AnnotationRow.id.in_(select(link.c.annotation_id).where(link.c[owner].in_(ids)))
            for link, owner, ids in _links(subjects)
            if ids
        ]
        if not about:
            return []
        touching = select(AnnotationRow).where(AnnotationRow.start < end, AnnotationRow.end > start)
        wanted = touching.where(or_(*about)).order_by(AnnotationRow.start, AnnotationRow.id)
        with self._joined() as session:
            return [_annotation(row) for row in session.scalars(wanted, execution_options=FRESH)]


def _links(subjects: Subjects) -> tuple[tuple[Table, str, tuple[int, ...]], ...]:
    return (
        (annotations_accounts, "account_id", subjects.accounts),
        (annotations_assets, "asset_id", subjects.assets),
        (annotations_sensors, "sensor_id", subjects.sensors),
    )


def _annotation(row: AnnotationRow) -> Annotation:
    return Annotation(
        content=row.content,
        type=AnnotationType(row.type),
        start=row.start,
        end=row.end,
        recorded=row.belief_time or row.start,
        source_id=row.source_id or 0,
    )
