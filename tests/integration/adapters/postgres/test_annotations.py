"""Annotations are kept and found again: in memory and in PostgreSQL alike."""

from __future__ import annotations

from datetime import timedelta

from flexmeasures.domain.annotations import Annotation, AnnotationType, Subjects
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.platform import Store

DAY = timedelta(days=1)


def test_annotations_are_found_by_time_and_subject(any_store: Store) -> None:
    make = Factory(any_store)
    account, asset, source = make.account(), make.asset(), make.source()
    sensor = make.sensor(asset)
    first = Annotation("Party", AnnotationType.LABEL, NOON, NOON + DAY, NOON, source.id)
    second = Annotation("Feast", AnnotationType.HOLIDAY, NOON - DAY, NOON, NOON, source.id)
    any_store.annotations.add(first, Subjects((account.id,), (asset.id,)))
    any_store.annotations.add(second, Subjects(sensors=(sensor.id,)))
    within = any_store.annotations.within
    assert within(NOON - DAY, NOON + DAY, Subjects((account.id,), (), (sensor.id,))) == [second, first]
    assert within(NOON, NOON + DAY, Subjects(sensors=(sensor.id,))) == []
    assert within(NOON, NOON + DAY, Subjects(assets=(asset.id,))) == [first]
    assert within(NOON, NOON + DAY, Subjects()) == []


def test_an_annotation_is_kept_once_with_all_its_subjects(any_store: Store) -> None:
    make = Factory(any_store)
    one, other, source = make.asset(), make.asset(), make.source()
    note = Annotation("Party", AnnotationType.LABEL, NOON, NOON + DAY, NOON, source.id)
    for asset in (one, other, one):
        any_store.annotations.add(note, Subjects(assets=(asset.id,)))
    assert any_store.annotations.within(NOON, NOON + DAY, Subjects(assets=(one.id, other.id))) == [note]
    assert any_store.annotations.within(NOON, NOON + DAY, Subjects(assets=(other.id,))) == [note]
