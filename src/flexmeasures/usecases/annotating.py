"""Note something on periods, and find such notes again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flexmeasures.domain.annotations import Annotation, AnnotationType, Subjects
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import InvalidField, InvalidPeriod
from flexmeasures.usecases.accounts import account_with
from flexmeasures.usecases.ports.platform import Platform

HOLIDAYS = "holidays"
"""Name of the source of public holidays: the library that knows them."""
LONGEST = 1024


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody notes.

    Attributes:
        content: What it says.
        start: Of the period.
        end: Of the period.
    """

    content: str
    start: datetime
    end: datetime


def annotate(user_id: int, note: Note, subjects: Subjects, platform: Platform) -> None:
    """Keep a note of a user about some subjects.

    Raises:
        InvalidField: it says nothing or too much, or is about nothing.
        InvalidPeriod: its period has no length.
        UnknownEntity: there is no such user or subject.
    """
    check_subjects(subjects, platform)
    content = note.content.strip()
    if not content or len(content) > LONGEST:
        raise InvalidField(f"An annotation has 1 to {LONGEST} characters.")
    if note.end <= note.start:
        raise InvalidPeriod(f"Nothing lies from {note.start.isoformat()} until {note.end.isoformat()}.")
    source = platform.store.sources.of_user(platform.store.accounts.user(user_id))
    annotation = Annotation(content, AnnotationType.LABEL, note.start, note.end, platform.now(), source.id)
    platform.store.annotations.add(annotation, subjects)


def annotate_holidays(
    days: Mapping[date, str], country: str, zone: str, subjects: Subjects, platform: Platform
) -> None:
    """Keep the public holidays of a country about some subjects.

    Holidays are known from the start of their year, so that doing it again adds nothing.

    Args:
        days: Names of the holidays by day.
        country: Where they are, as the library of holidays calls it.
        zone: In whose time days begin and end, an IANA name.
        subjects: Accounts, assets and sensors.
        platform: All that is needed.
    """
    source = platform.store.sources.of_model(HOLIDAYS, SourceType.SCRIPT, country)
    for day, name in days.items():
        start, end, known = (
            _midnight(each, zone) for each in (day, day + timedelta(days=1), date(day.year, 1, 1))
        )
        annotation = Annotation(name[:LONGEST], AnnotationType.HOLIDAY, start, end, known, source.id)
        platform.store.annotations.add(annotation, subjects)


def check_subjects(subjects: Subjects, platform: Platform) -> None:
    """Check that there are subjects, and that there is each of them.

    Raises:
        InvalidField: there are none.
        UnknownEntity: one of them is not there.
    """
    if not subjects.number:
        raise InvalidField("An annotation is about something: state an account, asset or sensor.")
    for account_id in subjects.accounts:
        account_with(account_id, platform)
    for asset_id in subjects.assets:
        platform.store.assets.asset(asset_id)
    for sensor_id in subjects.sensors:
        platform.store.assets.sensor(sensor_id)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
